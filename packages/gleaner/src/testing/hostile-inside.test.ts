import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { body, startServer, until, type TestServer } from '../../test/server.ts';
import { crawl, follow, scrape, visit, type CrawlOptions, type Page } from '../index.ts';
import { hostileServer, type HostileServer } from './hostile-server.ts';

const OPTIONS = { delay: 0, retries: 0, robots: false, onFailure: 'yield' } as const;

let hostile: HostileServer;
/** On another host, though on the same machine. */
let inside: TestServer;

beforeEach(async () => {
  hostile = await hostileServer();
  inside = await startServer({ '*': body('<h1>secret</h1>', { 'content-type': 'text/html' }) }, '127.0.0.2');
});

afterEach(async () => {
  await hostile[Symbol.asyncDispose]();
  await inside[Symbol.asyncDispose]();
});

/** An address that redirects to another. */
const away = (to: string): string => `${hostile.url('redirects/away')}?to=${encodeURIComponent(to)}`;

function* heading(page: Page): Generator<string | null, void> {
  yield page.text('h1');
}

/** What a crawl gives: items, and codes of what failed. */
async function outcomes(
  start: string,
  spider: (page: Page) => Generator<unknown, void>,
  options: CrawlOptions = {},
) {
  const given = await crawl(start, spider, { ...OPTIONS, ...options }).toArray();
  return given.map((one) => (typeof one === 'object' && one !== null && 'code' in one ? one.code : one));
}

describe('what is inside is not asked', () => {
  test('by a redirect, of a page in a list', async () => {
    const results = await scrape(
      [away(`${inside.origin}/`), hostile.url('redirects/to-metadata')],
      OPTIONS_OF_SCRAPE,
    ).toArray();
    expect(results).toMatchObject([{ code: 'PRIVATE' }, { code: 'PRIVATE' }]);
    expect(inside.paths).toEqual([]);
  });

  test('by a redirect, in a crawl', async () => {
    expect(await outcomes(away(`${inside.origin}/`), heading)).toEqual(['PRIVATE']);
    expect(inside.paths).toEqual([]);
  });

  test('by a link that a spider follows or visits, of a crawl that goes anywhere', async () => {
    function* spider(page: Page): Generator<unknown, void> {
      yield follow(`${inside.origin}/followed`);
      try {
        yield* visit(`${inside.origin}/visited`);
      } catch (error) {
        yield (error as { code: string }).code;
      }
      yield page.url;
    }
    const start = `${hostile.origin}/fine/1`;
    expect((await outcomes(start, spider, { within: 'any' })).sort()).toEqual(
      ['PRIVATE', 'PRIVATE', start].sort(),
    );
    expect(inside.paths).toEqual([]);
  });

  test('by a sitemap, of a crawl that goes anywhere', async () => {
    const start = hostile.url('sitemap/private');
    const given = await outcomes(start, heading, { within: 'any', sitemaps: true, robots: true });
    expect(given.sort()).toEqual(['PRIVATE', 'PRIVATE', 'PRIVATE', 'hello']);
  });

  test('for its robots.txt either', async () => {
    expect(await outcomes(away(`${inside.origin}/`), heading, { robots: true })).toEqual(['PRIVATE']);
    expect(inside.paths).toEqual([]);
  });
});

describe('what is inside is asked', () => {
  test('where the user has named it: as a page of a list, or a start page, also by way of others', async () => {
    expect(await scrape([`${inside.origin}/`], heading).toArray()).toEqual(['secret']);
    const starts = [`${inside.origin}/`, away(`${inside.origin}/by-redirect`)];
    expect(await crawl(starts, heading, OPTIONS).toArray()).toEqual(['secret', 'secret']);
    expect(inside.paths).toEqual(['/', '/', '/by-redirect']);
  });

  test('where the user allows it', async () => {
    const start = away(`${inside.origin}/`);
    expect(await scrape([start], heading, { allowPrivate: true }).toArray()).toEqual(['secret']);
    expect(await outcomes(start, heading, { allowPrivate: true })).toEqual(['secret']);
  });

  test('by a crawl that goes on, before it comes to the start page', async () => {
    const { mkdtempSync, rmSync } = await import('node:fs');
    const { tmpdir } = await import('node:os');
    const folder = mkdtempSync(`${tmpdir()}/gleaner-inside-`);
    try {
      const options = { ...OPTIONS, store: `${folder}/crawl.glean` };
      function* spider(page: Page): Generator<unknown, void> {
        if (page.url.endsWith('/start')) for (let n = 0; n < 3; n++) yield follow(`${inside.origin}/${n}`);
        yield page.url;
      }
      for await (const _ of crawl(`${inside.origin}/start`, spider, options)) break;
      const none = (async function* later() {
        await until(() => inside.paths.length > 2);
        yield `${inside.origin}/start`;
      })();
      const rest = await crawl(none, spider, options).toArray();
      expect(rest.filter((one) => typeof one === 'string').length).toBeGreaterThanOrEqual(3);
      expect(rest.filter((one) => typeof one !== 'string')).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true });
    }
  });
});

describe('credentials and cookies stay with their origin', () => {
  const SECRETS = ['authorization', 'cookie', 'proxy-authorization'];

  test('by links, redirects and visits', async () => {
    await using other = await hostileServer();
    function* spider(page: Page): Generator<unknown, void> {
      if (page.url !== start) return;
      yield follow(`${other.origin}/fine/followed`);
      yield follow(away(`${other.origin}/fine/redirected`));
      yield* visit(`${other.origin}/fine/visited`);
      yield* visit(`${hostile.origin}/fine/own`);
    }
    const start = `${hostile.origin}/cookies/other-domains`;
    const named = start.replace('http://', 'http://me:secret@');
    await crawl(named, spider, {
      ...OPTIONS,
      within: 'any',
      allowPrivate: true,
      headers: { Authorization: 'Basic mine', Cookie: 'mine=1' },
    }).toArray();
    expect(other.visits.map(({ target }) => target).sort()).toEqual([
      '/fine/followed',
      '/fine/redirected',
      '/fine/visited',
    ]);
    for (const { headers } of other.visits) for (const name of SECRETS) expect(headers[name]).toBeUndefined();
    // The test would see them.
    expect(hostile.visits.find(({ target }) => target === '/fine/own')?.headers).toMatchObject({
      authorization: 'Basic mine',
      cookie: expect.stringContaining('mine=1') as string,
    });
  });

  test('of a list, by redirects', async () => {
    await using other = await hostileServer();
    await scrape([away(`${other.origin}/fine/1`)], {
      headers: { authorization: 'Bearer mine', cookie: 'mine=1' },
      allowPrivate: true,
    }).toArray();
    expect(other.visits).toHaveLength(1);
    for (const name of SECRETS) expect(other.visits[0]?.headers[name]).toBeUndefined();
    expect(hostile.visits[0]?.headers).toMatchObject({ authorization: 'Bearer mine', cookie: 'mine=1' });
  });
});

const OPTIONS_OF_SCRAPE = { retries: 0, onFailure: 'yield' } as const;
