import { MisuseError } from './errors.ts';
import { READY, type Operation, type Step } from './operation.ts';
import { INTERRUPT, type Task } from './task.ts';
import { checkpointBefore } from './run-queue.ts';
import { running } from './trampoline.ts';

/**
 * A wait, as a value: what `yield*` hands to the runtime. Every primitive of the runtime is a subclass
 * that says how it starts and how it is abandoned; the protocol with the generator is here, once.
 *
 * `yield*` first calls `next()`, which starts the wait; an answer that is `done` is the value, and the
 * task has never left its generator. Otherwise the task is parked here, and whoever has the value calls
 * `wake` (or `fail`), upon which the trampoline resumes the generator and with it this iterator.
 */
export abstract class Wait<T = unknown> implements Operation<T> {
  /** Never present: it keeps items that a stream yields apart from waits, for the type checker. */
  declare protected readonly brand: 'wait';

  /** The task that waits here; null while nobody does. @internal */
  task: Task | null = null;

  /**
   * Starts waiting on behalf of `task`: `ready(value)`, or `this.park(task)` after arranging for a
   * wake-up. A throw is thrown at the `yield*`. @internal
   */
  abstract start(task: Task): Step;

  /**
   * The task is cancelled while it waits here: undoes what `start` arranged. Answers true if it needs
   * time to do so, and then ends with `abandoned(this)`. @internal
   */
  abstract abandon(): boolean;

  /** Waiting is all that it does: it calls nobody else's code that waits, and is abandoned at once. @internal */
  get isBare(): boolean {
    return false;
  }

  /** The task is cancelled before it began to wait here, and never will. @internal */
  drop(): void {}

  /** @internal */
  park(task: Task): Step {
    this.task = task;
    return task.park(this);
  }

  /** Starts another wait in this one's place. @internal */
  protected startAs(other: Wait, task: Task): Step {
    const step = other.start(task);
    if (!step.done) this.task = task;
    return step;
  }

  /** A wait that is under way is not shared: somebody else who waits for the same description gets a copy. */
  [Symbol.iterator](): Iterator<Wait, T, unknown> {
    if (this.task === null) return this as unknown as Iterator<Wait, T, unknown>;
    const copy = Object.assign(Object.create(Object.getPrototypeOf(this) as object) as this, this);
    copy.task = null;
    return copy as unknown as Iterator<Wait, T, unknown>;
  }

  /** @internal */
  next(value?: unknown): Step {
    if (this.task !== null) {
      this.task = null;
      READY.value = value;
      return READY;
    }
    const task = running.task;
    if (task === null) {
      throw new MisuseError(
        `'${this.constructor.name}' was waited for outside a coroutine; start one with run(…), or await it`,
      );
    }
    if (--running.budget <= 0 || (task.flags & INTERRUPT) !== 0) {
      return checkpointBefore(this, task);
    }
    return this.start(task);
  }

  /** @internal */
  throw(error: unknown): never {
    this.task = null;
    throw error;
  }

  /** @internal */
  return(value?: unknown): Step {
    this.task = null;
    READY.value = value;
    return READY;
  }
}
