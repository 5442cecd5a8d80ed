import { opened } from './coroutine.ts';
import type { Environment } from './environment.ts';
import { MisuseError } from './errors.ts';
import type { Operation, Step, Work } from './operation.ts';
import { ready } from './operation.ts';
import { enqueue } from './run-queue.ts';
import { DEFERRED, INTERRUPT, Task } from './task.ts';
import { advance, MAX_DEPTH, running } from './trampoline.ts';
import { Wait } from './wait.ts';

export interface SpawnOptions {
  /** 'now' (the default) runs the child up to its first wait before the parent goes on; 'later', when its turn comes. */
  start?: 'now' | 'later';
  /** What the child is called in error messages; by default as the generator function. */
  name?: string;
}

/**
 * Starts a child of the current task, which runs concurrently with it, and gives the child's `Task`. The current
 * task ends only after all its children. A child that fails cancels its siblings and its parent, which then fails
 * with the child's error; to handle that error, catch it in the child, or around a `scope` in which it is spawned.
 *
 * @example
 * await run(function* () {
 *   const child = yield* spawn(function* () {
 *     yield* sleep(10);
 *     return 'done';
 *   });
 *   // … meanwhile …
 *   return yield* child; // 'done'
 * });
 */
export function spawn<T>(work: Work<T>, options?: SpawnOptions): Operation<Task<T>> {
  return new Spawn<T>(work, options, null, 0);
}

/** @internal */
export class Spawn<T> extends Wait<Task<T>> {
  private readonly work: Work<T>;
  private readonly options: SpawnOptions | undefined;
  private readonly parent: Task | null;
  private readonly flags: number;

  /** @param parent in which task to start it; null for the one that is running */
  constructor(work: Work<T>, options: SpawnOptions | undefined, parent: Task | null, flags: number) {
    super();
    this.work = work;
    this.options = options;
    this.parent = parent;
    this.flags = flags;
  }

  start(task: Task): Step {
    if (this.parent !== null && !this.parent.isOpen) {
      throw new MisuseError(
        `the scope '${this.parent.name}' is closed: nothing can be started in it any more`,
      );
    }
    const child = begin(this.work, this.parent ?? task, this.flags, this.options);
    // A child that failed at once has interrupted its parent already: the parent shall not go on.
    return (task.flags & INTERRUPT) === 0 ? ready(child) : this.park(task);
  }

  abandon(): boolean {
    return false;
  }
}

/** Starts a child of `parent`, at once unless asked otherwise. @internal */
export function begin<T>(
  work: Work<T>,
  parent: Task,
  flags: number,
  options?: SpawnOptions,
  env: Environment = parent.env,
): Task<T> {
  const { label, body } = opened(work);
  const child = new Task<T>(parent, options?.name ?? label, body, env, flags | DEFERRED);
  launch(child, options?.start === 'later');
  return child;
}

/** @internal */
export function launch(task: Task, later: boolean): void {
  if (later || running.depth >= MAX_DEPTH / 2) enqueue(task);
  else advance(task);
}
