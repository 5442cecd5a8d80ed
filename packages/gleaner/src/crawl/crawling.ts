import {
  event,
  NonDeterminismError,
  now,
  race,
  scope,
  type Channel,
  type CoroutineBody,
  type Event,
  type Operation,
  type Scope as Nursery,
} from '@gleaner/coroutine';
import type { Claimed } from '../frontier/frontier.ts';
import { PageError } from '../http/failure.ts';
import { backoff, canSucceedLater } from '../http/retry.ts';
import type { Committed, Lease } from '../store/store.ts';
import { attempt, type Fetched } from './fetching.ts';
import type { CrawlJob } from './job.ts';
import { random } from './load.ts';
import { RunJournal } from './page-journal.ts';
import { running, type Outcome } from './running.ts';
import type { Failure } from './scrape.ts';

/** An item that was committed. */
export interface Item<T> {
  readonly item: T;
  /** The same whenever the same page yields its items in the same order. */
  readonly key: string;
  /** The page it is of. */
  readonly url: string;
  /**
   * The loop has dealt with it: it is not handed over again by the crawl that goes on with the same store. Asking for the
   * next item says so too; leaving the loop does not.
   */
  readonly acknowledge: () => void;
}

/** What one page has led to, for the consumer. */
export interface PageOutcome {
  readonly url: string;
  readonly items: readonly unknown[];
  readonly keys: readonly string[];
  /** The first item's number, where items are acknowledged. */
  readonly first?: number;
  readonly failure?: Failure;
}

/** So many pages' spiders may be at work for each request that may be under way: those that wait for another page cost no more than their memory. */
const RUNS_PER_REQUEST = 10;

/**
 * Crawls: claims requests as their hosts may be asked, runs the spider over each page, commits what that led to, and
 * then hands it over. Ends when nothing is left, or, when stopped, as soon as what is under way is done.
 * @param seeding adds the start pages; the crawl does not end before it has
 */
export function* crawling(
  job: CrawlJob,
  seeding: Operation<void>,
  out: Channel<PageOutcome>,
): CoroutineBody<void> {
  yield* handingOverAgain(job, out);
  yield* scope(function* crawl(nursery) {
    const seeded = event();
    yield* nursery.spawn(function* seeds() {
      yield* race([job.stopped, seeding]);
      seeded.set();
      job.frontier.wake();
    });
    // So whoever waits for the frontier to change need not wait for this, too.
    const alarm = yield* nursery.spawn(function* alarm() {
      yield* job.stopped;
      job.frontier.wake();
    });
    yield* dispatching(job, nursery, seeded, out);
    yield* alarm.cancel();
  });
  out.close();
}

/** What a former run had committed, and its loop had not dealt with. */
function* handingOverAgain(
  { store, handedOver, stopped }: CrawlJob,
  out: Channel<PageOutcome>,
): CoroutineBody<void> {
  if (handedOver === undefined) return;
  for (const { number, url, item, key } of store.unacknowledged()) {
    if (stopped.isSet) return;
    handedOver.committed(number, 1);
    yield* out.send({ url, items: [item], keys: [key], first: number });
  }
}

function* dispatching(
  job: CrawlJob,
  nursery: Nursery,
  seeded: Event,
  out: Channel<PageOutcome>,
): CoroutineBody<void> {
  const { frontier, stopped, settings } = job;
  const mostRuns = RUNS_PER_REQUEST * settings.concurrency;
  const pages = new Pages(job, out);
  while (!stopped.isSet) {
    // A page that is put off may be begun again.
    if (job.pagesLeft <= 0 && frontier.runs === 0) {
      stopped.set();
      return;
    }
    // The consumer paces the crawl: as many pages as may be fetched at a time may wait for it.
    const isEnough = job.pagesLeft <= 0 || job.itemsLeft <= 0;
    if (isEnough || pages.delivering >= settings.concurrency || frontier.runs >= mostRuns) {
      yield* frontier.change();
      continue;
    }
    const claimed = yield* frontier.next(stopped, () => seeded.isSet);
    if (claimed === undefined) return;
    job.pagesLeft--;
    yield* nursery.spawn(pages.work(claimed));
  }
}

/** One page after the other, many at a time. */
class Pages {
  /** How many pages are done and wait for the consumer to take what they led to. */
  delivering = 0;
  /** Which revision of the cookies is in the store. */
  private cookiesKept = 0;
  private readonly job: CrawlJob;
  private readonly out: Channel<PageOutcome>;

  constructor(job: CrawlJob, out: Channel<PageOutcome>) {
    this.job = job;
    this.out = out;
  }

  *work(claimed: Claimed): CoroutineBody<void> {
    const { frontier } = this.job;
    const outcome = yield* this.page(claimed);
    yield* this.keepCookies();
    this.job.time = yield* now();
    yield* frontier.settle(claimed.lease, this.job.time);
    if (outcome === undefined) return;
    this.delivering++;
    yield* this.out.send(outcome);
    this.delivering--;
    frontier.wake();
  }

  /** What servers have set since it was last looked at is in the store before the page is over. */
  private *keepCookies(): CoroutineBody<void> {
    const { store, client } = this.job;
    const { cookies } = client;
    if (cookies === undefined || cookies.revision === this.cookiesKept) return;
    this.cookiesKept = cookies.revision;
    yield* store.setNote('cookies', cookies.toJson());
  }

  /** One attempt at a page; what the consumer is to get of it, once that is in the store. */
  private *page({ lease, permit }: Claimed): CoroutineBody<PageOutcome | undefined> {
    const { job } = this;
    const { request } = lease;
    const journal =
      job.handedOver === undefined
        ? undefined
        : new RunJournal(job.store.journal(lease), () => job.stopped.isSet);
    let fetched = journal?.page(request);
    try {
      if (fetched === undefined) {
        fetched = yield* attempt(job, request, permit);
        journal?.begin(request, fetched, yield* now());
      } else permit.release(yield* now());
    } catch (error) {
      if (!(error instanceof PageError)) throw error;
      if (!canSucceedLater(error) || lease.attempts >= job.settings.retries)
        return yield* this.failed(lease, error);
      const wait = backoff(lease.attempts + 1, (yield* random)(), error.retryAfter);
      yield* job.store.putOff(lease, (yield* now()) + wait);
      job.pagesLeft++;
      return undefined;
    }
    try {
      return yield* this.committed(lease, fetched, yield* running(job, request, fetched, journal));
    } catch (error) {
      if (error instanceof NonDeterminismError) return yield* this.begunAnew(lease, error);
      if (!(error instanceof PageError)) throw error;
      // A page that was not tried as often as it should, because there was no time for it, keeps its turn.
      if (job.stopped.isSet && canSucceedLater(error)) return yield* this.leftFor(lease);
      return yield* this.failed(lease, error);
    }
  }

  private *committed(
    lease: Lease,
    { page: { url, status } }: Fetched,
    { items, requests, bytes }: Outcome,
  ): CoroutineBody<PageOutcome | undefined> {
    const { job } = this;
    const { store, frontier } = job;
    // The limit was reached while this page was read: it keeps its turn, for whoever raises the limit.
    if (items.length > 0 && job.itemsLeft === 0) return yield* this.leftFor(lease);
    // Counted before anything waits, so that the limit is exact.
    const wanted = items.length > job.itemsLeft ? items.slice(0, job.itemsLeft) : items;
    job.itemsLeft -= wanted.length;
    let committed: Committed;
    try {
      committed = yield* store.commit(lease, { items: wanted, requests, status, bytes });
    } catch (error) {
      if (!(error instanceof TypeError)) throw error;
      // Found before anything waited: nobody has seen the count without these.
      job.itemsLeft += wanted.length;
      throw new PageError('SPIDER', url, `the spider yields what has no JSON: ${error.message}`, {
        cause: error,
      });
    }
    if (job.itemsLeft === 0) job.stopped.set();
    const { added, keys, first } = committed;
    job.handedOver?.committed(first, wanted.length);
    for (const { url: followed, key } of requests) if (key === followed) job.followed.add(followed);
    if (added > 0) frontier.added(requests, yield* now());
    return wanted.length === 0 ? undefined : { url, items: wanted, keys, first };
  }

  private *failed(lease: Lease, error: PageError): CoroutineBody<PageOutcome | undefined> {
    const { store, settings } = this.job;
    const { code, message } = error;
    yield* store.fail(lease, { code, message });
    if (settings.onFailure === 'throw') throw error;
    if (settings.onFailure === 'skip') return undefined;
    const { url } = lease.request;
    return { url, items: [], keys: [], failure: { ok: false, url, code, error } };
  }

  /** Nothing of the page was committed: so it can be read anew, as if this run had not been. */
  private *begunAnew(lease: Lease, error: NonDeterminismError): CoroutineBody<undefined> {
    const { job } = this;
    yield* job.store.journal(lease).forget();
    job.restarted = {
      count: (job.restarted?.count ?? 0) + 1,
      reason: job.restarted?.reason ?? `${lease.request.url}: ${error.message}`,
    };
    job.pagesLeft++;
    return yield* this.leftFor(lease);
  }

  private *leftFor(lease: Lease): CoroutineBody<undefined> {
    yield* this.job.store.giveBack(lease);
    return undefined;
  }
}
