import type { CoroutineBody } from './coroutine.ts';
import { Opened } from './each.ts';
import { ready, type Step } from './operation.ts';
import { run, type RunOptions } from './run.ts';
import type { Stream } from './stream.ts';
import type { Task } from './task.ts';
import { wake } from './trampoline.ts';
import { Wait } from './wait.ts';

interface Request<T> {
  resolve(result: IteratorResult<T, undefined>): void;
  reject(error: unknown): void;
}

/** Loops over a stream from ordinary code: a root task, begun with the first item asked for, serves one at a time. */
export function iterate<T>(stream: Stream<T>, options: RunOptions): AsyncIterableIterator<T, undefined> {
  return new Outlet<T>(stream, options);
}

class Outlet<T> implements AsyncIterableIterator<T, undefined> {
  readonly requests: Request<T>[] = [];
  /** The task, while it waits to be asked. */
  idle: Asked<T> | null = null;
  private readonly stream: Stream<T>;
  private readonly options: RunOptions;
  private task: Task<void> | null = null;
  private ended = false;
  /** Nobody has been told of it yet. */
  private failure: { error: unknown } | undefined = undefined;

  constructor(stream: Stream<T>, options: RunOptions) {
    this.stream = stream;
    this.options = options;
  }

  next(): Promise<IteratorResult<T, undefined>> {
    return new Promise((resolve, reject) => {
      this.requests.push({ resolve, reject });
      if (this.ended) this.answerWithEnd();
      else if (this.task === null) this.begin();
      else if (this.idle !== null) wake(this.idle, undefined);
    });
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

  *serve(): CoroutineBody<void> {
    const items = new Opened<T>(this.stream);
    for (;;) {
      yield* new Asked<T>(this);
      if (!(yield* items.next())) return;
      this.requests.shift()?.resolve({ done: false, value: items.value });
    }
  }

  private begin(): void {
    const task = run(() => this.serve(), { name: 'for await', ...this.options });
    this.task = task;
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

/** Waits until an item is asked for. */
class Asked<T> extends Wait<void> {
  private readonly outlet: Outlet<T>;

  constructor(outlet: Outlet<T>) {
    super();
    this.outlet = outlet;
  }

  start(task: Task): Step {
    this.outlet.idle = null;
    if (this.outlet.requests.length > 0) return ready(undefined);
    this.outlet.idle = this;
    return this.park(task);
  }

  abandon(): boolean {
    this.outlet.idle = null;
    return false;
  }
}
