import { List, type Linked } from './list.ts';
import { ready, type Step } from './operation.ts';
import type { Task } from './task.ts';
import { fail, wake } from './trampoline.ts';
import { Wait } from './wait.ts';

/** Who is to be told when a task ends. */
export interface Joiner extends Linked<Joiner> {
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
      (target.joiners ??= new List<Joiner>()).push(this);
      return this.park(task);
    }
    const failure = this.failure();
    if (failure !== undefined) throw failure.error;
    return ready(this.anyEnd ? undefined : target.value);
  }

  abandon(): boolean {
    this.target.joiners?.remove(this);
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
