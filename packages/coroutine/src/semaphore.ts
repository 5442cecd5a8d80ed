import { MisuseError, requireCount } from './errors.ts';
import { List, type Linked } from './list.ts';
import { ready, type Operation, type Step, type Work } from './operation.ts';
import type { Task } from './task.ts';
import { wake } from './trampoline.ts';
import { coroutine, type Coroutine } from './coroutine.ts';
import { Wait } from './wait.ts';

/** A number of permits that tasks take and give back, first come, first served. */
export class Semaphore {
  /** How many permits are free. */
  available: number;
  /** @internal */
  readonly waiters: List<Acquire> = new List<Acquire>();
  private readonly permits: number;

  /** @internal */
  constructor(permits: number) {
    requireCount('the number of permits', permits, 1);
    this.permits = permits;
    this.available = permits;
  }

  /**
   * Takes a permit, waiting for one if none is free. Either it is taken or, if the task is cancelled meanwhile,
   * nothing has changed. Enter a `try … finally { release() }` right after, or use `hold`.
   */
  acquire(): Operation<void> {
    return new Acquire(this);
  }

  /** Gives a permit back: to whoever has waited longest. */
  release(): void {
    const next = this.waiters.shift();
    if (next !== null) wake(next, undefined);
    else if (this.available === this.permits)
      throw new MisuseError('a semaphore was released more often than acquired');
    else this.available++;
  }

  /** Does work while holding a permit. */
  hold<T>(work: Work<T>): Coroutine<T> {
    return holding(this, work);
  }
}

/**
 * A semaphore (Dijkstra, EWD 74): at most `permits` tasks at a time get past it.
 *
 * @example
 * const door = semaphore(2);
 * await run(() => all([1, 2, 3].map((n) => door.hold(sleep(n)))));
 * door.available; // 2
 */
export function semaphore(permits: number): Semaphore {
  return new Semaphore(permits);
}

const holding = coroutine(function* hold<T>(semaphore: Semaphore, work: Work<T>) {
  yield* semaphore.acquire();
  try {
    return yield* typeof work === 'function' ? work() : work;
  } finally {
    semaphore.release();
  }
});

class Acquire extends Wait<void> implements Linked<Acquire> {
  before: Acquire | null = null;
  after: Acquire | null = null;
  private readonly semaphore: Semaphore;

  constructor(semaphore: Semaphore) {
    super();
    this.semaphore = semaphore;
  }

  start(task: Task): Step {
    const { semaphore } = this;
    if (semaphore.available > 0) {
      semaphore.available--;
      return ready(undefined);
    }
    semaphore.waiters.push(this);
    return this.park(task);
  }

  override get isBare(): boolean {
    return true;
  }

  abandon(): boolean {
    this.semaphore.waiters.remove(this);
    return false;
  }
}
