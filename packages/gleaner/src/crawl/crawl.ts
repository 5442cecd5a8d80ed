import { createHash } from 'node:crypto';
import {
  channel,
  defer,
  event,
  now,
  resource,
  spawn,
  Stream,
  streamFrom,
  type CoroutineBody,
  type Event,
  type Operation,
  type RunOptions,
  type Streamable,
} from '@gleaner/coroutine';
import { Frontier } from '../frontier/frontier.ts';
import { scopeOf } from '../frontier/scope.ts';
import { OptionError } from '../http/failure.ts';
import { Follow } from '../spider/follow.ts';
import { spider as spiderOf, Spider, type ItemIn, type PageHandler } from '../spider/spider.ts';
import { SeenLately } from '../store/seen-lately.ts';
import { openStore } from '../store/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import { crawling, type Item, type PageOutcome } from './crawling.ts';
import { crawlSettings, type CrawlOptions, type CrawlSettings } from './crawl-options.ts';
import { crawlSummary, NOTHING_YET, type CrawlSummary } from './crawl-summary.ts';
import { failAfter, failOnAbort } from './ending.ts';
import { HandedOver } from './handed-over.ts';
import type { CrawlJob } from './job.ts';
import type { FailureOf } from './scrape.ts';
import { seeding, type Start } from './seeding.ts';
import { theWeb, type OpenSource } from './source.ts';

/** How many addresses are remembered that are in the store, and how many characters of them. */
const FOLLOWED = 50_000;
const FOLLOWED_CHARACTERS = 8_000_000;

/** One loop over a crawl, as seen from outside. */
interface Run {
  handedOver: HandedOver | undefined;
  stopped: Event;
  summary: () => CrawlSummary;
}

/**
 * A crawl: a stream of items, so loop over it with `for await`, or with `each` inside a coroutine. The loop paces the
 * crawl, and leaving it early stops the crawl at once; what was committed by then is in the store. `summary` and `stop`
 * are of the loop that began last.
 */
export class Crawl<T> extends Stream<T> {
  private readonly options: RunOptions;
  private readonly pages: Stream<PageOutcome>;
  private readonly latest: Run;

  /** @internal */
  constructor(pages: Stream<PageOutcome>, latest: Run, options: RunOptions) {
    const items = pages.flatMap((outcome) => eachOf(outcome, latest, ({ item }) => item as T));
    super(items.open);
    this.pages = pages;
    this.latest = latest;
    this.options = options;
  }

  /** How the latest loop went, or goes. */
  get summary(): CrawlSummary {
    return this.latest.summary();
  }

  /**
   * The items with their keys, for whoever writes them where none may be twice; pages that failed are left out. With a
   * store in a file, an item that was handed over is handed over again by the crawl that goes on after a crash, unless it
   * was acknowledged: by `acknowledge()`, or by asking for the next.
   */
  entries(): Stream<Item<T>> {
    return this.pages.flatMap((outcome) =>
      outcome.failure === undefined ? eachOf(outcome, this.latest, (entry) => entry as Item<T>) : [],
    );
  }

  /** Begins nothing more: what is under way is finished and handed over, and then the loop ends. */
  stop(): void {
    this.latest.stopped.set();
  }

  override [Symbol.asyncIterator](): AsyncIterableIterator<T, undefined> {
    return this.iterate(this.options);
  }
}

/** What a page has led to, one by one: whoever asks for the next has dealt with the one before. */
function* eachOf<R>(
  { url, items, keys, first = 0, failure }: PageOutcome,
  { handedOver }: Run,
  as: (entry: Item<unknown>) => R,
): Generator<R, void> {
  if (failure !== undefined) yield as({ item: failure, key: '', url, acknowledge() {} });
  for (const [n, item] of items.entries()) {
    const acknowledge = (): void => handedOver?.acknowledge(first + n);
    yield as({ item, key: keys[n] ?? '', url, acknowledge });
    acknowledge();
  }
}

/**
 * Crawls: fetches the start pages, runs the spider over each, and over each page that the spider asks for, and hands
 * over its items as they come. What a page led to (its items, the pages that it asks for) is committed to the store
 * as one, and only then handed over.
 *
 * Polite unless told otherwise: one request at a time at each host, which rests as long as it took to answer; robots.txt
 * and Retry-After are obeyed. Hosts never wait for each other.
 *
 * @param start addresses, or what `follow` gives, or a stream of either
 * @throws {OptionError} at once, for an option that cannot be
 * @throws {JobTimeoutError} in the loop, when `jobTimeout` is over
 * @throws {StoreError} in the loop, when the store cannot be opened or written
 * @throws {ArchiveError} in the loop, when the archive cannot be opened or written
 *
 * @example
 * for await (const book of crawl('https://books.example/', books)) console.log(book);
 */
export function crawl<T, const O extends CrawlOptions = object>(
  start: Start | Streamable<Start>,
  spider: Spider<T>,
  options?: O,
): Crawl<T | FailureOf<O>>;
export function crawl<Y, const O extends CrawlOptions = object>(
  start: Start | Streamable<Start>,
  handler: PageHandler<Y>,
  options?: O,
): Crawl<ItemIn<Y> | FailureOf<O>>;
export function crawl(
  start: Start | Streamable<Start>,
  given: Spider<unknown> | PageHandler<unknown>,
  options: CrawlOptions = {},
): Crawl<unknown> {
  return crawlOver(theWeb(startsIn(start)), given, crawlSettings(options), { ...options, name: 'crawl' });
}

/**
 * Crawls what there is to be crawled.
 * @internal
 */
export function crawlOver(
  open: OpenSource,
  given: Spider<unknown> | PageHandler<unknown>,
  settings: CrawlSettings,
  { signal, clock, name }: Pick<CrawlOptions, 'signal' | 'clock'> & { name: string },
): Crawl<unknown> {
  const spider = given instanceof Spider ? given : spiderOf(given);
  // Checked here, so that what is wrong with them is told at once.
  scopeOf(settings);
  const latest: Run = { handedOver: undefined, stopped: event(), summary: () => NOTHING_YET };
  const pages = streamFrom(
    resource<Stream<PageOutcome>>((provide) => {
      latest.stopped = event();
      return crawlingFrom(provide, open, spider, settings, signal, latest);
    }),
  );
  return new Crawl(pages, latest, { name, clock });
}

/**
 * A lone address is iterable, too, if it is a string: letter by letter.
 * @internal
 */
export function startsIn(start: unknown): Streamable<Start> {
  if (typeof start === 'string' || start instanceof URL || start instanceof Follow) return [start];
  if (
    typeof start === 'object' &&
    start !== null &&
    (Symbol.iterator in start || Symbol.asyncIterator in start)
  ) {
    return start as Streamable<Start>;
  }
  throw new OptionError('start', 'an address, what follow gives, or an iterable of these', start);
}

/** One loop: what it opens is closed when it has ended, after all that is under way. */
function* crawlingFrom(
  provide: (pages: Stream<PageOutcome>) => Operation<void>,
  open: OpenSource,
  spider: Spider<unknown>,
  settings: CrawlSettings,
  signal: AbortSignal | undefined,
  latest: Run,
): CoroutineBody<void> {
  const { concurrency, perHost, delay, order, fresh, jobTimeout, sortQuery, dropParams } = settings;
  const { stopped } = latest;
  const begun = yield* now();
  if (signal !== undefined) yield* spawn(failOnAbort(signal));
  const confidants = new Set<string>();
  const { client, archive, starts, isRecorded } = yield* open(settings, confidants);
  const store = yield* openStore(settings.store ?? ':memory:', { order, fresh });
  yield* defer(() => store.close());
  const cookies = store.note('cookies');
  if (cookies !== undefined) client.cookies?.fromJson(cookies);
  // A crawl that goes on may come to a page before it comes to the start page whose host it has.
  client.named?.fromJson(store.note('named') ?? []);
  const frontier = new Frontier(store, { perHost, delay, isRecorded }, concurrency);
  yield* defer(() => frontier.close());
  const counts = store.counts();
  const isLasting = settings.store !== undefined && settings.store !== ':memory:';
  latest.handedOver = isLasting ? new HandedOver(store) : undefined;
  const job: CrawlJob = {
    settings,
    spider,
    store,
    frontier,
    client,
    archive,
    scope: scopeOf(settings),
    keys: { sortQuery, dropParams },
    followed: new SeenLately(FOLLOWED, FOLLOWED_CHARACTERS),
    confidants,
    stopped,
    handedOver: latest.handedOver,
    restarted: yield* restarting(store, spider),
    dropped: {},
    namedKept: 0,
    pagesLeft: settings.maxPages - counts.done - counts.failed,
    itemsLeft: settings.maxItems - counts.items,
    time: begun,
  };
  latest.summary = () =>
    crawlSummary(store.counts(), {
      dropped: job.dropped,
      restarted: job.restarted,
      elapsed: job.time - begun,
      hosts: frontier.statuses(MOST_HOSTS_SHOWN),
    });
  if (job.itemsLeft <= 0) stopped.set();
  if (jobTimeout !== Infinity) yield* spawn(failAfter(jobTimeout));
  const out = channel<PageOutcome>();
  yield* spawn(crawling(job, seeding(job, starts), out));
  try {
    yield* provide(out);
  } finally {
    job.time = yield* now();
  }
}

/** Pages that a former run has read in part are begun anew if that was another spider: what it had seen may mislead this one. */
function* restarting(store: Store, spider: Spider<unknown>): CoroutineBody<CrawlJob['restarted']> {
  const source = createHash('sha256').update(spider.source).digest('base64url');
  const before = store.note('spider');
  if (before !== source) yield* store.setNote('spider', source);
  const count = before === undefined || before === source ? 0 : yield* store.forgetJournals();
  return count === 0 ? undefined : { count, reason: 'the spider has changed' };
}

const MOST_HOSTS_SHOWN = 10;
