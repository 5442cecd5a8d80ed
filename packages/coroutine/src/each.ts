import type { CoroutineBody } from './coroutine.ts';
import { ready, type Operation, type Step } from './operation.ts';
import { END, PENDING, type Listener, type Source } from './source.ts';
import { Stream, streamOf, type Streamable } from './stream.ts';
import { DAEMON, DEFERRED, LINKED, Task } from './task.ts';
import { fail, wake } from './trampoline.ts';
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
export function each<T>(stream: Streamable<T>): Cursor<T> {
  return new Opened<T>(streamOf(stream));
}

/** @internal */
export class Opened<T> implements Cursor<T> {
  current: T | undefined = undefined;
  private readonly stream: Stream<T>;
  private source: Source<T> | null = null;
  private host: Task | null = null;
  private ended = false;

  constructor(stream: Stream<T>) {
    this.stream = stream;
  }

  get value(): T {
    return this.current as T;
  }

  next(): Operation<boolean> {
    return new Next<T>(this);
  }

  *close(): CoroutineBody<void> {
    this.ended = true;
    if (this.host !== null) yield* this.host.cancel();
  }

  /** What is to come next: true with an item in `current`, false at the end; PENDING. Throws the stream's error. */
  advance(task: Task): boolean | typeof PENDING {
    if (this.ended) return false;
    let item: T | typeof PENDING | typeof END;
    try {
      this.source ??= this.open(task);
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
    this.host = new Task<void>(task, 'each', idle(), task.env, DAEMON | LINKED | DEFERRED) as Task;
    return this.stream.open(this.host);
  }
}

class Next<T> extends Wait<boolean> implements Listener {
  private readonly cursor: Opened<T>;

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
    let more: boolean | typeof PENDING;
    try {
      more = this.cursor.advance(this.task as Task);
    } catch (error) {
      this.cursor.listen(null);
      fail(this, error);
      return;
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
