import { each, effect, journaled, stream, type CoroutineBody } from '@gleaner/coroutine';
import { OptionError, PageError } from '../http/failure.ts';
import type { CrawlRequest } from '../http/request.ts';
import type { Page } from '../page/page.ts';
import { Follow, type Address, type VisitOptions } from '../spider/follow.ts';
import type { PageHandler } from '../spider/spider.ts';
import { visitor, type Visitor } from '../spider/visit.ts';
import { fetchPatiently, type Fetched } from './fetching.ts';
import { countDropped, type CrawlJob } from './job.ts';
import { pages, type RunJournal } from './page-journal.ts';
import { requestOf, type Origin } from './request-of.ts';

/** What one run of a spider over one page has led to. */
export interface Outcome {
  readonly items: unknown[];
  readonly requests: CrawlRequest[];
  /** Bytes of bodies over the wire. */
  bytes: number;
}

/** More than this many items and links of one page are no page's honest content. */
const MOST_YIELDED = 1_000_000;

/**
 * Runs the spider over a page to its end.
 * @param journal where what it waits for is written down, if that is to outlive the process
 * @throws {PageError} `SPIDER` if it throws, or what it did not catch
 * @throws {NonDeterminismError} if it does not do what its journal says
 */
export function* running(
  job: CrawlJob,
  request: CrawlRequest,
  { page, bytes }: Fetched,
  journal: RunJournal | undefined,
): CoroutineBody<Outcome> {
  const handler = job.spider.handlerOf(request.label, page.url);
  const outcome: Outcome = { items: [], requests: [], bytes };
  const run = visitor.with(new Run(job, request, page, outcome), () =>
    gather(job, request, page, handler, outcome),
  );
  yield* journal === undefined ? run : journaled(journal, run);
  return outcome;
}

function* gather(
  job: CrawlJob,
  request: CrawlRequest,
  page: Page,
  handler: PageHandler<unknown>,
  { items, requests }: Outcome,
): CoroutineBody<void> {
  const yielded = each(handled(handler, page));
  try {
    while (yield* yielded.next()) {
      const { value } = yielded;
      if (value instanceof Follow) ask(job, request, page, value, requests);
      else items.push(value);
      if (items.length + requests.length > MOST_YIELDED) {
        throw new PageError(
          'SPIDER',
          page.url,
          `the spider yields more than ${MOST_YIELDED} items and links`,
        );
      }
    }
  } catch (error) {
    if (error instanceof PageError || error instanceof OptionError) throw error;
    const message = error instanceof Error ? error.message : String(error);
    throw new PageError('SPIDER', page.url, `the spider threw: ${message}`, { cause: error });
  } finally {
    yield* yielded.close();
  }
}

/** The spider runs as a stream of its own: what it spawns and does not wait for fails this page, not the crawl. */
const handled = stream(function* spider(
  handle: PageHandler<unknown>,
  page: Page,
): Generator<unknown, void, unknown> {
  const yielded: unknown = handle(page);
  if (typeof yielded !== 'object' || yielded === null || !(Symbol.iterator in yielded)) {
    throw new OptionError(
      'the spider',
      'a generator function: function* (page) { … }',
      handle.constructor.name,
    );
  }
  yield* yielded as Generator<unknown, void, unknown>;
});

/** What belongs to the crawl of what is asked for, as requests. */
function ask(
  job: CrawlJob,
  request: CrawlRequest,
  page: Page,
  follow: Follow,
  requests: CrawlRequest[],
): void {
  const depth = request.depth + 1;
  const origin: Origin = { page, depth, label: request.label, session: request.session };
  const { method, body, key } = follow.options;
  const byAddress = method === undefined && body === undefined && key === undefined;
  const mayBeKnown = byAddress && !job.scope.isTooDeep(depth);
  for (const address of follow.addresses) {
    // Nine links of ten lead to what is known, and no request need be made of them.
    if (mayBeKnown && typeof address === 'string' && job.followed.has(address)) continue;
    let found: CrawlRequest;
    try {
      found = requestOf(address, follow.options, origin, job.keys);
    } catch (error) {
      // Pages are full of links that are none: they are no reason to lose the page.
      if (!(error instanceof PageError)) throw error;
      countDropped(job, 'no address');
      continue;
    }
    const verdict = job.scope.verdict(found.url, depth);
    if (verdict === true) requests.push(found);
    else countDropped(job, verdict);
  }
}

/** What the spider can ask of the crawl in the middle of a page. */
class Run implements Visitor {
  private readonly job: CrawlJob;
  private readonly request: CrawlRequest;
  private readonly page: Page;
  private readonly outcome: Outcome;

  constructor(job: CrawlJob, request: CrawlRequest, page: Page, outcome: Outcome) {
    this.job = job;
    this.request = request;
    this.page = page;
    this.outcome = outcome;
  }

  *visit(address: Address, options: VisitOptions): CoroutineBody<Page> {
    const { job, page, outcome } = this;
    if (address === null)
      throw new PageError(
        'LINK',
        page.url,
        'the spider visits null: the link that it looked for is not on the page',
      );
    const { depth, label, session } = this.request;
    const request = requestOf(address, options, { page, depth: depth + 1, label, session }, job.keys);
    const fetched = yield* effect('visit', request.key, () => fetchPatiently(job, request), pages(request));
    outcome.bytes += fetched.bytes;
    return fetched.page;
  }
}
