import {
  each,
  event,
  now,
  resource,
  spawn,
  stream,
  Stream,
  streamFrom,
  type CoroutineBody,
  type Event,
  type Operation,
  type RunOptions,
  type Streamable,
  type Wait,
} from '@gleaner/coroutine';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { admission, type Rejected } from '../frontier/admission.ts';
import { Hosts, type Admitted } from '../frontier/hosts.ts';
import { Client } from '../http/client.ts';
import { OptionError, PageError, type FailureCode } from '../http/failure.ts';
import { NamedHosts } from '../http/named-hosts.ts';
import { Page } from '../page/page.ts';
import { validate } from '../page/schema.ts';
import { failAfter, failOnAbort } from './ending.ts';
import { load, type Job, type Timing } from './load.ts';
import { settings, type ScrapeOptions, type Settings } from './options.ts';
import { countFailure, newSummary, type Summary } from './summary.ts';

/** A page that was had. */
export interface Result<Data> {
  readonly ok: true;
  /** The address as it was given; `page.url` is where redirects led. */
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  /** What the page says, read as the option `as` tells, and checked by the schema if there is one. */
  readonly data: Data;
  readonly page: Page;
  /** 1 unless it had to be tried again. */
  readonly attempts: number;
  readonly timing: Timing;
}

/** A page that could not be had, with `onFailure: 'yield'`. */
export interface Failure {
  readonly ok: false;
  readonly url: string;
  readonly code: FailureCode;
  readonly error: PageError;
}

/** What a handler is: it is given each page, may wait with `yield*`, and yields items. */
export type Handler<Y> = (page: Page) => Generator<Y, void, unknown>;

/** The type of `data` that options lead to. */
export type DataOf<O> = O extends { schema: infer S extends StandardSchemaV1 }
  ? StandardSchemaV1.InferOutput<S>
  : O extends { as: 'text' }
    ? string
    : O extends { as: 'bytes' }
      ? Uint8Array
      : unknown;

/** `Failure` where options have failures handed over. */
export type FailureOf<O> = 'onFailure' extends keyof O
  ? 'yield' extends O['onFailure']
    ? Failure
    : never
  : never;

/**
 * A scrape: a stream, so loop over it with `for await`, or with `each` inside a coroutine. Every loop scrapes anew,
 * and `summary` and `stop` are of the loop that began last; for two at a time make two.
 * Leaving the loop early cancels what is in flight and closes all connections.
 */
export class Scrape<T> extends Stream<T> {
  /** How the latest loop went, or goes. */
  summary: Summary = newSummary();
  private readonly options: RunOptions;
  private stopped: Event = event();

  /** @internal */
  constructor(begin: (summary: Summary, stopped: Event) => Stream<T>, options: RunOptions) {
    super((host) => {
      this.summary = newSummary();
      this.stopped = event();
      return begin(this.summary, this.stopped).open(host);
    });
    this.options = options;
  }

  /** Begins nothing more: what is in flight is finished and handed over, and then the loop ends. */
  stop(): void {
    this.stopped.set();
  }

  override [Symbol.asyncIterator](): AsyncIterableIterator<T, undefined> {
    return this.iterate(this.options);
  }
}

/**
 * Fetches a list of pages concurrently and hands over each page's data as it arrives. The addresses may be any iterable
 * or async iterable, a million in a generator are fine: no more are read than are needed. The loop paces the scrape.
 *
 * A page that fails (a status other than 2xx, bad JSON, a time limit, …) never ends the loop by itself: it is counted in
 * `summary`, and handed over or thrown if `onFailure` says so. If the list of addresses throws, what is in flight is
 * cancelled and the loop throws the same.
 *
 * @throws {OptionError} at once, for an option that cannot be
 * @throws {JobTimeoutError} in the loop, when `jobTimeout` is over
 *
 * @example
 * for await (const { data } of scrape(urls)) console.log(data);
 *
 * @example
 * const headings = scrape(urls, function* (page) {
 *   for (const line of page.text().split('\n')) if (line.startsWith('# ')) yield line.slice(2);
 * });
 * for await (const heading of headings) console.log(heading);
 */
export function scrape<Y, const O extends ScrapeOptions = object>(
  urls: Streamable<string | URL>,
  handler: Handler<Y>,
  options?: O,
): Scrape<Exclude<Y, Wait> | FailureOf<O>>;
export function scrape<const O extends ScrapeOptions = object>(
  urls: Streamable<string | URL>,
  options?: O,
): Scrape<Result<DataOf<O>> | FailureOf<O>>;
export function scrape(
  urls: Streamable<string | URL>,
  ...rest: [ScrapeOptions?] | [Handler<unknown>, ScrapeOptions?]
): Scrape<unknown> {
  const [handler, options = {}] = typeof rest[0] === 'function' ? [rest[0], rest[1]] : [undefined, rest[0]];
  if (!isList(urls)) {
    throw new OptionError(
      'urls',
      'an iterable or async iterable of addresses ([url] for a single one)',
      urls,
    );
  }
  const checked = settings(options);
  if (handler !== undefined && checked.schema !== undefined) {
    throw new OptionError(
      'schema',
      'left out where a handler makes the items (check them in the handler)',
      'a schema',
    );
  }
  const { signal, clock } = options;
  const begin = (summary: Summary, stopped: Event): Stream<unknown> =>
    streamFrom(
      resource<Stream<unknown>>((provide) =>
        scraping(provide, urls, handler, checked, signal, summary, stopped),
      ),
    );
  return new Scrape(begin, { name: 'scrape', clock });
}

/** A lone address is iterable, too, if it is a string: letter by letter. */
function isList(urls: unknown): boolean {
  return (
    typeof urls === 'object' && urls !== null && (Symbol.iterator in urls || Symbol.asyncIterator in urls)
  );
}

/** How many targets may wait for their hosts, for each request that may be under way. */
const LOOKAHEAD = 10;

/** One loop: what it opens is closed when it has ended, after all that is under way. */
function* scraping(
  provide: (items: Stream<unknown>) => Operation<void>,
  urls: Streamable<string | URL>,
  handler: Handler<unknown> | undefined,
  settings: Settings,
  signal: AbortSignal | undefined,
  summary: Summary,
  stopped: Event,
): CoroutineBody<void> {
  const { concurrency, perHost, ordered, jobTimeout } = settings;
  const named = settings.allowPrivate ? undefined : new NamedHosts();
  const client = new Client({ ...settings, named, connections: perHost });
  const begun = yield* now();
  const job: Job = { client, settings, summary, begun, stopped };
  const open = (admitted: Admitted | Rejected): Stream<unknown> => visiting(job, admitted, handler);
  try {
    if (signal !== undefined) yield* spawn(failOnAbort(signal));
    if (jobTimeout !== Infinity) yield* spawn(failAfter(jobTimeout));
    const admitted = admission(urls, new Hosts(settings), LOOKAHEAD * concurrency, stopped);
    yield* provide(admitted.flatMap(open, { concurrency, ordered }).tap(() => summary.items++));
  } finally {
    yield* client.close();
    summary.elapsed = (yield* now()) - begun;
  }
}

/** One address: its page's result, or the handler's items. */
const visiting = stream(function* visit(
  job: Job,
  admitted: Admitted | Rejected,
  handler: Handler<unknown> | undefined,
): Generator<unknown, void, unknown> {
  const { settings, summary } = job;
  summary.started++;
  try {
    if (admitted.target === undefined) throw admitted.error;
    const { target, permit } = admitted;
    const { response, attempts, timing } = yield* load(job, admitted);
    permit.release();
    const page = new Page(response);
    if (handler !== undefined) yield* handling(handler, page);
    else {
      const read = page.data(settings.as);
      const data = settings.schema === undefined ? read : yield* validate(page.url, read, settings.schema);
      const { status, headers } = response;
      yield {
        ok: true,
        url: target.given,
        status,
        headers,
        data,
        page,
        attempts,
        timing,
      } satisfies Result<unknown>;
    }
    summary.done++;
  } catch (error) {
    if (!(error instanceof PageError)) throw error;
    countFailure(summary, error);
    if (settings.onFailure === 'throw') throw error;
    if (settings.onFailure === 'yield') {
      yield {
        ok: false,
        url: admitted.target === undefined ? admitted.given : admitted.target.given,
        code: error.code,
        error,
      } satisfies Failure;
    }
  } finally {
    admitted.permit?.release();
  }
});

/** The handler runs as a stream of its own: what it spawns and does not wait for fails this page, not the whole scrape. */
function* handling(handler: Handler<unknown>, page: Page): Generator<unknown, void, unknown> {
  const items = each(handled(handler, page));
  try {
    while (yield* items.next()) yield items.value;
  } catch (error) {
    if (error instanceof PageError || error instanceof OptionError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new PageError('HANDLER', page.url, `the handler threw: ${message}`, { cause: error });
  } finally {
    yield* items.close();
  }
}

const handled = stream(function* handler(
  handle: Handler<unknown>,
  page: Page,
): Generator<unknown, void, unknown> {
  const items: unknown = handle(page);
  if (typeof items !== 'object' || items === null || !(Symbol.iterator in items)) {
    throw new OptionError(
      'the handler',
      'a generator function: function* (page) { … }',
      handle.constructor.name,
    );
  }
  yield* items as Generator<unknown, void, unknown>;
});
