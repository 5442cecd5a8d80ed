import {
  event,
  now,
  run,
  scope,
  sleep,
  spawn,
  VirtualClock,
  type CoroutineBody,
  type Event,
} from '@gleaner/coroutine';
import { describe, expect, test } from 'vitest';
import type { CrawlRequest } from '../http/request.ts';
import { openStore } from '../store/sqlite-store.ts';
import type { Store } from '../store/store.ts';
import { Frontier } from './frontier.ts';
import type { Politeness } from './pace.ts';

function request(url: string): CrawlRequest {
  return {
    url,
    key: url,
    method: 'GET',
    headers: {},
    body: undefined,
    priority: 0,
    depth: 0,
    label: undefined,
    data: undefined,
    session: undefined,
  };
}

interface Start {
  host: string;
  time: number;
}

interface Simulated {
  starts: Start[];
  /** The most requests that were under way at a time, at one host and in all. */
  peak: number;
  peakAtHost: number;
  elapsed: number;
  /** CPU time in milliseconds. */
  cpu: number;
}

interface Simulation extends Politeness {
  hosts: number;
  pages: number;
  concurrency: number;
  /** How long a host takes to answer, in milliseconds. */
  latency: (host: number) => number;
}

/** A crawl of nothing: every host has so many pages, and answers in its time. */
async function simulate({
  hosts,
  pages,
  concurrency,
  latency,
  ...politeness
}: Simulation): Promise<Simulated> {
  const clock = new VirtualClock({ autojump: true });
  return await run(
    function* () {
      const store: Store = yield* openStore(':memory:');
      for (let host = 0; host < hosts; host++) {
        yield* store.push(Array.from({ length: pages }, (_, n) => request(`http://h${host}.example/${n}`)));
      }
      const frontier = new Frontier(store, politeness, concurrency);
      const starts: Start[] = [];
      const activeAt = new Map<string, number>();
      const seen = { peak: 0, peakAtHost: 0 };
      const before = process.cpuUsage();
      yield* scope(function* (nursery) {
        const never: Event = event();
        for (;;) {
          const claimed = yield* frontier.next(never, () => true);
          if (claimed === undefined) break;
          const { lease, permit } = claimed;
          const host = permit.host.origin;
          starts.push({ host, time: yield* now() });
          activeAt.set(host, (activeAt.get(host) ?? 0) + 1);
          seen.peak = Math.max(seen.peak, frontier.active);
          seen.peakAtHost = Math.max(seen.peakAtHost, activeAt.get(host) ?? 0);
          yield* nursery.spawn(function* fetch(): CoroutineBody<void> {
            const took = latency(Number(/\d+/.exec(host)?.[0]));
            yield* sleep(took);
            const time = yield* now();
            permit.host.pace.answered(time, took, true);
            activeAt.set(host, (activeAt.get(host) ?? 0) - 1);
            permit.release(time);
            yield* store.commit(lease, { items: [], requests: [], status: 200, bytes: 0 });
            yield* frontier.settle(lease, time);
          });
        }
      });
      const { user, system } = process.cpuUsage(before);
      const elapsed = yield* now();
      expect(store.counts()).toMatchObject({ done: hosts * pages, pending: 0, leased: 0 });
      yield* frontier.close();
      yield* store.close();
      return { starts, ...seen, elapsed, cpu: (user + system) / 1000 };
    },
    { clock },
  );
}

/** The least time between two starts at one host. */
function closest(starts: readonly Start[]): number {
  const latest = new Map<string, number>();
  let least = Infinity;
  for (const { host, time } of starts) {
    least = Math.min(least, time - (latest.get(host) ?? -Infinity));
    latest.set(host, time);
  }
  return least;
}

describe('hours of politeness', () => {
  test('each host is asked in its turn, all of them at the same time', async () => {
    const crawl = await simulate({
      hosts: 50,
      pages: 40,
      concurrency: 1000,
      perHost: 1,
      delay: 60_000,
      latency: () => 100,
    });
    expect(closest(crawl.starts)).toBe(60_000);
    // Forty pages, a minute apart, of fifty hosts beside each other.
    expect(crawl.elapsed).toBe(39 * 60_000 + 100);
  });

  test('a host that is a thousand times slower holds nobody up', async () => {
    const latency = (host: number): number => (host === 0 ? 100_000 : 100);
    const crawl = await simulate({ hosts: 20, pages: 30, concurrency: 4, perHost: 1, delay: 0, latency });
    const others = crawl.starts.filter(({ host }) => host !== 'http://h0.example');
    // Three slots of the four, and now and then the fourth.
    expect(Math.max(...others.map(({ time }) => time))).toBeLessThanOrEqual((19 * 30 * 100) / 3);
    expect(crawl.peakAtHost).toBe(1);
  });

  test('no more at a time than allowed', async () => {
    const crawl = await simulate({
      hosts: 10,
      pages: 30,
      concurrency: 25,
      perHost: 3,
      delay: 0,
      latency: (host) => 10 + host,
    });
    expect([crawl.peak, crawl.peakAtHost]).toEqual([25, 3]);
  });

  test("with 'auto' a host is busy for half of the time", async () => {
    const crawl = await simulate({
      hosts: 1,
      pages: 100,
      concurrency: 8,
      perHost: 1,
      delay: 'auto',
      latency: () => 500,
    });
    expect(crawl.elapsed).toBeGreaterThanOrEqual(99 * 1000);
    expect(crawl.elapsed).toBeLessThanOrEqual(101 * 1000);
  });
});

test('a request costs the same among many hosts as among few', { timeout: 60_000 }, async () => {
  const cost = async (hosts: number, pages: number): Promise<number> => {
    const { cpu, starts } = await simulate({
      hosts,
      pages,
      concurrency: 64,
      perHost: 1,
      delay: 1000,
      latency: () => 10,
    });
    return cpu / starts.length;
  };
  await cost(100, 20);
  const few = await cost(50, 200);
  const many = await cost(5000, 2);
  expect(many / few).toBeLessThan(8);
});

test('a spider goes before the frontier’s own requests, and in its turn', async () => {
  const clock = new VirtualClock({ autojump: true });
  const order: string[] = [];
  await run(
    function* () {
      const store = yield* openStore(':memory:');
      yield* store.push(['1', '2', '3'].map((n) => request(`http://h.example/${n}`)));
      const frontier = new Frontier(store, { perHost: 1, delay: 1000 }, 10);
      const never: Event = event();
      const first = yield* frontier.next(never, () => true);
      for (const name of ['a', 'b']) {
        yield* spawn(function* () {
          const permit = yield* frontier.enter('http://h.example/visited');
          order.push(`${name} ${yield* now()}`);
          permit.release(yield* now());
        });
      }
      first?.permit.release(yield* now());
      const second = yield* frontier.next(never, () => true);
      order.push(`2 ${yield* now()}`);
      second?.permit.release(yield* now());
      yield* frontier.close();
      yield* store.close();
    },
    { clock },
  );
  expect(order).toEqual(['a 1000', 'b 2000', '2 3000']);
});

test('a spider that gives up lets the next one go', async () => {
  const clock = new VirtualClock({ autojump: true });
  await run(
    function* () {
      const store = yield* openStore(':memory:');
      const frontier = new Frontier(store, { perHost: 1, delay: 0 }, 1);
      const held = yield* frontier.enter('http://h.example/');
      const givesUp = yield* spawn(frontier.enter('http://h.example/'));
      const elsewhere = yield* spawn(frontier.enter('http://other.example/'));
      const patient = yield* spawn(frontier.enter('http://h.example/'));
      yield* givesUp.cancel();
      held.release(yield* now());
      (yield* elsewhere).release(yield* now());
      (yield* patient).release(yield* now());
      expect(frontier.active).toBe(0);
      yield* frontier.close();
      yield* store.close();
    },
    { clock },
  );
});

test('hosts that are only visited are forgotten when they have rested', async () => {
  const clock = new VirtualClock({ autojump: true });
  await run(
    function* () {
      const store = yield* openStore(':memory:');
      const frontier = new Frontier(store, { perHost: 1, delay: 10 }, 1);
      const first = yield* frontier.enter('http://h0.example/');
      first.release(yield* now());
      for (let n = 1; n < 3000; n++) {
        const permit = yield* frontier.enter(`http://h${n}.example/`);
        yield* sleep(1);
        permit.release(yield* now());
      }
      const again = yield* frontier.enter('http://h0.example/');
      expect(again.host).not.toBe(first.host);
      again.release(yield* now());
      yield* frontier.close();
      yield* store.close();
    },
    { clock },
  );
});
