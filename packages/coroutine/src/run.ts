import { systemClock, type Clock } from './clock.ts';
import { opened } from './coroutine.ts';
import type { AbortSignalLike } from './host.ts';
import type { Work } from './operation.ts';
import { beginTurn } from './run-queue.ts';
import { DEFERRED, Task } from './task.ts';
import { advance, running } from './trampoline.ts';

export interface RunOptions {
  /** Cancels the task when it aborts; an awaited task then rejects with the signal's reason, as `fetch` does. */
  signal?: AbortSignalLike | undefined;
  /** Where the task's time comes from; the system's by default. */
  clock?: Clock | undefined;
  /** What the task is called in error messages; by default as the generator function. */
  name?: string | undefined;
}

/**
 * Starts a task from ordinary code: at once, up to its first wait. The task can be awaited and cancelled, and
 * cancels itself on leaving an `await using`. A failure that nobody awaits is an unhandled rejection.
 *
 * @example
 * const task = run(function* () {
 *   yield* sleep(10);
 *   return 42;
 * });
 * await task; // 42
 */
export function run<T>(work: Work<T>, options: RunOptions = {}): Task<T> {
  const { signal, clock = systemClock, name } = options;
  const { label, body } = opened(work);
  const task = new Task<T>(null, name ?? label, body, { clock, bindings: null, place: null }, DEFERRED);
  if (signal !== undefined) {
    const cancel = (): void => void task.cancel(signal.reason);
    if (signal.aborted) {
      cancel();
      return task;
    }
    signal.addEventListener('abort', cancel, { once: true });
    const joined = (): void => signal.removeEventListener('abort', cancel);
    task.addJoiner({ before: null, after: null, onlooker: true, joined });
  }
  if (running.task === null) beginTurn();
  advance(task);
  return task;
}
