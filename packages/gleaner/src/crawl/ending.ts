import { event, sleep, type CoroutineBody } from '@gleaner/coroutine';
import { JobTimeoutError } from '../http/failure.ts';

/** Fails the task that spawned it when its time is over. */
export function* failAfter(ms: number): CoroutineBody<never> {
  yield* sleep(ms);
  throw new JobTimeoutError(ms);
}

/** Here rather than where the loop begins, so that it also holds below operators (`take`, `map`) and in coroutines. */
export function* failOnAbort(signal: AbortSignal): CoroutineBody<never> {
  const aborted = event();
  const abort = (): void => aborted.set();
  if (signal.aborted) abort();
  signal.addEventListener('abort', abort);
  try {
    yield* aborted;
  } finally {
    signal.removeEventListener('abort', abort);
  }
  throw signal.reason;
}
