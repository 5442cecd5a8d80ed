import { Deque } from './deque.ts';
import { ChannelClosedError, requireCount } from './errors.ts';
import { List, type Linked } from './list.ts';
import { ready, type Operation, type Step } from './operation.ts';
import { END, PENDING, Source, type Listener } from './source.ts';
import { Stream } from './stream.ts';
import type { Task } from './task.ts';
import { fail, wake } from './trampoline.ts';
import { Wait } from './wait.ts';

/**
 * A pipe between tasks with room for `capacity` items; with none, a sender waits until its item is received. It is a
 * stream too: looping over it takes items until it is closed. Any number may send and receive, first come, first served.
 */
export class Channel<T> extends Stream<T> {
  readonly capacity: number;
  isClosed = false;
  private readonly items: Deque<T> = new Deque<T>();
  /** @internal */
  readonly senders: List<Send<T>> = new List<Send<T>>();
  /** @internal */
  readonly receivers: List<Receiver<T>> = new List<Receiver<T>>();

  /** @internal */
  constructor(capacity: number) {
    requireCount("a channel's capacity", capacity, 0);
    super((host) => new Received<T>(this, host));
    this.capacity = capacity;
  }

  /**
   * Hands an item over, waiting while there is no room. If the task is cancelled meanwhile, the item was not sent.
   * Throws `ChannelClosedError` if the channel is, or meanwhile gets, closed.
   */
  send(item: T): Operation<void> {
    return new Send<T>(this, item);
  }

  /**
   * Takes the next item, waiting while there is none. If the task is cancelled meanwhile, none was taken.
   * Throws `ChannelClosedError` when the channel is closed and nothing is left in it.
   */
  receive(): Operation<T> {
    return new Receive<T>(this);
  }

  /** No more will be sent: what is in the channel can still be received; senders that wait get `ChannelClosedError`. */
  close(): void {
    if (this.isClosed) return;
    this.isClosed = true;
    for (let sender = this.senders.shift(); sender !== null; sender = this.senders.shift()) {
      fail(sender, new ChannelClosedError('send to'));
    }
    for (let receiver = this.receivers.shift(); receiver !== null; receiver = this.receivers.shift()) {
      receiver.closed();
    }
  }

  /** Takes an item in, if that is possible at once. @internal */
  accept(item: T): boolean {
    if (this.isClosed) throw new ChannelClosedError('send to');
    for (let receiver = this.receivers.shift(); receiver !== null; receiver = this.receivers.shift()) {
      if (receiver.accept(item)) return true;
    }
    if (this.items.size >= this.capacity) return false;
    this.items.push(item);
    return true;
  }

  /** The next item, if there is one. @internal */
  next(): T | typeof PENDING {
    const sender = this.senders.shift();
    if (this.items.size === 0 && sender === null) return PENDING;
    if (sender !== null) wake(sender, undefined);
    if (this.items.size === 0) return (sender as Send<T>).item;
    const item = this.items.shift() as T;
    if (sender !== null) this.items.push(sender.item);
    return item;
  }
}

/**
 * A channel with room for `capacity` items between sender and receiver; with none, a sender waits for its receiver.
 *
 * @example
 * const numbers = channel<number>(1);
 * const sum = await run(function* () {
 *   yield* spawn(function* () {
 *     for (const n of [1, 2, 3]) yield* numbers.send(n);
 *     numbers.close();
 *   });
 *   let total = 0;
 *   const received = each(numbers);
 *   while (yield* received.next()) total += received.value;
 *   return total; // 6
 * });
 */
export function channel<T>(capacity = 0): Channel<T> {
  return new Channel<T>(capacity);
}

/** Who stands in line for an item. */
interface Receiver<T> extends Linked<Receiver<T>> {
  /** False from one that does not want it any more. */
  accept(item: T): boolean;
  closed(): void;
}

class Send<T> extends Wait<void> implements Linked<Send<T>> {
  before: Send<T> | null = null;
  after: Send<T> | null = null;
  readonly item: T;
  private readonly channel: Channel<T>;

  constructor(channel: Channel<T>, item: T) {
    super();
    this.channel = channel;
    this.item = item;
  }

  start(task: Task): Step {
    if (this.channel.accept(this.item)) return ready(undefined);
    this.channel.senders.push(this);
    return this.park(task);
  }

  override get isBare(): boolean {
    return true;
  }

  abandon(): boolean {
    this.channel.senders.remove(this);
    return false;
  }
}

class Receive<T> extends Wait<T> implements Receiver<T> {
  before: Receiver<T> | null = null;
  after: Receiver<T> | null = null;
  private readonly channel: Channel<T>;

  constructor(channel: Channel<T>) {
    super();
    this.channel = channel;
  }

  start(task: Task): Step {
    const item = this.channel.next();
    if (item !== PENDING) return ready(item);
    if (this.channel.isClosed) throw new ChannelClosedError('receive from');
    this.channel.receivers.push(this);
    return this.park(task);
  }

  accept(item: T): boolean {
    wake(this, item);
    return true;
  }

  closed(): void {
    fail(this, new ChannelClosedError('receive from'));
  }

  override get isBare(): boolean {
    return true;
  }

  abandon(): boolean {
    this.channel.receivers.remove(this);
    return false;
  }
}

/** A loop over the channel. It stands in line while somebody listens for what it could not give when last asked. */
class Received<T> extends Source<T> implements Receiver<T> {
  before: Receiver<T> | null = null;
  after: Receiver<T> | null = null;
  private readonly channel: Channel<T>;
  private readonly host: Task;
  private listener: Listener | null = null;
  private wanted = false;
  private inLine = false;
  private held: { item: T } | null = null;

  constructor(channel: Channel<T>, host: Task) {
    super();
    this.channel = channel;
    this.host = host;
    // An operator that works ahead listens until the stream is closed.
    const joined = (): void => this.listen(null);
    host.addJoiner({ before: null, after: null, joined });
  }

  poll(): T | typeof PENDING | typeof END {
    if (this.held !== null) {
      const { item } = this.held;
      this.held = null;
      return item;
    }
    const item = this.channel.next();
    if (item === PENDING && this.channel.isClosed) return END;
    this.wanted = item === PENDING;
    this.joinOrLeaveLine();
    return item;
  }

  listen(listener: Listener | null): void {
    this.listener = listener;
    this.joinOrLeaveLine();
  }

  accept(item: T): boolean {
    this.inLine = this.wanted = false;
    if (!this.host.isOpen) return false;
    this.held = { item };
    this.listener?.ready();
    return true;
  }

  closed(): void {
    this.inLine = this.wanted = false;
    this.listener?.ready();
  }

  private joinOrLeaveLine(): void {
    const { receivers } = this.channel;
    const shall = this.wanted && this.listener !== null;
    if (shall === this.inLine) return;
    this.inLine = shall;
    if (shall) receivers.push(this);
    else receivers.remove(this);
  }
}
