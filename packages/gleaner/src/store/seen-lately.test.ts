import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { SeenLately } from './seen-lately.ts';

describe('keys seen lately', () => {
  test('yes is never said to a key that was not given', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ maxLength: 2 })),
        fc.array(fc.string({ maxLength: 2 })),
        fc.integer({ min: 1, max: 20 }),
        (given, asked, most) => {
          const seen = new SeenLately(most, 1_000);
          for (const key of given) seen.add(key);
          for (const key of asked) if (seen.has(key)) expect(given).toContain(key);
        },
      ),
    );
  });

  test('the last half of as many as it may hold are known, whether given or asked for', () => {
    const seen = new SeenLately(100, Infinity);
    const lately: string[] = [];
    for (let n = 0; n < 1_000; n++) {
      // Every third is an old one, asked for again.
      const known = n % 3 === 0 ? lately[0] : undefined;
      if (known === undefined) seen.add(`k${n}`);
      else expect(seen.has(known)).toBe(true);
      const key = known ?? `k${n}`;
      if (lately.includes(key)) lately.splice(lately.indexOf(key), 1);
      lately.push(key);
      if (lately.length > 49) lately.shift();
    }
    for (const key of lately.toReversed()) expect(seen.has(key)).toBe(true);
  });

  test('no more keys are known than it may hold', () => {
    const seen = new SeenLately(100, Infinity);
    const keys = Array.from({ length: 10_000 }, (_, n) => `k${n}`);
    for (const key of keys) seen.add(key);
    // Asked newest first, and each at most once: asking for an old one makes it a young one, and pushes others out.
    expect(keys.toReversed().filter((key) => seen.has(key)).length).toBeLessThanOrEqual(100);
  });

  test('nor more characters: long keys are forgotten sooner', () => {
    const seen = new SeenLately(1_000, 10_000);
    const long = Array.from({ length: 100 }, (_, n) => `${n}`.padEnd(1_000, '.'));
    for (const key of long) seen.add(key);
    expect(long.toReversed().filter((key) => seen.has(key)).length).toBeLessThanOrEqual(10);
    const huge = 'x'.repeat(100_000);
    seen.add(huge);
    seen.add('after');
    expect(seen.has('after')).toBe(true);
  });
});
