import { epoch, monotonic, startTimer, stopTimer, type HostTimer } from './host.ts';
import { onIdle, wakeAndDrain } from './run-queue.ts';
import { Timers, type Timer } from './timers.ts';

/** Where tasks get their time from: `systemClock`, or `VirtualClock` for tests. */
export abstract class Clock {
  /** How many waits for something that this clock knows nothing of (promises, callbacks) are under way. @internal */
  outside = 0;

  /** Milliseconds since 1970. */
  abstract now(): number;

  /** One more of them has begun, or one is over. @internal */
  waitsOutside(change: 1 | -1): void {
    this.outside += change;
  }

  /** @internal */
  abstract arm(timer: Timer, ms: number): void;

  /** @internal */
  abstract callOff(timer: Timer): void;
}

/** A clock that keeps its own timers. */
export abstract class TimerClock extends Clock {
  /** @internal */
  readonly timers: Timers = new Timers();

  /** @internal */
  arm(timer: Timer, ms: number): void {
    this.timers.add(timer, this.dueIn(ms));
  }

  /** @internal */
  callOff(timer: Timer): void {
    this.timers.callOff(timer);
  }

  /** Lets happen what is due. */
  protected fire(time: number): void {
    for (let timer = this.timers.take(time); timer !== undefined; timer = this.timers.take(time))
      timer.fire();
  }

  protected abstract dueIn(ms: number): number;
}

/** The longest that a host's timer takes, in milliseconds: 2^31 - 1. */
const LONGEST = 2_147_483_647;

/** The time of the system, never going back, with one host timer for all that sleep. */
class SystemClock extends TimerClock {
  private timer: HostTimer | null = null;
  private timerDue = 0;
  private stopping = false;

  now(): number {
    return epoch + monotonic();
  }

  override arm(timer: Timer, ms: number): void {
    super.arm(timer, ms);
    if (this.timer === null || timer.due < this.timerDue) this.restart(timer.due);
  }

  override callOff(timer: Timer): void {
    super.callOff(timer);
    if (this.timers.live > 0 || this.timer === null || this.stopping) return;
    // A host's timer that is not needed any more is often needed again before the queue is empty.
    this.stopping = true;
    onIdle(this.stopUnlessNeeded);
  }

  /** Whole milliseconds, rounded up: nothing happens early, and V8 keeps whole numbers without allocating. */
  protected dueIn(ms: number): number {
    return Math.ceil(monotonic() + ms);
  }

  private restart(due: number): void {
    this.stop();
    this.timerDue = due;
    this.timer = startTimer(this.onTimer, Math.min(Math.max(due - monotonic(), 0), LONGEST));
  }

  private stop(): void {
    if (this.timer !== null) stopTimer(this.timer);
    this.timer = null;
  }

  private readonly stopUnlessNeeded = (): void => {
    this.stopping = false;
    if (this.timers.live === 0) this.stop();
  };

  private readonly onTimer = (): void => {
    this.timer = null;
    wakeAndDrain(() => this.fire(monotonic()));
    const due = this.timers.next();
    // What was armed meanwhile may be due later than what was there before.
    if (due !== undefined && (this.timer === null || due < this.timerDue)) this.restart(due);
  };
}

/** The time that tasks have unless told otherwise. */
export const systemClock: TimerClock = new SystemClock();
