import type { Coroutine } from './coroutine.ts';
import { describe, MisuseError } from './errors.ts';
import { SUSPENDED, type Step } from './operation.ts';
import { enqueue } from './run-queue.ts';
import {
  BODY_DONE,
  DEFERRED,
  INTERRUPT,
  QUEUED,
  RETURNING,
  RUNNING,
  THROWING,
  UNWINDING,
  type Task,
} from './task.ts';
import { trace } from './trace.ts';
import { returnTop } from './unwind.ts';
import { Wait } from './wait.ts';

/*
 * The trampoline: it drives one task's generators. A coroutine that calls another is not nested in it, as
 * generators that delegate are; the frames of a task are a list, its top is `task.frame`, and only the top
 * is resumed. So a step costs the same at any depth, and depth is bounded by memory alone.
 *
 * (Calling a coroutine does begin on the native stack, inside the caller's `yield*`: see `Coroutine.start`.
 * If it ends without waiting, nobody noticed. If it waits, every native frame between here and there
 * suspends, once, and the frames that are already linked are what is resumed from then on.)
 */

/** What is going on right now. `task`: whose generator runs; null in ordinary code. */
export const running: {
  task: Task | null;
  nested: boolean;
  depth: number;
  budget: number;
  outermost: Coroutine<unknown> | null;
} = {
  task: null,
  /** The running task was started from inside another one's step. */
  nested: false,
  /** How many generators are on the native stack. */
  depth: 0,
  /** How many operations may be started before the next look at the clock. */
  budget: 0,
  /** While native frames suspend: the latest call that has become a frame. */
  outermost: null,
};

/**
 * Depth on the native stack at which calls and spawns stop nesting. A nested call costs some 0.5 kB of about
 * 1 MB of stack. Spawning stops at half, so that a task always has the other half for its own calls.
 */
export const MAX_DEPTH = 192;

/** How a generator is resumed. `Start`: a wait that was put off is started first. */
const Next = 0;
const Throw = 1;
const Return = 2;
const Start = 3;

/** Runs a task until it waits, ends, or (a stream's) has produced an item. */
export function advance(task: Task): void {
  if ((task.flags & (DEFERRED | INTERRUPT)) === (DEFERRED | INTERRUPT)) {
    // Cancelled before what it was about to do had begun: that never begins.
    task.flags &= ~QUEUED;
    task.interruptParked();
    return;
  }
  const outer = running.task;
  const nested = running.nested;
  const depth = running.depth;
  running.task = task;
  running.nested = outer !== null;
  running.depth = depth + 1;

  let produced = false;
  let how = howToResume(task);
  let value = task.value;
  task.value = undefined;
  task.flags = (task.flags & ~(QUEUED | THROWING | RETURNING | DEFERRED)) | RUNNING;

  for (;;) {
    const frame = task.frame;
    const body = frame === null ? task.body : frame.body;
    let step: Step;
    running.outermost = null;
    try {
      if (how === Next) step = body.next(value) as Step;
      else if (how === Throw) step = body.throw(trace(value, task, frame)) as Step;
      else if (how === Return) step = returnTop(task, body);
      else step = task.startPutOff();
    } catch (error) {
      running.depth = depth + 1;
      value = error;
      if (how === Start) {
        how = Throw;
        continue;
      }
      how = Throw;
      if (frame === null) {
        task.bodyEnded(true, trace(error, task.parent, null));
        break;
      }
      trace(error, task, frame.caller);
      task.leave(frame, true);
      continue;
    }

    if (step.done) {
      value = step.value;
      if (how === Start) {
        how = Next;
        continue;
      }
      if (frame === null) {
        task.bodyEnded(false, value);
        break;
      }
      how = frame.unwinding ? Return : Next;
      task.leave(frame, false);
      if (how === Return) task.unwindTop();
      continue;
    }

    if (step === SUSPENDED) {
      // Put off although it is nobody's turn and nobody interrupts: the native stack was full, and is not now.
      if ((task.flags & (DEFERRED | QUEUED | INTERRUPT)) === DEFERRED) {
        task.flags &= ~DEFERRED;
        how = Start;
        continue;
      }
      break;
    }

    if (task.frame === null && task.produces(step.value)) {
      if ((task.flags & UNWINDING) === 0) {
        task.produce(step.value);
        produced = true;
        break;
      }
      // The loop was left, so nobody takes what a `finally` still yields; as in JavaScript's own loops it is dropped.
      how = Next;
      value = undefined;
      continue;
    }
    how = Throw;
    value = plainYield(step.value);
  }

  running.task = outer;
  running.outermost = null;
  running.nested = nested;
  running.depth = depth;
  task.flags &= ~RUNNING;
  if ((task.flags & (INTERRUPT | BODY_DONE | QUEUED)) === INTERRUPT) task.interruptParked();
  else if (produced) task.announce();
}

function howToResume(task: Task): number {
  const { flags } = task;
  if ((flags & DEFERRED) !== 0) return task.wait === null ? Next : Start;
  if ((flags & THROWING) !== 0) return Throw;
  if ((flags & RETURNING) === 0) return Next;
  task.unwindTop();
  return Return;
}

/** `wait` is not started now: the trampoline starts it when the task is resumed. */
export function suspendUnstarted(task: Task, wait: Wait): Step {
  task.flags |= DEFERRED;
  return wait.park(task);
}

/** The value that `wait` waited for has come: its task goes on with it in a moment. */
export function wake(wait: Wait, value: unknown): void {
  const task = wait.task;
  if (task === null || task.wait !== wait) return;
  task.wait = null;
  task.value = value;
  enqueue(task);
}

/** What `wait` waited for has failed: the error is thrown in its task in a moment. */
export function fail(wait: Wait, error: unknown): void {
  const task = wait.task;
  if (task === null || task.wait !== wait) return;
  task.wait = null;
  task.value = error;
  task.flags |= THROWING;
  enqueue(task);
}

function plainYield(value: unknown): MisuseError {
  return value instanceof Wait || (typeof value === 'object' && value !== null && Symbol.iterator in value)
    ? new MisuseError(
        `a coroutine yielded ${describe(value)}: to wait for an operation, write yield* (with a star)`,
      )
    : new MisuseError(
        `a coroutine yielded ${describe(value)}: plain yield hands an item to whoever loops, which only a stream does; ` +
          `mark the function with stream(…), or wait with yield*`,
      );
}
