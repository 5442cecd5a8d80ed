import { expect, test } from 'vitest';
import { ByteCache } from './byte-cache.ts';

test('never holds more than its limit, and lets go of the longest unused first', () => {
  const cache = new ByteCache<string>(10);
  cache.set('a', 'A', 4);
  cache.set('b', 'B', 4);
  expect(cache.get('a')).toBe('A');
  cache.set('c', 'C', 4);
  expect([cache.get('a'), cache.get('b'), cache.get('c')]).toEqual(['A', undefined, 'C']);
  expect(cache.size).toBe(8);
});

test('a key that is set again counts once', () => {
  const cache = new ByteCache<string>(10);
  cache.set('a', 'A', 6);
  cache.set('a', 'B', 7);
  expect([cache.get('a'), cache.size]).toEqual(['B', 7]);
});

test('what is larger than the limit is not kept', () => {
  const cache = new ByteCache<string>(10);
  cache.set('a', 'A', 3);
  cache.set('b', 'B', 11);
  expect([cache.get('a'), cache.get('b'), cache.size]).toEqual(['A', undefined, 3]);
});
