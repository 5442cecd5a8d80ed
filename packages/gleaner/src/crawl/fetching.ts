import { now, race, sleep, TimeoutError, type CoroutineBody } from '@gleaner/coroutine';
import type { Permit } from '../frontier/frontier.ts';
import { MOST_FAILURES } from '../frontier/pace.ts';
import type { FetchRequest } from '../http/client.ts';
import { PageError } from '../http/failure.ts';
import type { CrawlRequest } from '../http/request.ts';
import { backoff, canSucceedLater } from '../http/retry.ts';
import { Page } from '../page/page.ts';
import type { CrawlJob } from './job.ts';
import { random, statusFailure, tooSlow } from './load.ts';
import { obey } from './obeying.ts';

/** A request that may say itself how large its page may be. */
type Asked = CrawlRequest & Pick<FetchRequest, 'maxBytes'>;

/** A page, and what it took. */
export interface Fetched {
  readonly page: Page;
  /** Bytes of bodies over the wire. */
  readonly bytes: number;
}

/** Failures that say that the host is in trouble, and not just this page. */
export const TROUBLE: ReadonlySet<string> = new Set([
  'HTTP_429',
  'HTTP_503',
  'TIMEOUT',
  'RESET',
  'CONNECT',
  'DNS',
  'TLS',
]);

/**
 * Makes one attempt at a page whose host may be asked now, and lets the host go as soon as the answer is there.
 * @throws {PageError}
 */
export function* attempt(job: CrawlJob, request: Asked, first: Permit): CoroutineBody<Fetched> {
  const { client, frontier, settings } = job;
  let permit = first;
  let started = yield* now();
  try {
    if (permit.host.pace.isGivenUp(started)) {
      throw new PageError(
        'HOST_DOWN',
        request.url,
        `its host was in trouble ${MOST_FAILURES} times in a row, and is given up`,
      );
    }
    yield* obey(job, request.url, permit.host);
    started = yield* now();
    const response = yield* client.fetch(request, started, function* follow(to) {
      permit.release(yield* now());
      permit = yield* frontier.enter(to);
      yield* obey(job, to, permit.host);
      started = yield* now();
    });
    const time = yield* now();
    if (!isWanted(response.status, settings.accept)) throw statusFailure(response, time);
    permit.host.pace.answered(time, time - started, true);
    return { page: new Page(response, request), bytes: response.wireBytes };
  } catch (error) {
    const failure = error instanceof TimeoutError ? tooSlow(request.url, settings.timeout) : error;
    const time = yield* now();
    const { pace } = permit.host;
    if (failure instanceof PageError) {
      if (TROUBLE.has(failure.code)) pace.troubled(time, failure.retryAfter);
      else if (failure.status !== undefined) pace.answered(time, time - started, failure.status < 500);
    }
    throw failure;
  } finally {
    permit.release(yield* now());
  }
}

/**
 * Fetches a page in the middle of a spider: waits for its host, and tries again what can succeed later.
 * @throws {PageError} the last attempt's
 */
export function* fetchPatiently(job: CrawlJob, request: Asked): CoroutineBody<Fetched> {
  for (let attempts = 1; ; attempts++) {
    try {
      return yield* attempt(job, request, yield* job.frontier.enter(request.url));
    } catch (error) {
      if (!(error instanceof PageError) || !canSucceedLater(error) || attempts > job.settings.retries)
        throw error;
      yield* race([job.stopped, sleep(backoff(attempts, (yield* random)(), error.retryAfter))]);
      if (job.stopped.isSet) throw error;
    }
  }
}

function isWanted(status: number, accept: readonly number[]): boolean {
  return (status >= 200 && status < 300) || accept.includes(status);
}
