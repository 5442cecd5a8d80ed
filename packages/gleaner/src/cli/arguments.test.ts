import { expect, test } from 'vitest';
import { count, duration, headers } from './arguments.ts';

test('times are with a unit, or in seconds', () => {
  const times = ['500ms', '1.5s', '10', '2m', '1h', '0'].map((text) => duration('x', text));
  expect(times).toEqual([500, 1500, 10_000, 120_000, 3_600_000, 0]);
  for (const text of ['', '-1', '1d', 's', '1e3', 'Infinity', '1 s']) {
    expect(() => duration('delay', text)).toThrow(
      `--delay expects a time such as 500ms, 10s or 2m, not '${text}'`,
    );
  }
});

test('counts are whole numbers', () => {
  expect([count('x', '0', 0), count('x', '12', 1), count('x', undefined, 1)]).toEqual([0, 12, undefined]);
  for (const text of ['', '-1', '1.5', '0x10', '9'.repeat(16)])
    expect(() => count('x', text, 0)).toThrow('--x expects');
});

test('headers are a name and a value', () => {
  expect(headers('header', ['A: b', 'C:d:e', 'E:'])).toEqual({ A: 'b', C: 'd:e', E: '' });
  for (const text of ['', 'A', ': b'])
    expect(() => headers('header', [text])).toThrow("--header expects 'Name: value'");
});
