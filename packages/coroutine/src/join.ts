import { MisuseError } from './errors.ts';
import type { Linked } from './list.ts';
import { ready, type Step } from './operation.ts';
import { LINKED, type Task } from './task.ts';
import { fail, wake } from './trampoline.ts';
import { Wait } from './wait.ts';

/** Who is to be told when a task ends. */
export interface Joiner extends Linked<Joiner> {
  /** It only looks on: an error that nobody else is told of is still unhandled. */
  readonly onlooker?: true;
  joined(task: Task): void;
}

/** Waits for a task to end: for its value, or (`anyEnd`) just until it is gone, however it went. */
export class Join<T> extends Wait<T> implements Joiner {
  before: Joiner | null = null;
  after: Joiner | null = null;
  private readonly target: Task;
  private readonly anyEnd: boolean;

  constructor(target: Task, anyEnd: boolean) {
    super();
    this.target = target;
    this.anyEnd = anyEnd;
  }

  start(task: Task): Step {
    const { target } = this;
    if (!target.hasEnded) {
      refuseToWaitForOneself(task, target);
      target.addJoiner(this);
      return this.park(task);
    }
    const failure = this.failure();
    if (failure !== undefined) {
      target.isTold();
      throw failure.error;
    }
    return ready(this.anyEnd ? undefined : target.value);
  }

  abandon(): boolean {
    const { target } = this;
    target.joiners?.remove(this);
    // Nobody waits for its error any more: that goes to its parent now.
    target.flags &= ~LINKED;
    return false;
  }

  joined(): void {
    const failure = this.failure();
    if (failure !== undefined) fail(this, failure.error);
    else wake(this, this.anyEnd ? undefined : this.target.value);
  }

  private failure(): { error: unknown } | undefined {
    return this.anyEnd && this.target.status === 'cancelled' ? undefined : this.target.failure();
  }
}

/** How far up the tree is looked. */
const LOOK_UP = 16;

/** A task ends after its children: one that waits for a task above it waits forever. */
function refuseToWaitForOneself(task: Task, target: Task): void {
  let above: Task | null = task;
  for (let i = 0; above !== null && i < LOOK_UP; i++, above = above.parent) {
    if (above === target) {
      throw new MisuseError(
        `the task '${task.name}' waits for '${target.name}', which ends only after it: neither would ever end`,
      );
    }
  }
}
