import type { Body } from './operation.ts';
import type { Joiner } from './join.ts';
import { launch } from './spawn.ts';
import { DEFERRED, INTERRUPT, LINKED, QUEUED, Task } from './task.ts';
import { Wait } from './wait.ts';

/** A source's answer: nothing is there yet. */
export const PENDING: unique symbol = Symbol('pending');
/** A source's answer: nothing more will come. */
export const END: unique symbol = Symbol('end');

export interface Listener {
  /** Something may have come. */
  ready(): void;
}

/**
 * A stream that is being consumed. It is pulled: `poll` answers at once, with the next item if that can be had
 * without waiting, and only then does anything upstream move. So ready items cost a call, not a wait; and since
 * listening takes nothing, a consumer that is cancelled while it waits has lost nothing.
 *
 * Its tasks are children of a host task; cancelling that closes it.
 */
export abstract class Source<T> {
  /** The next item, `PENDING`, or `END`. Throws what went wrong. */
  abstract poll(): T | typeof PENDING | typeof END;
  /** Whom to tell, once `poll` has answered `PENDING`, that it may now answer otherwise; null: nobody. */
  abstract listen(listener: Listener | null): void;
}

/** What a generator's plain `yield`s produce. */
export class Produced<T> extends Source<T> implements Joiner {
  before: Joiner | null = null;
  after: Joiner | null = null;
  private readonly host: Task;
  private readonly name: string;
  private readonly open: () => Body<unknown>;
  private producer: Producer | null = null;
  private listener: Listener | null = null;
  private polling = false;
  private ended = false;
  private failure: { error: unknown } | undefined = undefined;

  constructor(host: Task, name: string, open: () => Body<unknown>) {
    super();
    this.host = host;
    this.name = name;
    this.open = open;
  }

  poll(): T | typeof PENDING | typeof END {
    if (this.producer === null && !this.host.isOpen) return END;
    const producer = this.producer ?? this.begin();
    if (!producer.full) {
      // One that is returning, or shall when its children have ended, does not go on.
      if (producer.waitsForDemand && (producer.flags & (QUEUED | INTERRUPT)) === 0) {
        producer.waitsForDemand = false;
        this.polling = true;
        launch(producer, false);
        this.polling = false;
      }
      if (!producer.full) return this.ended ? this.finish() : PENDING;
    }
    producer.full = false;
    const item = producer.item as T;
    producer.item = undefined;
    return item;
  }

  listen(listener: Listener | null): void {
    this.listener = listener;
  }

  announce(): void {
    if (!this.polling) this.listener?.ready();
  }

  joined(producer: Task): void {
    this.ended = true;
    // A failure while the stream is being closed is nobody's next item.
    if (producer.status === 'failed') {
      if (this.host.isOpen) this.failure = { error: producer.value };
      else this.host.addError(producer.value);
    }
    this.announce();
  }

  private begin(): Producer {
    const producer = new Producer(this.host, this.name, this.open(), this);
    this.producer = producer;
    producer.addJoiner(this);
    return producer;
  }

  private finish(): typeof END {
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined) throw failure.error;
    return END;
  }
}

/** The task of a stream's generator: it stands at a plain `yield` until its item has been taken and the next is wanted. */
class Producer extends Task {
  full = false;
  item: unknown = undefined;
  waitsForDemand = true;
  private readonly source: Produced<unknown>;

  constructor(host: Task, name: string, body: Body<unknown>, source: Produced<unknown>) {
    super(host, name, body, host.env, LINKED | DEFERRED);
    this.source = source;
  }

  /** An operation is not an item: somebody forgot the star. */
  override produces(item: unknown): boolean {
    return !(item instanceof Wait);
  }

  override produce(item: unknown): void {
    this.item = item;
    this.full = true;
    this.waitsForDemand = true;
  }

  override announce(): void {
    this.source.announce();
  }
}
