import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Deque } from './deque.ts';

test('a deque is what an array is, in constant time', () => {
  fc.assert(
    fc.property(
      fc.array(fc.constantFrom('push', 'unshift', 'shift', 'peek'), { maxLength: 300 }),
      (steps) => {
        const deque = new Deque<number>();
        const array: number[] = [];
        steps.forEach((step, n) => {
          if (step === 'push') {
            deque.push(n);
            array.push(n);
          } else if (step === 'unshift') {
            deque.unshift(n);
            array.unshift(n);
          } else if (step === 'shift') {
            expect(deque.shift()).toBe(array.shift());
          } else {
            expect(deque.peek()).toBe(array[0]);
          }
          expect(deque.size).toBe(array.length);
        });
      },
    ),
  );
});
