import { each, run, sleep, spawn, stream, VirtualClock } from '@gleaner/coroutine';
import { EventEmitter } from 'node:events';
import { Readable } from 'node:stream';
import { describe, expect, test } from 'vitest';
import { advanceUntil, body, gate, json, silence, startServer, turn, until } from '../../test/server.ts';
import { JobTimeoutError, scrape, type Failure, type Page, type Result } from '../index.ts';

const HOUR = 3_600_000;

/** With the scrape's own clock, which `toArray` has not. */
async function collect<T>(items: AsyncIterable<T>): Promise<T[]> {
  const all: T[] = [];
  for await (const item of items) all.push(item);
  return all;
}

describe('a list with good pages and bad ones', () => {
  async function shop() {
    const slow = gate();
    let asked = 0;
    const server = await startServer({
      '/good': json({ title: 'good' }),
      '/flaky': (request, response) => {
        if (asked++ === 0) response.writeHead(500).end();
        else json({ title: 'recovered' })(request, response);
      },
      '/html': body('<!doctype html><p>Sorry', { 'content-type': 'application/json' }),
      '/slow': (request, response) => {
        void slow.opened.then(() => json({ title: 'slow' })(request, response));
      },
      '/never': silence,
    });
    const urls = ['/slow', '/never', '/flaky', '/missing', '/html', '/good'].map(
      (path) => server.origin + path,
    );
    return { server, urls, slow };
  }

  test('gives each good page as it arrives, before slower ones have finished, and reports the others', async () => {
    const { server, urls, slow } = await shop();
    await using _ = server;
    const clock = new VirtualClock();
    const pages = scrape(urls, { clock, timeout: HOUR, retries: 1 });
    const titles: unknown[] = [];
    const loop = (async () => {
      for await (const { data, attempts } of pages) titles.push([data, attempts]);
    })();

    await until(() => titles.length === 1);
    expect(titles).toEqual([[{ title: 'good' }, 1]]);
    expect(server.inFlight).toBe(2);

    await advanceUntil(clock, 500, () => titles.length === 2);
    expect(titles[1]).toEqual([{ title: 'recovered' }, 2]);

    slow.open();
    await until(() => titles.length === 3);
    expect(titles[2]).toEqual([{ title: 'slow' }, 1]);

    let ended = false;
    void loop.then(() => (ended = true));
    await advanceUntil(clock, HOUR, () => ended);
    const { started, done, failed, failures, items, retries } = pages.summary;
    expect({ started, done, failed, items, retries }).toEqual({
      started: 6,
      done: 3,
      failed: 3,
      items: 3,
      retries: 2,
    });
    expect(Object.entries(failures).map(([code, failure]) => [code, failure?.count])).toEqual([
      ['HTTP_404', 1],
      ['NOT_JSON', 1],
      ['TIMEOUT', 1],
    ]);
    expect(failures.NOT_JSON?.example.message).toBe(
      `${server.origin}/html: expected JSON, but HTML came: <!doctype html><p>Sorry…`,
    );
    await until(() => server.openSockets === 0);
  });

  test('closes every connection when the loop is left early', async () => {
    const { server, urls } = await shop();
    await using _ = server;
    for await (const { data } of scrape(urls)) {
      expect(data).toEqual({ title: 'good' });
      expect(server.openSockets).toBeGreaterThan(1);
      break;
    }
    await until(() => server.openSockets === 0);
    const asked = server.paths.length;
    await turn(20);
    expect(server.paths.length).toBe(asked);
  });
});

describe('results', () => {
  test('carry the address, status, headers, data, page, attempts and timing', async () => {
    await using server = await startServer({ '*': json({ a: 1 }, 201, { 'x-kind': 'test' }) });
    const url = new URL(`${server.origin}/x?q=1#part`);
    const before = Date.now();
    const [result] = await scrape([url]).toArray();
    expect(result).toMatchObject({ ok: true, url: url.href, status: 201, data: { a: 1 }, attempts: 1 });
    expect(result?.headers['x-kind']).toBe('test');
    expect(result?.page.url).toBe(url.href);
    expect(server.paths).toEqual(['/x?q=1']);
    const timing = result?.timing ?? { started: 0, firstByte: 0, total: 0 };
    expect(timing.started).toBeGreaterThan(before - 100);
    expect(timing.firstByte).toBeGreaterThan(0);
    expect(timing.total).toBeGreaterThanOrEqual(timing.firstByte);
  });

  test('come in the order of the addresses with ordered: true', async () => {
    const first = gate();
    let asked = 0;
    await using server = await startServer({
      '/0': (request, response) => void first.opened.then(() => json(0)(request, response)),
      '*': ({ url }, response) => {
        if (++asked === 5) first.open();
        response.end(url?.slice(1));
      },
    });
    const urls = Array.from({ length: 20 }, (_, i) => `${server.origin}/${i}`);
    const results = await scrape(urls, { ordered: true }).toArray();
    expect(results.map(({ data }) => data)).toEqual(urls.map((_, i) => i));
  });

  test('of async iterables, streams and sets are those of arrays', async () => {
    await using server = await startServer({ '*': json(1) });
    const urls = [`${server.origin}/a`, `${server.origin}/b`];
    const addresses = stream(function* () {
      for (const url of urls) {
        yield* sleep(0);
        yield url;
      }
    });
    for (const list of [Readable.from(urls), new Set(urls), addresses(), urls.values()]) {
      expect(await scrape(list).toArray()).toHaveLength(2);
    }
    expect(await scrape([]).toArray()).toEqual([]);
  });

  test('what the list of addresses throws, the loop throws', async () => {
    await using server = await startServer({ '*': json(1) });
    const broken = new Error('the list broke');
    function* list() {
      yield `${server.origin}/a`;
      throw broken;
    }
    await expect(scrape(list()).toArray()).rejects.toBe(broken);
    await until(() => server.openSockets === 0);
    async function* later() {
      yield `${server.origin}/a`;
      await new Promise((resolve) => setImmediate(resolve));
      throw broken;
    }
    await expect(scrape(later()).toArray()).rejects.toBe(broken);
    await until(() => server.openSockets === 0);
  });

  test('each loop scrapes anew', async () => {
    await using server = await startServer({ '*': json(1) });
    const pages = scrape([`${server.origin}/`]);
    await pages.toArray();
    expect(await pages.toArray()).toHaveLength(1);
    expect(pages.summary.done).toBe(1);
    expect(server.paths).toHaveLength(2);
  });
});

describe('how much at a time', () => {
  /** A server that answers nothing until as many requests are under way as will ever be. */
  function crowded() {
    const waiting: (() => void)[] = [];
    const answerAll = (): void => {
      for (const answer of waiting.splice(0)) answer();
    };
    const routes: Parameters<typeof startServer>[0] = {
      '*': (_, response) => waiting.push(() => response.end('1')),
    };
    return { routes, answerAll, waiting };
  }

  test.each([
    { concurrency: 4, perHost: 100, expected: 4 },
    { concurrency: 100, perHost: 3, expected: 3 },
    { concurrency: undefined, perHost: undefined, expected: 6 },
  ])('never more than $expected with concurrency $concurrency and perHost $perHost', async (options) => {
    const { expected, ...limits } = options;
    const { routes, answerAll, waiting } = crowded();
    await using server = await startServer(routes);
    const urls = Array.from({ length: 40 }, (_, i) => `${server.origin}/${i}`);
    const loop = scrape(urls, limits).toArray();
    let ended = false;
    const results = loop.then((all) => {
      ended = true;
      return all;
    });
    while (!ended) {
      await until(
        () => ended || waiting.length === Math.min(expected, 40 - (server.paths.length - waiting.length)),
      );
      await turn(3);
      answerAll();
    }
    expect(await results).toHaveLength(40);
    expect(server.peakInFlight).toBe(expected);
  });

  test('a host that is silent holds up none of the others', async () => {
    await using quick = await startServer({ '*': json(1) });
    await using silent = await startServer({ '*': silence });
    // Mixed, and more for the silent host than may be under way in all.
    const urls = Array.from({ length: 100 }, (_, i) => `${(i % 2 === 0 ? silent : quick).origin}/${i}`);
    let count = 0;
    for await (const _ of scrape(urls, { concurrency: 10, perHost: 2 })) if (++count === 50) break;
    expect(silent.peakInFlight).toBe(2);
    await until(() => silent.openSockets + quick.openSockets === 0);
  });

  test('requests to one host begin no sooner than `delay` after one another, those to others do not wait', async () => {
    const clock = new VirtualClock({ autojump: true });
    const begun: [string, number][] = [];
    const note = (host: string) => ({
      '*': (...args: Parameters<ReturnType<typeof json>>) => {
        begun.push([host, clock.now()]);
        json(1)(...args);
      },
    });
    await using a = await startServer(note('a'));
    await using b = await startServer(note('b'));
    const urls = [1, 2, 3].flatMap((n) => [`${a.origin}/${n}`, `${b.origin}/${n}`]);
    expect(await collect(scrape(urls, { clock, delay: 1000 }))).toHaveLength(6);
    const times = (host: string) => begun.filter(([name]) => name === host).map(([, time]) => time);
    expect(times('a')).toEqual([0, 1000, 2000]);
    expect(times('b')).toEqual([0, 1000, 2000]);
  });

  test('an address that comes at the very moment at which a host becomes free is not lost', async () => {
    const clock = new VirtualClock({ autojump: true });
    await using server = await startServer({ '*': json(1) });
    const addresses = stream(function* () {
      for (let i = 0; i < 50; i++) {
        yield `${server.origin}/${i}`;
        yield* sleep(i % 3 === 0 ? 5 : 10);
      }
    });
    const results = await collect(scrape(addresses(), { clock, delay: 10 }));
    expect(results).toHaveLength(50);
  });

  test('of a million addresses no more are read than are needed', async () => {
    await using server = await startServer({ '*': json(1) });
    let read = 0;
    function* million() {
      for (let i = 0; i < 1_000_000; i++) {
        read++;
        yield `${server.origin}/${i}`;
      }
    }
    const pages = scrape(million(), { concurrency: 4, perHost: 4 });
    let count = 0;
    for await (const _ of pages) if (++count === 10) break;
    expect(read).toBeLessThanOrEqual(10 + 4 + 4);
    // One host that is busy: the lookahead is ten for each request that may be under way.
    read = 0;
    count = 0;
    for await (const _ of scrape(million(), { concurrency: 4, perHost: 1 })) if (++count === 10) break;
    expect(read).toBeLessThanOrEqual(10 + 4 + 10 * 4);
    await until(() => server.openSockets === 0);
  });

  test('a consumer that pauses stops the fetching, and the results that wait are few', async () => {
    await using server = await startServer({ '*': json(1) });
    const urls = Array.from({ length: 1000 }, (_, i) => `${server.origin}/${i}`);
    const loop = scrape(urls, { concurrency: 8, perHost: 8 })[Symbol.asyncIterator]();
    await loop.next();
    await until(() => server.paths.length >= 8 && server.inFlight === 0);
    await turn(50);
    expect(server.paths.length).toBeLessThanOrEqual(9);
    await loop.next();
    await until(() => server.paths.length >= 9 && server.inFlight === 0);
    expect(server.paths.length).toBeLessThanOrEqual(10);
    await loop.return?.();
    await until(() => server.openSockets === 0);
  });
});

describe('the end of a job', () => {
  test('an error in the loop closes everything', async () => {
    await using server = await startServer({ '/quick': json(1), '*': silence });
    const mine = new Error('mine');
    const loop = async (): Promise<void> => {
      for await (const _ of scrape([`${server.origin}/quick`, `${server.origin}/silent`])) throw mine;
    };
    await expect(loop()).rejects.toBe(mine);
    await until(() => server.openSockets === 0);
  });

  test.each(['for await', 'take', 'each'] as const)('a signal ends it with its reason: %s', async (way) => {
    await using server = await startServer({ '*': silence });
    const controller = new AbortController();
    const reason = new Error('enough');
    const pages = scrape([`${server.origin}/`], { signal: controller.signal });
    const loop =
      way === 'for await'
        ? pages.iterate().next()
        : way === 'take'
          ? pages.take(1).toArray()
          : run(function* () {
              const items = each(pages);
              yield* items.next();
            });
    const outcome = Promise.resolve(loop).catch((error: unknown) => error);
    await until(() => server.inFlight === 1);
    controller.abort(reason);
    expect(await outcome).toBe(reason);
    await until(() => server.openSockets === 0);
  });

  test('a signal that has been given begins nothing, and leaves no listener', async () => {
    await using server = await startServer({ '*': json(1) });
    const reason = new Error('no');
    await expect(scrape([`${server.origin}/`], { signal: AbortSignal.abort(reason) }).toArray()).rejects.toBe(
      reason,
    );
    expect(server.paths).toEqual([]);
    const { signal } = new AbortController();
    let listeners = 0;
    const add = signal.addEventListener.bind(signal);
    const remove = signal.removeEventListener.bind(signal);
    signal.addEventListener = (...args: Parameters<typeof add>): void => {
      listeners++;
      add(...args);
    };
    signal.removeEventListener = (...args: Parameters<typeof remove>): void => {
      listeners--;
      remove(...args);
    };
    expect(await scrape([`${server.origin}/`], { signal }).toArray()).toHaveLength(1);
    expect(listeners).toBe(0);
  });

  test('stop() finishes what is in flight, and begins nothing more', async () => {
    const held = gate();
    await using server = await startServer({
      '*': (request, response) => void held.opened.then(() => json(1)(request, response)),
    });
    let read = 0;
    function* endless() {
      for (;;) yield `${server.origin}/${read++}`;
    }
    const pages = scrape(endless(), { concurrency: 3 });
    const results = pages.toArray().then((all) => all);
    await until(() => server.inFlight === 3);
    pages.stop();
    held.open();
    expect(await results).toHaveLength(3);
    expect(server.paths).toHaveLength(3);
    expect(pages.summary).toMatchObject({ started: 3, done: 3, failed: 0 });
  });

  test('stop() ends a wait for the next address, for a host and for another attempt', async () => {
    const clock = new VirtualClock();
    await using server = await startServer({ '/bad': body('', {}, 503), '*': json(1) });
    async function* never() {
      yield `${server.origin}/bad`;
      await new Promise(() => {});
    }
    const one = scrape(never(), { clock });
    const outcome = collect(one);
    await until(() => server.paths.length === 1 && server.inFlight === 0);
    await turn();
    one.stop();
    expect(await outcome).toEqual([]);
    expect(one.summary).toMatchObject({ failed: 1, retries: 0 });
    const two = scrape([`${server.origin}/1`, `${server.origin}/2`], { clock, delay: HOUR });
    const loop = two[Symbol.asyncIterator]();
    await loop.next();
    const next = loop.next();
    two.stop();
    expect((await next).done).toBe(true);
  });

  test('jobTimeout ends the loop; what had been handed over stays valid', async () => {
    const clock = new VirtualClock();
    await using server = await startServer({ '/quick': json(1), '*': silence });
    const pages = scrape([`${server.origin}/quick`, `${server.origin}/never`], { clock, jobTimeout: 1000 });
    const got: unknown[] = [];
    const loop = (async () => {
      for await (const { data } of pages) got.push(data);
    })();
    const outcome = loop.catch((error: unknown) => error);
    await until(() => got.length === 1);
    await clock.advance(1000);
    const error = await outcome;
    expect(error).toBeInstanceOf(JobTimeoutError);
    expect(error).toMatchObject({
      code: 'JOB_TIMEOUT',
      message: 'the whole job took longer than its limit of 1000 ms',
    });
    expect(pages.summary).toMatchObject({ started: 2, done: 1, failed: 0, elapsed: 1000 });
    await until(() => server.openSockets === 0);
  });

  test('leaves nothing behind: no socket, timer or listener', async () => {
    await using server = await startServer({ '*': json(1), '/never': silence });
    const before = process.getActiveResourcesInfo();
    const urls = Array.from({ length: 50 }, (_, i) => `${server.origin}/${i}`);
    await scrape(urls, { timeout: 60_000, jobTimeout: 60_000 }).toArray();
    for await (const _ of scrape([`${server.origin}/never`, ...urls], { delay: 10 })) break;
    await until(() => server.openSockets === 0);
    await until(() => process.getActiveResourcesInfo().length <= before.length);
  });
});

describe('failures', () => {
  const fails = async () => await startServer({ '/good': json(1), '*': body('', {}, 410) });

  test("are skipped, or handed over with onFailure: 'yield'", async () => {
    await using server = await fails();
    const urls = ['/good', '/gone'].map((path) => server.origin + path);
    const results = await scrape([...urls, 'nonsense', 'ftp://x/'], { onFailure: 'yield' }).toArray();
    const bad = results.filter((result): result is Failure => !result.ok);
    expect(bad.map(({ url, code }) => [url, code]).sort()).toEqual([
      ['ftp://x/', 'BAD_URL'],
      [urls[1], 'HTTP_410'],
      ['nonsense', 'BAD_URL'],
    ]);
    const gone = bad.find(({ code }) => code === 'HTTP_410');
    expect(gone?.error).toMatchObject({ name: 'PageError', url: urls[1], status: 410 });
    expect(gone?.error.message).toBe(`${urls[1]}: the server answered 410 Gone`);
  });

  test("end the loop with onFailure: 'throw'", async () => {
    await using server = await fails();
    await expect(scrape([`${server.origin}/gone`], { onFailure: 'throw' }).toArray()).rejects.toMatchObject({
      code: 'HTTP_410',
    });
    await until(() => server.openSockets === 0);
  });

  test('an address as it was given, however long, is in the failure', async () => {
    const url = `nonsense${'x'.repeat(5000)}`;
    const [failure] = await scrape([url], { onFailure: 'yield' }).toArray();
    expect(failure?.url).toBe(url);
  });
});

describe('a handler', () => {
  test('yields items, may wait, and has the page', async () => {
    await using server = await startServer({
      '*': body('# one\ntext\n# two', { 'content-type': 'text/markdown' }),
    });
    const headings = scrape([`${server.origin}/`], function* (page) {
      for (const line of page.text().split('\n')) {
        yield* sleep(0);
        if (line.startsWith('# ')) yield line.slice(2);
      }
    });
    expect(await headings.toArray()).toEqual(['one', 'two']);
    expect(headings.summary).toMatchObject({ done: 1, items: 2 });
  });

  test('that throws is a failure of its page: HANDLER, or the page’s own code', async () => {
    await using server = await startServer({ '*': body('text') });
    const cause = new TypeError('oops');
    const items = scrape([`${server.origin}/a`, `${server.origin}/b`], handler, { onFailure: 'yield' });
    function* handler(page: Page) {
      yield 'before';
      if (page.url.endsWith('a')) throw cause;
      page.json();
    }
    const results = await items.toArray();
    const failures = results.filter((item) => typeof item === 'object');
    expect(results).toHaveLength(4);
    expect(failures.map(({ code }) => code).sort()).toEqual(['HANDLER', 'NOT_JSON']);
    expect(failures.find(({ code }) => code === 'HANDLER')?.error.cause).toBe(cause);
    expect(items.summary).toMatchObject({ started: 2, done: 0, failed: 2 });
  });

  test('is cleaned up when the loop is left', async () => {
    await using server = await startServer({ '*': json(1) });
    const events = new EventEmitter();
    let cleaned = 0;
    const items = scrape([`${server.origin}/a`, `${server.origin}/b`], function* () {
      try {
        yield 1;
        yield* sleep(HOUR);
      } finally {
        cleaned++;
        events.emit('cleaned');
      }
    });
    for await (const _ of items) break;
    expect(cleaned).toBeGreaterThan(0);
    await until(() => server.openSockets === 0);
  });

  test('a forgotten star is told, not lost', async () => {
    await using server = await startServer({ '*': json(1) });
    const [failure] = await scrape(
      [`${server.origin}/`],
      function* () {
        yield sleep(1);
      },
      { onFailure: 'yield' },
    ).toArray();
    expect(failure).toMatchObject({ code: 'HANDLER' });
  });
});

test('inside a coroutine it is looped over with each', async () => {
  await using server = await startServer({ '*': json({ n: 1 }) });
  const found = await run(function* () {
    const all: Result<unknown>[] = [];
    const pages = each(scrape([`${server.origin}/1`, `${server.origin}/2`]));
    while (yield* pages.next()) all.push(pages.value);
    return all;
  });
  expect(found.map(({ data }) => data)).toEqual([{ n: 1 }, { n: 1 }]);
});

describe('what a handler spawns', () => {
  test('fails its page when it fails, and no other', async () => {
    await using server = await startServer({ '*': json({}) });
    const items = scrape(
      [`${server.origin}/1`, `${server.origin}/2`, `${server.origin}/3`],
      function* (page) {
        if (page.url.endsWith('2')) {
          yield* spawn(function* () {
            yield* sleep(1);
            throw new Error('in the background');
          });
        }
        yield page.url;
        yield* sleep(5);
      },
    );
    expect((await items.toArray()).length).toBeGreaterThanOrEqual(2);
    expect(items.summary).toMatchObject({ done: 2, failed: 1, failures: { HANDLER: { count: 1 } } });
  });

  test('is refused if it is no generator function', async () => {
    await using server = await startServer({ '*': json({}) });
    const wrong = (() => undefined) as unknown as () => Generator<never, void, unknown>;
    await expect(scrape([server.origin], wrong).toArray()).rejects.toThrow('a generator function');
  });
});
