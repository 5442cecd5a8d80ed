import { List, type Linked } from './list.ts';
import { ready, type Operation, type Step } from './operation.ts';
import type { Task } from './task.ts';
import { wake } from './trampoline.ts';
import { Wait } from './wait.ts';

/** Something that happens once, for any number of tasks to wait for. */
export interface Event<T = void> extends Operation<T> {
  /** Whether it has happened. */
  readonly isSet: boolean;
  /** It happens: all who wait go on with `value`, in the order in which they came. Only the first time counts. */
  set(value: T): void;
}

/**
 * An event that has not happened yet. May be set from ordinary code.
 *
 * @example
 * const opened = event<string>();
 * setTimeout(() => opened.set('open'), 10);
 * const word = await run(function* () {
 *   return yield* opened; // 'open'
 * });
 */
export function event<T = void>(): Event<T> {
  return new OneTime<T>();
}

class OneTime<T> implements Event<T> {
  isSet = false;
  value: T | undefined = undefined;
  readonly waiters: List<Occurrence<T>> = new List<Occurrence<T>>();

  set(value: T): void {
    if (this.isSet) return;
    this.isSet = true;
    this.value = value;
    for (let waiter = this.waiters.shift(); waiter !== null; waiter = this.waiters.shift())
      wake(waiter, value);
  }

  [Symbol.iterator](): Iterator<Wait, T, unknown> {
    return new Occurrence<T>(this)[Symbol.iterator]();
  }
}

class Occurrence<T> extends Wait<T> implements Linked<Occurrence<T>> {
  before: Occurrence<T> | null = null;
  after: Occurrence<T> | null = null;
  private readonly event: OneTime<T>;

  constructor(event: OneTime<T>) {
    super();
    this.event = event;
  }

  start(task: Task): Step {
    if (this.event.isSet) return ready(this.event.value);
    this.event.waiters.push(this);
    return this.park(task);
  }

  override get isBare(): boolean {
    return true;
  }

  abandon(): boolean {
    this.event.waiters.remove(this);
    return false;
  }
}
