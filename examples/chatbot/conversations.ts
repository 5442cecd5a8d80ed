import {
  all,
  effect,
  event,
  race,
  run,
  sleep,
  systemClock,
  type Clock,
  type CoroutineBody,
  type Event,
  type Task,
} from '@gleaner/coroutine';
import { durable, StoreError, type Store } from 'gleaner';
import { randomBytes } from 'node:crypto';
import { Chat } from './chat.ts';
import { conversation } from './conversation.ts';

/** So many at once; each needs some 16 KB of memory. */
const MOST_CONVERSATIONS = 20_000;
/** How long one that has ended can still be read, in milliseconds. */
export const KEPT: number = 60 * 60_000;

/** All conversations of a store: each is a durable run whose name is the conversation's id. */
export class Conversations {
  /** The store cannot be written any more: nothing that is said would survive. */
  readonly broken: Event<StoreError> = event<StoreError>();
  private readonly store: Store;
  private readonly clock: Clock;
  private readonly live = new Map<string, { chat: Chat; task: Task<void> }>();

  /** Goes on with all that have not ended. */
  constructor(store: Store, clock: Clock = systemClock) {
    this.store = store;
    this.clock = clock;
    for (const id of store.runs()) this.start(id);
  }

  get size(): number {
    return this.live.size;
  }

  get(id: string): Chat | undefined {
    return this.live.get(id)?.chat;
  }

  /** Begins one, and gives its id as soon as it will survive a crash; undefined if that cannot be. */
  *begin(): CoroutineBody<string | undefined> {
    if (this.size >= MOST_CONVERSATIONS) return undefined;
    // Whoever knows it may read and speak.
    const id = randomBytes(16).toString('base64url');
    yield* this.start(id);
    return this.live.has(id) ? id : undefined;
  }

  /** Stops them where they are; the store has all that they need to go on. */
  *close(): CoroutineBody<void> {
    yield* all([...this.live.values()].map(({ task }) => task.cancel()));
  }

  /** Gives what waits until it is written down that there is such a conversation. */
  private start(id: string): CoroutineBody<void> {
    const chat = new Chat();
    const opened = event();
    const task = run(() => this.hold(id, chat, opened), { clock: this.clock, name: `conversation ${id}` });
    if (task.status === 'running') this.live.set(id, { chat, task });
    return (function* () {
      yield* race([opened, task]);
    })();
  }

  private *hold(id: string, chat: Chat, opened: Event): CoroutineBody<void> {
    try {
      yield* durable(this.store, id, function* () {
        // What comes after an effect is in the journal: so is the run itself, then.
        yield* effect('open', undefined, function* () {});
        opened.set();
        yield* chat.hold(conversation);
        chat.end();
        yield* sleep(KEPT);
      });
      yield* this.store.forgetRun(id);
    } catch (error) {
      if (error instanceof StoreError) this.broken.set(error);
      // Its journal stays: with the mistake mended, it goes on.
      else console.error('A conversation cannot go on:', error);
      chat.end();
    } finally {
      this.live.delete(id);
    }
  }
}
