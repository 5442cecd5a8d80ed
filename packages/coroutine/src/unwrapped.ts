import type { CoroutineBody } from './coroutine.ts';
import { Forever } from './forever.ts';
import type { Joiner } from './join.ts';
import type { Operation } from './operation.ts';
import { END, PENDING, Source, type Listener } from './source.ts';
import { begin } from './spawn.ts';
import type { Stream } from './stream.ts';
import { LINKED, type Task } from './task.ts';
import { running } from './trampoline.ts';

/** The items of a stream that an operation gives; what the operation holds is held until the loop has ended. */
export class Unwrapped<T> extends Source<T> implements Joiner {
  before: Joiner | null = null;
  after: Joiner | null = null;
  private readonly operation: Operation<Stream<T>>;
  private readonly host: Task;
  private begun = false;
  private inner: Source<T> | null = null;
  private ended = false;
  private failure: { error: unknown } | undefined = undefined;
  private listener: Listener | null = null;

  constructor(operation: Operation<Stream<T>>, host: Task) {
    super();
    this.operation = operation;
    this.host = host;
  }

  poll(): T | typeof PENDING | typeof END {
    if (!this.begun) {
      this.begun = true;
      const holder = begin(() => this.hold(), this.host, LINKED, { name: 'streamFrom' });
      if (holder.hasEnded) this.joined(holder);
      else holder.addJoiner(this);
    }
    if (this.failure !== undefined) {
      const { error } = this.failure;
      this.failure = undefined;
      throw error;
    }
    if (this.ended) return END;
    return this.inner === null ? PENDING : this.inner.poll();
  }

  listen(listener: Listener | null): void {
    this.listener = listener;
    this.inner?.listen(listener);
  }

  /** The holder ends by itself only when something that it holds has failed. */
  joined(holder: Task): void {
    this.ended = true;
    const failure = holder.failure();
    if (holder.status === 'failed' && !this.host.isOpen) this.host.addError(holder.value);
    else if (failure !== undefined && this.host.isOpen) this.failure = failure;
    this.listener?.ready();
  }

  /** The stream's tasks are children of the task that holds: they end before what is held is released. */
  private *hold(): CoroutineBody<void> {
    const stream = yield* this.operation;
    this.inner = stream.open(running.task as Task);
    this.inner.listen(this.listener);
    this.listener?.ready();
    yield* new Forever();
  }
}
