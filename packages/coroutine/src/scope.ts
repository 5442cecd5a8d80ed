import { opened } from './coroutine.ts';
import type { Environment } from './environment.ts';
import { MisuseError } from './errors.ts';
import { Join } from './join.ts';
import type { Operation, Step, Work } from './operation.ts';
import { launch, Spawn, type SpawnOptions } from './spawn.ts';
import { DEFERRED, LINKED, Task } from './task.ts';
import { Wait } from './wait.ts';

/** A nursery that is open: others may start work in it. */
export interface Scope {
  /** Starts a child of the scope, whoever waits for this; the scope then ends after that child. */
  spawn<T>(work: Work<T>, options?: SpawnOptions): Operation<Task<T>>;
  /** Ends the scope and all in it, as `Task.cancel` does. */
  cancel(reason?: unknown): Operation<void> & PromiseLike<void>;
}

/**
 * Runs work in a nursery of its own, and leaves it only when all children started in it have ended. If the work or
 * a child fails, the others are cancelled and cleaned up, and then the error is thrown here: this is the place to
 * catch it. Several errors come as one `AggregateError`. After Trio's nurseries and Sústrik's structured concurrency.
 *
 * @example
 * const total = await run(function* () {
 *   let sum = 0;
 *   yield* scope(function* () {
 *     for (const n of [1, 2, 3]) {
 *       yield* spawn(function* () {
 *         yield* sleep(10);
 *         sum += n;
 *       });
 *     }
 *   });
 *   return sum; // 6: the scope has waited for all three
 * });
 */
export function scope<T>(work: (scope: Scope) => Operation<T>): Operation<T> {
  return new Enter<T>(work, undefined);
}

/** Runs work as a task of its own whose end, good or bad, comes back to the caller. @internal */
export class Enter<T> extends Wait<T> {
  private readonly work: (scope: Scope) => Operation<T>;
  private readonly bind: ((outer: Environment) => Environment) | undefined;

  /** @param bind what the work inherits; undefined for what its caller has */
  constructor(work: (scope: Scope) => Operation<T>, bind: ((outer: Environment) => Environment) | undefined) {
    super();
    this.work = work;
    this.bind = bind;
  }

  start(task: Task): Step {
    const nursery = new Nursery();
    const { label, body } = opened(this.work(nursery));
    const env = this.bind === undefined ? task.env : this.bind(task.env);
    const child = new Task<T>(task, this.work.name || label, body, env, LINKED | DEFERRED);
    nursery.task = child;
    launch(child, false);
    return this.startAs(new Join<T>(child, false), task);
  }

  abandon(): boolean {
    return false;
  }
}

class Nursery implements Scope {
  task: Task | null = null;

  spawn<T>(work: Work<T>, options?: SpawnOptions): Operation<Task<T>> {
    if (this.task === null) throw new MisuseError('the scope has not begun');
    return new Spawn<T>(work, options, this.task, 0);
  }

  cancel(reason?: unknown): Operation<void> & PromiseLike<void> {
    if (this.task === null) throw new MisuseError('the scope has not begun');
    return this.task.cancel(reason);
  }
}
