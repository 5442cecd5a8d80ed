/** Things by the time at which their turn comes: the earliest first, O(log n) (a binary heap; Williams 1964). */
export class Heap<T> {
  private readonly times: number[] = [];
  private readonly things: T[] = [];

  get size(): number {
    return this.times.length;
  }

  /** When the earliest comes; `Infinity` if there is none. */
  get soonest(): number {
    return this.times[0] ?? Infinity;
  }

  push(time: number, thing: T): void {
    let at = this.times.length;
    while (at > 0) {
      const parent = (at - 1) >> 1;
      if ((this.times[parent] as number) <= time) break;
      this.move(parent, at);
      at = parent;
    }
    this.put(at, time, thing);
  }

  /** Takes the earliest. */
  pop(): T | undefined {
    const first = this.things[0];
    const time = this.times.pop();
    const thing = this.things.pop() as T;
    if (time === undefined || this.times.length === 0) return first;
    const { length } = this.times;
    let at = 0;
    for (;;) {
      let child = 2 * at + 1;
      if (child >= length) break;
      if (child + 1 < length && (this.times[child + 1] as number) < (this.times[child] as number)) child++;
      if ((this.times[child] as number) >= time) break;
      this.move(child, at);
      at = child;
    }
    this.put(at, time, thing);
    return first;
  }

  private move(from: number, to: number): void {
    this.put(to, this.times[from] as number, this.things[from] as T);
  }

  private put(at: number, time: number, thing: T): void {
    this.times[at] = time;
    this.things[at] = thing;
  }
}
