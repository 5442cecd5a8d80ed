import { Deque } from './deque.ts';
import { END, PENDING, Source, type Listener } from './source.ts';
import type { Task } from './task.ts';

/** Lets upstream run ahead of the consumer by up to `size` items. */
export class Buffered<T> extends Source<T> implements Listener {
  private readonly upstream: Source<T>;
  private readonly host: Task;
  private readonly size: number;
  private readonly items: Deque<T> = new Deque<T>();
  private listener: Listener | null = null;
  private ended = false;
  /** Upstream is at work on the native stack; what comes meanwhile is looked at afterwards. */
  private filling = false;
  private missed = false;
  private failure: { error: unknown } | undefined = undefined;

  constructor(upstream: Source<T>, host: Task, size: number) {
    super();
    this.upstream = upstream;
    this.host = host;
    this.size = size;
    upstream.listen(this);
  }

  poll(): T | typeof PENDING | typeof END {
    this.fill();
    if (this.items.size > 0) {
      const item = this.items.shift() as T;
      this.fill();
      return item;
    }
    if (this.failure !== undefined) {
      const { error } = this.failure;
      this.failure = undefined;
      throw error;
    }
    return this.ended ? END : PENDING;
  }

  listen(listener: Listener | null): void {
    this.listener = listener;
  }

  ready(): void {
    if (this.filling) this.missed = true;
    else if (this.listener !== null) this.listener.ready();
    else this.fill();
  }

  private fill(): void {
    this.filling = true;
    while (this.items.size < this.size && !this.ended && this.host.isOpen) {
      try {
        this.missed = false;
        const item = this.upstream.poll();
        if (item === PENDING && this.missed) continue;
        if (item === PENDING) break;
        if (item === END) this.ended = true;
        else this.items.push(item);
      } catch (error) {
        this.failure = { error };
        this.ended = true;
      }
    }
    this.filling = false;
  }
}
