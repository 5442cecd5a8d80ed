import type { Joiner } from './join.ts';
import { List } from './list.ts';
import { Rest } from './rest.ts';
import { sleep } from './sleep.ts';
import { END, PENDING, Source, type Listener } from './source.ts';
import { begin } from './spawn.ts';
import { LINKED, type Task } from './task.ts';

/** Items in arrays of `size`; one that is not full is handed over `within` milliseconds after its first item was seen. */
export class Batched<T> extends Source<T[]> implements Joiner, Listener {
  before: Joiner | null = null;
  after: Joiner | null = null;
  private readonly upstream: Source<T>;
  private readonly host: Task;
  private readonly size: number;
  private readonly within: number;
  private listener: Listener | null = null;
  private items: T[] = [];
  /** What is gathered is not handed over, and so gives nobody a turn. */
  private readonly rest: Rest;
  /** Sleeps until the batch under way is due. */
  private timer: Task | null = null;
  private expired = false;
  /** What upstream threw, once the items before it have been handed over. */
  private failure: { error: unknown } | null = null;

  /** @param within milliseconds; Infinity for never */
  constructor(upstream: Source<T>, host: Task, size: number, within: number) {
    super();
    this.upstream = upstream;
    this.host = host;
    this.size = size;
    this.within = within;
    this.rest = new Rest(host, () => this.listener?.ready());
  }

  poll(): T[] | typeof PENDING | typeof END {
    if (this.failure !== null) throw this.failure.error;
    while (this.items.length < this.size && !this.expired) {
      if (this.rest.isOn) return PENDING;
      let item: T | typeof PENDING | typeof END;
      try {
        item = this.upstream.poll();
      } catch (error) {
        if (this.items.length === 0) throw error;
        this.failure = { error };
        break;
      }
      if (item === END && this.items.length === 0) return END;
      if (item === END) break;
      if (item === PENDING) {
        if (this.timer === null && this.items.length > 0 && this.within !== Infinity) this.startTimer();
        return PENDING;
      }
      this.items.push(item);
      this.rest.drop();
    }
    return this.handOver();
  }

  listen(listener: Listener | null): void {
    this.listener = listener;
    this.upstream.listen(listener === null ? null : this);
  }

  ready(): void {
    this.listener?.ready();
  }

  /** The time is over. */
  joined(timer: Task): void {
    if (timer !== this.timer || timer.status !== 'done') return;
    this.expired = true;
    this.listener?.ready();
  }

  private handOver(): T[] {
    void this.timer?.cancel();
    this.timer = null;
    this.expired = false;
    const { items } = this;
    this.items = [];
    return items;
  }

  private startTimer(): void {
    this.timer = begin(sleep(this.within), this.host, LINKED);
    (this.timer.joiners ??= new List<Joiner>()).push(this);
  }
}
