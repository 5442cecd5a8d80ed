import { Deque } from './deque.ts';
import { Rest } from './rest.ts';
import { END, PENDING, Source, type Listener } from './source.ts';
import type { Task } from './task.ts';

/**
 * Makes a source of each item and hands on what these give. Up to `concurrency` sources are open at a time; each
 * stops at its first item that has not been taken. With a concurrency of 1 nothing moves before it is asked for.
 */
export class FlatMapped<T, R> extends Source<R> implements Listener {
  private readonly upstream: Source<T>;
  private readonly host: Task;
  private readonly open: (item: T, index: number) => Source<R>;
  private readonly concurrency: number;
  private readonly ordered: boolean;
  private listener: Listener | null = null;
  private index = 0;
  private upstreamEnded = false;
  /** How many branches are open and not in the line. */
  private working = 0;
  /** Upstream or a branch is at work on the native stack; what comes meanwhile is looked at afterwards. */
  private filling = false;
  private missed = false;
  private readonly rest: Rest;
  /** If ordered: all branches, in the order opened. Else those that have something to take. */
  private readonly line: Deque<Branch<R>> = new Deque<Branch<R>>();

  constructor(
    upstream: Source<T>,
    host: Task,
    open: (item: T, index: number) => Source<R>,
    concurrency: number,
    ordered: boolean,
  ) {
    super();
    this.upstream = upstream;
    this.host = host;
    this.open = open;
    this.concurrency = concurrency;
    this.ordered = ordered || concurrency === 1;
    this.rest = new Rest(host, () => this.ready());
    if (concurrency > 1) upstream.listen(this);
  }

  poll(): R | typeof PENDING | typeof END {
    for (;;) {
      this.fill();
      const branch = this.line.peek();
      if (branch === undefined) return this.upstreamEnded && this.working === 0 ? END : PENDING;
      // In order, the first may have had nothing when it was last asked; alone, it is asked only now.
      if (branch.held === PENDING) branch.move();
      if (branch.held === PENDING) return PENDING;
      const { held } = branch;
      if (held !== END) {
        branch.held = PENDING;
        if (this.concurrency > 1) this.moveOn(branch);
        return held;
      }
      this.line.shift();
      this.rest.drop();
      if (branch.failure !== undefined) {
        this.upstreamEnded = true;
        throw branch.failure.error;
      }
    }
  }

  listen(listener: Listener | null): void {
    this.listener = listener;
    if (this.concurrency > 1) return;
    const own = listener === null ? null : this;
    this.upstream.listen(own);
    this.line.peek()?.listen(own !== null);
  }

  /** Upstream has something: it is begun even while the consumer is busy, so that `concurrency` are open. */
  ready(): void {
    if (this.filling) this.missed = true;
    else if (this.listener !== null) this.listener.ready();
    else if (this.concurrency > 1) this.fill();
  }

  /** A branch may have something. */
  branchReady(branch: Branch<R>): void {
    if (this.concurrency > 1 && branch.held === PENDING) {
      branch.move();
      if (branch.held === PENDING) return;
      if (!this.ordered) this.arrive(branch);
    }
    this.listener?.ready();
  }

  private fill(): void {
    if (this.filling) return;
    this.filling = true;
    while (this.line.size + this.working < this.concurrency && !this.upstreamEnded && this.host.isOpen) {
      this.missed = false;
      const branch = this.next();
      if (branch === null && this.missed) continue;
      if (branch === null) break;
      if (this.ordered) this.line.push(branch);
      else this.working++;
      if (this.concurrency === 1) continue;
      branch.move();
      if (!this.ordered && branch.held !== PENDING) this.arrive(branch);
    }
    this.filling = false;
  }

  /** Opens the next branch; null if there is none now. One that cannot be opened ends with the reason. */
  private next(): Branch<R> | null {
    if (this.rest.isOn) return null;
    try {
      const item = this.upstream.poll();
      if (item === END) this.upstreamEnded = true;
      if (item === END || item === PENDING) return null;
      const branch = new Branch(this as FlatMapped<unknown, R>, this.open(item, this.index++));
      if (this.concurrency > 1 || this.listener !== null) branch.listen(true);
      return branch;
    } catch (error) {
      this.upstreamEnded = true;
      return new Branch(this as FlatMapped<unknown, R>, new Broken<R>(error));
    }
  }

  /** Its item has been taken: it goes on to the next, and if it is not there yet, the others come first. */
  private moveOn(branch: Branch<R>): void {
    branch.move();
    if (this.ordered) return;
    this.line.shift();
    this.working++;
    if (branch.held !== PENDING) this.arrive(branch);
  }

  /** A branch that was at work has something to take, or has ended, which makes room. */
  private arrive(branch: Branch<R>): void {
    this.working--;
    if (branch.held !== END || branch.failure !== undefined) {
      this.line.push(branch);
      return;
    }
    this.rest.drop();
    this.fill();
  }
}

/** One of the sources that are open. */
class Branch<R> implements Listener {
  /** What is to be taken from it next; PENDING: it is not known yet. */
  held: R | typeof PENDING | typeof END = PENDING;
  failure: { error: unknown } | undefined = undefined;
  private readonly owner: FlatMapped<unknown, R>;
  private readonly source: Source<R>;

  constructor(owner: FlatMapped<unknown, R>, source: Source<R>) {
    this.owner = owner;
    this.source = source;
  }

  listen(on: boolean): void {
    this.source.listen(on ? this : null);
  }

  move(): void {
    try {
      this.held = this.source.poll();
    } catch (error) {
      this.held = END;
      this.failure = { error };
    }
  }

  ready(): void {
    this.owner.branchReady(this);
  }
}

class Broken<R> extends Source<R> {
  private readonly error: unknown;

  constructor(error: unknown) {
    super();
    this.error = error;
  }

  poll(): never {
    throw this.error;
  }

  listen(): void {}
}
