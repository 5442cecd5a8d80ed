import { gzipSync } from 'node:zlib';
import { run, sleep, until, VirtualClock, type CoroutineBody } from '@gleaner/coroutine';
import { expect, test } from 'vitest';
import { startServer } from '../../test/server.ts';
import { PageError } from '../http/failure.ts';
import { SitemapError, type SitemapEntry } from './sitemap-parser.ts';
import { sitemapEntries } from './sitemap.ts';

const urlset = (...locs: string[]): string =>
  `<urlset>${locs.map((loc) => `<url><loc>${loc}</loc></url>`).join('')}</urlset>`;
const index = (...locs: string[]): string =>
  `<sitemapindex>${locs.map((loc) => `<sitemap><loc>${loc}</loc></sitemap>`).join('')}</sitemapindex>`;

type Site = Record<string, string | Uint8Array>;

/** A site of which nothing needs a server. */
function siteOf(site: Site): { fetch: (url: string) => CoroutineBody<Uint8Array>; fetched: string[] } {
  const fetched: string[] = [];
  return {
    fetched,
    *fetch(url) {
      const path = url.slice('https://x'.length);
      fetched.push(path);
      yield* sleep(10);
      const body = site[path];
      if (body === undefined) throw new PageError('HTTP_404', url, 'not found');
      return typeof body === 'string' ? Buffer.from(body) : body;
    },
  };
}

interface Read {
  paths: string[];
  fetched: string[];
  failures: Record<string, unknown>;
}

async function read(site: Site, start: string[], since?: Date): Promise<Read> {
  const { fetch, fetched } = siteOf(site);
  const failures: Record<string, unknown> = {};
  const onFailure = (url: string, error: unknown): void => {
    failures[url.replace('https://x', '')] = error;
  };
  const entries = sitemapEntries(
    start.map((path) => `https://x${path}`),
    fetch,
    { since, onFailure },
  );
  const all = await run(() => entries.toArray(), { clock: new VirtualClock({ autojump: true }) });
  return { paths: all.map(({ url }) => url.slice('https://x'.length)), fetched, failures };
}

test('pages come in the order of their sitemaps, those of nested ones after', async () => {
  const { paths, fetched, failures } = await read(
    {
      '/index': index('/1', '/nested', '/2'),
      '/nested': index('/3'),
      '/1': urlset('/a', '/b'),
      '/2': 'https://x/c\nhttps://x/d',
      '/3': '<rss><channel><item><link>/e</link></item></channel></rss>',
      '/other': urlset('/f'),
    },
    ['/index', '/other'],
  );
  expect(paths).toEqual(['/f', '/a', '/b', '/c', '/d', '/e']);
  expect(fetched).toEqual(['/index', '/other', '/1', '/nested', '/2', '/3']);
  expect(failures).toEqual({});
});

test('a sitemap is read once, even if it contains itself', async () => {
  const { paths, fetched } = await read(
    { '/a': index('/b', '/a', '/b'), '/b': index('/a', '/c'), '/c': urlset('/1') },
    ['/a', '/a', '/c'],
  );
  expect(fetched).toEqual(['/a', '/c', '/b']);
  expect(paths).toEqual(['/1']);
});

test('indexes nested without end come to one', async () => {
  const site: Site = {};
  for (let n = 0; n < 100; n++) site[`/${n}`] = index(`/${n + 1}`);
  const { fetched, failures } = await read(site, ['/0']);
  expect(fetched).toEqual(['/0', '/1', '/2', '/3', '/4', '/5']);
  expect(failures['/6']).toBeInstanceOf(SitemapError);
});

test('of more than 50,000 sitemaps that many are read, and it is said', async () => {
  const locs = Array.from({ length: 50_010 }, (_, n) => `/${n}`);
  const failures: string[] = [];
  let fetched = 0;
  const fetch = function* (url: string): CoroutineBody<Uint8Array> {
    fetched++;
    return Buffer.from(url.endsWith('/index') ? index(...locs) : '<urlset/>');
  };
  await sitemapEntries(['https://x/index'], fetch, {
    onFailure: (url, error) => failures.push(`${url} ${String(error)}`),
  }).toArray();
  expect(fetched).toBe(50_000);
  expect(failures).toEqual([expect.stringMatching(/^https:\/\/x\/index .*50000/)]);
});

test('one that fails does not end the rest, and what it gave before is given', async () => {
  const whole = gzipSync(urlset(...Array.from({ length: 20_000 }, (_, n) => `/gz/${n * 7919}`)));
  const { paths, failures } = await read(
    {
      '/cut': '<urlset><url><loc>/a</loc></url><url><loc>/b',
      '/html': '<html/>',
      '/gz': whole.subarray(0, whole.length / 2),
      '/nogz': Buffer.from([0x1f, 0x8b, 1, 2, 3]),
      '/good': urlset('/c'),
    },
    ['/cut', '/missing', '/html', '/nogz', '/gz', '/good'],
  );
  expect(Object.keys(failures)).toEqual(['/cut', '/missing', '/html', '/nogz', '/gz']);
  expect(failures['/missing']).toMatchObject({ code: 'HTTP_404' });
  expect(failures['/gz']).toMatchObject({ code: 'ENCODING', url: 'https://x/gz' });
  expect(failures['/nogz']).toMatchObject({ code: 'ENCODING' });
  expect([paths[0], paths.at(-1)]).toEqual(['/a', '/c']);
  expect(paths.length).toBeGreaterThan(5000);
});

test('an address that is none is a failure of its own', async () => {
  const failures: unknown[] = [];
  const { fetch } = siteOf({ '/a': urlset('/1') });
  const options = {
    onFailure: (url: string, error: unknown) => failures.push([url, (error as PageError).code]),
  };
  expect(await sitemapEntries(['/a', 'ftp://x/a', 'https://x/a'], fetch, options).toArray()).toHaveLength(1);
  expect(failures).toEqual([
    ['/a', 'BAD_URL'],
    ['ftp://x/a', 'BAD_URL'],
  ]);
});

test('gzip is told by its first bytes, whatever it is called, and may have several members', async () => {
  const { paths, failures } = await read(
    {
      '/a.xml': gzipSync(urlset('/1')),
      '/b.xml.gz': urlset('/2'),
      '/c': Buffer.concat([gzipSync('<urlset><url><loc>/3'), gzipSync('</loc></url></urlset>')]),
    },
    ['/a.xml', '/b.xml.gz', '/c'],
  );
  expect(paths).toEqual(['/1', '/2', '/3']);
  expect(failures).toEqual({});
});

test('a gzip bomb is left when it has grown too large', async () => {
  const { paths, failures } = await read(
    { '/bomb': gzipSync(`<urlset><url><loc>/1</loc></url>${' '.repeat(100 * 1024 * 1024)}`) },
    ['/bomb'],
  );
  expect(paths).toEqual(['/1']);
  expect(failures['/bomb']).toMatchObject({ code: 'TOO_LARGE' });
});

test('since leaves out pages and whole sitemaps that have not changed', async () => {
  const dated = (kind: string, loc: string, date: string): string =>
    `<${kind}><loc>${loc}</loc><lastmod>${date}</lastmod></${kind}>`;
  const { paths, fetched } = await read(
    {
      '/index': `<sitemapindex>${dated('sitemap', '/old', '2020-01-01')}${dated('sitemap', '/new', '2024-01-01')}</sitemapindex>`,
      '/new': `<urlset>${dated('url', '/a', '2019-01-01')}${dated('url', '/b', '2023-01-01')}<url><loc>/c</loc></url></urlset>`,
    },
    ['/index'],
    new Date('2022-01-01'),
  );
  expect(fetched).toEqual(['/index', '/new']);
  expect(paths).toEqual(['/b', '/c']);
});

test('pages are had before the next sitemap is fetched, and no more is read than is asked for', async () => {
  const body = gzipSync(
    urlset(...Array.from({ length: 100_000 }, (_, n) => `https://example.com/products/${n}`)),
  );
  const { fetch, fetched } = siteOf({ '/1': body, '/2': body });
  const entries = sitemapEntries(['https://x/1', 'https://x/2'], fetch, { onFailure: () => {} });
  const taken: SitemapEntry[] = [];
  for await (const entry of entries) {
    taken.push(entry);
    if (taken.length === 50_000) break;
  }
  expect(fetched).toEqual(['/1']);
  expect(taken[49_999]?.url).toBe('https://example.com/products/49999');
});

test('over HTTP, cancelled in the middle of a fetch, it reports no failure', async () => {
  await using server = await startServer({
    '/index': (_, response) => response.end(index('/slow')),
    '/slow': () => {},
  });
  const failures: string[] = [];
  const fetched: string[] = [];
  const fetch = function* (url: string): CoroutineBody<Uint8Array> {
    fetched.push(url);
    const response = yield* until(globalThis.fetch(url, { signal: AbortSignal.timeout(5000) }));
    return new Uint8Array(yield* until(response.arrayBuffer()));
  };
  const entries = sitemapEntries([`${server.origin}/index`], fetch, {
    onFailure: (url) => failures.push(url),
  });
  const task = run(() => entries.toArray());
  await expect.poll(() => fetched).toEqual([`${server.origin}/index`, `${server.origin}/slow`]);
  await task.cancel();
  expect(task.status).toBe('cancelled');
  expect(failures).toEqual([]);
});
