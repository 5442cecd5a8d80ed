import { END, PENDING, Source, type Listener } from './source.ts';

/** Calls a function with each item on its way. */
export class Tapped<T> extends Source<T> {
  private readonly upstream: Source<T>;
  private readonly see: (item: T) => void;

  constructor(upstream: Source<T>, see: (item: T) => void) {
    super();
    this.upstream = upstream;
    this.see = see;
  }

  poll(): T | typeof PENDING | typeof END {
    const item = this.upstream.poll();
    if (item !== PENDING && item !== END) this.see(item);
    return item;
  }

  listen(listener: Listener | null): void {
    this.upstream.listen(listener);
  }
}
