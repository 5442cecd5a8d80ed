import type { Clock } from './clock.ts';
import { Deque } from './deque.ts';
import { NonDeterminismError } from './errors.ts';
import type { Entry, Journal } from './journal.ts';
import { Place } from './place.ts';
import { RecordedClock } from './recorded-clock.ts';
import { beginTurn, isIdle, onRest } from './run-queue.ts';
import type { Work } from './operation.ts';
import { begin } from './spawn.ts';
import { LINKED, type Task } from './task.ts';
import { running } from './trampoline.ts';

/** Who has asked for an effect and waits for what comes of it. */
export interface Receiver {
  /** What was written down, now or before. */
  deliver(entry: Entry): void;
  /** Nothing was: it is to be done now. */
  begin(): void;
}

/** So many entries are answered in one go before other tasks have their turn. */
const MOST_AT_ONCE = 64;

/*
 * Runs a coroutine from its journal. Whatever comes from outside is delivered to its tasks one at a time, in the order of
 * the journal, and only when all tasks have come to rest; both while it happens, when it is written first, and when the
 * coroutine is run anew. So its tasks do the same steps in the same order each time, who wins a race included.
 */
export class Recorder {
  /** Whether it has yet to come to where it was, which is where the journal as it was found ends. */
  isReplaying: boolean;
  /** How many tasks of the coroutine there are. */
  tasks = 0;
  /** When what was delivered last had happened, in milliseconds since 1970. */
  time: number;
  /** What the tasks inherit. */
  readonly root: Place = new Place(this, '', 0);
  /** Why the coroutine must not go on. */
  broken: { readonly error: unknown } | undefined = undefined;
  /** The real one. */
  readonly clock: Clock;
  /** The one that the tasks have. */
  readonly recordedClock: RecordedClock;
  /** The task that runs the coroutine. */
  rootTask: Task | undefined = undefined;
  private readonly journal: Journal;
  /** The task around the coroutine's own: what is done for it is done in this one's children. */
  private readonly around: Task;

  /** The journal as it was found; the first `next` of them have been delivered, or are for nobody any more. */
  private entries: readonly Entry[];
  private next = 0;
  /** Those of them that nobody has asked for. */
  private readonly unasked = new Map<string, Entry>();
  /** Who waits for one of them, by place. */
  private readonly asked = new Map<string, Receiver>();
  /** Who waits for what is not in it, in the order of asking. */
  private readonly beyond = new Set<Receiver>();

  /** Answers that were given at once, and are written with what comes next. */
  private notes: Entry[] = [];
  /** What was written and has yet to be delivered. */
  private readonly arrived = new Deque<{ entry: Entry; receiver: Receiver }>();
  private isPumping = false;
  private inOneGo = 0;

  constructor(journal: Journal, around: Task) {
    const { clock } = around.env;
    this.journal = journal;
    this.clock = clock;
    this.recordedClock = new RecordedClock(clock, this);
    this.around = around;
    this.entries = journal.entries();
    this.time = journal.startedAt ?? this.entries[0]?.at ?? clock.now();
    this.isReplaying = this.entries.length > 0 || this.time < clock.now();
    for (const entry of this.entries) this.unasked.set(entry.place, entry);
  }

  /** Whether it is being stopped, which is not its own doing: what its clean-up does is not written down. */
  get isStopping(): boolean {
    return this.broken !== undefined || (this.rootTask?.isCancelled ?? false);
  }

  /** Whether answers were given that are not written yet. */
  get hasNotes(): boolean {
    return this.notes.length > 0 || this.journal.isBehind === true;
  }

  /**
   * What was written down in a place.
   * @throws {NonDeterminismError} if that was another effect
   */
  expect(place: string, effect: string): Entry | undefined {
    this.check();
    const entry = this.unasked.get(place);
    if (entry === undefined || entry.effect === effect) return entry;
    const error = new NonDeterminismError(this.journal.name, place, entry.effect, effect);
    this.break(error);
    throw error;
  }

  /**
   * What was written down for an effect, if nothing else can happen before it is delivered.
   * @throws {NonDeterminismError} if that was another effect
   */
  atOnce(task: Place, place: string, effect: string): Entry | undefined {
    const entry = this.expect(place, effect);
    if (entry === undefined || this.entries[this.next] !== entry) return undefined;
    // Any other task that could do something would have done it first.
    const isAlone = this.tasks === task.depth && !running.nested && isIdle();
    if (!isAlone || this.inOneGo >= MOST_AT_ONCE) return undefined;
    this.inOneGo++;
    this.unasked.delete(place);
    this.pass(entry);
    // It would have waited, and begun a turn of its own.
    beginTurn();
    return entry;
  }

  /** Waits until the journal comes to an effect, or has come to its end. */
  ask(place: string, receiver: Receiver): void {
    if (this.unasked.delete(place)) this.asked.set(place, receiver);
    else this.beyond.add(receiver);
    this.pump();
  }

  /** Who asked does not wait any more. */
  forget(place: string, receiver: Receiver): void {
    if (this.asked.delete(place)) this.pump();
    this.beyond.delete(receiver);
  }

  /** Answers a question that waits for nothing: as it was answered before, or anew. */
  answer(place: string, effect: string, make: () => number): number {
    if (this.isStopping) return make();
    const known = this.expect(place, effect);
    if (known === undefined) {
      const number = make();
      const at = this.clock.now();
      this.notes.push({ place, effect, at, failed: false, text: String(number), bytes: null });
      return number;
    }
    this.unasked.delete(place);
    if (this.entries[this.next] === known) this.pass(known);
    return Number(known.text);
  }

  /** Does the work of an effect. */
  perform<T>(work: Work<T>, { env }: Task): Task<T> {
    return begin(work, this.around, LINKED, {}, { ...env, clock: this.clock, place: null });
  }

  /** Writes down what has come, and then delivers it. */
  write(entry: Entry, receiver: Receiver): void {
    this.append([entry], () => {
      this.arrived.push({ entry, receiver });
      this.pump();
    });
  }

  /** Writes down the answers that were given, since what happens next may depend on them. */
  writeNotes(done: () => void = nothing): void {
    this.append([], done);
  }

  /** The coroutine must not go on: it is cancelled, and ends with the error. */
  break(error: unknown): void {
    if (this.broken !== undefined) return;
    this.broken = { error };
    void this.rootTask?.cancel();
  }

  /** @throws {NonDeterminismError} if it has ended without asking for all that is in its journal */
  end(): void {
    this.check();
    for (const entry of this.unasked.values())
      throw new NonDeterminismError(this.journal.name, entry.place, entry.effect, undefined);
  }

  /** Nothing is done, and nothing caught, after it must not go on. */
  check(): void {
    if (this.broken !== undefined) throw this.broken.error;
  }

  private append(entries: readonly Entry[], written: () => void): void {
    const all = this.notes.length === 0 ? entries : [...this.notes, ...entries];
    this.notes = [];
    // The disk is outside: a virtual clock stands still meanwhile.
    this.clock.waitsOutside(1);
    this.journal.append(all, (error) => {
      this.clock.waitsOutside(-1);
      if (error === undefined) written();
      else this.break(error);
    });
  }

  private pass(entry: Entry): void {
    this.next++;
    this.time = entry.at;
    if (this.next === this.entries.length) this.pump();
  }

  /** Delivers one thing as soon as all tasks have come to rest. */
  private pump(): void {
    if (this.isPumping) return;
    this.isPumping = true;
    onRest(() => {
      this.isPumping = false;
      this.inOneGo = 0;
      if (this.broken === undefined) this.deliverNext();
    });
  }

  private deliverNext(): void {
    for (let entry = this.entries[this.next]; entry !== undefined; entry = this.entries[this.next]) {
      const { place } = entry;
      const receiver = this.asked.get(place);
      if (receiver !== undefined) {
        this.asked.delete(place);
        this.pass(entry);
        receiver.deliver(entry);
        this.pump();
        return;
      }
      if (this.unasked.has(place)) {
        this.awaitAsking(entry);
        return;
      }
      // Who asked for it was cancelled before it was delivered, then as now; or it was answered out of line.
      this.next++;
    }
    this.entries = [];
    this.next = 0;
    this.isReplaying = false;
    if (this.beyond.size > 0) {
      const waiting = [...this.beyond];
      this.beyond.clear();
      for (const receiver of waiting) receiver.begin();
    }
    const first = this.arrived.shift();
    if (first === undefined) return;
    this.time = first.entry.at;
    first.receiver.deliver(first.entry);
    if (this.arrived.size > 0) this.pump();
  }

  /** All tasks rest, and nobody has asked for what comes next: only something outside can still lead to that. */
  private awaitAsking(entry: Entry): void {
    if (this.tasks > 0 && this.recordedClock.outside === 0)
      this.break(new NonDeterminismError(this.journal.name, entry.place, entry.effect, undefined));
  }
}

function nothing(): void {}
