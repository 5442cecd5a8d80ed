import { describe, MisuseError, TimeoutError } from './errors.ts';
import { Join, type Joiner } from './join.ts';
import type { Operation, Step, Work } from './operation.ts';
import { begin } from './spawn.ts';
import { LINKED, type Task } from './task.ts';
import { CALLED_OFF, type Timer } from './timers.ts';
import { fail, wake } from './trampoline.ts';
import { Wait } from './wait.ts';

/**
 * Runs work with a limit on its time: when that is over, the work is cancelled and cleaned up, and then
 * `TimeoutError` is thrown.
 * @param ms milliseconds, 0 or more, by the task's clock
 *
 * @example
 * const outcome = await run(() => timeout(10, sleep(60_000))).then(
 *   () => 'slept',
 *   (error) => error.code, // 'TIMEOUT'
 * );
 */
export function timeout<T>(ms: number, work: Work<T>): Operation<T> {
  if (typeof ms !== 'number' || !(ms >= 0))
    throw new MisuseError(`timeout expects milliseconds, 0 or more, not ${describe(ms)}`);
  return new Timeout<T>(ms, work);
}

class Timeout<T> extends Wait<T> implements Timer, Joiner {
  due = 0;
  order = -1;
  before: Joiner | null = null;
  after: Joiner | null = null;
  private readonly ms: number;
  private readonly work: Work<T>;
  /** What is limited: a task of its own, or a bare wait, which needs none. */
  private child: Task | null = null;
  private bare: Wait | null = null;
  private expired = false;

  constructor(ms: number, work: Work<T>) {
    super();
    this.ms = ms;
    this.work = work;
  }

  start(task: Task): Step {
    if (this.order === CALLED_OFF) return this.startAs(new Timeout<T>(this.ms, this.work), task);
    const { work } = this;
    if (work instanceof Wait && work.isBare) return this.startBare(work, task);
    const child = begin(work, task, LINKED) as Task;
    if (child.hasEnded || this.ms === Infinity) return this.startAs(new Join<T>(child, false), task);
    this.child = child;
    this.expired = false;
    child.addJoiner(this);
    task.env.clock.arm(this, this.ms);
    return this.park(task);
  }

  /** The wait takes this one's place in the task, and wakes it directly. */
  private startBare(work: Wait, task: Task): Step {
    const bare = work.task === null ? work : (work[Symbol.iterator]() as unknown as Wait);
    const step = this.startAs(bare, task);
    if (step.done || this.ms === Infinity) return step;
    this.bare = bare;
    task.env.clock.arm(this, this.ms);
    return step;
  }

  fire(): void {
    const { bare } = this;
    if (bare === null) {
      this.expired = true;
      void this.child?.cancel();
    } else if ((this.task as Task).wait === bare) {
      bare.abandon();
      fail(bare, new TimeoutError(this.ms));
    }
  }

  joined(child: Task): void {
    (this.task as Task).env.clock.callOff(this);
    const failure = child.failure();
    if (failure === undefined) wake(this, child.value);
    else fail(this, this.expired && child.status === 'cancelled' ? new TimeoutError(this.ms) : failure.error);
  }

  abandon(): boolean {
    (this.task as Task).env.clock.callOff(this);
    const child = this.child as Task;
    child.joiners?.remove(this);
    // Nobody waits for its error any more: that goes to its parent now.
    child.flags &= ~LINKED;
    return false;
  }

  override next(value?: unknown): Step {
    this.overWithBare();
    return super.next(value);
  }

  override throw(error: unknown): never {
    this.overWithBare();
    return super.throw(error);
  }

  override return(value?: unknown): Step {
    this.overWithBare();
    return super.return(value);
  }

  /** The bare wait is over, however it ended. */
  private overWithBare(): void {
    const { bare, task } = this;
    if (bare === null || task === null) return;
    this.bare = null;
    bare.task = null;
    task.env.clock.callOff(this);
  }
}
