import { describe, MisuseError, TimeoutError } from './errors.ts';
import { Join, type Joiner } from './join.ts';
import { List } from './list.ts';
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
  if (!(ms >= 0)) throw new MisuseError(`timeout expects milliseconds, 0 or more, not ${describe(ms)}`);
  return new Timeout<T>(ms, work);
}

class Timeout<T> extends Wait<T> implements Timer, Joiner {
  due = 0;
  order = -1;
  before: Joiner | null = null;
  after: Joiner | null = null;
  private readonly ms: number;
  private readonly work: Work<T>;
  private child: Task | null = null;
  private expired = false;

  constructor(ms: number, work: Work<T>) {
    super();
    this.ms = ms;
    this.work = work;
  }

  start(task: Task): Step {
    if (this.order === CALLED_OFF) return this.startAs(new Timeout<T>(this.ms, this.work), task);
    const child = begin(this.work, task, LINKED) as Task;
    if (child.hasEnded || this.ms === Infinity) return this.startAs(new Join<T>(child, false), task);
    this.child = child;
    this.expired = false;
    (child.joiners ??= new List<Joiner>()).push(this);
    task.env.clock.arm(this, this.ms);
    return this.park(task);
  }

  fire(): void {
    this.expired = true;
    void this.child?.cancel();
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
}
