import { END, PENDING, Source, type Listener } from './source.ts';
import type { Task } from './task.ts';

/** The first so many items; when the last has been taken, everything upstream is cancelled. */
export class Taken<T> extends Source<T> {
  private readonly upstream: Source<T>;
  private readonly upstreamHost: Task;
  private left: number;

  constructor(upstream: Source<T>, upstreamHost: Task, count: number) {
    super();
    this.upstream = upstream;
    this.upstreamHost = upstreamHost;
    this.left = count;
    if (count === 0) void upstreamHost.cancel();
  }

  poll(): T | typeof PENDING | typeof END {
    if (this.left === 0) return END;
    const item = this.upstream.poll();
    if (item === END) this.left = 0;
    else if (item !== PENDING && --this.left === 0) void this.upstreamHost.cancel();
    return item;
  }

  listen(listener: Listener | null): void {
    this.upstream.listen(listener);
  }
}
