import { describe, MisuseError } from './errors.ts';
import { ready, type Operation, type Step } from './operation.ts';
import { enqueue } from './run-queue.ts';
import type { Task } from './task.ts';
import { CALLED_OFF, type Timer } from './timers.ts';
import { wake } from './trampoline.ts';
import { Wait } from './wait.ts';

/**
 * Waits for a time, by the task's clock.
 * @param ms milliseconds, 0 or more; never less than this pass, and at most about one more
 *
 * @example
 * await run(() => sleep(10));
 */
export function sleep(ms: number): Operation<void> {
  if (typeof ms !== 'number' || !(ms >= 0 && ms < Infinity))
    throw new MisuseError(`sleep expects milliseconds, 0 or more, not ${describe(ms)}`);
  return new Sleep(ms);
}

/**
 * Reads the task's clock: milliseconds since 1970, or what a test's clock says.
 *
 * @example
 * const time = await run(() => now(), { clock: new VirtualClock({ start: 5 }) }); // 5
 */
export function now(): Operation<number> {
  return new Now();
}

/**
 * Lets every other task that can go on have its turn. For computations that wait for nothing and take long.
 *
 * @example
 * await run(function* () {
 *   for (let i = 0; i < 1000; i++) yield* checkpoint();
 * });
 */
export function checkpoint(): Operation<void> {
  return new Checkpoint();
}

class Sleep extends Wait<void> implements Timer {
  due = 0;
  order = -1;
  private readonly ms: number;

  constructor(ms: number) {
    super();
    this.ms = ms;
  }

  start(task: Task): Step {
    if (this.order === CALLED_OFF) return this.startAs(new Sleep(this.ms), task);
    task.env.clock.arm(this, this.ms);
    return this.park(task);
  }

  fire(): void {
    wake(this, undefined);
  }

  override get isBare(): boolean {
    return true;
  }

  abandon(): boolean {
    (this.task as Task).env.clock.callOff(this);
    return false;
  }
}

class Now extends Wait<number> {
  start(task: Task): Step {
    return ready(task.env.clock.now());
  }

  abandon(): boolean {
    return false;
  }
}

class Checkpoint extends Wait<void> {
  start(task: Task): Step {
    const step = this.park(task);
    task.wait = null;
    enqueue(task);
    return step;
  }

  abandon(): boolean {
    return false;
  }
}
