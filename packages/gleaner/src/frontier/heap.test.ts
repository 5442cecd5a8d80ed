import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Heap } from './heap.ts';

test('the earliest comes first, whatever the order of coming', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 0, max: 50 })), (times) => {
      const heap = new Heap<number>();
      for (const time of times) heap.push(time, time);
      expect(heap.soonest).toBe(Math.min(Infinity, ...times));
      const taken: (number | undefined)[] = [];
      while (heap.size > 0) taken.push(heap.pop());
      expect(taken).toEqual([...times].sort((a, b) => a - b));
      expect(heap.pop()).toBeUndefined();
    }),
  );
});

test('what comes and goes by turns stays in order', () => {
  const heap = new Heap<string>();
  heap.push(3, 'c');
  heap.push(1, 'a');
  expect(heap.pop()).toBe('a');
  heap.push(2, 'b');
  expect([heap.pop(), heap.pop(), heap.pop(), heap.soonest]).toEqual(['b', 'c', undefined, Infinity]);
});
