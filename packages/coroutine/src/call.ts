import { newAbortController, type AbortControllerLike, type AbortSignalLike } from './host.ts';
import { ready, type Operation, type Step } from './operation.ts';
import type { Task } from './task.ts';
import { fail, wake } from './trampoline.ts';
import { isThenable } from './until.ts';
import { Wait } from './wait.ts';

/**
 * Calls a function that does its work with promises, and waits for what it gives. If the task is cancelled, the
 * signal aborts; and if the function asked for the signal, its promise is then waited for, since a function that
 * takes a signal heeds it, and what it does last is part of cleaning up. (One that takes none is left to itself.)
 *
 * @example
 * const status = await run(function* () {
 *   const response = yield* call((signal) => fetch('data:text/plain,hello', { signal }));
 *   return response.status; // 200
 * });
 */
export function call<T>(work: (signal: AbortSignal) => PromiseLike<T> | T): Operation<T> {
  return new Call<T>(work);
}

class Call<T> extends Wait<T> {
  private readonly work: (signal: AbortSignal) => PromiseLike<T> | T;
  private controller: AbortControllerLike | null = null;

  constructor(work: (signal: AbortSignal) => PromiseLike<T> | T) {
    super();
    this.work = work;
  }

  start(task: Task): Step {
    const { work } = this;
    const controller = newAbortController();
    const promise = work(controller.signal);
    if (!isThenable(promise)) return ready(promise);
    this.controller = controller;
    const { clock } = task.env;
    clock.waitsOutside(1);
    const step = this.park(task);
    promise.then(
      (value) => {
        if (this.leaves(controller)) return;
        clock.waitsOutside(-1);
        if (!controller.signal.aborted) wake(this, value);
        else task.abandoned();
      },
      (error: unknown) => {
        if (this.leaves(controller)) return;
        clock.waitsOutside(-1);
        const { signal } = controller;
        if (!signal.aborted) fail(this, error);
        else task.abandoned(isAbort(error, signal) ? undefined : { error });
      },
    );
    return step;
  }

  abandon(): boolean {
    this.controller?.abort();
    if (this.work.length > 0) return true;
    (this.task as Task).env.clock.waitsOutside(-1);
    return false;
  }

  /** Whether a call was left to itself, so that what comes of it is nobody's. */
  private leaves(controller: AbortControllerLike): boolean {
    return controller.signal.aborted && this.work.length === 0;
  }
}

function isAbort(error: unknown, signal: AbortSignalLike): boolean {
  return error === signal.reason || (error instanceof Error && error.name === 'AbortError');
}
