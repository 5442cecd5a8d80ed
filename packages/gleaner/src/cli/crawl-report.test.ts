import { expect, test } from 'vitest';
import { NOTHING_YET } from '../crawl/crawl-summary.ts';
import { crawlReport } from './crawl-report.ts';
import { palette } from './terminal.ts';

const plain = palette({});

test('a crawl that went well is one line', () => {
  const summary = {
    ...NOTHING_YET,
    done: 1,
    items: 1234,
    bytes: 5_200_000,
    elapsed: 2000,
    statuses: { 200: 1 },
  };
  expect(crawlReport(summary, 0, plain)).toBe(
    '1,234 items · 1 page done · 0 failed · 5.2 MB in 2.0 s · 1 pages/s',
  );
});

test('what was not had is told by reason, the most frequent first; the speed is that of this run', () => {
  const failure = (count: number, message: string) => ({ count, example: { url: 'https://x/', message } });
  const report = crawlReport(
    {
      ...NOTHING_YET,
      done: 90,
      failed: 9,
      forbidden: 1,
      pending: 4,
      inFlight: 1,
      retries: 1,
      items: 1,
      elapsed: 1000,
      statuses: { 200: 80, 404: 10 },
      failures: {
        TIMEOUT: failure(2, 'https://x/: too \u001b[2Jslow'),
        HTTP_500: failure(7, 'https://x/: 500'),
        ROBOTS: failure(1, 'https://x/: robots.txt'),
      },
      dropped: { 'too deep': 2, 'other host': 30 },
    },
    50,
    plain,
  );
  expect(report.split('\n')).toEqual([
    '1 item · 90 pages done · 9 failed · 1 forbidden by robots.txt · 5 left · 1 retry · 0 B in 1.0 s · 50 pages/s',
    '  by status: 200 × 80, 404 × 10',
    '       7 × HTTP_500  https://x/: 500',
    '       2 × TIMEOUT   https://x/: too �[2Jslow',
    '       1 × ROBOTS    https://x/: robots.txt',
    '  links not followed: 30 other host, 2 too deep',
  ]);
});

test('pages that began anew are told of, and why', () => {
  const restarted = { count: 2, reason: 'the spider has changed' };
  expect(crawlReport({ ...NOTHING_YET, restarted }, 0, plain)).toContain(
    '\n  2 pages that a former run had read in part began anew: the spider has changed',
  );
});
