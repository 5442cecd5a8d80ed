import { each, run, VirtualClock } from '@gleaner/coroutine';
import { describe, expect, test } from 'vitest';
import { advanceUntil, body, json, silence, startServer } from '../../test/server.ts';
import { scrape, type Failure, type Result, type ScrapeOptions } from '../index.ts';
import { random } from './load.ts';

/** One page under a clock that jumps and with chance that is none: the outcome, and when it was asked for. */
async function attempts(
  answers: ReturnType<typeof json>[],
  options: ScrapeOptions = {},
  chance = 0.5,
): Promise<{ outcome: Result<unknown> | Failure; times: number[]; retries: number }> {
  const clock = new VirtualClock({ start: 1_000_000_000_000, autojump: true });
  const times: number[] = [];
  await using server = await startServer({
    '*': (...args) => {
      const answer = answers[Math.min(times.length, answers.length - 1)];
      times.push(clock.now() - 1_000_000_000_000);
      answer?.(...args);
    },
  });
  const job = scrape([`${server.origin}/`], { ...options, onFailure: 'yield' });
  const outcome = await run(
    () =>
      random.with(
        () => chance,
        function* () {
          const pages = each(job);
          yield* pages.next();
          return pages.value;
        },
      ),
    { clock },
  );
  return { outcome, times, retries: job.summary.retries };
}

const status = (code: number, headers: Record<string, string> = {}) => body('', headers, code);

describe('what can succeed later is tried again', () => {
  test.each([408, 425, 429, 500, 502, 503, 504])('%i', async (code) => {
    const { outcome, times, retries } = await attempts([status(code), json('well')]);
    expect(outcome).toMatchObject({ ok: true, data: 'well', attempts: 2 });
    expect([times, retries]).toEqual([[0, 250], 1]);
  });

  test('what cannot is not', async () => {
    for (const code of [400, 401, 403, 404, 410, 501, 505]) {
      const { outcome, times } = await attempts([status(code)]);
      expect(outcome).toMatchObject({ code: `HTTP_${code}` });
      expect(times).toEqual([0]);
    }
    const { times } = await attempts([body('{', { 'content-type': 'application/json' })]);
    expect(times).toEqual([0]);
  });

  test('so often and no more, ever more rarely, and by chance', async () => {
    const { outcome, times } = await attempts([status(500)], { retries: 9 });
    expect(outcome).toMatchObject({ code: 'HTTP_500' });
    const waits = times.slice(1).map((time, i) => time - (times[i] ?? 0));
    expect(waits).toEqual([250, 500, 1000, 2000, 4000, 8000, 16_000, 30_000, 30_000]);
    expect((await attempts([status(500)], { retries: 0 })).times).toEqual([0]);
    expect((await attempts([status(500)], { retries: 1 }, 0)).times).toEqual([0, 0]);
  });

  test('a connection that is reset', async () => {
    const { outcome, times } = await attempts([({ socket }) => socket.resetAndDestroy(), json('well')]);
    expect(outcome).toMatchObject({ data: 'well', attempts: 2 });
    expect(times).toEqual([0, 250]);
  });

  test('a page that did not answer in time', async () => {
    const clock = new VirtualClock();
    let asked = 0;
    await using server = await startServer({
      '*': (...args) => (asked++ === 0 ? silence : json('well'))(...args),
    });
    const page = scrape([`${server.origin}/`], { clock, timeout: 60_000 })
      .iterate({ clock })
      .next();
    let ended = false;
    void page.then(() => (ended = true));
    await advanceUntil(clock, 100, () => ended);
    expect((await page).value).toMatchObject({ data: 'well', attempts: 2 });
    // The attempt that succeeded.
    expect((await page).value?.timing.started).toBeGreaterThanOrEqual(60_000);
  });

  test('not sooner than the host’s delay allows', async () => {
    expect((await attempts([status(500), json('well')], { delay: 5000 })).times).toEqual([0, 5000]);
  });
});

describe('Retry-After is obeyed', () => {
  test('in seconds, or until a date, if that is longer than the backoff', async () => {
    expect((await attempts([status(503, { 'retry-after': '7' }), json(1)])).times).toEqual([0, 7000]);
    expect((await attempts([status(429, { 'retry-after': '0' }), json(1)])).times).toEqual([0, 250]);
    const date = new Date(1_000_000_000_000 + 60_000).toUTCString();
    expect((await attempts([status(503, { 'retry-after': date }), json(1)])).times).toEqual([0, 60_000]);
    const past = new Date(0).toUTCString();
    expect((await attempts([status(503, { 'retry-after': past }), json(1)])).times).toEqual([0, 250]);
    expect((await attempts([status(503, { 'retry-after': 'soon' }), json(1)])).times).toEqual([0, 250]);
  });

  test('longer than patience lasts: the page is given up', async () => {
    for (const wait of ['301', '99999999999999999999', new Date(1_000_000_400_000).toUTCString()]) {
      const { outcome, times } = await attempts([status(503, { 'retry-after': wait }), json(1)]);
      expect(outcome).toMatchObject({ code: 'HTTP_503' });
      expect(times).toEqual([0]);
    }
    expect((await attempts([status(503, { 'retry-after': '300' }), json(1)])).times).toEqual([0, 300_000]);
  });
});
