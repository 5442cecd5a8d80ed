import { Clock } from './clock.ts';
import { MisuseError } from './errors.ts';
import type { Entry } from './journal.ts';
import type { Place } from './place.ts';
import type { Receiver, Recorder } from './recorder.ts';
import type { Timer } from './timers.ts';
import { running } from './trampoline.ts';

/** A journaled coroutine's clock: what it said, and when its timers went off, is written down. */
export class RecordedClock extends Clock {
  private readonly inner: Clock;
  private readonly recorder: Recorder;
  private readonly alarms = new Map<Timer, Alarm>();

  constructor(inner: Clock, recorder: Recorder) {
    super();
    this.inner = inner;
    this.recorder = recorder;
  }

  now(): number {
    return this.recorder.answer(placeOfRunning().next(), 'now', () => this.inner.now());
  }

  override waitsOutside(change: 1 | -1): void {
    super.waitsOutside(change);
    this.inner.waitsOutside(change);
  }

  arm(timer: Timer, ms: number): void {
    const alarm = new Alarm(this.inner, this.recorder, placeOfRunning().next(), ms, () => {
      this.alarms.delete(timer);
      timer.fire();
    });
    this.alarms.set(timer, alarm);
    alarm.start();
  }

  callOff(timer: Timer): void {
    this.alarms.get(timer)?.callOff();
    this.alarms.delete(timer);
  }
}

/** Only tasks arm timers and ask for the time, and all that have this clock are a journaled coroutine's. */
function placeOfRunning(): Place {
  const place = running.task?.env.place;
  if (place === undefined || place === null) throw new MisuseError('there is no journaled coroutine here');
  return place;
}

/** One timer of a journaled coroutine. */
class Alarm implements Timer, Receiver {
  due = 0;
  order = -1;
  private readonly inner: Clock;
  private readonly recorder: Recorder;
  private readonly place: string;
  private readonly effect: string;
  /** When it goes off, in milliseconds since 1970. */
  private readonly at: number;
  private readonly goOff: () => void;
  private isOff = false;

  constructor(inner: Clock, recorder: Recorder, place: string, ms: number, goOff: () => void) {
    this.inner = inner;
    this.recorder = recorder;
    this.place = place;
    this.effect = `a timer of ${ms} ms`;
    this.at = (recorder.isReplaying ? recorder.time : inner.now()) + ms;
    this.goOff = goOff;
  }

  start(): void {
    const { recorder } = this;
    if (!recorder.isReplaying || recorder.isStopping) {
      this.begin();
      return;
    }
    recorder.expect(this.place, this.effect);
    recorder.ask(this.place, this);
  }

  /** What is left of the time: some of it may have passed before a crash, and after it. */
  begin(): void {
    const { recorder } = this;
    if (recorder.hasNotes && !recorder.isStopping) recorder.writeNotes();
    this.inner.arm(this, Math.max(0, this.at - this.inner.now()));
  }

  fire(): void {
    const { place, effect } = this;
    if (this.recorder.isStopping) this.goOff();
    else
      this.recorder.write(
        { place, effect, at: this.inner.now(), failed: false, text: '', bytes: null },
        this,
      );
  }

  deliver(_entry: Entry): void {
    if (!this.isOff) this.goOff();
  }

  callOff(): void {
    this.isOff = true;
    this.recorder.forget(this.place, this);
    this.inner.callOff(this);
  }
}
