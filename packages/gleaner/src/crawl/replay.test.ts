import { startBookshop } from '@gleaner/bookshop';
import fc from 'fast-check';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { createHash } from 'node:crypto';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import net from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { warcFiles } from '../../test/archives.ts';
import { program } from '../../test/nginx.ts';
import { body, startServer } from '../../test/server.ts';
import {
  ArchiveError,
  crawl,
  follow,
  type PageError,
  replay,
  spider,
  visit,
  type CrawlOptions,
  type Damage,
  type PageHandler,
  type ReplayOptions,
} from '../index.ts';

const root = mkdtempSync(path.join(tmpdir(), 'gleaner-replay-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
const newFolder = (): string => path.join(root, String(++folders));

const QUICK = { delay: 0, robots: false } as const;

async function gathered<T>(items: AsyncIterable<T>): Promise<T[]> {
  const found: T[] = [];
  for await (const item of items) found.push(item);
  return found;
}

const crawled = (
  start: Parameters<typeof crawl>[0],
  handler: PageHandler<unknown>,
  options: CrawlOptions,
): Promise<unknown[]> => gathered(crawl(start, handler, { ...QUICK, ...options }));

const replayed = (
  folder: string,
  handler: PageHandler<unknown>,
  options: ReplayOptions = {},
): Promise<unknown[]> => gathered(replay(folder, handler, options));

const nothing: PageHandler<unknown> = function* () {};
const texts: PageHandler<unknown> = function* (page) {
  yield Buffer.from(page.bytes()).toString();
};

test(
  'another spider over the archive of a shop that has closed has the items that it would have had',
  { timeout: 60_000 },
  async () => {
    const folder = newFolder();
    const all = spider(function* (page) {
      yield follow(page.links('li.next a'));
      yield follow(page.links('h3 a'));
    });
    const books = spider(function* (page) {
      for (const link of page.links('li.next a')) yield follow(link);
      for (const card of page.selectAll('article.product_pod')) {
        const detail = yield* visit(card.link('h3 a'));
        yield { title: detail.text('h1'), price: card.number('.price_color'), upc: detail.text('td') };
      }
    });
    const shop = await startBookshop({ latency: 0 });
    const options = { ...QUICK, perHost: 8, maxPages: 300 };
    await gathered(crawl(shop.url, all, { ...options, archive: folder }));
    const wanted = await gathered(crawl(shop.url, books, { ...options, maxPages: 3 }));
    await shop.close();
    const job = replay(folder, books, { maxPages: 3 });
    const found = await gathered(job);
    const bySort = (a: { title: string | null }, b: { title: string | null }): number =>
      String(a.title) < String(b.title) ? -1 : 1;
    expect(found.sort(bySort)).toEqual(wanted.sort(bySort));
    expect(found.length).toBeGreaterThan(40);
    expect(job.summary.failed).toBe(0);
  },
);

test('what is not in the archive fails as NOT_ARCHIVED, and no connection is made at all', async () => {
  await using server = await startServer({
    '/': body('<a href="/there">a</a> <a href="/missing">b</a>', { 'content-type': 'text/html' }),
    '*': body('there'),
  });
  const folder = newFolder();
  await crawled(
    `${server.origin}/`,
    function* (page) {
      yield follow(page.links().filter((link) => link.endsWith('/there')));
    },
    { archive: folder },
  );
  const before = server.paths.length;
  const connect = vi.spyOn(net.Socket.prototype, 'connect');
  const job = replay(
    folder,
    function* (page) {
      yield follow(page.links());
      yield follow('http://nowhere.example/', { label: 'default' });
      const caught: unknown[] = [];
      try {
        yield* visit('/not-visited', { body: 'x' });
      } catch (error) {
        caught.push((error as PageError).code, (error as PageError).message);
      }
      yield caught;
    },
    { onFailure: 'yield', within: 'any', sitemaps: true },
  );
  const found = await gathered(job);
  expect(connect).not.toHaveBeenCalled();
  connect.mockRestore();
  expect(server.paths.length).toBe(before);
  const failed = found.filter((item) => !Array.isArray(item)) as {
    url: string;
    code: string;
    error: PageError;
  }[];
  expect(failed.map(({ url, code }) => [url, code]).sort()).toEqual([
    [`${server.origin}/missing`, 'NOT_ARCHIVED'],
    ['http://nowhere.example/', 'NOT_ARCHIVED'],
  ]);
  expect(failed.find(({ url }) => url.endsWith('/missing'))?.error.message).toBe(
    `${server.origin}/missing: it is not in the archive ${folder}`,
  );
  expect(found).toContainEqual([
    'NOT_ARCHIVED',
    `${server.origin}/not-visited: no answer to this POST is in the archive ${folder}`,
  ]);
  expect(job.summary.retries).toBe(0);
});

test('pages come back byte for byte: packed, in pieces, binary, large, by redirects, POST and HEAD, of any address', async () => {
  const large = Buffer.alloc(6_000_000, 'a line of a large page\n');
  const noise = Buffer.from(Array.from({ length: 1_500_000 }, (_, i) => (i * i) >> 3));
  await using server = await startServer({
    '/': body('start'),
    '/large': body(large),
    '/gzip': body(gzipSync(large), { 'content-encoding': 'gzip' }),
    '/br': body(brotliCompressSync('brotli'), { 'content-encoding': 'br' }),
    '/deflate': body(deflateSync('deflated'), { 'content-encoding': 'deflate' }),
    '/noise': body(noise),
    '/noise-again': body(noise, { 'x-other': 'fields' }),
    '/moved': (_, response) => response.writeHead(301, { location: '/br' }).end(),
    '/echo': (request, response) =>
      void request.pipe(response.writeHead(200, { 'x-method': request.method })),
    '/%C3%A4%20%F0%9F%8C%B7?q=%C3%B6&b=%26': body('tulip'),
  });
  const asks: [string, Parameters<typeof visit>[1]][] = [
    ['/large', {}],
    ['/gzip', {}],
    ['/br', {}],
    ['/deflate', {}],
    ['/noise', {}],
    ['/noise-again', {}],
    ['/moved', {}],
    ['/echo', { body: 'one' }],
    ['/echo', { body: 'two' }],
    ['/echo', { body: { password: 'hush', q: 'three' } }],
    ['/echo', { method: 'HEAD' }],
    ['/echo', { method: 'PUT', body: new Uint8Array([0, 255, 10, 13]) }],
    ['/ä 🌷?q=ö&b=%26', {}],
  ];
  const folder = newFolder();
  const bodies: PageHandler<unknown> = function* () {
    for (const [address, options] of asks) {
      const page = yield* visit(address, options);
      const { date: _, ...fields } = page.headers;
      yield [page.url, page.status, fields, createHash('sha256').update(page.bytes()).digest('hex')];
    }
  };
  const wanted = await crawled(`${server.origin}/`, bodies, { archive: folder });
  const found = await replayed(folder, bodies);
  expect(found.length).toBe(asks.length);
  // What the server sent back of the password was not masked, and is what the answer was.
  expect(found).toEqual(wanted);
});

test('whatever servers answer comes back the same', async () => {
  let answers: { body: Uint8Array; packing: 'gzip' | 'br' | 'none'; inPieces: boolean }[] = [];
  const pack = { gzip: gzipSync, br: brotliCompressSync, none: (bytes: Uint8Array) => Buffer.from(bytes) };
  const answer = ({ url = '' }: IncomingMessage, response: ServerResponse): void => {
    const given = answers[Number(url.slice(1))];
    if (given === undefined) return void response.writeHead(404).end();
    const bytes = pack[given.packing](given.body);
    const length = given.inPieces ? {} : { 'content-length': bytes.length };
    const packing = given.packing === 'none' ? {} : { 'content-encoding': given.packing };
    response.writeHead(200, { ...length, ...packing });
    response.write(bytes.subarray(0, 10));
    response.end(bytes.subarray(10));
  };
  await using server = await startServer({ '*': answer });
  const read: PageHandler<unknown> = function* (page) {
    yield [page.url, page.headers['transfer-encoding'], Buffer.from(page.bytes()).toString('hex')];
  };
  await fc.assert(
    fc.asyncProperty(
      fc.array(
        fc.record({
          body: fc.uint8Array({ maxLength: 3000 }),
          packing: fc.constantFrom('gzip', 'br', 'none'),
          inPieces: fc.boolean(),
        }),
        { minLength: 1, maxLength: 5 },
      ),
      async (given) => {
        answers = given;
        const folder = newFolder();
        const urls = given.map((_, i) => `${server.origin}/${i}`);
        const wanted = await crawled(urls, read, { archive: { folder, fileBytes: 2000 } });
        expect((await replayed(folder, read)).sort()).toEqual(wanted.sort());
      },
    ),
    { numRuns: 20 },
  );
});

test('of each page the latest response counts, whichever run and file it is in', async () => {
  let version = 1;
  await using server = await startServer({ '*': ({ url }, response) => response.end(`${url} ${version}`) });
  const folder = newFolder();
  const pages = ['a', 'b', 'c'].map((name) => `${server.origin}/${name}`);
  await crawled(pages, nothing, { archive: folder });
  version = 2;
  await crawled(pages.slice(0, 2), nothing, { archive: { folder, fileBytes: 1 } });
  version = 3;
  await crawled(pages.slice(0, 1), nothing, { archive: folder });
  expect((await replayed(folder, texts)).sort()).toEqual(['/a 3', '/b 2', '/c 1']);
});

test('an archive of many files is read, more than are held open at a time', async () => {
  await using server = await startServer({ '*': ({ url }, response) => response.end(url) });
  const folder = newFolder();
  const urls = Array.from({ length: 70 }, (_, i) => `${server.origin}/${i}`);
  await crawled([...urls], nothing, { archive: { folder, fileBytes: 1 }, perHost: 8 });
  expect(warcFiles(folder)).toHaveLength(70);
  expect(await replayed(folder, texts)).toEqual(urls.map((url) => new URL(url).pathname));
});

test('it begins where the crawls began, with labels and data; or where it is told to', async () => {
  await using server = await startServer({
    '*': (request, response) => void request.pipe(response.writeHead(200)),
  });
  const folder = newFolder();
  const tell = spider({
    *default(page) {
      yield ['default', new URL(page.url).pathname, page.request?.data ?? null];
    },
    *other(page) {
      yield ['other', new URL(page.url).pathname, Buffer.from(page.bytes()).toString()];
    },
  });
  async function* starts() {
    yield `${server.origin}/1`;
    yield follow(`${server.origin}/2`, { data: { n: 2 } });
    yield follow(`${server.origin}/3`, { label: 'other', body: { token: 'hush', a: 'b' } });
  }
  await gathered(crawl(starts(), tell, { ...QUICK, archive: folder }));
  expect(await gathered(replay(folder, tell))).toEqual([
    ['default', '/1', null],
    ['default', '/2', { n: 2 }],
    ['other', '/3', 'token=hush&a=b'],
  ]);
  expect(await gathered(replay(folder, tell, { start: `${server.origin}/2` }))).toEqual([
    ['default', '/2', null],
  ]);
});

test('a host that was in trouble is neither rested nor given up: what was answered is all there is', async () => {
  await using server = await startServer({
    '/robots.txt': body('User-agent: *\nDisallow: /\nCrawl-delay: 100'),
    '*': body('busy', { 'retry-after': '1000' }, 503),
  });
  const folder = newFolder();
  const urls = Array.from({ length: 40 }, (_, i) => `${server.origin}/${i}`);
  await crawled(urls, nothing, { archive: folder, perHost: 10, accept: [503] });
  const job = replay(folder, nothing);
  await gathered(job);
  expect(job.summary.failures).toMatchObject({ HTTP_503: { count: 40 } });
  expect(job.summary.elapsed).toBeLessThan(5000);
});

test('a replay goes on with its own store', async () => {
  await using server = await startServer({ '*': ({ url }, response) => response.end(url) });
  const folder = newFolder();
  await crawled(
    [1, 2, 3].map((n) => `${server.origin}/${n}`),
    nothing,
    { archive: folder },
  );
  const store = path.join(root, 'replay.glean');
  const [first, second] = [
    await replayed(folder, texts, { store, maxPages: 2 }),
    await replayed(folder, texts, { store, maxPages: 3 }),
  ];
  expect([...first, ...second].sort()).toEqual(['/1', '/2', '/3']);
});

test('after a crash in the middle of a record, the rest of the crawl and the replay know all that was committed', async () => {
  const next: PageHandler<unknown> = function* (page) {
    yield follow(page.links());
    yield new URL(page.url).pathname;
  };
  await using server = await startServer({
    '*': ({ url = '' }, response) => {
      const n = Number(url.slice(1));
      response.writeHead(200, { 'content-type': 'text/html' });
      response.end(n < 9 ? `<a href="/${n + 1}">next</a>` : 'last');
    },
  });
  const folder = newFolder();
  const options = { archive: folder, store: path.join(root, 'crash.glean') };
  const job = crawl(`${server.origin}/0`, next, { ...QUICK, ...options });
  let had = 0;
  for await (const _ of job) if (++had === 5) break;
  // What a crash may leave: a record that was begun, and committed by nobody.
  const [file = ''] = warcFiles(folder);
  const whole = readFileSync(file);
  writeFileSync(file, Buffer.concat([whole, whole.subarray(0, 200)]));
  await crawled(`${server.origin}/0`, next, options);
  const damages: Damage[] = [];
  const found = await replayed(folder, next, { onDamage: (damage) => damages.push(damage) });
  expect(found).toEqual(Array.from({ length: 10 }, (_, i) => `/${i}`));
  expect(damages).toMatchObject([{ file, offset: whole.length }]);
});

describe('what cannot be replayed is told', () => {
  const failing = async (folder: string, options: ReplayOptions = {}): Promise<unknown> =>
    await replayed(folder, nothing, options).catch((error: unknown) => error);

  test('no such folder, a file, an empty folder, other files', async () => {
    const file = path.join(root, 'file');
    writeFileSync(file, 'x');
    const empty = newFolder();
    mkdirSync(empty);
    for (const [folder, reason] of [
      [path.join(root, 'nowhere'), 'there is no such folder (ENOENT)'],
      [file, 'a folder was expected; there is something else in its place (ENOTDIR)'],
      [empty, 'there is no *.warc.gz or *.warc file in it'],
    ] as const) {
      const error = await failing(folder);
      expect(error).toBeInstanceOf(ArchiveError);
      expect((error as Error).message).toBe(`the archive ${folder}: ${reason}`);
    }
    writeFileSync(path.join(empty, 'notes.txt'), 'x');
    expect(String(await failing(empty))).toContain('there is no *.warc.gz or *.warc file in it');
  });

  test('files that are no archives, and damaged ones', async () => {
    const folder = newFolder();
    mkdirSync(folder);
    for (const name of ['a.warc.gz', 'b.warc']) writeFileSync(path.join(folder, name), 'no archive');
    const damages: Damage[] = [];
    expect(String(await failing(folder, { onDamage: (damage) => damages.push(damage) }))).toBe(
      `ArchiveError: the archive ${folder}: there is no HTTP response in its 2 WARC files; ` +
        `${path.join(folder, 'a.warc.gz')}: a damaged record at byte 0 was skipped: no gzip member begins here`,
    );
    expect(damages.map(({ file }) => path.basename(file))).toEqual(['a.warc.gz', 'b.warc']);
  });

  test('a page that is in a damaged place', async () => {
    await using server = await startServer({ '*': body('x') });
    const folder = newFolder();
    await crawled([`${server.origin}/1`, `${server.origin}/2`], nothing, { archive: folder });
    const [file = ''] = warcFiles(folder);
    truncateSync(file, readFileSync(file).length - 5);
    const job = replay(folder, nothing);
    await gathered(job);
    expect(job.summary.failures.NOT_ARCHIVED?.example.message).toBe(
      `${server.origin}/2: it is not in the archive ${folder}, of which a place could not be read`,
    );
    expect(job.summary.done).toBe(1);
  });

  test('a page that is larger than the limit', async () => {
    await using server = await startServer({ '*': body('x'.repeat(3_000_000)) });
    const folder = newFolder();
    await crawled(`${server.origin}/`, nothing, { archive: folder });
    const job = replay(folder, nothing, { maxBytes: 1000 });
    await gathered(job);
    expect(job.summary.failures.TOO_LARGE?.example.message).toMatch(/the limit maxBytes is 1000$/);
  });

  test.each([
    [{ delay: 5 }, 'an option of replay must be one of start, onDamage, store'],
    [{ start: 5 }, 'start must be an address'],
    [{ onDamage: 5 }, 'onDamage must be a function, not 5'],
    [{ maxPages: 0 }, 'maxPages must be a whole number'],
  ])('the option %j', (options, message) => {
    expect(() => replay('a', nothing, options as object)).toThrow(message);
    expect(() => replay('', nothing)).toThrow("the archive must be the name of a folder, not ''");
  });
});

const wget = program('wget');
if (wget === undefined) {
  if (process.env.GLEANER_REQUIRE_ALL === '1') throw new Error('wget is required and was not found');
  console.log('skipped: the archive that wget makes, for want of wget');
}

test.skipIf(wget === undefined).each([
  ['.warc.gz', []],
  ['.warc', ['--no-warc-compression']],
])('the archive that wget makes (%s) is replayed, from addresses that are given', async (_, more) => {
  const text = 'in pieces '.repeat(1000);
  const server = await startServer({
    '/': body('<a href="/pieces">a</a> <a href="/moved">b</a>', { 'content-type': 'text/html' }),
    '/pieces': (__, response) => {
      response.writeHead(200, { 'content-type': 'text/plain' });
      response.write(text.slice(0, 5));
      response.end(text.slice(5));
    },
    '/moved': (__, response) => response.writeHead(302, { location: '/there' }).end(),
    '/there': body('there', { 'content-type': 'text/plain' }),
  });
  const folder = newFolder();
  mkdirSync(folder);
  const start = `${server.origin}/`;
  const saved = ['-P', path.join(folder, 'site')];
  const args = ['-r', '-q', `--warc-file=${path.join(folder, 'site')}`, ...more, ...saved, start];
  await once(spawn(wget ?? '', args, { stdio: 'ignore' }), 'exit');
  await server[Symbol.asyncDispose]();
  expect(String(await replayed(folder, nothing).catch(String))).toContain(
    'it does not say where its crawl began; give addresses to begin with',
  );
  const found = await replayed(
    folder,
    function* (page) {
      yield follow(page.links());
      yield [new URL(page.url).pathname, Buffer.from(page.bytes()).length];
    },
    { start },
  );
  expect(found.sort()).toEqual([
    ['/', 46],
    ['/pieces', text.length],
    ['/there', 5],
  ]);
});
