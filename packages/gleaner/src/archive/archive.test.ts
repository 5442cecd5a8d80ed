import { crawl, follow, visit, type CrawlOptions, type PageHandler } from 'gleaner';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { afterAll, describe, expect, test } from 'vitest';
import { archiveText, foreignRecords, warcFiles, wrongDigests } from '../../test/archives.ts';
import { body, startServer } from '../../test/server.ts';
import { ArchiveError } from './archive-error.ts';

const root = mkdtempSync(path.join(tmpdir(), 'gleaner-archive-'));
afterAll(() => rmSync(root, { recursive: true }));
let folders = 0;
const newFolder = (): string => path.join(root, String(++folders));

const QUICK = { delay: 0, robots: false } as const;

/** Crawls to the end, whatever comes of it. */
async function crawled(
  start: string | readonly string[],
  handler: PageHandler<unknown>,
  options: CrawlOptions,
): Promise<unknown[]> {
  const items: unknown[] = [];
  for await (const item of crawl(start, handler, { ...QUICK, ...options })) items.push(item);
  return items;
}

const bytes = Buffer.from(Array.from({ length: 5000 }, (_, i) => (i * 7919) % 256));
const text = '<!doctype html><p>Grüße</p>'.repeat(100);

test('another program reads from the archive what the spider read from the pages, however they were sent', async () => {
  await using server = await startServer({
    '/plain': body(text, {
      'content-type': 'text/html;charset=utf-8',
      'content-length': String(Buffer.byteLength(text)),
    }),
    '/pieces': (_, response) => {
      response.writeHead(200, { 'content-type': 'text/html;charset=utf-8' });
      response.write(text.slice(0, 100));
      response.end(text.slice(100));
    },
    '/gzip': body(gzipSync(text), { 'content-encoding': 'gzip' }),
    '/br': body(brotliCompressSync(text), { 'content-encoding': 'br' }),
    '/bytes': body(bytes, { 'content-type': 'application/octet-stream' }),
    '/empty': body('', {}, 200),
  });
  const folder = newFolder();
  const names = ['plain', 'pieces', 'gzip', 'br', 'bytes', 'empty'];
  const seen: Record<string, Buffer> = {};
  await crawled(
    names.map((name) => `${server.origin}/${name}`),
    function* (page) {
      seen[new URL(page.url).pathname.slice(1)] = Buffer.from(page.bytes());
    },
    { archive: folder, perHost: 1 },
  );
  const records = await foreignRecords(folder);
  expect(wrongDigests(records)).toEqual([]);
  expect(seen.gzip?.toString()).toBe(text);
  const responses = records.filter(({ type }) => type === 'response' || type === 'revisit');
  expect(responses.map(({ url, status }) => [url, status])).toEqual(
    names.map((name) => [`${server.origin}/${name}`, 200]),
  );
  for (const { url = '', content, type } of responses) {
    if (type === 'response' && !url.endsWith('/br'))
      expect(content).toEqual(seen[new URL(url).pathname.slice(1)]);
  }
  const pieces = responses.find(({ url }) => url?.endsWith('/pieces') === true);
  expect(pieces?.header('transfer-encoding')).toBeUndefined();
  expect(pieces?.header('x-archive-orig-transfer-encoding')).toBe('chunked');
  expect(pieces?.type).toBe('revisit');
});

test('the fields are those of WARC 1.1: linked, dated, digested, with the address that answered', async () => {
  await using server = await startServer({ '*': body('x') });
  const folder = newFolder();
  const before = Date.now();
  await crawled(`${server.origin}/ä?q=é&b#part`, function* () {}, { archive: folder });
  const records = await foreignRecords(folder);
  expect(records.map(({ type }) => type)).toEqual(['warcinfo', 'metadata', 'request', 'response']);
  const [info, , request, response] = records;
  const [file = ''] = warcFiles(folder);
  expect(info?.field('WARC-Filename')).toBe(path.basename(file));
  expect(info?.block.toString()).toMatch(/^software: Gleaner\/.*\r\nformat: WARC File Format 1.1\r\n/);
  for (const record of [request, response]) {
    expect(record?.url).toBe(`${server.origin}/%C3%A4?q=%C3%A9&b`);
    expect(record?.field('WARC-IP-Address')).toBe('127.0.0.1');
    expect(record?.field('WARC-Warcinfo-ID')).toBe(info?.field('WARC-Record-ID'));
    const date = Date.parse(record?.field('WARC-Date') ?? '');
    expect(date).toBeGreaterThanOrEqual(before);
    expect(date).toBeLessThanOrEqual(Date.now());
  }
  expect(response?.field('WARC-Concurrent-To')).toBe(request?.field('WARC-Record-ID'));
  expect(request?.field('WARC-Concurrent-To')).toBe(response?.field('WARC-Record-ID'));
  expect(request?.block.toString()).toMatch(/^GET \/%C3%A4\?q=%C3%A9&b HTTP\/1.1\r\nhost: 127.0.0.1:\d+\r\n/);
  expect(path.basename(file)).toMatch(/^gleaner-\d{14}-00000-[\w.-]+\.warc\.gz$/);
  expect(readFileSync(file).subarray(0, 2)).toEqual(Buffer.from([0x1f, 0x8b]));
});

test('everything is kept that was fetched: redirects, robots.txt, sitemaps, visits, failures, HEAD and POST', async () => {
  await using server = await startServer({
    '/robots.txt': (_, response) => response.end(`Sitemap: ${server.origin}/map.xml`),
    '/map.xml': (_, response) =>
      response.end(`<urlset><url><loc>${server.origin}/mapped</loc></url></urlset>`),
    '/': body('start', { 'content-type': 'text/html' }),
    '/mapped': body('mapped'),
    '/moved': (_, response) => response.writeHead(302, { location: '/there' }).end('this way'),
    '/there': body('there'),
    '/form': (request, response) => request.pipe(response),
    '/head': body('never sent', { 'content-length': '10' }),
    '/gone': body('gone', {}, 410),
  });
  const folder = newFolder();
  await crawled(
    `${server.origin}/`,
    function* (page) {
      if (new URL(page.url).pathname !== '/') return;
      yield* visit('/moved');
      yield* visit('/form', { body: { q: 'roses' } });
      yield* visit('/head', { method: 'HEAD' });
      yield follow('/gone');
    },
    { archive: folder, robots: true, sitemaps: true },
  );
  const records = await foreignRecords(folder);
  expect(wrongDigests(records)).toEqual([]);
  const told = records
    .filter(({ type }) => type === 'response')
    .map(({ url = '', status, content }) => [new URL(url).pathname, status, content.toString()]);
  expect(told.sort()).toEqual(
    [
      ['/robots.txt', 200, `Sitemap: ${server.origin}/map.xml`],
      ['/map.xml', 200, `<urlset><url><loc>${server.origin}/mapped</loc></url></urlset>`],
      ['/', 200, 'start'],
      ['/mapped', 200, 'mapped'],
      ['/moved', 302, 'this way'],
      ['/there', 200, 'there'],
      ['/form', 200, 'q=roses'],
      ['/head', 200, ''],
      ['/gone', 410, 'gone'],
    ].sort(),
  );
  const form = records.find(({ type, url }) => type === 'request' && url?.endsWith('/form') === true);
  expect(form?.block.toString()).toMatch(
    /^POST \/form HTTP\/1.1\r\n[^]*\r\ncontent-length: 7\r\n\r\nq=roses$/,
  );
});

test('no secret is in it: not of headers, addresses, cookies, forms or JSON', async () => {
  await using server = await startServer({
    '/login': (_, response) =>
      response.writeHead(200, { 'set-cookie': ['sid=hush-1; Path=/; HttpOnly', 'theme=hush-2'] }).end('in'),
    '*': body('x'),
  });
  const folder = newFolder();
  await crawled(
    `${server.origin.replace('//', '//me:hush-3@')}/`,
    function* (page) {
      if (new URL(page.url).pathname !== '/') return;
      yield* visit('/login', { body: { name: 'me', password: 'hush-4', csrf_token: 'hush-5' } });
      yield* visit('/json', {
        method: 'POST',
        headers: { 'content-type': 'application/json', 'x-api-key': 'hush-6' },
        body: JSON.stringify({ user: 'me', Password: 'hush-7 "\\', deep: [{ access_token: 'hush-8' }] }),
      });
    },
    { archive: folder, headers: { cookie: 'a=hush-9', 'proxy-authorization': 'hush-10' } },
  );
  const text = archiveText(folder);
  expect(text.match(/hush-\d+/g)).toBeNull();
  expect(text).not.toContain(Buffer.from('me:hush-3').toString('base64'));
  expect(text).toContain('\r\nauthorization: ***\r\n');
  expect(text).toContain('\r\nset-cookie: sid=***; Path=/; HttpOnly\r\nset-cookie: theme=***\r\n');
  expect(text).toContain('name=me&password=***&csrf_token=***');
  expect(text).toContain('{"user":"me","Password":"***","deep":[{"access_token":"***"}]}');
  expect(wrongDigests(await foreignRecords(folder))).toEqual([]);
});

test('a payload that was kept before in the run is referred to', async () => {
  await using server = await startServer({ '*': body(text, { 'content-type': 'text/html' }) });
  const folder = newFolder();
  await crawled([`${server.origin}/a`, `${server.origin}/b`], function* () {}, { archive: folder });
  const records = await foreignRecords(folder);
  const [a, b] = records.filter(({ type }) => type === 'response' || type === 'revisit');
  expect(b?.type).toBe('revisit');
  expect(b?.field('WARC-Profile')).toBe('http://netpreserve.org/warc/1.1/revisit/identical-payload-digest');
  expect(b?.field('WARC-Payload-Digest')).toBe(a?.field('WARC-Payload-Digest'));
  expect(b?.field('WARC-Refers-To')).toBe(a?.field('WARC-Record-ID'));
  expect(b?.field('WARC-Refers-To-Target-URI')).toBe(a?.url);
  expect(b?.field('WARC-Refers-To-Date')).toBe(a?.field('WARC-Date'));
  expect(b?.block.toString()).toMatch(/^HTTP\/1.1 200 OK\r\n[^]*\r\n\r\n$/);
});

test('a page that the cache has is kept as the spider was given it', async () => {
  await using server = await startServer({
    '/': (request, response) => {
      const isKnown = request.headers['if-none-match'] === '"1"';
      response.writeHead(isKnown ? 304 : 200, { etag: '"1"' }).end(isKnown ? undefined : text);
    },
  });
  const cache = path.join(root, 'cache.db');
  await crawled(`${server.origin}/`, function* () {}, { cache });
  const folder = newFolder();
  await crawled(`${server.origin}/`, function* () {}, { cache, archive: folder });
  const [request, response] = (await foreignRecords(folder)).slice(2);
  expect(request?.block.toString()).not.toContain('if-none-match');
  expect([response?.status, response?.content.toString()]).toEqual([200, text]);
  expect(server.count('/')).toBe(2);
});

describe('files', () => {
  test('are begun anew when they are full, each with a warcinfo record of its own', async () => {
    await using server = await startServer({ '*': ({ url }, response) => response.end(`${url}`.repeat(50)) });
    const folder = newFolder();
    const urls = Array.from({ length: 10 }, (_, i) => `${server.origin}/${i}`);
    await crawled(urls, function* () {}, { archive: { folder, fileBytes: 2000 }, perHost: 5 });
    const files = warcFiles(folder);
    expect(files.length).toBeGreaterThan(3);
    expect(files.map((file) => path.basename(file).split('-')[2])).toEqual(
      files.map((_, i) => String(i).padStart(5, '0')),
    );
    for (const file of files) expect(statSync(file).size).toBeLessThan(4500);
    const records = await foreignRecords(folder);
    expect(wrongDigests(records)).toEqual([]);
    const infos = records
      .filter(({ type }) => type === 'warcinfo')
      .map(({ field }) => field('WARC-Record-ID'));
    expect(new Set(infos).size).toBe(files.length);
    const responses = records.filter(({ type }) => type === 'response');
    expect(responses.map(({ url }) => url).sort()).toEqual(urls);
    for (const { field } of responses) expect(infos).toContain(field('WARC-Warcinfo-ID'));
  });

  test('of other runs, also at the same time, are never touched', async () => {
    await using server = await startServer({ '*': body('x') });
    const folder = newFolder();
    const run = (name: string): Promise<unknown> =>
      crawled(`${server.origin}/${name}`, function* () {}, { archive: folder });
    await run('first');
    const before = warcFiles(folder).map((file) => readFileSync(file));
    await Promise.all(['a', 'b', 'c'].map(run));
    const after = warcFiles(folder);
    expect(after).toHaveLength(4);
    expect(after.slice(0, 1).map((file) => readFileSync(file))).toEqual(before);
    const responses = (await foreignRecords(folder)).filter(({ type }) => type === 'response');
    expect(responses.map(({ url = '' }) => new URL(url).pathname).sort()).toEqual([
      '/a',
      '/b',
      '/c',
      '/first',
    ]);
  });

  test('are not made by a crawl that has nothing to fetch', async () => {
    await using server = await startServer({ '*': body('x') });
    const folder = newFolder();
    const options = { archive: folder, store: path.join(root, 'done.glean') };
    await crawled(`${server.origin}/`, function* () {}, options);
    await crawled(`${server.origin}/`, function* () {}, options);
    expect(warcFiles(folder)).toHaveLength(1);
  });

  test('that cannot be written end the crawl, with a reason that names the folder', async () => {
    const file = path.join(root, 'a-file');
    writeFileSync(file, 'x');
    for (const folder of [file, path.join(file, 'below')]) {
      const ended = crawled('http://127.0.0.1:9/', function* () {}, { archive: folder });
      await expect(ended).rejects.toThrow(ArchiveError);
      await expect(ended).rejects.toThrow(`the archive ${folder}: a folder was expected`);
    }
  });

  test.each([
    ['', "archive must be the name of a folder, not ''"],
    [3, 'archive must be the name of a folder, not 3'],
    [{ folder: 'a', fileBytes: 0 }, 'fileBytes must be a whole number of at least 1, not 0'],
    [{ folder: 'a', size: 1 }, "an option of archive must be folder or fileBytes, not 'size'"],
  ])('the option %j is told to be wrong', (archive, message) => {
    expect(() => crawl('http://a.example/', function* () {}, { archive: archive as string })).toThrow(
      message,
    );
  });
});
