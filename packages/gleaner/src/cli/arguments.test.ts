import { expect, test } from 'vitest';
import { count, duration, headers, parsed, size, UsageError } from './arguments.ts';

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

test('sizes are with a unit, or in bytes', () => {
  const sizes = ['1', '512kB', '10MB', '10 mb', '1.5GB', '1KiB', '10MiB', '2GiB', '7B'];
  expect(sizes.map((text) => size('x', text))).toEqual([
    1, 512_000, 10_000_000, 10_000_000, 1_500_000_000, 1024, 10_485_760, 2_147_483_648, 7,
  ]);
  expect(size('x', undefined)).toBe(undefined);
  for (const text of ['', '0', '0.1', '-1', '1TB', 'MB', '1e3', 'Infinity', '999999999999999GB']) {
    expect(() => size('max-bytes', text)).toThrow(
      `--max-bytes expects a size such as 512kB, 10MB or 10MiB, not '${text}'`,
    );
  }
});

test.each([
  [['--per-hosts', '1'], 'there is no option --per-hosts; is it --per-host?'],
  [['--heders', 'x'], 'there is no option --heders; is it --header?'],
  [['--per', '1'], 'there is no option --per; is it --per-host?'],
  [['--nonsense'], 'there is no option --nonsense'],
  [['--o'], 'there is no option --o'],
  [['-x'], 'there is no option -x'],
  [['--header'], '--header expects a value'],
  [['-H'], '--header expects a value'],
  [['--header', '-q'], '--header expects a value that does not begin with a dash'],
  [['--quiet=1'], '--quiet takes no value'],
])('what is wrong with %j is told, with the option that may be meant', (argv, message) => {
  const options = {
    header: { type: 'string', short: 'H' },
    'per-host': { type: 'string' },
    quiet: { type: 'boolean', short: 'q' },
  } as const;
  expect(() => parsed(argv, options)).toThrow(new UsageError(message));
});
