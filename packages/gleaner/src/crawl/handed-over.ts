import type { Store } from '../store/store.ts';

/**
 * Which items the loop over the crawl has dealt with. They are handed over in nearly the order of their commits; the
 * store is told up to which number none is missing, so that what comes after it is handed over again after a crash.
 */
export class HandedOver {
  private readonly store: Pick<Store, 'acknowledge'>;
  /** Committed and not dealt with, in ascending order. */
  private readonly waiting = new Set<number>();
  private last = 0;

  constructor(store: Pick<Store, 'acknowledge'>) {
    this.store = store;
  }

  /** Items were committed. */
  committed(first: number, count: number): void {
    if (count === 0) return;
    for (let number = first; number < first + count; number++) this.waiting.add(number);
    this.last = first + count - 1;
  }

  /** The loop has dealt with one. */
  acknowledge(number: number): void {
    if (!this.waiting.delete(number)) return;
    const [next = this.last + 1] = this.waiting;
    this.store.acknowledge(next - 1);
  }
}
