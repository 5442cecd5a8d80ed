import { run, VirtualClock } from '@gleaner/coroutine';
import { openStore, type Store } from 'gleaner';
import type { Answer, Chat } from '../chat.ts';
import { Conversations } from '../conversations.ts';

/** When the tests' clock begins: a Monday, in milliseconds since 1970. */
export const MONDAY: number = Date.parse('2029-03-05T10:00:00Z');

let messages = 0;

/** A server's conversations without the server, and with time under control. */
export class Talks implements AsyncDisposable {
  readonly clock: VirtualClock;
  readonly store: Store;
  readonly all: Conversations;

  private constructor(store: Store, clock: VirtualClock) {
    this.store = store;
    this.clock = clock;
    this.all = new Conversations(store, clock);
  }

  static async open(file: string, start: number = MONDAY): Promise<Talks> {
    const store = await run(() => openStore(file));
    const talks = new Talks(store, new VirtualClock({ start }));
    await talks.pass(0);
    return talks;
  }

  /** Begins one, and waits for its first question. */
  async begin(): Promise<string> {
    const id = await run(() => this.all.begin());
    if (id === undefined) throw new Error('there are too many');
    return id;
  }

  chat(id: string): Chat {
    const chat = this.all.get(id);
    if (chat === undefined) throw new Error(`there is no conversation ${id}`);
    return chat;
  }

  /** What was said, from some line on. */
  said(id: string, from = 0): string[] {
    return this.chat(id)
      .transcript.slice(from)
      .map(({ text }) => text);
  }

  /** Says something, and gives what becomes of it; its lines are there then, but for what takes time. */
  async say(id: string, text: string, name: string = `message-${++messages}`): Promise<Answer> {
    const answer = await run(() => this.chat(id).post({ id: name, text }));
    await this.pass(0);
    return answer;
  }

  /** Says one thing after another, each as soon as there is a question. */
  async sayAll(id: string, ...texts: readonly string[]): Promise<void> {
    for (const text of texts) {
      await this.say(id, text);
      while (this.chat(id).mood === 'thinking') await this.pass(200);
    }
  }

  /** Lets time pass, a minute at most at a time, so that what happens is written down when it happens. */
  async pass(ms: number): Promise<void> {
    const end = this.clock.now() + ms;
    do {
      await this.clock.advance(Math.min(60_000, end - this.clock.now()));
      // To read is to commit what there is: some steps of a conversation are several commits.
      for (let step = 0; step < 4; step++) {
        this.store.runs();
        await this.clock.advance(0);
      }
    } while (this.clock.now() < end);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await run(() => this.all.close());
    await run(() => this.store.close());
  }
}
