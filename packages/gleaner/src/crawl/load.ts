import {
  context,
  now,
  race,
  sleep,
  TimeoutError,
  type Context,
  type CoroutineBody,
  type Event,
} from '@gleaner/coroutine';
import type { Admitted, Permit } from '../frontier/hosts.ts';
import type { Client, HttpResponse } from '../http/client.ts';
import { PageError } from '../http/failure.ts';
import { backoff, canSucceedLater } from '../http/retry.ts';
import { statusFailure } from '../http/status.ts';
import type { Settings } from './options.ts';
import type { Summary } from './summary.ts';

export { statusFailure };

/** Where chance comes from: from 0 up to 1. Tests bind it to what they like. */
export const random: Context<() => number> = context('random', Math.random);

/** When and how long. */
export interface Timing {
  /** When the attempt that succeeded began, in milliseconds since 1970. */
  readonly started: number;
  /** Milliseconds from sending the request to the first byte of its headers. */
  readonly firstByte: number;
  /** Milliseconds from sending the request to the end of its body. */
  readonly total: number;
}

export interface Loaded {
  readonly response: HttpResponse;
  /** 1 unless it had to be tried again. */
  readonly attempts: number;
  readonly timing: Timing;
}

/** What a job's parts share. */
export interface Job {
  readonly client: Client;
  readonly settings: Settings;
  readonly summary: Summary;
  /** When the job began, in milliseconds since 1970. */
  readonly begun: number;
  /** From when on nothing more begins. */
  readonly stopped: Event;
}

/**
 * Fetches a page, trying again what can succeed later.
 * @throws {PageError} the last attempt's
 */
export const load: (job: Job, admitted: Admitted) => CoroutineBody<Loaded> = function* load(
  job,
  { target, permit },
) {
  const { client, settings, summary, stopped, begun } = job;
  const onRedirect = (to: string): CoroutineBody<void> => permit.moveTo(to);
  client.trust(target.url);
  for (let attempts = 1; ; attempts++) {
    const started = yield* now();
    summary.elapsed = started - begun;
    try {
      const response = yield* client.fetch(target.url, started, onRedirect);
      summary.bytes += response.wireBytes;
      const { status, firstByte, total } = response;
      if (status >= 200 && status < 300) return { response, attempts, timing: { started, firstByte, total } };
      throw statusFailure(response, yield* now());
    } catch (error) {
      const failure = error instanceof TimeoutError ? tooSlow(target.given, settings.timeout) : error;
      if (!(failure instanceof PageError) || !canSucceedLater(failure) || attempts > settings.retries)
        throw failure;
      const wait = backoff(attempts, (yield* random)(), failure.retryAfter);
      yield* race([stopped, waiting(wait, permit, target.url)]);
      if (stopped.isSet) throw failure;
      summary.retries++;
    }
  }
};

/** The host is kept meanwhile, so that one which is in trouble is asked no faster; then its turn comes as for any request. */
function* waiting(ms: number, permit: Permit, url: string): CoroutineBody<void> {
  yield* sleep(ms);
  yield* permit.moveTo(url);
}

export function tooSlow(url: string, ms: number): PageError {
  return new PageError('TIMEOUT', url, `no complete response within ${ms} ms (the limit timeout)`);
}
