import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { fingerprint } from './fingerprint.ts';

const BITS = 53;

describe('fingerprint', () => {
  test('is a safe whole number, the same each time', () => {
    fc.assert(
      fc.property(fc.string(), fc.integer(), (key, seed) => {
        const number = fingerprint(key, seed);
        expect(number).toBe(fingerprint(key, seed));
        expect(Number.isSafeInteger(number)).toBe(true);
        expect(number).toBeGreaterThanOrEqual(0);
      }),
    );
  });

  test.each([
    ['', 0, 2535508728431888],
    ['https://example.com/', 0, 334265544421000],
    ['https://example.com/', 1, 5480420143440886],
  ])('stays what it is, as it is written to files: %j with seed %d', (key, seed, expected) => {
    expect(fingerprint(key, seed)).toBe(expected);
  });

  test.each([
    ['numbers at the end', (n: number) => `https://example.com/product/${n}`],
    ['numbers in the middle', (n: number) => `https://example.com/${n}/reviews?page=1`],
    ['two numbers', (n: number) => `https://example.com/list/${n % 1000}?page=${Math.floor(n / 1000)}`],
    [
      'lengths',
      (n: number) => 'ab'.charAt(n & 1) + 'a'.repeat((n >> 1) & 511) + String.fromCharCode(n >> 10),
    ],
  ])('does not repeat itself over a million keys that differ by %s', (_, key) => {
    const seen = new Float64Array(1_000_000);
    for (let n = 0; n < seen.length; n++) seen[n] = fingerprint(key(n), 0);
    // 10⁶ · 10⁶ / 2 / 2⁵³ = 0.00006 are to be expected.
    expect(repeated(seen)).toBe(0);
    // Of the lower 32 bits alone 10¹² / 2 / 2³² = 116 ± 11, and so of the upper.
    expect(repeated(seen.map((number) => number % 2 ** 32))).toBeLessThan(180);
    expect(repeated(seen.map((number) => Math.floor(number / 2 ** 21)))).toBeLessThan(180);
  });

  test('changes each of its bits half of the time when one bit of the key changes', () => {
    const key = 'https://example.com/a/b?c=d';
    const SEEDS = 1000;
    for (let bit = 0; bit < key.length * 7; bit++) {
      const at = Math.floor(bit / 7);
      const changed =
        key.slice(0, at) + String.fromCharCode(key.charCodeAt(at) ^ (1 << (bit % 7))) + key.slice(at + 1);
      const flips = new Float64Array(BITS);
      for (let seed = 0; seed < SEEDS; seed++) {
        const difference = BigInt(fingerprint(key, seed)) ^ BigInt(fingerprint(changed, seed));
        for (let i = 0; i < BITS; i++) if ((difference >> BigInt(i)) & 1n) flips[i] = Number(flips[i]) + 1;
      }
      // Half of 1,000, ± 6 standard deviations of 16.
      for (const count of flips) expect(Math.abs(count - SEEDS / 2)).toBeLessThan(96);
    }
  });

  test('with another seed is another, for all keys', () => {
    const seen = new Float64Array(1_000_000);
    for (let n = 0; n < seen.length; n++)
      seen[n] = fingerprint(`https://example.com/${n % 1000}`, Math.floor(n / 1000));
    expect(repeated(seen)).toBe(0);
  });

  test('fills all buckets alike', () => {
    const buckets = new Float64Array(1024);
    for (let n = 0; n < 1_024_000; n++) {
      const bucket = fingerprint(`https://example.com/${n}`, 7) % buckets.length;
      buckets[bucket] = Number(buckets[bucket]) + 1;
    }
    const chiSquare = buckets.reduce((sum, count) => sum + (count - 1000) ** 2 / 1000, 0);
    // 1,023 degrees of freedom: 1,023 ± 45.
    expect(Math.abs(chiSquare - 1023)).toBeLessThan(6 * 45);
  });
});

function repeated(numbers: Float64Array): number {
  numbers.sort();
  return numbers.reduce((count, number, n) => count + Number(n > 0 && number === numbers[n - 1]), 0);
}
