import type { CoroutineBody } from './coroutine.ts';
import { ready, type Operation, type Step } from './operation.ts';
import { END, PENDING, type Listener, type Source } from './source.ts';
import { streamOf, type ItemOf, type Stream, type Streamable } from './stream.ts';
import { DAEMON, DEFERRED, LINKED, Task } from './task.ts';
import { fail, running, wake } from './trampoline.ts';
import { Wait } from './wait.ts';

/** Loops over a stream inside a coroutine. */
export interface Cursor<T> {
  /** The item that the latest `next()` came to. */
  readonly value: T;
  /** Moves on to the next item, waiting for it: false when there are no more. Throws what the stream throws. */
  next(): Operation<boolean>;
  /** Closes the stream before its end, and waits until it is cleaned up. At the end of the task it is closed anyway. */
  close(): Operation<void>;
}

/**
 * Loops over a stream, an (async) iterable, or a Web or Node stream inside a coroutine. Nothing is asked of it before
 * the first `next()`. Left early, it is closed when the current task (or scope) ends, or by `close()`.
 *
 * @example
 * const words = await run(function* () {
 *   const found: string[] = [];
 *   const lines = each(['one', 'two', 'three']);
 *   while (yield* lines.next()) found.push(lines.value);
 *   return found; // ['one', 'two', 'three']
 * });
 */
export function each<S extends Streamable<unknown>>(stream: S): Cursor<ItemOf<S>> {
  return new Opened<ItemOf<S>>(streamOf(stream));
}

/** @internal */
export class Opened<T> implements Cursor<T> {
  current: T | undefined = undefined;
  private readonly stream: Stream<T>;
  private source: Source<T> | null = null;
  private host: Task | null = null;
  private ended = false;
  /** Whose loop it is: that of the task which made the cursor, even if another one asks first (in a `race`, say). */
  private readonly owner: Task | null;

  constructor(stream: Stream<T>, owner: Task | null = running.task) {
    this.stream = stream;
    this.owner = owner;
  }

  get value(): T {
    return this.current as T;
  }

  next(): Operation<boolean> {
    return new Next<T>(this);
  }

  *close(): CoroutineBody<void> {
    this.ended = true;
    const { host } = this;
    if (host === null) return;
    // Who waits for it to close gets the error that closing it may end with, instead of the task that looped.
    if (!host.hasEnded) host.flags |= LINKED;
    yield* host.cancel();
  }

  /** What is to come next: true with an item in `current`, false at the end; PENDING. Throws the stream's error. */
  advance(task: Task): boolean | typeof PENDING {
    if (this.ended) return false;
    let item: T | typeof PENDING | typeof END;
    try {
      this.source ??= this.open(this.owner?.isOpen === true ? this.owner : task);
      item = this.source.poll();
    } catch (error) {
      this.finish();
      throw error;
    }
    if (item === PENDING) return PENDING;
    if (item === END) {
      this.finish();
      return false;
    }
    this.current = item;
    return true;
  }

  listen(listener: Listener | null): void {
    this.source?.listen(listener);
  }

  /** Nothing more is wanted; what is left to clean up, the task that looped waits for when it ends. */
  private finish(): void {
    this.ended = true;
    this.current = undefined;
    void this.host?.cancel();
  }

  /** The stream's tasks live below one that does nothing itself, as a daemon of the task that loops. */
  private open(task: Task): Source<T> {
    this.host = new Task<void>(task, 'each', idle(), task.env, DAEMON | DEFERRED);
    return this.stream.open(this.host);
  }
}

class Next<T> extends Wait<boolean> implements Listener {
  private readonly cursor: Opened<T>;
  /** The stream is at work on the native stack; what comes meanwhile is asked for afterwards. */
  private asking = false;
  private missed = false;

  constructor(cursor: Opened<T>) {
    super();
    this.cursor = cursor;
  }

  start(task: Task): Step {
    const more = this.cursor.advance(task);
    if (more !== PENDING) return ready(more);
    this.cursor.listen(this);
    return this.park(task);
  }

  ready(): void {
    if (this.asking) {
      this.missed = true;
      return;
    }
    let more: boolean | typeof PENDING;
    this.asking = true;
    try {
      do {
        this.missed = false;
        more = this.cursor.advance(this.task as Task);
      } while (more === PENDING && this.missed);
    } catch (error) {
      this.cursor.listen(null);
      fail(this, error);
      return;
    } finally {
      this.asking = false;
    }
    if (more === PENDING) return;
    this.cursor.listen(null);
    wake(this, more);
  }

  abandon(): boolean {
    this.cursor.listen(null);
    return false;
  }
}

function* idle(): CoroutineBody<void> {}
