import { describe, expect, test } from 'vitest';
import { LONGEST_DELAY, LONGEST_REST, MOST_FAILURES, Pace } from './pace.ts';

describe('with a fixed delay', () => {
  test('requests start that far apart, however long the answers take', () => {
    const pace = new Pace({ perHost: 1, delay: 1000 });
    pace.start(0);
    pace.answered(5000, 5000, true);
    expect(pace.nextAt).toBe(1000);
    pace.start(5000);
    expect(pace.nextAt).toBe(6000);
  });

  test('what robots.txt asks for holds if it is longer', () => {
    const pace = new Pace({ perHost: 1, delay: 1000 });
    pace.crawlDelay = 3000;
    pace.start(0);
    expect(pace.nextAt).toBe(3000);
  });

  test('trouble makes it longer, an answer that is well sets it back', () => {
    const pace = new Pace({ perHost: 1, delay: 100 });
    pace.troubled(0);
    pace.troubled(0);
    expect([pace.delay, pace.nextAt, pace.failures]).toEqual([1000, 1000, 2]);
    pace.answered(2000, 10, true);
    expect([pace.delay, pace.failures]).toEqual([100, 0]);
  });
});

describe("with 'auto'", () => {
  test('a host rests as long as it took to answer', () => {
    const pace = new Pace({ perHost: 1, delay: 'auto' });
    pace.start(0);
    pace.answered(200, 200, true);
    expect(pace.nextAt).toBe(400);
  });

  test('so does each of the connections that it grants', () => {
    const pace = new Pace({ perHost: 4, delay: 'auto' });
    pace.start(0);
    pace.answered(200, 200, true);
    expect(pace.delay).toBe(100);
  });

  test('a slower host is followed at once, a quicker one by halves', () => {
    const pace = new Pace({ perHost: 1, delay: 'auto' });
    pace.answered(0, 500, true);
    expect(pace.delay).toBe(1000);
    pace.answered(0, 100, true);
    expect(pace.delay).toBe(600);
    pace.answered(0, 50_000, true);
    expect(pace.delay).toBe(LONGEST_DELAY);
  });

  test('an error never makes it quicker', () => {
    const pace = new Pace({ perHost: 1, delay: 'auto' });
    pace.answered(0, 500, true);
    pace.answered(0, 1, false);
    expect(pace.delay).toBe(1000);
  });
});

test('a host that asks to be left alone is, but not for ever', () => {
  const pace = new Pace({ perHost: 1, delay: 0 });
  pace.troubled(0, 30_000);
  expect(pace.nextAt).toBe(30_000);
  pace.troubled(0, 1e9);
  expect(pace.nextAt).toBe(LONGEST_REST);
});

test('it is taken up where it was left', () => {
  const before = new Pace({ perHost: 1, delay: 'auto' });
  before.answered(100, 100, true);
  before.troubled(200, 5000);
  const after = new Pace({ perHost: 1, delay: 'auto' }, before.stored);
  expect(after.stored).toEqual(before.stored);
});

test('a host that was in trouble too often is given up for a while, and then has another chance', () => {
  const pace = new Pace({ perHost: 1, delay: 0 });
  for (let n = 0; n < MOST_FAILURES; n++) pace.troubled(n);
  const last = MOST_FAILURES - 1;
  expect(pace.isGivenUp(last)).toBe(true);
  expect(pace.nextAt).toBeLessThanOrEqual(LONGEST_DELAY + last);
  const later = new Pace({ perHost: 1, delay: 0 }, pace.stored);
  expect(later.isGivenUp(last + LONGEST_REST - 1)).toBe(true);
  expect(later.isGivenUp(last + LONGEST_REST)).toBe(false);
  later.troubled(last + LONGEST_REST);
  expect(later.isGivenUp(last + LONGEST_REST)).toBe(true);
});
