import { run, VirtualClock } from '@gleaner/coroutine';
import { expect, test } from 'vitest';
import { NOTHING_YET, type CrawlSummary } from '../crawl/crawl-summary.ts';
import type { HostStatus } from '../frontier/frontier.ts';
import { crawlJson, crawlRows } from './crawl-progress.ts';
import { LiveArea } from './live-area.ts';
import { palette } from './terminal.ts';

const host = (origin: string, more: Partial<HostStatus> = {}): HostStatus => ({
  origin,
  active: 0,
  nextAt: 0,
  delay: 0,
  failures: 0,
  ...more,
});

/** What is drawn in the first tenths of a second. */
async function drawn(summary: CrawlSummary, tenths: number): Promise<string[]> {
  const told: string[] = [];
  const write = (text: string): boolean => told.push(text) > 0;
  const area = new LiveArea({ columns: 150, rows: 24, write } as unknown as NodeJS.WriteStream);
  const clock = new VirtualClock();
  const task = run(() => crawlRows(() => summary, area, palette({})), { clock });
  await clock.advance(tenths * 100);
  await task.cancel();
  return told;
}

test('a row for the crawl, and one for each host, always in the same order', async () => {
  const hosts = [
    host('https://b.example', { active: 2, delay: 500 }),
    host('https://long.example:8080', { nextAt: Date.now() + 3_600_000, delay: 90_000, failures: 3 }),
    host('https://a.exa\u001bmple'),
  ];
  const summary = { ...NOTHING_YET, done: 1234, inFlight: 2, pending: 56, failed: 7, items: 1, hosts };
  const [first = '', second = '', gone] = await drawn(summary, 2);
  expect(first.replace('\r\u001b[K', '').split('\n')).toEqual([
    '1,234 done · 2 in flight · 56 pending · 7 failed · 1 item · 0.0 pages/s · 0 B/s',
    '  https://a.exa�mple         ready',
    '  https://b.example          2 active · 500 ms apart',
    expect.stringMatching(
      /^ {2}https:\/\/long\.example:8080 {2}next in (59 min \d+ s|1 h 0 min) · 1 min 30 s apart · in trouble 3 times in a row$/,
    ),
  ]);
  expect(second.startsWith('\r\u001b[3A\u001b[J1,234 done')).toBe(true);
  expect(gone).toBe('\r\u001b[3A\u001b[J');
});

test('many hosts have no rows', async () => {
  const hosts = Array.from({ length: 6 }, (_, n) => host(`https://${n}.example`));
  const [first] = await drawn({ ...NOTHING_YET, hosts }, 1);
  expect(first).not.toContain('\n');
});

test('machines get a line of JSON a second, in which nothing is left for a terminal to obey', async () => {
  const told: string[] = [];
  const out = { write: (text: string) => told.push(text) > 0 } as unknown as NodeJS.WritableStream;
  const clock = new VirtualClock();
  const hosts = [host('https://a.exa\u009bmple')];
  const task = run(() => crawlJson(() => ({ ...NOTHING_YET, done: 3, hosts }), out), { clock });
  await clock.advance(2500);
  await task.cancel();
  expect(told).toHaveLength(2);
  expect(told[0]).not.toContain('\u009b');
  expect(JSON.parse(told[0] ?? '')).toMatchObject({ type: 'progress', done: 3, hosts });
});
