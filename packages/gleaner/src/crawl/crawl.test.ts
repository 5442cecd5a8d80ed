import { startBookshop } from '@gleaner/bookshop';
import { all, each, run, sleep, VirtualClock } from '@gleaner/coroutine';
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, expectTypeOf, test } from 'vitest';
import { gate, startServer, turn, until, type TestServer } from '../../test/server.ts';
import {
  crawl,
  download,
  follow,
  openStore,
  spider,
  visit,
  type CrawlOptions,
  type Page,
  type PageHandler,
} from '../index.ts';

type Answer = (request: IncomingMessage, response: ServerResponse) => void;

/** A page with links. */
function page(links: readonly string[] = [], title = ''): Answer {
  return (_, response) => {
    const anchors = links.map((href) => `<a href="${href}">${href}</a>`).join('\n');
    response
      .writeHead(200, { 'content-type': 'text/html' })
      .end(`<!doctype html><title>${title}</title><h1>${title}</h1>${anchors}`);
  };
}

const status =
  (code: number, headers: Record<string, string> = {}): Answer =>
  (_, response) =>
    void response.writeHead(code, headers).end();

/** As fast as can be: what a test of something else wants. */
const QUICK = { delay: 0, robots: false } as const;

const folder = mkdtempSync(path.join(tmpdir(), 'gleaner-crawl-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newFile = (): string => path.join(folder, `${++files}.glean`);

const everywhere = spider(function* (page) {
  yield follow(page.links());
  yield new URL(page.url).pathname;
});

async function gathered<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

/** A site of pages and where they link to. */
async function site(
  pages: Record<string, readonly string[]>,
  more: Record<string, Answer> = {},
): Promise<TestServer> {
  const routes = Object.fromEntries(Object.entries(pages).map(([name, links]) => [name, page(links, name)]));
  return startServer({ ...routes, ...more });
}

test('the bookshop: every book, with what is on its own page', { timeout: 60_000 }, async () => {
  await using shop = await startBookshop({ latency: 0 });
  const books = spider(function* (page) {
    for (const link of page.links('li.next a')) yield follow(link);
    for (const card of page.selectAll('article.product_pod')) {
      const detail = yield* visit(card.link('h3 a'));
      yield { title: detail.text('h1'), price: card.number('.price_color'), upc: detail.text('td') };
    }
  });
  const found = [];
  const job = crawl(shop.url, books, { ...QUICK, perHost: 6 });
  for await (const book of job) {
    expectTypeOf(book).toEqualTypeOf<{ title: string | null; price: number | null; upc: string | null }>();
    found.push(book);
  }
  expect(found).toHaveLength(shop.books.length);
  const byTitle = (a: { title: string | null }, b: { title: string | null }) =>
    (a.title ?? '') < (b.title ?? '') ? -1 : 1;
  expect(found.map(({ title, price }) => ({ title, price })).sort(byTitle)).toEqual(
    shop.books.map(({ title, price }) => ({ title, price })).sort(byTitle),
  );
  expect(new Set(found.map(({ upc }) => upc)).size).toBe(found.length);
  expect(job.summary).toMatchObject({ items: found.length, failed: 0, pending: 0, inFlight: 0 });
});

describe('pages', () => {
  test('are fetched once each, however often they are linked to', async () => {
    await using server = await site({
      '/': ['/a', '/a#part', 'b', './b', '/', '//[bad', 'mailto:x@y.z'],
      '/a': ['/', '/b'],
      '/b': ['a', '/c'],
      '/c': [],
    });
    const found = await gathered(crawl(server.origin, everywhere, QUICK));
    expect(found.sort()).toEqual(['/', '/a', '/b', '/c']);
    expect(server.paths.sort()).toEqual(['/', '/a', '/b', '/c']);
  });

  test('that fail are counted by reason, and never end the crawl', async () => {
    await using server = await site({ '/': ['/missing', '/gone', '/a'], '/a': [] }, { '/gone': status(410) });
    const job = crawl(server.origin, everywhere, QUICK);
    expect((await gathered(job)).sort()).toEqual(['/', '/a']);
    expect(job.summary).toMatchObject({
      done: 2,
      failed: 2,
      failures: { HTTP_404: { count: 1 }, HTTP_410: { count: 1 } },
    });
    const both = await gathered(crawl(server.origin, everywhere, { ...QUICK, onFailure: 'yield' }));
    expect(both.flatMap((item) => (typeof item === 'string' ? [] : [item.code])).sort()).toEqual([
      'HTTP_404',
      'HTTP_410',
    ]);
    await expect(
      gathered(crawl(server.origin, everywhere, { ...QUICK, onFailure: 'throw' })),
    ).rejects.toMatchObject({ code: /HTTP_4/ });
  });

  test('with a status that is accepted are given to the spider', async () => {
    await using server = await site({ '/': ['/missing'] });
    const statuses = crawl(
      server.origin,
      function* (page) {
        yield follow(page.links());
        yield page.status;
      },
      { ...QUICK, accept: [404] },
    );
    expect((await gathered(statuses)).sort()).toEqual([200, 404]);
  });

  test('are those of redirects, relative links too', async () => {
    await using server = await site(
      { '/dir/new': ['next'], '/dir/next': [] },
      { '/old': status(301, { location: '/dir/new' }) },
    );
    expect(await gathered(crawl(`${server.origin}/old`, everywhere, QUICK))).toEqual([
      '/dir/new',
      '/dir/next',
    ]);
  });
});

describe('what is followed', () => {
  const web = {
    '/': ['/1', '/deny/x', 'http://localhost:1/other'],
    '/1': ['/2'],
    '/2': ['/3'],
    '/3': [],
    '/deny/x': [],
  };

  test('stays on the host of the start pages unless told otherwise', async () => {
    await using server = await site(web);
    const job = crawl(server.origin, everywhere, QUICK);
    await gathered(job);
    expect(Object.values(job.summary.dropped).reduce((a, b) => a + b)).toBe(1);
    expect(job.summary.failed).toBe(0);
    const far = crawl(server.origin, everywhere, { ...QUICK, within: 'any', allowPrivate: true, retries: 0 });
    await gathered(far);
    expect(far.summary.failures).toMatchObject({ CONNECT: { count: 1 } });
  });

  test('goes by depth, patterns, and the number of pages and items', async () => {
    await using server = await site(web);
    const crawled = async (options: Omit<CrawlOptions, 'onFailure'>): Promise<string[]> =>
      (await gathered(crawl(server.origin, everywhere, { ...QUICK, ...options }))).sort();
    expect(await crawled({ maxDepth: 1, deny: '**/deny/**' })).toEqual(['/', '/1']);
    expect(await crawled({ maxDepth: 0 })).toEqual(['/']);
    expect(await crawled({ deny: /deny/ })).toEqual(['/', '/1', '/2', '/3']);
    expect(await crawled({ allow: '**/deny/*' })).toEqual(['/', '/deny/x']);
    const before = server.paths.length;
    expect(await crawled({ maxPages: 3 })).toHaveLength(3);
    expect(server.paths.length - before).toBe(3);
    expect(await crawled({ maxItems: 2 })).toHaveLength(2);
  });

  test('goes by priority, then breadth or depth', async () => {
    const tree = { '/': ['/a', '/b'], '/a': ['/a1', '/a2'], '/b': ['/b1'], '/a1': [], '/a2': [], '/b1': [] };
    await using server = await site(tree);
    expect(await gathered(crawl(server.origin, everywhere, { ...QUICK, concurrency: 1 }))).toEqual([
      '/',
      '/a',
      '/b',
      '/a1',
      '/a2',
      '/b1',
    ]);
    const deep = await gathered(
      crawl(server.origin, everywhere, { ...QUICK, concurrency: 1, order: 'depth' }),
    );
    expect(deep).toEqual(['/', '/b', '/b1', '/a', '/a2', '/a1']);
    const first = spider(function* (page) {
      for (const link of page.links())
        yield follow(link, { priority: link.endsWith('2') || link.endsWith('b') ? 1 : 0 });
      yield new URL(page.url).pathname;
    });
    expect(await gathered(crawl(server.origin, first, { ...QUICK, concurrency: 1 }))).toEqual(
      ['/', '/b', '/a', '/a2', '/b1', '/a1'].sort(
        (a, b) =>
          ['/', '/b', '/a', '/a2', '/b1', '/a1'].indexOf(a) -
          ['/', '/b', '/a', '/a2', '/b1', '/a1'].indexOf(b),
      ),
    );
  });

  test('goes to the handler of its label, with its data, method, headers and body', async () => {
    const seen: unknown[] = [];
    await using server = await startServer({
      '/': page(['/form']),
      '/form': (request, response) => {
        let text = '';
        request.on('data', (chunk: Buffer) => (text += chunk.toString()));
        request.on('end', () => {
          seen.push([request.method, request.headers['x-a'], request.headers['content-type'], text]);
          page([], 'answer')(request, response);
        });
      },
    });
    const forms = spider({
      *default(page) {
        for (const n of [1, 2, 2])
          yield follow('/form', {
            label: 'form',
            data: { n },
            body: { n: String(n) },
            headers: { 'X-A': 'b' },
          });
        yield { at: page.request?.depth };
      },
      *form(page) {
        yield { got: page.request?.data, title: page.text('h1') };
      },
    });
    const found = await gathered(crawl(server.origin, forms, QUICK));
    expect(found).toEqual([
      { at: 0 },
      { got: { n: 1 }, title: 'answer' },
      { got: { n: 2 }, title: 'answer' },
    ]);
    const type = 'application/x-www-form-urlencoded';
    expect(seen).toEqual([
      ['POST', 'b', type, 'n=1'],
      ['POST', 'b', type, 'n=2'],
    ]);
    const none = crawl(
      server.origin,
      function* () {
        yield follow('/form', { label: 'nobody' });
      },
      QUICK,
    );
    await gathered(none);
    expect(none.summary.failures.SPIDER?.example.message).toContain(
      "no handler for 'nobody'; it has default",
    );
  });
});

describe('visit', () => {
  test('waits in the middle of the spider, many at a time where asked', async () => {
    await using server = await site({ '/': ['/1', '/2', '/3'], '/1': [], '/2': [], '/3': [] });
    const found = await gathered(
      crawl(
        server.origin,
        function* (page) {
          const before = page.url;
          const [one, ...rest] = yield* all(page.links().map((link) => visit(link)));
          yield [before, one?.text('h1'), ...rest.map((other) => other.text('h1'))];
        },
        { ...QUICK, perHost: 3 },
      ),
    );
    expect(found).toEqual([[`${server.origin}/`, '/1', '/2', '/3']]);
  });

  test('throws what the page failed for, after trying again what can succeed later', async () => {
    let asked = 0;
    await using server = await startServer({
      '/': page(),
      '/flaky': (...args) => (++asked < 3 ? status(503) : page([], 'well'))(...args),
      '/bad': status(404),
    });
    const clock = new VirtualClock({ autojump: true });
    const job = crawl(
      `${server.origin}/`,
      function* (page) {
        yield (yield* visit('/flaky')).text('h1');
        try {
          yield* visit('/bad');
        } catch (error) {
          yield (error as { code: string }).code;
        }
        yield* visit(page.link('.none'));
      },
      { ...QUICK, clock, onFailure: 'yield' },
    );
    const [failure] = await gathered(job);
    expect(failure).toMatchObject({ code: 'LINK' });
    expect(asked).toBe(3);
  });

  test('outside of a spider says so', async () => {
    await expect(run(() => visit('http://x.y/'))).rejects.toThrow('works inside a spider only');
  });
});

test('files are downloaded under safe names, and are there when the item is', async () => {
  const image = Buffer.from([1, 2, 3, 0, 255]);
  await using server = await startServer({
    '/': page(),
    '/img/..%2fa%20b?size=2': (_, response) =>
      void response.writeHead(200, { 'content-type': 'image/png' }).end(image),
    '/none.png': status(404),
  });
  const into = path.join(folder, 'images');
  const job = crawl(
    server.origin,
    function* () {
      const [one, two] = yield* all([
        download('/img/..%2fa%20b?size=2', into),
        download('/img/..%2fa%20b?size=2', into),
      ]);
      yield [one, two];
      yield* download('/none.png', into);
    },
    { ...QUICK, perHost: 2, onFailure: 'yield' },
  );
  expect(await gathered(job)).toMatchObject([{ code: 'HTTP_404' }]);
  const names = readdirSync(into);
  expect(names).toHaveLength(1);
  expect(names[0]).toMatch(/^[\w.~-]+\.png$/);
  expect(readFileSync(path.join(into, names[0] ?? ''))).toEqual(image);
});

describe('politeness', () => {
  /** When each path was asked for, in a crawl under a clock that jumps. */
  async function times(
    routes: (asked: (path: string) => number) => Record<string, Answer>,
    options: CrawlOptions,
    handler: PageHandler<unknown> = function* (page) {
      yield follow(page.links());
    },
  ) {
    const clock = new VirtualClock({ start: 1e12, autojump: true });
    const log: [string, number][] = [];
    const count = (path: string): number => log.filter(([other]) => other === path).length;
    const given = routes(count);
    const wrapped = Object.fromEntries(
      Object.entries(given).map(([name, answer]) => [
        name,
        ((request, response) => {
          log.push([request.url ?? '', clock.now() - 1e12]);
          answer(request, response);
        }) satisfies Answer,
      ]),
    );
    await using server = await startServer(wrapped);
    const job = crawl(`${server.origin}/`, handler, { clock, ...options });
    await gathered(job);
    return { log, summary: job.summary };
  }
  const some = Array.from({ length: 9 }, (_, n) => `/${n}`);
  const pages = Object.fromEntries(some.map((name) => [name, page()]));

  test('one host is asked so often and no more', async () => {
    const { log } = await times(() => ({ '/': page(some), ...pages }), {
      delay: 60_000,
      perHost: 4,
      robots: false,
    });
    expect(log.map(([, time]) => time)).toEqual(Array.from({ length: 10 }, (_, n) => n * 60_000));
  });

  test('Crawl-delay is obeyed, robots.txt is asked for once, what it forbids is left alone', async () => {
    const rules = 'User-agent: *\nDisallow: /3\nCrawl-delay: 5\n';
    const robots: Answer = (_, response) =>
      void response.writeHead(200, { 'content-type': 'text/plain' }).end(rules);
    const { log, summary } = await times(() => ({ '/robots.txt': robots, '/': page(some), ...pages }), {
      delay: 0,
    });
    expect(log[0]?.[0]).toBe('/robots.txt');
    expect(log.filter(([name]) => name === '/robots.txt')).toHaveLength(1);
    expect(log.map(([name]) => name)).not.toContain('/3');
    const asked = log.slice(1).map(([, time]) => time);
    expect(asked.slice(1).every((time, n) => time - (asked[n] ?? 0) >= 5000)).toBe(true);
    expect(summary).toMatchObject({ forbidden: 1, failed: 0, done: 9 });
  });

  test('a robots.txt with 5xx means stay away', async () => {
    const { log, summary } = await times(() => ({ '/robots.txt': status(500), '/': page() }), { retries: 1 });
    expect(log.map(([name]) => name)).toEqual(['/robots.txt', '/robots.txt']);
    expect(summary.failures.HTTP_500?.example.message).toContain('robots.txt could not be had');
  });

  test('Retry-After holds the host, not the crawl’s slots', async () => {
    const { log } = await times(
      (asked) => ({
        '/': page(['/a', '/b']),
        '/a': (...args) => (asked('/a') < 2 ? status(429, { 'retry-after': '120' }) : page())(...args),
        '/b': page(),
      }),
      { delay: 0, robots: false },
    );
    expect(log).toEqual([
      ['/', 0],
      ['/a', 0],
      ['/a', 120_000],
      ['/b', 120_500],
    ]);
  });

  test('a host in trouble is asked ever more rarely, and then given up', async () => {
    const many = Array.from({ length: 40 }, (_, n) => `/${n}`);
    const { log, summary } = await times(() => ({ '/': page(many), '*': status(503) }), {
      delay: 0,
      robots: false,
      retries: 0,
    });
    expect(log).toHaveLength(21);
    expect((log[20]?.[1] ?? 0) - (log[19]?.[1] ?? 0)).toBe(60_000);
    expect(summary.failures).toMatchObject({ HTTP_503: { count: 20 }, HOST_DOWN: { count: 20 } });
    // What is left of it fails at once.
    expect(summary.elapsed).toBe(log[20]?.[1]);
  });

  test('a robots.txt with 503 is trouble once each time it is asked for', async () => {
    const { log } = await times(() => ({ '/robots.txt': status(503), '/': page() }), {
      delay: 0,
      retries: 30,
    });
    expect(log).toHaveLength(20);
  });

  test('pages that a spider visits are asked for in their order', async () => {
    const { log } = await times(
      () => ({ '/': page(some), ...pages }),
      { delay: 1000, robots: false },
      function* (page) {
        yield* all(page.links().map((link) => visit(link)));
      },
    );
    expect(log).toEqual(['/', ...some].map((name, n) => [name, n * 1000]));
  });

  test('no host waits for another', async () => {
    const held = gate();
    await using slow = await startServer({
      '*': (request, response) => void held.opened.then(() => page()(request, response)),
    });
    await using quick = await site({ '/': some, ...Object.fromEntries(some.map((name) => [name, []])) });
    const found: string[] = [];
    const job = crawl(
      [...some.map((name) => slow.origin + name), quick.origin],
      function* (page) {
        yield follow(page.links());
        yield page.url;
      },
      { ...QUICK, concurrency: 2 },
    );
    const loop = (async () => {
      for await (const url of job) found.push(url);
    })();
    await until(() => found.length === 10);
    expect([slow.paths.length, slow.peakInFlight]).toEqual([1, 1]);
    held.open();
    await loop;
    expect(found).toHaveLength(19);
  });

  test('spiders that wait for a slow host hold no one up', async () => {
    const held = gate();
    await using slow = await startServer({
      '*': (request, response) => void held.opened.then(() => page()(request, response)),
    });
    await using quick = await site({ '/': some, ...Object.fromEntries(some.map((name) => [name, []])) });
    const found: string[] = [];
    const job = crawl(
      quick.origin,
      function* (page) {
        yield follow(page.links());
        if (page.url.endsWith('/')) yield* all([1, 2, 3, 4, 5].map((n) => visit(`${slow.origin}/${n}`)));
        yield page.url;
      },
      { ...QUICK, concurrency: 2, within: 'any' },
    );
    const links = crawl(
      quick.origin,
      function* (page) {
        yield follow(page.links());
        yield page.url;
      },
      { ...QUICK, concurrency: 2 },
    );
    expect(await gathered(links)).toHaveLength(10);
    const loop = (async () => {
      for await (const url of job) found.push(url);
    })();
    await until(() => slow.inFlight === 1);
    expect(slow.peakInFlight).toBe(1);
    held.open();
    await loop;
    expect(found).toHaveLength(10);
  });

  test('no more requests at a time than allowed, in all and at one host', async () => {
    const wide = Array.from({ length: 60 }, (_, n) => `/${n}`);
    await using server = await startServer({
      '/': page(wide),
      '*': (request, response) => void turn(20).then(() => page()(request, response)),
    });
    await gathered(crawl(server.origin, everywhere, { ...QUICK, perHost: 5 }));
    expect(server.peakInFlight).toBe(5);
    await using again = await startServer({
      '/': page(wide),
      '*': (request, response) => void turn(20).then(() => page()(request, response)),
    });
    await gathered(crawl(again.origin, everywhere, { ...QUICK, perHost: 50, concurrency: 7 }));
    expect(again.peakInFlight).toBe(7);
  });
});

describe('a store', () => {
  const chain = Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`/${n}`, [`/${n + 1}`]]));

  test('goes on where the crawl was stopped', async () => {
    await using server = await site({ ...chain, '/12': [] });
    const store = newFile();
    const first = crawl(`${server.origin}/0`, everywhere, { ...QUICK, store });
    const found: string[] = [];
    for await (const item of first) {
      found.push(item);
      if (found.length === 5) first.stop();
    }
    expect(found.length).toBeLessThan(9);
    found.push(...(await gathered(crawl(`${server.origin}/0`, everywhere, { ...QUICK, store }))));
    expect(found).toHaveLength(13);
    expect(new Set(found).size).toBe(13);
    expect(server.paths).toHaveLength(13);
    const done = crawl(`${server.origin}/0`, everywhere, { ...QUICK, store });
    expect(await gathered(done)).toEqual([]);
    expect(done.summary).toMatchObject({ done: 13, items: 13, pending: 0 });
    expect(
      await gathered(crawl(`${server.origin}/0`, everywhere, { ...QUICK, store, fresh: true })),
    ).toHaveLength(13);
  });

  test('loses nothing when the loop is left, either', async () => {
    await using server = await site({ ...chain, '/12': [] });
    const store = newFile();
    for await (const _ of crawl(`${server.origin}/0`, everywhere, { ...QUICK, store })) break;
    await until(() => server.openSockets === 0);
    const rest = crawl(`${server.origin}/0`, everywhere, { ...QUICK, store });
    await gathered(rest);
    expect(rest.summary).toMatchObject({ done: 13, items: 13 });
  });

  test('gives each item a key that stays the same', async () => {
    await using server = await site({ ...chain, '/12': [] });
    const keys = async () =>
      (await crawl(`${server.origin}/0`, everywhere, QUICK).entries().toArray())
        .map(({ key, item }) => [item, key])
        .sort();
    const once = await keys();
    expect(new Set(once.map(([, key]) => key)).size).toBe(13);
    expect(await keys()).toEqual(once);
  });
});

describe('a page that a former run had read in part', () => {
  /** Stops the crawl, as a crash would, when a page is asked for. */
  async function broken(
    server: TestServer,
    store: string,
    handler: PageHandler<unknown>,
    at: string,
  ): Promise<void> {
    const job = crawl(`${server.origin}/`, handler, { ...QUICK, store });
    const loop = run(() => job.forEach(() => {}));
    await until(() => server.count(at) === 1);
    await loop.cancel();
    await until(() => server.openSockets === 0);
  }

  const held = (): Answer & { open: () => void } => {
    let isOpen = false;
    const answer: Answer = (request, response) => {
      if (isOpen) page([], request.url)(request, response);
    };
    return Object.assign(answer, { open: () => void (isOpen = true) });
  };

  const reading: PageHandler<unknown> = function* (start) {
    const titles = [start.text('h1')];
    for (const link of start.links()) titles.push((yield* visit(link)).text('h1'));
    yield titles;
  };

  test('is read on from where it was: neither it nor what it had visited is fetched again', async () => {
    const third = held();
    await using server = await startServer({
      '/': page(['/1', '/2', '/3', '/4'], 'start'),
      '/3': third,
      '/4': status(404),
      '*': (request, response) => page([], request.url)(request, response),
    });
    const store = newFile();
    const careful: PageHandler<unknown> = function* (start) {
      const titles = [start.text('h1')];
      for (const link of start.links()) {
        try {
          titles.push((yield* visit(link)).text('h1'));
        } catch (error) {
          titles.push((error as { code: string }).code);
        }
      }
      yield titles;
    };
    await broken(server, store, careful, '/3');
    third.open();
    const again = crawl(`${server.origin}/`, careful, { ...QUICK, store });
    expect(await gathered(again)).toEqual([['start', '/1', '/2', '/3', 'HTTP_404']]);
    expect(server.paths).toEqual(['/', '/1', '/2', '/3', '/3', '/4']);
    expect(again.summary.restarted).toBeUndefined();
  });

  test('fails as it would have, with the errors that it had got', async () => {
    const second = held();
    await using server = await startServer({ '/': page(['/1', '/2']), '/1': status(410), '/2': second });
    const store = newFile();
    const failing: PageHandler<unknown> = function* () {
      let gone: unknown;
      try {
        yield* visit('/1');
      } catch (error) {
        gone = error;
      }
      yield* visit('/2');
      throw gone;
    };
    await broken(server, store, failing, '/2');
    second.open();
    const again = crawl(`${server.origin}/`, failing, { ...QUICK, store });
    await gathered(again);
    expect(again.summary.failures.HTTP_410?.example).toEqual({
      url: `${server.origin}/`,
      message: `${server.origin}/1: the server answered 410 Gone`,
    });
  });

  test('begins anew if the spider has changed, and says so', async () => {
    const second = held();
    await using server = await startServer({
      '/': page(['/1', '/2'], 'start'),
      '/1': page([], 'one'),
      '/2': second,
    });
    const store = newFile();
    await broken(server, store, reading, '/2');
    second.open();
    const other: PageHandler<unknown> = function* (start) {
      yield `${(yield* visit('/1')).text('h1')} of ${start.text('h1')}`;
    };
    const again = crawl(`${server.origin}/`, other, { ...QUICK, store });
    expect(await gathered(again)).toEqual(['one of start']);
    expect(again.summary.restarted).toEqual({ count: 1, reason: 'the spider has changed' });
  });

  test('begins anew if the spider does not do the same twice, and says what', async () => {
    const second = held();
    await using server = await startServer({
      '/': page(['/1', '/2'], 'start'),
      '/1': page([], '/1'),
      '/2': second,
    });
    const store = newFile();
    let runs = 0;
    const fickle: PageHandler<unknown> = function* (start) {
      const links = start.links();
      if (++runs === 2) links.reverse();
      const titles: unknown[] = [];
      for (const link of links) titles.push((yield* visit(link)).text('h1'));
      yield titles;
    };
    await broken(server, store, fickle, '/2');
    second.open();
    const again = crawl(`${server.origin}/`, fickle, { ...QUICK, store });
    expect(await gathered(again)).toEqual([['/1', '/2']]);
    expect(again.summary.restarted?.count).toBe(1);
    expect(again.summary.restarted?.reason).toContain(`the code asks for visit "${server.origin}/2"`);
  });

  test('leaves nothing behind when it is done', async () => {
    await using server = await startServer({ '/': page(['/1']), '/1': page([], 'one') });
    const store = newFile();
    expect(await gathered(crawl(`${server.origin}/`, reading, { ...QUICK, store }))).toHaveLength(1);
    await run(function* () {
      const kept = yield* openStore(store);
      try {
        expect(yield* kept.forgetJournals()).toBe(0);
      } finally {
        yield* kept.close();
      }
    });
  });
});

describe('items that were committed and not dealt with', () => {
  const two = { '/': ['/1', '/2'], '/1': [], '/2': [] };

  test('are handed over by the crawl that goes on, with the same keys', async () => {
    await using server = await site(two);
    const store = newFile();
    const begin = () => crawl(`${server.origin}/`, everywhere, { ...QUICK, store }).entries();
    const keys: string[] = [];
    for await (const { key } of begin()) {
      keys.push(key);
      break;
    }
    await until(() => server.openSockets === 0);
    const rest: string[] = [];
    for await (const { key } of begin()) rest.push(key);
    expect(rest[0]).toBe(keys[0]);
    expect(new Set(rest).size).toBe(3);
    expect(await begin().toArray()).toEqual([]);
  });

  test('unless the loop has acknowledged them', async () => {
    await using server = await site(two);
    const store = newFile();
    const begin = () => crawl(`${server.origin}/`, everywhere, { ...QUICK, store }).entries();
    let first = '';
    for await (const { key, acknowledge } of begin()) {
      first = key;
      acknowledge();
      break;
    }
    const rest = await begin().toArray();
    expect(rest.map(({ key }) => key)).not.toContain(first);
    expect(rest).toHaveLength(2);
  });
});

describe('a spider', () => {
  test('that throws fails its page, with nothing of it handed over', async () => {
    await using server = await site({ '/': ['/a'], '/a': [] });
    const cause = new TypeError('oops');
    const job = crawl(
      server.origin,
      function* (page) {
        yield follow(page.links());
        yield 'item';
        if (page.url.endsWith('a')) throw cause;
      },
      { ...QUICK, onFailure: 'yield' },
    );
    const [item, failure] = await gathered(job);
    expect(item).toBe('item');
    expect(failure).toMatchObject({
      code: 'SPIDER',
      error: { cause, message: expect.stringContaining('the spider threw: oops') as string },
    });
    expect(job.summary).toMatchObject({ done: 1, failed: 1, items: 1 });
  });

  test('whose item has no JSON fails its page', async () => {
    await using server = await site({ '/': [] });
    for (const bad of [10n, undefined, () => 1]) {
      const job = crawl(
        server.origin,
        function* () {
          yield bad;
        },
        { ...QUICK, onFailure: 'yield' },
      );
      expect(await gathered(job)).toMatchObject([{ code: 'SPIDER' }]);
    }
  });

  test('whose item has no JSON has not used up the limit on items', async () => {
    await using server = await site({ '/1': [], '/2': [] });
    const job = crawl(
      ['/1', '/2'].map((name) => server.origin + name),
      function* (page) {
        yield page.url.endsWith('1') ? 10n : 'well';
      },
      { ...QUICK, maxItems: 1 },
    );
    expect(await gathered(job)).toEqual(['well']);
  });

  test('that forgot a star is told so', async () => {
    await using server = await site({ '/': [] });
    const job = crawl(
      server.origin,
      function* () {
        yield sleep(1);
      },
      { ...QUICK, onFailure: 'yield' },
    );
    expect(await gathered(job)).toMatchObject([{ code: 'SPIDER' }]);
  });

  test('is cleaned up when the loop is left, with its visits', async () => {
    await using server = await startServer({ '/': page(['/a']), '/a': page(), '/slow': () => {} });
    let cleaned = 0;
    const job = crawl(
      server.origin,
      function* (page) {
        yield follow(page.links());
        if (page.url.endsWith('a')) {
          try {
            yield* visit('/slow');
          } finally {
            cleaned++;
          }
        } else yield 1;
      },
      { ...QUICK, perHost: 2 },
    );
    for await (const _ of job) {
      await until(() => server.count('/slow') === 1);
      break;
    }
    expect(cleaned).toBe(1);
    await until(() => server.openSockets === 0);
  });
});

test('the loop paces the crawl', async () => {
  const wide = Array.from({ length: 200 }, (_, n) => `/${n}`);
  await using server = await startServer({ '/': page(wide), '*': page() });
  await run(function* () {
    const items = each(crawl(server.origin, everywhere, { ...QUICK, perHost: 4, concurrency: 4 }));
    yield* items.next();
    yield* items.next();
    yield* sleep(50);
    // The first page; four each that were taken, wait for the loop, are being committed, and are under way.
    expect(server.paths.length).toBeLessThanOrEqual(1 + 4 * 4);
    yield* items.close();
  });
});

test('start pages that come one by one are crawled as they come, and stopping does not wait for more', async () => {
  await using server = await site({ '/1': [], '/2': [] });
  const job = crawl(
    (async function* () {
      yield `${server.origin}/1`;
      await until(() => server.count('/1') === 1);
      yield `${server.origin}/2`;
      await new Promise(() => {});
    })(),
    everywhere,
    QUICK,
  );
  const found: string[] = [];
  for await (const item of job) if (found.push(item) === 2) job.stop();
  expect(found).toEqual(['/1', '/2']);
});

test('a robots.txt that never comes leaves its host alone, and says so; its sitemaps fail no crawl', async () => {
  await using server = await startServer({ '/': page(), '/robots.txt': () => {} });
  const job = crawl(server.origin, everywhere, { delay: 0, sitemaps: true, timeout: 50, retries: 0 });
  expect(await gathered(job)).toEqual([]);
  expect(job.summary.dropped).toEqual({ 'sitemap failed': 1 });
  expect(job.summary.failures.TIMEOUT?.example.message).toContain('robots.txt could not be had');
});

test('sitemaps are followed where asked', async () => {
  const text =
    (content: string, type: string): Answer =>
    (_, response) =>
      void response.writeHead(200, { 'content-type': type }).end(content);
  const routes: Record<string, Answer> = {};
  await using server = await startServer(routes);
  Object.assign(routes, {
    '/': page([], '/'),
    '/x': page([], '/x'),
    '/y': page([], '/y'),
    '/robots.txt': text(`Sitemap: ${server.origin}/map.xml\n`, 'text/plain'),
    '/map.xml': text(
      `<?xml version="1.0"?><urlset><url><loc>${server.origin}/x</loc><lastmod>2026-02-01</lastmod></url><url><loc>${server.origin}/y</loc><lastmod>2020-01-01</lastmod></url></urlset>`,
      'application/xml',
    ),
  });
  expect((await gathered(crawl(server.origin, everywhere, { delay: 0, sitemaps: true }))).sort()).toEqual([
    '/',
    '/x',
    '/y',
  ]);
  const lately = crawl(server.origin, everywhere, {
    delay: 0,
    sitemaps: true,
    since: new Date('2026-01-01'),
  });
  expect((await gathered(lately)).sort()).toEqual(['/', '/x']);
});

describe('what cannot be is told at once', () => {
  test.each<[unknown, string]>([
    [{ concurency: 5 }, 'an option must be one of'],
    [{ delay: 'slow' }, "delay must be milliseconds, or 'auto', not 'slow'"],
    [{ within: 'moon' }, 'within must be one of origin, host, domain, any'],
    [{ maxPages: 0 }, 'maxPages must be'],
    [{ store: '' }, 'store must be the name of a file'],
    [{ since: 'yesterday' }, 'since must be a valid Date'],
    [{ accept: [42] }, 'accept must be a list of statuses'],
    [{ robots: 'no' }, "robots must be true or false, not 'no'"],
  ])('%j', (options, message) => {
    expect(() => crawl('http://x.y/', function* () {}, options as CrawlOptions)).toThrow(message);
  });

  test('a spider and a start that are none', () => {
    expect(() => crawl('http://x.y/', {} as PageHandler<unknown>)).toThrow(
      'a spider must be a generator function',
    );
    expect(() => crawl(5 as unknown as string, function* () {})).toThrow('start must be an address');
    expect(() => follow(5 as unknown as string)).toThrow('an address, several, or null');
    expect(() => follow('/', { lable: 'x' } as object)).toThrow('an option of follow must be one of label');
  });

  test('a start page that is no address', async () => {
    await expect(
      gathered(
        crawl('nowhere', function* (page: Page) {
          yield page.url;
        }),
      ),
    ).rejects.toThrow('nowhere: not an absolute address');
  });
});
