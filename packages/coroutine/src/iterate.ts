import { Opened } from './each.ts';
import { Forever } from './forever.ts';
import { afterLoopTurn } from './host.ts';
import { beginTurn, isOutOfTime } from './run-queue.ts';
import { run, type RunOptions } from './run.ts';
import { PENDING, type Listener } from './source.ts';
import type { Stream } from './stream.ts';
import type { Task } from './task.ts';
import { fail, running, wake } from './trampoline.ts';

interface Request<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(error: unknown): void;
}

/**
 * Loops over a stream from ordinary code. The stream's tasks live in a root task, begun with the first item asked for,
 * which itself does nothing: each request asks the stream directly, and the stream tells when it has something.
 */
export function iterate<T>(stream: Stream<T>, options: RunOptions): AsyncIterableIterator<T, undefined> {
  return new Outlet<T>(stream, options);
}

class Outlet<T> implements AsyncIterableIterator<T, undefined>, Listener {
  private readonly requests: Request<T>[] = [];
  private readonly stream: Stream<T>;
  private readonly options: RunOptions;
  private readonly hosting: Forever = new Forever();
  private task: Task<void> | null = null;
  private items: Opened<T> | null = null;
  private ended = false;
  /** Nobody has been told of it yet. */
  private failure: { error: unknown } | undefined = undefined;
  /** The stream is being asked; what comes meanwhile is asked for afterwards. */
  private asking = false;
  private missed = false;

  constructor(stream: Stream<T>, options: RunOptions) {
    this.stream = stream;
    this.options = options;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => {
      this.requests.push({ resolve, reject });
      if (this.ended) this.answerWithEnd();
      else {
        if (running.task === null) beginTurn();
        if (this.task === null) this.begin();
        // Items that are always there at once would leave the event loop no turn.
        if (isOutOfTime()) afterLoopTurn(() => this.ready());
        else this.ready();
      }
    });
  }

  /** The stream may have something for those who have asked. */
  ready(): void {
    if (this.asking) {
      this.missed = true;
      return;
    }
    this.asking = true;
    try {
      do {
        this.missed = false;
        this.serve();
      } while (this.missed);
    } finally {
      this.asking = false;
    }
  }

  /** The loop was left: everything is cleaned up before it goes on. */
  async return(): Promise<IteratorResult<T, undefined>> {
    this.ended = true;
    await this.task?.cancel();
    const { failure } = this;
    this.failure = undefined;
    if (failure !== undefined && this.task?.status === 'failed') throw failure.error;
    return DONE;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.return();
  }

  [Symbol.asyncIterator](): this {
    return this;
  }

  private serve(): void {
    const { items, task } = this;
    while (this.requests.length > 0 && items !== null && task !== null && task.isOpen) {
      try {
        const more = items.advance(task);
        if (more === PENDING) {
          items.listen(this);
          return;
        }
        items.listen(null);
        if (more) {
          this.requests.shift()?.resolve({ done: false, value: items.value });
          continue;
        }
        wake(this.hosting, undefined);
      } catch (error) {
        fail(this.hosting, error);
      }
      // The requests that are left are answered when all is cleaned up.
      this.items = null;
      return;
    }
  }

  private begin(): void {
    const task = run(this.hosting, { name: 'for await', ...this.options });
    this.task = task;
    this.items = new Opened<T>(this.stream, task);
    // Settled only once all is cleaned up.
    task.then(
      () => this.answerWithEnd(),
      (error: unknown) => {
        // Who left the loop need not be told that it was left.
        if (!this.ended) this.failure = { error };
        this.answerWithEnd();
      },
    );
  }

  private answerWithEnd(): void {
    this.ended = true;
    for (let request = this.requests.shift(); request !== undefined; request = this.requests.shift()) {
      const { failure } = this;
      this.failure = undefined;
      if (failure === undefined) request.resolve(DONE);
      else request.reject(failure.error);
    }
  }
}

const DONE: IteratorReturnResult<undefined> = { done: true, value: undefined };
