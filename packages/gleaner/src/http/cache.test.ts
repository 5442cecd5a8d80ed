import { describe, expect, test } from 'vitest';
import { gzipSync } from 'node:zlib';
import { fetching, newClient, request } from '../../test/fetching.ts';
import { startServer } from '../../test/server.ts';
import { responseCache } from '../store/response-cache.ts';
import type { ClientOptions } from './client.ts';

interface Seen {
  etag: string | undefined;
  since: string | undefined;
}

type Answer = (asked: Record<string, string>) => {
  status?: number;
  headers?: Record<string, string>;
  body?: string | Uint8Array;
};

/** A server that answers a GET of `/` as told, and a client with a cache; what was asked for with which conditions. */
async function caching(answer: Answer, options: Partial<ClientOptions> = {}) {
  const seen: Seen[] = [];
  const server = await startServer({
    '*': ({ headers, url }, response) => {
      if (url === '/to') {
        response.writeHead(302, { location: '/', etag: '"r"' }).end('moved');
        return;
      }
      seen.push({ etag: headers['if-none-match'], since: headers['if-modified-since'] });
      const { status = 200, headers: own = {}, body = 'x' } = answer(headers as Record<string, string>);
      response.writeHead(status, own).end(status === 304 ? undefined : body);
    },
  });
  const cache = responseCache(':memory:');
  const client = newClient({ cache, ...options });
  return {
    seen,
    server,
    client,
    url: `${server.origin}/`,
    async [Symbol.asyncDispose]() {
      await client[Symbol.asyncDispose]();
      cache.close();
      await server[Symbol.asyncDispose]();
    },
  };
}

const ETAG = { etag: '"1"' };
const NONE: Seen = { etag: undefined, since: undefined };

describe('a page that has not changed', () => {
  test('is not sent again: it comes from the cache, with the headers of now, and says so', async () => {
    const date = 'Wed, 21 Oct 2015 07:28:00 GMT';
    let count = 0;
    await using it = await caching((asked) => ({
      status: asked['if-none-match'] === '"1"' ? 304 : 200,
      headers: {
        etag: '"1"',
        'last-modified': date,
        'x-count': String(++count),
        'x-only': count === 1 ? 'first' : 'later',
        'content-type': count === 1 ? 'text/plain' : 'text/wrong',
        ...(count === 1 && { 'content-encoding': 'gzip', 'set-cookie': 'a=1' }),
      },
      body: gzipSync('text'),
    }));
    const first = await fetching(it.client, request(it.url));
    expect(first).toMatchObject({ status: 200, fromCache: false });
    expect(first.wireBytes).toBeGreaterThan(0);
    for (let i = 2; i < 4; i++) {
      const again = await fetching(it.client, request(`${it.url}#part`));
      expect(again).toMatchObject({ status: 200, fromCache: true, wireBytes: 0, url: `${it.url}#part` });
      expect(again.body.toString()).toBe('text');
      expect(again.headers).toMatchObject({ 'x-count': String(i), 'content-type': 'text/plain' });
      expect(again.headers).not.toHaveProperty('set-cookie');
    }
    expect(it.seen).toEqual([NONE, { etag: '"1"', since: date }, { etag: '"1"', since: date }]);
  });

  test('is known behind a redirect, too', async () => {
    await using it = await caching((asked) => ({
      status: asked['if-none-match'] === '"1"' ? 304 : 200,
      headers: ETAG,
    }));
    await fetching(it.client, `${it.server.origin}/to`);
    expect(await fetching(it.client, `${it.server.origin}/to`)).toMatchObject({
      fromCache: true,
      url: it.url,
    });
  });

  test('that has changed takes the place of what it was', async () => {
    let version = 1;
    await using it = await caching((asked) => ({
      status: asked['if-none-match'] === `"${version}"` ? 304 : 200,
      headers: { etag: `"${version}"` },
      body: `version ${version}`,
    }));
    await fetching(it.client, it.url);
    version = 2;
    const changed = await fetching(it.client, it.url);
    expect([changed.fromCache, changed.body.toString()]).toEqual([false, 'version 2']);
    const same = await fetching(it.client, it.url);
    expect([same.fromCache, same.body.toString()]).toEqual([true, 'version 2']);
  });

  test('is asked for by the newest validator, if a 304 brings another', async () => {
    let count = 0;
    await using it = await caching(() => ({
      status: count++ === 0 ? 200 : 304,
      headers: { etag: `"${count}"` },
    }));
    for (let i = 0; i < 3; i++) expect((await fetching(it.client, it.url)).body.toString()).toBe('x');
    expect(it.seen.map(({ etag }) => etag)).toEqual([undefined, '"1"', '"2"']);
  });
});

describe('what Vary names', () => {
  test('has to be the same', async () => {
    await using it = await caching((asked) => ({
      status: asked['if-none-match'] === undefined ? 200 : 304,
      headers: { ...ETAG, vary: 'Accept-Language, cookie' },
      body: asked['accept-language'] ?? 'none',
    }));
    const ask = async (headers: Record<string, string>): Promise<unknown[]> => {
      const { body, fromCache } = await fetching(it.client, request(it.url, { headers }));
      return [body.toString(), fromCache];
    };
    const german = { 'accept-language': 'de' };
    expect(await ask(german)).toEqual(['de', false]);
    expect(await ask({ ...german, 'x-other': '1' })).toEqual(['de', true]);
    expect(await ask({ 'accept-language': 'fr' })).toEqual(['fr', false]);
    expect(await ask({ 'accept-language': 'fr', cookie: 'a=1' })).toEqual(['fr', false]);
    expect(await ask({})).toEqual(['none', false]);
    expect(await ask({})).toEqual(['none', true]);
  });

  test('sessions do not share pages', async () => {
    await using it = await caching((asked) => ({
      status: asked['if-none-match'] ? 304 : 200,
      headers: ETAG,
    }));
    for (const session of ['a', 'b', undefined, 'a', 'b', undefined]) {
      await fetching(it.client, request(it.url, { session }));
    }
    expect(it.seen.map(({ etag }) => etag !== undefined)).toEqual([false, false, false, true, true, true]);
  });
});

describe('is not kept:', () => {
  test.each<[string, ReturnType<Answer>, Parameters<typeof request>[1]]>([
    ['what has no validator', { headers: { 'cache-control': 'max-age=1000' } }, {}],
    ['what is marked no-store', { headers: { ...ETAG, 'cache-control': 'private, No-Store' } }, {}],
    ['what varies with everything', { headers: { ...ETAG, vary: 'accept, *' } }, {}],
    ['a failure', { status: 404, headers: ETAG }, {}],
    ['part of a page', { status: 206, headers: ETAG }, {}],
    ['what a POST is answered', { headers: ETAG }, { method: 'POST', body: 'x' }],
    ['what a HEAD is answered', { headers: ETAG }, { method: 'HEAD' }],
    ['what is asked for with no-store', { headers: ETAG }, { headers: { 'cache-control': 'no-store' } }],
    ['what is asked for in part', { headers: ETAG }, { headers: { range: 'bytes=0-' } }],
  ])('%s', async (_, answer, rest) => {
    await using it = await caching(() => answer);
    for (let i = 0; i < 2; i++) await fetching(it.client, request(it.url, rest));
    expect(it.seen).toEqual([NONE, NONE]);
  });

  test("what is asked for with a condition of the user's own, whose 304 is handed over", async () => {
    await using it = await caching((asked) => ({
      status: asked['if-none-match'] ? 304 : 200,
      headers: ETAG,
    }));
    await fetching(it.client, request(it.url));
    const own = await fetching(it.client, request(it.url, { headers: { 'if-none-match': '"1"' } }));
    expect(own).toMatchObject({ status: 304, fromCache: false });
  });

  test('cookies and credentials, not even in what says which requests it answers', async () => {
    const cache = responseCache(':memory:');
    const answer: Answer = () => ({ headers: { ...ETAG, vary: 'authorization', 'set-cookie': 'sid=hush' } });
    await using it = await caching(answer, { cache, cookies: true });
    await fetching(it.client, request(it.url, { headers: { authorization: 'hush' } }));
    const kept = cache.get(`GET ${it.url}`).next().value as { variant: string };
    expect(kept.variant).not.toBe('');
    expect(JSON.stringify(kept)).not.toContain('hush');
    cache.close();
  });
});
