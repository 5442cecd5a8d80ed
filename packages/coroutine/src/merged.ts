import { END, PENDING, Source, type Listener } from './source.ts';

/** The items of several sources as they come; each source in turn is asked first, so that none starves the others. */
export class Merged<T> extends Source<T> {
  private readonly sources: Source<T>[];
  private next = 0;

  constructor(sources: Source<T>[]) {
    super();
    this.sources = sources;
  }

  poll(): T | typeof PENDING | typeof END {
    const { sources } = this;
    // Twice around: what one source does when it is asked may have given something to another, asked before.
    for (let asked = 0; asked < 2 * sources.length;) {
      if (this.next >= sources.length) this.next = 0;
      const item = (sources[this.next] as Source<T>).poll();
      if (item === END) {
        sources.splice(this.next, 1);
        continue;
      }
      this.next++;
      asked++;
      if (item !== PENDING) return item;
    }
    return sources.length === 0 ? END : PENDING;
  }

  listen(listener: Listener | null): void {
    for (const source of this.sources) source.listen(listener);
  }
}
