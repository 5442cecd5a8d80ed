import { decodeError, encodeError, JSON_CODEC, type Codec } from './codec.ts';
import { describe, MisuseError } from './errors.ts';
import type { Joiner } from './join.ts';
import type { Entry } from './journal.ts';
import { ready, type Operation, type Step, type Work } from './operation.ts';
import type { Receiver, Recorder } from './recorder.ts';
import { Enter } from './scope.ts';
import { LINKED, type Task } from './task.ts';
import { fail, wake } from './trampoline.ts';
import { Wait } from './wait.ts';

/**
 * Does something that reaches outside, under a name: what a journaled coroutine may do besides `sleep`, `now` and
 * `random`. It is done once, and what comes of it is written down; when the coroutine is run anew after a crash, it gets
 * the same again, and nothing is done. Outside of a journaled coroutine it is just done.
 *
 * What a coroutine that is cancelled from outside does to clean up is no part of its journal.
 *
 * What the work itself waits for is not written down: only its outcome is, as JSON unless there is a codec. An error
 * comes as an `EffectError`. If the process dies between the deed and the writing, it is done once more: what must not
 * be done twice needs a key by which the other side knows it.
 *
 * @param name what is done, for people and for the journal
 * @param args what it is done with, as JSON: if it is something else when run anew, that is an error
 *
 * @example
 * const order = coroutine(function* () {
 *   const price = yield* effect('price', { of: 'tea' }, () => until(Promise.resolve(3)));
 *   yield* sleep(10);
 *   return price * 2;
 * });
 * const total = await order(); // 6
 */
export function effect<T>(
  name: string,
  args: unknown,
  work: Work<T>,
  codec: Codec<T> = JSON_CODEC as Codec<T>,
): Operation<T> {
  return new Effect<T>(inWords(name, args), work, codec);
}

/**
 * A random number, 0 or more and less than 1. A journaled coroutine gets the same ones when it is run anew.
 *
 * @example
 * const dice = await run(function* () {
 *   return 1 + Math.floor(6 * (yield* random()));
 * });
 */
export function random(): Operation<number> {
  return new Random();
}

class Random extends Wait<number> {
  start(task: Task): Step {
    const { place } = task.env;
    return ready(place === null ? Math.random() : place.recorder.answer(place.next(), 'random', Math.random));
  }

  abandon(): boolean {
    return false;
  }
}

/** An effect is told by so many characters at most, and by a hash of those that are left out. */
const LONGEST = 300;

function inWords(name: string, args: unknown): string {
  if (typeof name !== 'string' || name === '')
    throw new MisuseError(`effect expects a name, not ${describe(name)}`);
  const words = args === undefined ? name : `${name} ${JSON.stringify(args)}`;
  if (words.length <= LONGEST) return words;
  return `${words.slice(0, LONGEST)}… (${words.length} characters, ${hashOf(words)})`;
}

/** Two runs of FNV-1a (Fowler, Noll and Vo; 32 bits), from different beginnings. */
function hashOf(text: string): string {
  let one = 0x811c9dc5;
  let two = 0x01000193;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    one = Math.imul(one ^ code, 0x01000193);
    two = Math.imul(two ^ code, 0x01000193) + 1;
  }
  return ((one >>> 0) * 2 ** 20 + ((two >>> 0) % 2 ** 20)).toString(36);
}

/**
 * The work is done in a task beside the coroutine's own, so that these do the same whether it is done or not: they wait
 * here. If they are cancelled meanwhile, so is the work, and the coroutine ends only after that.
 */
class Effect<T> extends Wait<T> implements Receiver, Joiner {
  before: Joiner | null = null;
  after: Joiner | null = null;
  private readonly words: string;
  private readonly work: Work<T>;
  private readonly codec: Codec<T>;
  private recorder: Recorder | null = null;
  private at = '';
  /** Does the work. */
  private worker: Task<T> | null = null;
  private cause: unknown = undefined;

  constructor(words: string, work: Work<T>, codec: Codec<T>) {
    super();
    this.words = words;
    this.work = work;
    this.codec = codec;
  }

  start(task: Task): Step {
    const { place } = task.env;
    const recorder = place?.recorder;
    if (place === null || recorder === undefined || recorder.isStopping)
      return this.startAs(this.unwritten(), task);
    const at = place.next();
    if (recorder.isReplaying) {
      const entry = recorder.atOnce(place, at, this.words);
      if (entry !== undefined) return ready(this.outcome(entry));
    }
    this.recorder = recorder;
    this.at = at;
    const step = this.park(task);
    if (recorder.isReplaying) recorder.ask(at, this);
    else this.begin();
    return step;
  }

  /** Done outside of a journaled coroutine, or when one is being stopped. */
  private unwritten(): Wait<T> {
    const { work } = this;
    return new Enter<T>(
      () => (typeof work === 'function' ? work() : work),
      ({ clock, place, ...outer }) => ({
        ...outer,
        clock: place?.recorder.clock ?? clock,
        place: null,
      }),
    );
  }

  begin(): void {
    const recorder = this.recorder as Recorder;
    if (recorder.hasNotes) recorder.writeNotes(() => this.perform(recorder));
    else this.perform(recorder);
  }

  private perform(recorder: Recorder): void {
    // Cancelled meanwhile.
    if (this.task === null || this.task.wait !== this || recorder.isStopping) return;
    const worker = recorder.perform(this.work, this.task);
    if (worker.hasEnded) {
      this.joined(worker);
      return;
    }
    this.worker = worker;
    worker.addJoiner(this);
  }

  joined(worker: Task): void {
    this.worker = null;
    const recorder = this.recorder as Recorder;
    // All is being stopped from outside: nothing has come of it.
    if (worker.status === 'cancelled') return;
    const failure = worker.failure();
    const at = recorder.clock.now();
    try {
      const written =
        failure === undefined
          ? this.codec.encode(worker.value as T)
          : { text: encodeError(failure.error, this.codec as Codec<never>), bytes: null };
      this.cause = failure?.error;
      recorder.write(
        { place: this.at, effect: this.words, at, failed: failure !== undefined, ...written },
        this,
      );
    } catch (error) {
      fail(this, error);
    }
  }

  deliver(entry: Entry): void {
    let value: T;
    try {
      value = this.outcome(entry);
    } catch (error) {
      fail(this, error);
      return;
    }
    wake(this, value);
  }

  /** The same now and later: what was written, read. */
  private outcome(entry: Entry): T {
    const { codec } = this;
    if (entry.failed) throw decodeError(entry.effect, entry.text, codec as Codec<never>, this.cause);
    return codec.decode(entry);
  }

  abandon(): boolean {
    this.recorder?.forget(this.at, this);
    const { worker } = this;
    if (worker === null) return false;
    worker.joiners?.remove(this);
    // Nobody waits for its error any more: that goes to its parent now.
    worker.flags &= ~LINKED;
    void worker.cancel();
    return false;
  }
}
