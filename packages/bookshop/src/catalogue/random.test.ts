import { expect, test } from 'vitest';
import { random } from './random.ts';

test('the same keys give the same sequence, other keys another', () => {
  const five = (...keys: (number | string)[]): number[] => {
    const draw = random(...keys);
    return Array.from({ length: 5 }, () => draw.next());
  };
  expect(five(1, 'a')).toEqual(five(1, 'a'));
  expect(five(1, 'a')).not.toEqual(five(1, 'b'));
  expect(five(1, 'a')).not.toEqual(five(2, 'a'));
});

test('numbers are spread evenly over 0 ≤ n < 1, whole numbers over both ends', () => {
  const draw = random('spread');
  const tenths = Array.from({ length: 10 }, () => 0);
  for (let i = 0; i < 10_000; i++) {
    const tenth = Math.floor(draw.next() * 10);
    tenths[tenth] = (tenths[tenth] ?? NaN) + 1;
  }
  for (const count of tenths) expect(Math.abs(count - 1000)).toBeLessThan(150);
  expect(new Set(Array.from({ length: 100 }, () => draw.integer(2, 4)))).toEqual(new Set([2, 3, 4]));
});

test('shuffle keeps every entry and leaves the list as it was', () => {
  const list = Array.from({ length: 50 }, (_, i) => i);
  const shuffled = random('cards').shuffle(list);
  expect(shuffled).not.toEqual(list);
  expect(shuffled.toSorted((a, b) => a - b)).toEqual(list);
});

test('pick from nothing is an error', () => {
  expect(() => random(1).pick([])).toThrow(RangeError);
});
