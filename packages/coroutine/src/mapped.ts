import { isOperation } from './coroutine.ts';
import { Deque } from './deque.ts';
import type { Joiner } from './join.ts';
import { Rest } from './rest.ts';
import { END, PENDING, Source, type Listener } from './source.ts';
import { begin } from './spawn.ts';
import { LINKED, type Task } from './task.ts';
import { isThenable, until } from './until.ts';

/** A result that is dropped: so filtering is mapping too. */
export const SKIP: unique symbol = Symbol('skip');
/** The function gave an operation, which has begun. */
const BEGUN: unique symbol = Symbol('begun');

/**
 * Applies a function to each item. Where that gives an operation, up to `concurrency` of them run at a time; what
 * runs, and what is done and not yet taken, together never exceed that number. With a concurrency of 1 nothing
 * moves before it is asked for.
 */
export class Mapped<T, R> extends Source<R> implements Listener {
  private readonly upstream: Source<T>;
  private readonly host: Task;
  private readonly transform: (item: T, index: number) => unknown;
  private readonly concurrency: number;
  private readonly ordered: boolean;
  private listener: Listener | null = null;
  private index = 0;
  private upstreamEnded = false;
  /** If ordered: all that has begun, in that order. Else what is done. */
  private readonly line: Deque<Slot> = new Deque<Slot>();
  /** What is not in the line because it is not done. */
  private running = 0;
  /** Upstream or the function is at work on the native stack; what comes meanwhile is looked at afterwards. */
  private pulling = false;
  private missed = false;
  private readonly rest: Rest;

  constructor(
    upstream: Source<T>,
    host: Task,
    transform: (item: T, index: number) => unknown,
    concurrency: number,
    ordered: boolean,
  ) {
    super();
    this.upstream = upstream;
    this.host = host;
    this.transform = transform;
    this.concurrency = concurrency;
    this.ordered = ordered;
    this.rest = new Rest(host, () => this.ready());
    if (concurrency > 1) upstream.listen(this);
  }

  poll(): R | typeof PENDING | typeof END {
    for (;;) {
      if (this.inWork === 0) {
        // What a plain function gives goes straight through.
        const result = this.pull();
        if (result === PENDING) return this.upstreamEnded ? END : PENDING;
        if (result === SKIP) {
          this.rest.drop();
          continue;
        }
        if (result !== BEGUN) return result as R;
      }
      if (this.concurrency > 1) this.fill();
      const slot = this.line.peek();
      if (slot === undefined || !slot.done) return PENDING;
      this.line.shift();
      if (slot.failed) throw slot.value;
      if (slot.value === SKIP) continue;
      if (this.concurrency > 1) this.fill();
      return slot.value as R;
    }
  }

  listen(listener: Listener | null): void {
    this.listener = listener;
    if (this.concurrency === 1) this.upstream.listen(listener === null ? null : this);
  }

  /** Upstream has something. While the consumer is busy it is put to work, so that `concurrency` are at work. */
  ready(): void {
    if (this.pulling) this.missed = true;
    else if (this.listener !== null) this.listener.ready();
    else if (this.concurrency > 1) this.fill();
  }

  /** What was begun has ended. */
  ended(slot: Slot, task: Task): void {
    slot.done = true;
    slot.failed = task.status !== 'done';
    slot.value = slot.failed ? task.failure()?.error : task.value;
    if (!this.host.isOpen) {
      // The stream is being closed: a failure now is nobody's next item.
      if (task.status === 'failed') this.host.addError(task.value);
      return;
    }
    if (!this.ordered) {
      this.running--;
      this.line.push(slot);
    }
    if (this.line.peek()?.done === true) this.listener?.ready();
  }

  private get inWork(): number {
    return this.line.size + this.running;
  }

  private fill(): void {
    while (this.inWork < this.concurrency && !this.upstreamEnded && this.host.isOpen) {
      const slot = new Slot(this as Mapped<unknown, unknown>, true);
      try {
        slot.value = this.pull();
      } catch (error) {
        slot.failed = true;
        slot.value = error;
      }
      if (slot.value === PENDING) return;
      if (slot.value === SKIP) this.rest.drop();
      else if (slot.value !== BEGUN) this.line.push(slot);
    }
  }

  /** Puts one more item to work: the result if there is one at once, `BEGUN`, or `PENDING` if there is no item. */
  private pull(): unknown {
    if (this.upstreamEnded || this.rest.isOn) return PENDING;
    this.pulling = true;
    try {
      let item: T | typeof PENDING | typeof END;
      do {
        this.missed = false;
        item = this.upstream.poll();
      } while (item === PENDING && this.missed);
      if (item === END) this.upstreamEnded = true;
      if (item === END || item === PENDING) return PENDING;
      const result = this.transform(item, this.index++);
      const operation = isThenable(result) && !isOperation(result) ? until(result) : result;
      if (!isOperation(operation)) return operation;
      const task = begin<unknown>(operation, this.host, LINKED);
      if (task.hasEnded) {
        const failure = task.failure();
        if (failure !== undefined) throw failure.error;
        return task.value;
      }
      const slot = new Slot(this as Mapped<unknown, unknown>, false);
      task.addJoiner(slot);
      if (this.ordered) this.line.push(slot);
      else this.running++;
      return BEGUN;
    } catch (error) {
      this.upstreamEnded = true;
      throw error;
    } finally {
      this.pulling = false;
    }
  }
}

/** The place of one result. */
class Slot implements Joiner {
  before: Joiner | null = null;
  after: Joiner | null = null;
  done: boolean;
  failed = false;
  value: unknown = undefined;
  private readonly owner: Mapped<unknown, unknown>;

  constructor(owner: Mapped<unknown, unknown>, done: boolean) {
    this.owner = owner;
    this.done = done;
  }

  joined(task: Task): void {
    this.owner.ended(this, task);
  }
}
