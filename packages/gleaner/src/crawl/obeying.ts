import { event, now, TimeoutError, type CoroutineBody, type Event } from '@gleaner/coroutine';
import type { Host } from '../frontier/host.ts';
import { crawlDelay, isAllowed, robotsFor, type Robots } from '../frontier/robots.ts';
import { LONGEST_REST } from '../frontier/pace.ts';
import { PageError, type FailureCode, type FailureDetails } from '../http/failure.ts';
import type { CrawlRequest } from '../http/request.ts';
import type { HttpResponse } from '../http/client.ts';
import { retryAfter } from '../http/retry.ts';
import type { CrawlJob } from './job.ts';

/** For how long a robots.txt is taken to be as it was (RFC 9309, 2.4), in milliseconds. */
const FRESH = 24 * 3_600_000;

/** Who is asking a host for its robots.txt just now: others wait for the same answer. */
const asking = new WeakMap<Host, Event>();

/**
 * Lets nothing through that the host's robots.txt forbids.
 * @throws {PageError} `ROBOTS`, or why robots.txt could not be had
 */
export function* obey(job: CrawlJob, url: string, host: Host): CoroutineBody<void> {
  if (!job.settings.robots) return;
  const robots = yield* robotsOf(job, host);
  if (isAllowed(robots, productOf(job), url)) return;
  throw new PageError('ROBOTS', url, 'the robots.txt of its host does not allow it');
}

/** The host's robots.txt, asked for once a day. */
export function* robotsOf(job: CrawlJob, host: Host): CoroutineBody<Robots> {
  for (;;) {
    const time = yield* now();
    if (host.known !== undefined && time - host.known.at < FRESH) return host.known.robots;
    const other = asking.get(host);
    if (other !== undefined) {
      yield* other;
      continue;
    }
    const answered = event();
    asking.set(host, answered);
    try {
      const robots = yield* ask(job, host, time);
      host.known = { robots, at: time };
      host.pace.crawlDelay = Math.min(crawlDelay(robots, productOf(job)) ?? 0, LONGEST_REST);
      // The page that wanted to know is asked for now: the next one waits for as long as was just learnt.
      host.pace.start(yield* now());
      return robots;
    } finally {
      asking.delete(host);
      answered.set();
    }
  }
}

/** Asks for it under the permit of the page that wants to know. */
function* ask(job: CrawlJob, host: Host, time: number): CoroutineBody<Robots> {
  const url = `${host.origin}/robots.txt`;
  let response: HttpResponse;
  try {
    response = yield* job.client.fetch(requestFor(url), time, function* () {});
  } catch (error) {
    if (error instanceof TimeoutError)
      throw stayAway(
        url,
        'TIMEOUT',
        `no complete response within ${job.settings.timeout} ms (the limit timeout)`,
        {
          cause: error,
        },
      );
    if (error instanceof PageError) throw stayAway(url, error.code, error.reason, { cause: error });
    throw error;
  }
  const { status, headers, body } = response;
  // A server that asks for patience has not said that it has no robots.txt, as other 4xx do (RFC 9309, 2.3.1.3).
  if (status < 500 && status !== 429) return robotsFor(status, body);
  // 429 and 503 are trouble for whoever asks, and counted there; of a page, any other 5xx would be the page's own.
  if (status !== 429 && status !== 503) host.pace.troubled(yield* now());
  throw stayAway(url, `HTTP_${status}`, `the server answered ${status}`, {
    status,
    retryAfter: retryAfter(headers['retry-after'], time),
  });
}

/** RFC 9309, 2.3.1.4: as long as nobody knows what it says, everything is forbidden. */
function stayAway(url: string, code: FailureCode, reason: string, details: FailureDetails): PageError {
  return new PageError(
    code,
    url,
    `robots.txt could not be had, so its host is left alone: ${reason}`,
    details,
  );
}

function requestFor(url: string): CrawlRequest {
  return {
    url,
    method: 'GET',
    headers: {},
    body: undefined,
    priority: 0,
    depth: 0,
    label: undefined,
    data: undefined,
    session: undefined,
    key: url,
  };
}

/** The product token that robots.txt is read for: the first word of the user agent (RFC 9309, 2.2.1). */
function productOf({ settings }: CrawlJob): string {
  return /^[a-z_-]+/i.exec(settings.headers['user-agent'] ?? '')?.[0] ?? '*';
}
