import { FAULT_COUNTS, startBookshop } from '@gleaner/bookshop';
import { VirtualClock } from '@gleaner/coroutine';
import { scrape } from 'gleaner';
import { expect, test } from 'vitest';
import { advanceUntil, until } from './server.ts';

test('of the 1,000 books of a shop with faults, all 985 that can be had are had, and the other 15 are reported', async () => {
  await using shop = await startBookshop({ latency: 0, faults: true, slow: { min: 0, max: 20 } });
  const urls = shop.books.map(({ id }) => `${shop.origin}/api/books/${id}.json`);
  const clock = new VirtualClock();
  const hour = 3_600_000;
  const job = scrape(urls, { clock, as: 'json', concurrency: 64, perHost: 64, timeout: hour });
  const titles = new Set<string>();
  const loop = (async () => {
    for await (const { data } of job) titles.add((data as { title: string }).title);
  })();
  // All but the page that never answers; that is tried three times.
  await advanceUntil(clock, 10, () => job.summary.done + job.summary.failed === 999);
  let ended = false;
  void loop.then(() => (ended = true));
  await advanceUntil(clock, hour, () => ended);
  const { summary } = job;
  const counts = Object.fromEntries(
    Object.entries(summary.failures).map(([code, failure]) => [code, failure?.count]),
  );
  expect(counts).toEqual({
    HTTP_404: FAULT_COUNTS.missing,
    HTTP_410: FAULT_COUNTS.gone,
    NOT_JSON: FAULT_COUNTS.html + FAULT_COUNTS.truncated,
    TIMEOUT: FAULT_COUNTS.hang,
    REDIRECT: FAULT_COUNTS.loop,
    RESET: FAULT_COUNTS.reset,
  });
  expect(summary).toMatchObject({ started: 1000, done: 985, failed: 15, items: 985 });
  // Once for each that is unavailable, twice for each error, and twice in vain for the two that never answer.
  expect(summary.retries).toBe(FAULT_COUNTS.unavailable + FAULT_COUNTS.error * 2 + 2 * 2);
  expect(titles.size).toBe(new Set(shop.books.map(({ title }) => title)).size - 15);
  expect(shop.stats.peakInFlight).toBeLessThanOrEqual(64);
  await until(() => shop.stats.openSockets === 0);
});
