import { ready, type Operation, type Step } from './operation.ts';
import type { Task } from './task.ts';
import { fail, wake } from './trampoline.ts';
import { Wait } from './wait.ts';

/**
 * Waits for callbacks: `start` begins something, is given `resolve` and `reject`, as `new Promise` is, and may answer
 * a function that takes back what it did (a listener, a timer, a request). That is called exactly once: as soon as
 * the value or error has come, or when the task is cancelled.
 *
 * @example
 * const target = new EventTarget();
 * const ready = () => action<Event>((resolve) => {
 *   target.addEventListener('ready', resolve);
 *   return () => target.removeEventListener('ready', resolve);
 * });
 * setTimeout(() => target.dispatchEvent(new Event('ready')), 10);
 * const { type } = await run(ready); // 'ready'
 */
export function action<T>(
  start: (resolve: (value: T) => void, reject: (error: unknown) => void) => (() => void) | void,
): Operation<T> {
  return new Action<T>(start);
}

interface Outcome {
  value: unknown;
  failed: boolean;
}

class Action<T> extends Wait<T> {
  private readonly begin: (
    resolve: (value: T) => void,
    reject: (error: unknown) => void,
  ) => (() => void) | void;
  private cleanup: (() => void) | void = undefined;
  /** Ends the run that is under way: what comes later is too late. */
  private stop: () => void = nothing;

  constructor(begin: (resolve: (value: T) => void, reject: (error: unknown) => void) => (() => void) | void) {
    super();
    this.begin = begin;
  }

  start(task: Task): Step {
    const { clock } = task.env;
    let early: Outcome | null = null;
    let open = true;
    let parked = false;
    const settle = (value: unknown, failed: boolean): void => {
      if (!open) return;
      if (!parked) {
        early ??= { value, failed };
        return;
      }
      open = false;
      clock.waitsOutside(-1);
      const broken = this.cleanUp();
      if (broken !== undefined) fail(this, broken.error);
      else if (failed) fail(this, value);
      else wake(this, value);
    };
    this.cleanup = this.begin(
      (value) => settle(value, false),
      (error) => settle(error, true),
    );
    if (early !== null) {
      const { value, failed } = early as Outcome;
      open = false;
      this.cleanup?.();
      if (failed) throw value;
      return ready(value);
    }
    parked = true;
    clock.waitsOutside(1);
    this.stop = () => {
      open = false;
      clock.waitsOutside(-1);
    };
    return this.park(task);
  }

  override get isBare(): boolean {
    return true;
  }

  abandon(): boolean {
    this.stop();
    const broken = this.cleanUp();
    if (broken !== undefined) this.task?.addError(broken.error);
    return false;
  }

  private cleanUp(): { error: unknown } | undefined {
    try {
      this.cleanup?.();
      return undefined;
    } catch (error) {
      return { error };
    }
  }
}

function nothing(): void {}
