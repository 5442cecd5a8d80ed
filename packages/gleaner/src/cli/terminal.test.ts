import os from 'node:os';
import { describe, expect, test } from 'vitest';
import { hasTerminals, Processes } from '../../test/command.ts';
import { json, silence, startServer } from '../../test/server.ts';
import { bytes, fit, grouped, palette, printable, printableJson, span } from './terminal.ts';

test('what a terminal would obey is made harmless', () => {
  expect(printable('a\u001b[31m\u0007\u009b2J\r\n\u202eb\u2066')).toBe('a�[31m��2J���b�');
  expect(printable('né 日本 🎉')).toBe('né 日本 🎉');
  const hostile = { text: '\u001b[2J\u009b2J\u202e\u007f' };
  expect(printableJson(hostile)).toBe(String.raw`{"text":"\u001b[2J\u009b2J\u202e\u007f"}`);
  expect(JSON.parse(printableJson(hostile))).toEqual(hostile);
});

test.each([
  [0, '0 B'],
  [999, '999 B'],
  [1000, '1.0 kB'],
  [9949, '9.9 kB'],
  [9950, '10 kB'],
  [999_499, '999 kB'],
  [999_500, '1.0 MB'],
  [1_234_567_890, '1.2 GB'],
])('%i bytes are %s', (count, text) => {
  expect(bytes(count)).toBe(text);
});

test.each([
  [0, '0 ms'],
  [999.4, '999 ms'],
  [1000, '1.0 s'],
  [59_949, '59.9 s'],
  [59_950, '1 min 0 s'],
  [200_000, '3 min 20 s'],
  [7_500_000, '2 h 5 min'],
])('%d milliseconds are %s', (ms, text) => {
  expect(span(ms)).toBe(text);
});

test('numbers, widths and colours', () => {
  expect(grouped(1_234_567.4)).toBe('1,234,567');
  expect([fit('abcdef', 6), fit('abcdef', 5)]).toEqual(['abcdef', 'abcd…']);
  expect(palette({ isTTY: false }).red('x')).toBe('x');
});

describe.skipIf(!hasTerminals())('on a terminal', () => {
  const processes = new Processes(os.tmpdir());
  const CLEAR = '\r\u001b[K';

  async function onTerminal(
    columns: number,
    args: string,
    env: Record<string, string> = {},
  ): Promise<string[]> {
    const { stdout } = await processes.onTerminal(columns, `scrape ${args}`, env).ended;
    return stdout.split(CLEAR);
  }

  /** As many pages as are named, one after the other; the last when the line has been drawn a few times. */
  const site = () =>
    startServer({
      '/last': (request, response) => void setTimeout(() => json('\u009b2J')(request, response), 350),
      '/never': silence,
      '*': json({ title: 'x' }),
    });

  test('a live line tells how far it is, makes way for what is printed, and goes in the end', async () => {
    await using server = await site();
    const drawn = await onTerminal(
      120,
      `${server.origin}/1 ${server.origin}/last 'no\u001b]0;evil\u0007url'`,
    );
    // Seen while the last page was on its way.
    const lines = drawn.filter((text) => text.includes('1 of 3 done'));
    expect(lines.length).toBeGreaterThan(1);
    expect(lines[1]?.split('\u001b[39m')[0]).toMatch(/█+.·+ $/);
    const figures = /1 of 3 done · 1 in flight · 1 failed · \d+ pages\/s · (\d+ s left · )?\d+ B\/s$/;
    expect(lines[1]).toMatch(figures);
    expect(drawn).toContain(`{"url":"${server.origin}/1","status":200,"data":{"title":"x"}}\r\n`);
    expect(drawn).toContain(`{"url":"${server.origin}/last","status":200,"data":"\\u009b2J"}\r\n`);
    const end = drawn.at(-1) ?? '';
    expect(end).toContain('2 done');
    expect(end).toContain('no�]0;evil�url: not an absolute address');
  });

  test('a narrow one gets what fits, in one row', async () => {
    await using server = await site();
    for (const columns of [50, 24]) {
      const drawn = await onTerminal(columns, `${server.origin}/1 ${server.origin}/last`);
      const lines = drawn.filter((text) => text.startsWith('1 of 2 done'));
      expect(lines.length).toBeGreaterThan(0);
      for (const line of lines) expect(line.length).toBeLessThan(columns);
    }
  });

  test('--quiet, --json and TERM=dumb draw none; NO_COLOR has no colours', async () => {
    await using server = await site();
    const urls = `${server.origin}/1 ${server.origin}/last`;
    const [quiet, machine, dumb, plain] = await Promise.all([
      onTerminal(80, `-q ${urls}`),
      onTerminal(80, `--json -o /dev/null ${urls}`),
      onTerminal(80, urls, { TERM: 'dumb' }),
      onTerminal(80, urls, { NO_COLOR: '1' }),
    ]);
    expect([quiet.length, machine.length, dumb.length]).toEqual([1, 1, 1]);
    expect(quiet[0]?.trim().split('\r\n')).toHaveLength(2);
    expect(machine[0]).toMatch(/^\{"type":"summary",[^\n]*\}\r\n$/);
    expect(plain.length).toBeGreaterThan(1);
    expect(plain.join('')).not.toContain('\u001b');
  });
});
