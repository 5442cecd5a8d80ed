import { ready, type Operation, type Step } from './operation.ts';
import { continueNow } from './run-queue.ts';
import { THROWING, type Task } from './task.ts';
import { Wait } from './wait.ts';

/**
 * Waits for a promise, or any thenable; any other value is ready at once, as with `await`. A promise cannot be
 * cancelled: a task that is cancelled meanwhile stops listening to it. Where the work itself should stop, use `call`.
 *
 * @example
 * const text = await run(function* () {
 *   return yield* until(Promise.resolve('there')); // 'there'
 * });
 */
export function until<T>(promise: PromiseLike<T> | T): Operation<T> {
  return new Until<T>(promise);
}

class Until<T> extends Wait<T> {
  readonly promise: PromiseLike<T> | T;

  constructor(promise: PromiseLike<T> | T) {
    super();
    this.promise = promise;
  }

  start(task: Task): Step {
    if (!isThenable(this.promise)) return ready(this.promise);
    task.env.clock.waitsOutside(1);
    // The pump that runs this very task takes up its next promise itself.
    const step = this.park(task);
    if (pumped !== task) void pump(this);
    return step;
  }

  /** Nobody will listen to the promise, as if the wait had begun and been abandoned. */
  override drop(): void {
    if (isThenable(this.promise)) this.promise.then(undefined, ignore);
  }

  override get isBare(): boolean {
    return true;
  }

  abandon(): boolean {
    (this.task as Task).env.clock.waitsOutside(-1);
    // The pump may not have come to this promise.
    this.drop();
    return false;
  }
}

/** The task that a pump runs right now. */
let pumped: Task | null = null;

/**
 * Awaits a task's promises, one after the other, for as long as it waits for promises only. A native `await` of a
 * native promise costs a third of `then` with two callbacks; so one async function serves a whole series of them.
 */
async function pump(first: Until<unknown>): Promise<void> {
  for (let wait: Until<unknown> | null = first; wait !== null;) {
    const task = wait.task as Task;
    let value: unknown;
    let failed = false;
    try {
      value = await wait.promise;
    } catch (error) {
      failed = true;
      value = error;
    }
    if (wait.task !== task || task.wait !== wait) return;
    task.env.clock.waitsOutside(-1);
    pumped = task;
    task.wait = null;
    task.value = value;
    if (failed) task.flags |= THROWING;
    continueNow(task);
    pumped = null;
    // Read anew: it has gone on.
    const next = task.wait as Wait | null;
    wait = next instanceof Until ? next : null;
  }
}

function ignore(): void {}

/** @internal */
export function isThenable(value: unknown): value is PromiseLike<unknown> {
  return (
    ((typeof value === 'object' && value !== null) || typeof value === 'function') &&
    typeof (value as { then?: unknown }).then === 'function'
  );
}
