import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { body, startServer, until, type TestServer } from '../../test/server.ts';
import { crawl, follow, type CrawlOptions, type Page } from '../index.ts';
import { hostileServer, type HostileServer } from './hostile-server.ts';

const QUICK = { delay: 0, retries: 0, timeout: 1000, maxDepth: 2, perHost: 16 } satisfies CrawlOptions;

let hostile: HostileServer;
/** A site as it should be: thirty pages, each with a link to the next. */
let honest: TestServer;
let folder: string;

beforeEach(async () => {
  hostile = await hostileServer({ drip: 20 });
  honest = await startServer({
    '/robots.txt': body('User-agent: *\nDisallow:\n', { 'content-type': 'text/plain' }),
    '*': (request, response) => {
      const n = Number(request.url?.slice(1));
      const link = n % 3 === 2 ? '' : `<a href="/${n + 1}">next</a>`;
      response.writeHead(200, { 'content-type': 'text/html' }).end(`<h1>${n}</h1>${link}`);
    },
  });
  folder = mkdtempSync(path.join(tmpdir(), 'gleaner-hostile-'));
});

afterEach(async () => {
  await hostile[Symbol.asyncDispose]();
  await honest[Symbol.asyncDispose]();
  rmSync(folder, { recursive: true });
  vi.unstubAllEnvs();
});

/** Says of each page where it is, and follows a few of its links. */
function* spider(page: Page): Generator<unknown, void> {
  yield follow(page.links().slice(0, 3));
  yield { url: page.url, title: page.text('h1') };
}

/** The names of what a crawl asked for, without queries. */
async function urlsOf(starts: readonly string[], options: CrawlOptions = {}): Promise<string[]> {
  const given = await crawl(starts, spider, { ...QUICK, ...options }).toArray();
  return given.map((item) => (item as { url: string }).url);
}

describe('a crawl over every hostile case at once, and an honest site', () => {
  test('has every page of the honest site, loses nothing, and ends', async () => {
    await using apart = await hostileServer({ drip: 20, apart: true });
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    const starts = Array.from({ length: 10 }, (_, n) => `${honest.origin}/${n * 3}`);
    const all = [...apart.pages.map(({ url }) => url), ...starts];
    const store = path.join(folder, 'crawl.glean');
    const job = crawl(all, spider, { ...QUICK, store, timeout: 2000 });
    const items = (await job.toArray()) as { url: string }[];
    const came = items.filter(({ url }) => url.startsWith(honest.origin));
    expect(came).toHaveLength(30);
    const { done, failed, failures } = job.summary;
    expect(done).toBe(items.length);
    expect(done + failed).toBeGreaterThanOrEqual(all.length);
    expect(failures).not.toHaveProperty('SPIDER');
    for (const one of Object.values(failures)) expect(one.example.message).toMatch(/^\S+: [^\n]+$/);
    await until(() => apart.openSockets === 0 && honest.openSockets === 0);
    // Run again, it has nothing left to do.
    const visits = apart.visits.length;
    expect(await crawl(all, spider, { ...QUICK, store }).toArray()).toEqual([]);
    expect(apart.visits).toHaveLength(visits);
  }, 60_000);
});

describe('sites without an end are left at the limits of the crawl', () => {
  test.each(['calendar', 'sessions', 'deeper', 'soft-404'])('%s', async (name) => {
    const start = hostile.url(`traps/${name}`);
    expect((await urlsOf([start], { maxDepth: Infinity, maxPages: 20 })).length).toBe(20);
    expect((await urlsOf([start], { maxDepth: 1 })).length).toBeLessThan(5);
  });

  test('session ids in addresses are left out where they are named', async () => {
    const start = hostile.url('traps/sessions');
    expect(await urlsOf([start], { dropParams: ['sid'], maxDepth: Infinity })).toHaveLength(1);
  });

  test('addresses that grow for ever are left when they are too long', async () => {
    const start = `${hostile.url('traps/deeper')}/${'deeper/'.repeat(550)}`;
    const job = crawl(start, spider, { ...QUICK, maxDepth: Infinity });
    expect(await job.toArray()).toHaveLength(11);
    expect(job.summary.dropped).toEqual({ 'too long': 1 });
  });
});

describe('what a host says to crawlers', () => {
  test.each([
    ['huge', undefined],
    ['rules', undefined],
    ['line', undefined],
    ['delay', undefined],
    ['endless', 'TOO_LARGE'],
    ['error', 'HTTP_500'],
    ['unavailable', 'HTTP_503'],
    ['silent', 'TIMEOUT'],
    ['loop', 'REDIRECT'],
  ])('robots.txt, %s: %s', async (name, code) => {
    const job = crawl([hostile.url(`robots/${name}`), `${honest.origin}/2`], spider, QUICK);
    const items = (await job.toArray()) as { url: string }[];
    expect(items.map(({ url }) => url)).toContain(`${honest.origin}/2`);
    expect(items).toHaveLength(code === undefined ? 2 : 1);
    expect(Object.keys(job.summary.failures)).toEqual(code === undefined ? [] : [code]);
  });

  test.each([
    ['itself', {}],
    ['endless', { 'sitemap failed': 64 }],
    ['bomb', { 'sitemap failed': 1 }],
  ])('sitemap, %s', async (name, dropped) => {
    const job = crawl(hostile.url(`sitemap/${name}`), spider, { ...QUICK, timeout: 5000, sitemaps: true });
    expect(await job.toArray()).toHaveLength(1);
    expect(job.summary.dropped).toEqual(dropped);
  });
});

describe('cookies', () => {
  test('are neither taken for other domains nor in thousands, nor sent when they are too large', async () => {
    const starts = ['other-domains', 'huge'].map((name) => hostile.url(`cookies/${name}`));
    await urlsOf([...starts, `${hostile.origin}/fine/1`], { perHost: 1, robots: false });
    expect(hostile.visits.find(({ target }) => target === '/fine/1')?.headers.cookie).toBeUndefined();
  });
});
