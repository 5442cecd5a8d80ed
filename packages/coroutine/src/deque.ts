/** A double-ended queue on a ring that doubles when full: every operation takes constant time, amortised. */
export class Deque<T> {
  size = 0;
  /** The capacity is a power of two, so that a mask wraps around. */
  private ring: (T | undefined)[] = new Array<T | undefined>(16).fill(undefined);
  private head = 0;

  push(item: T): void {
    if (this.size === this.ring.length) this.grow();
    this.ring[(this.head + this.size++) & (this.ring.length - 1)] = item;
  }

  unshift(item: T): void {
    if (this.size === this.ring.length) this.grow();
    this.head = (this.head - 1) & (this.ring.length - 1);
    this.ring[this.head] = item;
    this.size++;
  }

  /** The item at the head, taken off; undefined when empty. */
  shift(): T | undefined {
    if (this.size === 0) return undefined;
    const { ring, head } = this;
    const item = ring[head];
    ring[head] = undefined;
    this.head = (head + 1) & (ring.length - 1);
    this.size--;
    return item;
  }

  /** The item at the head, left where it is. */
  peek(): T | undefined {
    return this.ring[this.head];
  }

  private grow(): void {
    const { ring, head, size } = this;
    const wider = new Array<T | undefined>(size * 2).fill(undefined);
    for (let i = 0; i < size; i++) wider[i] = ring[(head + i) & (size - 1)];
    this.ring = wider;
    this.head = 0;
  }
}
