/** Something that happens at a time. */
export interface Timer {
  /** When, in the clock's milliseconds. */
  due: number;
  /** Orders those that are due at the same time: first come, first served. Negative: it is not going to happen. */
  order: number;
  fire(): void;
}

/** The `order` of a timer that was called off: it may stand in the heap still, and must not be added again. */
export const CALLED_OFF: number = -2;

/**
 * The timers of one clock: a heap with four children a node (fewer cache misses than two; Knuth, TAOCP 3, 5.2.3).
 * Calling one off takes constant time: it is marked, and swept out when half of the heap is so marked.
 */
export class Timers {
  /** How many will still happen. */
  live = 0;
  private heap: Timer[] = [];
  private arrivals = 0;

  add(timer: Timer, due: number): void {
    timer.due = due;
    timer.order = this.arrivals++;
    this.live++;
    this.heap.push(timer);
    this.rise(this.heap.length - 1);
  }

  callOff(timer: Timer): void {
    if (timer.order < 0) return;
    timer.order = CALLED_OFF;
    if (--this.live === 0) {
      this.heap = [];
      this.arrivals = 0;
    } else if (this.heap.length > 64 && this.live * 2 < this.heap.length) this.sweep();
  }

  /** When the next one is due; undefined if there is none. */
  next(): number | undefined {
    for (let top = this.heap[0]; top !== undefined; top = this.heap[0]) {
      if (top.order >= 0) return top.due;
      this.pop();
    }
    return undefined;
  }

  /** Takes off the next one, if it is due by `time`. */
  take(time: number): Timer | undefined {
    const due = this.next();
    if (due === undefined || due > time) return undefined;
    const timer = this.pop();
    timer.order = -1;
    this.live--;
    return timer;
  }

  private pop(): Timer {
    const { heap } = this;
    const top = heap[0] as Timer;
    const last = heap.pop() as Timer;
    if (heap.length > 0) {
      heap[0] = last;
      this.sink(0);
    }
    return top;
  }

  private rise(start: number): void {
    const { heap } = this;
    const timer = heap[start] as Timer;
    let i = start;
    while (i > 0) {
      const up = (i - 1) >> 2;
      const parent = heap[up] as Timer;
      if (!isBefore(timer, parent)) break;
      heap[i] = parent;
      i = up;
    }
    heap[i] = timer;
  }

  private sink(start: number): void {
    const { heap } = this;
    const timer = heap[start] as Timer;
    const size = heap.length;
    let i = start;
    for (;;) {
      const first = i * 4 + 1;
      if (first >= size) break;
      let least = first;
      const end = Math.min(first + 4, size);
      for (let child = first + 1; child < end; child++) {
        if (isBefore(heap[child] as Timer, heap[least] as Timer)) least = child;
      }
      const child = heap[least] as Timer;
      if (!isBefore(child, timer)) break;
      heap[i] = child;
      i = least;
    }
    heap[i] = timer;
  }

  private sweep(): void {
    this.heap = this.heap.filter((timer) => timer.order >= 0);
    for (let i = (this.heap.length - 2) >> 2; i >= 0; i--) this.sink(i);
  }
}

function isBefore(a: Timer, b: Timer): boolean {
  return a.due < b.due || (a.due === b.due && a.order < b.order);
}
