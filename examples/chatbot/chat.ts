import {
  action,
  channel,
  effect,
  event,
  race,
  scope,
  spawn,
  timeout,
  TimeoutError,
  type Channel,
  type CoroutineBody,
  type Event,
  type Operation,
} from '@gleaner/coroutine';

/** One line of a transcript. */
export interface Line {
  readonly from: 'bot' | 'you';
  readonly text: string;
  /** Answers that are likely, for buttons. */
  readonly choices?: readonly string[] | undefined;
  /** As the page has named its message. */
  readonly id?: string | undefined;
}

/** What somebody says, under a name that makes it the same message however often it is sent. */
export interface Message {
  readonly id: string;
  readonly text: string;
}

/** What the bot is doing. */
export type Mood = 'thinking' | 'listening' | 'over';

/** What becomes of a message: 'heard' once it will survive a crash. */
export type Answer = 'heard' | 'over' | 'too many at once' | 'too long';

/** Who watches a conversation. */
export interface Watcher {
  line(line: Line, index: number): void;
  mood(mood: Mood): void;
}

/** Leads to the question before: thrown at the one that "back" answers. */
export class Back extends Error {}

/** Nothing has been said for long: thrown at the question that was not answered. */
export class Silence extends Error {}

const MINUTE = 60_000;
/** How long somebody may say nothing before they are asked whether they are there, … */
export const PATIENCE: number = 5 * MINUTE;
/** … and how long after that, until it ends. */
export const LAST_PATIENCE: number = 25 * MINUTE;

/** How much one conversation may hear in all, and how much of it may be on its way to the journal. */
const MOST_HEARD = 500;
const MOST_ARRIVING = 8;

/**
 * One side of a conversation, for its generator (`say`, `ask`) and for whoever talks with that (`post`, `watch`). All that
 * is said follows from what is heard and from what the generator's effects give; both are in its journal, so nothing here
 * is stored: run anew, the generator says it all again.
 */
export class Chat {
  readonly transcript: Line[] = [];
  private state: Mood = 'thinking';
  private heard = 0;
  /** What was heard and has not been asked for. */
  private unread: Channel<string> = channel<string>(MOST_HEARD);
  private again: Event = event();
  /** What has come in and is not in the journal. */
  private readonly arriving: { message: Message; answer: Event<Answer> }[] = [];
  private arrived: () => void = nothing;
  private readonly watchers = new Set<Watcher>();

  get mood(): Mood {
    return this.state;
  }

  // ── For the conversation ────────────────────────────────────────────────────────────────────────

  say(text: string, choices?: readonly string[]): void {
    this.add({ from: 'bot', text, choices });
  }

  /**
   * Asks, and waits for the answer.
   * @throws {Back} if that is "back": `inTurn` knows what to do
   * @throws {Silence} if there is none
   */
  *ask(question: string, choices?: readonly string[]): CoroutineBody<string> {
    this.say(question, choices);
    let answer = yield* this.next(PATIENCE);
    if (answer === undefined) {
      this.say('Are you still there?', choices);
      answer = yield* this.next(LAST_PATIENCE);
    }
    if (answer === undefined) throw new Silence();
    if (/^back$/i.test(answer)) throw new Back();
    return answer;
  }

  /** What is said next; `undefined` if nothing is for so many milliseconds. */
  *next(patience: number): CoroutineBody<string | undefined> {
    this.become('listening');
    try {
      return yield* timeout(patience, this.unread.receive());
    } catch (error) {
      if (!(error instanceof TimeoutError)) throw error;
      return undefined;
    } finally {
      this.become('thinking');
    }
  }

  /** Asks one thing after another; "back" leads to the one before. */
  *inTurn(questions: readonly (() => Operation<void>)[]): CoroutineBody<void> {
    for (let at = 0; at < questions.length; at++) {
      try {
        yield* (questions[at] as () => Operation<void>)();
      } catch (error) {
        if (!(error instanceof Back)) throw error;
        if (at === 0) this.say('There is nothing to go back to.');
        at = Math.max(-1, at - 2);
      }
    }
  }

  /** Holds a conversation to its end. Whatever it is at, it hears what is said; "start over" begins it anew. */
  hold(conversation: (chat: Chat) => Operation<void>): Operation<void> {
    const listen = (): Operation<never> => this.listen();
    const oneOf = (): Operation<'ended' | 'again'> =>
      race([named('ended', conversation(this)), named('again', this.again)]);
    const startOver = (): void => {
      this.again = event();
      this.unread = channel<string>(MOST_HEARD);
      this.say('Then let us start over. What is booked stays booked.');
    };
    return scope(function* hold() {
      const ears = yield* spawn(listen);
      while ((yield* oneOf()) === 'again') startOver();
      yield* ears.cancel();
    });
  }

  /** Nothing is heard any more. */
  end(): void {
    this.become('over');
    for (const { answer } of this.arriving.splice(0)) answer.set('over');
  }

  private *listen(): CoroutineBody<never> {
    for (;;) {
      const message = yield* effect('hear', undefined, () => this.arrival());
      // From here on it is in the journal.
      this.add({ from: 'you', ...message });
      this.heard++;
      const at = this.arriving.findIndex((one) => one.message.id === message.id);
      if (at >= 0) this.arriving.splice(at, 1)[0]?.answer.set('heard');
      if (/^start over$/i.test(message.text)) this.again.set();
      else yield* this.unread.send(message.text);
    }
  }

  /** The message that came first, which stays where it is until it is written down. */
  private arrival(): Operation<Message> {
    return action<Message>((resolve) => {
      this.arrived = () => {
        const [first] = this.arriving;
        if (first !== undefined) resolve(first.message);
      };
      this.arrived();
      return () => (this.arrived = nothing);
    });
  }

  // ── For who talks with it ───────────────────────────────────────────────────────────────────────

  /** Says something to it. Said again under the same name, perhaps after a crash, it is heard once. */
  *post(message: Message): CoroutineBody<Answer> {
    if (this.transcript.some(({ id }) => id === message.id)) return 'heard';
    if (this.state === 'over') return 'over';
    const known = this.arriving.find((one) => one.message.id === message.id);
    if (known !== undefined) return yield* known.answer;
    if (this.arriving.length >= MOST_ARRIVING) return 'too many at once';
    if (this.heard + this.arriving.length >= MOST_HEARD) return 'too long';
    const answer = event<Answer>();
    this.arriving.push({ message, answer });
    this.arrived();
    return yield* answer;
  }

  /** Tells a watcher all from some line on, now and later. Gives how to stop that. */
  watch(watcher: Watcher, from: number): () => void {
    for (let index = from; index < this.transcript.length; index++)
      watcher.line(this.transcript[index] as Line, index);
    watcher.mood(this.state);
    this.watchers.add(watcher);
    return () => void this.watchers.delete(watcher);
  }

  get watched(): number {
    return this.watchers.size;
  }

  private add(line: Line): void {
    const index = this.transcript.push(line) - 1;
    for (const watcher of this.watchers) watcher.line(line, index);
  }

  private become(mood: Mood): void {
    if (this.state === mood || this.state === 'over') return;
    this.state = mood;
    for (const watcher of this.watchers) watcher.mood(mood);
  }
}

/** Work under a name, to see who has won a race. */
function* named<const T>(name: T, work: Operation<void>): CoroutineBody<T> {
  yield* work;
  return name;
}

function nothing(): void {}
