import { TimerClock } from './clock.ts';
import { describe, MisuseError } from './errors.ts';
import { afterLoopTurn } from './host.ts';
import { isIdle, onIdle, wakeAndDrain } from './run-queue.ts';
import type { Timer } from './timers.ts';

export interface VirtualClockOptions {
  /** What `now()` says at first, in milliseconds since 1970; 0 by default. */
  start?: number;
  /**
   * Jump to the next time at which something is due whenever all tasks wait for time alone. While one waits for a
   * promise or a callback (real I/O), the clock stands still: use `advance`.
   */
  autojump?: boolean;
}

/**
 * Time under a test's control: nothing passes until told so, and hours pass in milliseconds. With the same inputs
 * the order of steps is the same every time.
 *
 * @example
 * const clock = new VirtualClock();
 * const task = run(function* () {
 *   yield* sleep(3_600_000);
 *   return 'an hour later';
 * }, { clock });
 * await clock.advance(3_600_000);
 * await task; // 'an hour later'
 */
export class VirtualClock extends TimerClock {
  private time: number;
  private readonly autojump: boolean;
  private jumping = false;

  constructor({ start = 0, autojump = false }: VirtualClockOptions = {}) {
    super();
    this.time = start;
    this.autojump = autojump;
  }

  now(): number {
    return this.time;
  }

  /** Lets `ms` milliseconds pass: what is due happens in its order, and tasks and promises get on in between. */
  async advance(ms: number): Promise<void> {
    if (!(ms >= 0 && ms < Infinity)) {
      throw new MisuseError(`advance expects milliseconds, 0 or more, not ${describe(ms)}`);
    }
    const end = this.time + ms;
    for (;;) {
      await quiet();
      const due = this.timers.next();
      if (due === undefined || due > end) break;
      this.passUntil(due);
    }
    this.time = Math.max(this.time, end);
  }

  override arm(timer: Timer, ms: number): void {
    super.arm(timer, ms);
    if (this.autojump) this.jumpSoon();
  }

  protected dueIn(ms: number): number {
    return this.time + ms;
  }

  private passUntil(due: number): void {
    this.time = Math.max(this.time, due);
    wakeAndDrain(() => this.fire(this.time));
  }

  private jumpSoon(): void {
    if (this.jumping) return;
    this.jumping = true;
    // After a turn of the loop: what promises have still to say goes first.
    afterLoopTurn(() => {
      this.jumping = false;
      const due = this.timers.next();
      if (due === undefined) return;
      if (isIdle() && this.outside === 0) {
        this.passUntil(due);
        this.jumpSoon();
      } else onIdle(() => this.jumpSoon());
    });
  }
}

/** Resolves when the event loop has turned and no task can go on. */
async function quiet(): Promise<void> {
  do await new Promise<void>((resolve) => afterLoopTurn(resolve));
  while (!isIdle());
}
