import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bookshop, startBookshop } from './bookshop.ts';

let shop: Bookshop;
beforeAll(async () => {
  shop = await startBookshop({ latency: 0 });
});
afterAll(async () => {
  await shop.close();
});

const get = (path: string, headers: Record<string, string> = {}): Promise<Response> =>
  fetch(shop.origin + path, { headers: { 'Accept-Encoding': 'identity', ...headers } });

test('listens on loopback at a free port and says where', () => {
  expect(shop.url).toMatch(/^http:\/\/127\.0\.0\.1:\d+\/$/);
  expect(shop.origin).toBe(shop.url.slice(0, -1));
});

test('two servers with the same seed serve the same bytes but for their address', async () => {
  const other = await startBookshop({ latency: 0 });
  for (const path of [
    '/',
    '/catalogue/page-9.html',
    shop.books[6]?.path ?? '',
    '/api/books/7.json',
    '/covers/7.svg',
  ]) {
    const mine = await (await get(path)).text();
    const theirs = await (await fetch(other.origin + path)).text();
    expect(theirs.replaceAll(other.origin, shop.origin)).toBe(mine);
  }
  await other.close();
});

describe('HTTP', () => {
  test('HEAD gives the headers of GET and no body', async () => {
    const head = await fetch(shop.url, { method: 'HEAD', headers: { 'Accept-Encoding': 'identity' } });
    const full = await get('/');
    expect(await head.text()).toBe('');
    expect(head.headers.get('content-length')).toBe(String((await full.arrayBuffer()).byteLength));
    expect(head.headers.get('etag')).toBe(full.headers.get('etag'));
  });

  test.each(['POST', 'PUT', 'PATCH', 'DELETE', 'OPTIONS'])('%s is not allowed', async (method) => {
    const response = await fetch(shop.url, { method });
    expect(response.status).toBe(405);
    expect(response.headers.get('allow')).toBe('GET, HEAD');
  });

  test.each(['gzip', 'br'])('a page over 1 KB is sent as %s when asked for', async (coding) => {
    const plain = await get('/');
    const coded = await get('/', { 'Accept-Encoding': coding });
    expect(coded.headers.get('content-encoding')).toBe(coding);
    expect(coded.headers.get('vary')).toBe('Accept-Encoding');
    expect(Number(coded.headers.get('content-length'))).toBeLessThan(
      Number(plain.headers.get('content-length')) / 3,
    );
    expect(await coded.text()).toBe(await plain.text());
    expect(coded.headers.get('etag')).not.toBe(plain.headers.get('etag'));
  });

  test('a page of 1 KB or less is sent as it is', async () => {
    const response = await get('/robots.txt', { 'Accept-Encoding': 'gzip, br' });
    expect(response.headers.get('content-encoding')).toBe(null);
    expect(response.headers.get('vary')).toBe(null);
  });

  test.each(['page', 'JSON'])(
    'a book’s %s has ETag and Last-Modified, and is not sent again to who has it',
    async (form) => {
      const book = shop.books[41];
      const path = form === 'page' ? (book?.path ?? '') : '/api/books/42.json';
      for (const coding of ['identity', 'gzip', 'br']) {
        const ask = (headers: Record<string, string>): Promise<Response> =>
          get(path, { 'Accept-Encoding': coding, ...headers });
        const first = await ask({});
        const etag = first.headers.get('etag') ?? '';
        const modified = first.headers.get('last-modified') ?? '';
        expect(etag).toMatch(/^"[\w-]+"$/);
        expect(Date.parse(modified)).toBe(book?.modified.getTime());

        for (const headers of [
          { 'If-None-Match': etag },
          { 'If-None-Match': `"other", W/${etag}` },
          { 'If-None-Match': '*' },
          { 'If-Modified-Since': modified },
          { 'If-None-Match': etag, 'If-Modified-Since': 'Mon, 01 Jan 1990 00:00:00 GMT' },
        ]) {
          const again = await ask(headers);
          expect(again.status).toBe(304);
          expect(await again.text()).toBe('');
          expect(again.headers.get('etag')).toBe(etag);
          expect(again.headers.get('last-modified')).toBe(modified);
        }
        for (const headers of [
          { 'If-None-Match': '"other"' },
          { 'If-None-Match': '"other"', 'If-Modified-Since': modified },
          { 'If-Modified-Since': 'Mon, 01 Jan 1990 00:00:00 GMT' },
          { 'If-Modified-Since': 'yesterday' },
        ]) {
          expect((await ask(headers)).status).toBe(200);
        }
      }
    },
  );
});

describe('latency', () => {
  test('an ordinary page takes from half to one and a half times the mean', async () => {
    const slowed = await startBookshop({ latency: 30 });
    for (const id of [1, 2, 3, 4]) {
      const start = performance.now();
      await (await fetch(`${slowed.origin}/api/books/${id}.json`)).text();
      // Timers of Node count whole milliseconds and may be up to one early. No upper bound: the machine may be busy.
      expect(performance.now() - start).toBeGreaterThan(14);
    }
    await slowed.close();
  });
});

describe('stats', () => {
  test('count requests, answers and connections', async () => {
    const fresh = await startBookshop({ latency: 0 });
    const { stats } = fresh;
    expect({ ...stats }).toMatchObject({
      requests: 0,
      inFlight: 0,
      sockets: 0,
      openSockets: 0,
      peakSockets: 0,
    });
    await (await fetch(`${fresh.origin}/api/books/1.json`)).text();
    await (await fetch(`${fresh.origin}/api/books/1.json?again`)).text();
    await (await fetch(`${fresh.origin}/nothing`)).text();
    await Promise.all(Array.from({ length: 5 }, async () => (await fetch(fresh.url)).text()));
    expect(stats.requests).toBe(8);
    expect(stats.byStatus).toEqual({ 200: 7, 404: 1 });
    expect(stats.requestsTo('/api/books/1.json')).toBe(2);
    expect(stats.requestsTo('/api/books/2.json')).toBe(0);
    expect(stats.peakSockets).toBeGreaterThanOrEqual(2);
    expect(stats.sockets).toBeGreaterThanOrEqual(stats.peakSockets);
    expect(stats.openSockets).toBeLessThanOrEqual(stats.peakSockets);
    await fresh.close();
    expect(stats).toMatchObject({ inFlight: 0, openSockets: 0, unanswered: 0 });
  });
});

describe('close', () => {
  test('ends idle connections and waiting requests at once, and may be called again', async () => {
    const closing = await startBookshop({ latency: 60_000 });
    const idle = connect(Number(new URL(closing.url).port), '127.0.0.1');
    await once(idle, 'connect');
    const idleEnded = once(idle, 'close');
    const waiting = connect(Number(new URL(closing.url).port), '127.0.0.1');
    waiting.write('GET / HTTP/1.1\r\nHost: x\r\n\r\n');
    const waitingEnded = once(waiting.resume(), 'close');
    await untilTrue(() => closing.stats.inFlight === 1 && closing.stats.openSockets === 2);

    await Promise.all([closing.close(), closing.close(), closing[Symbol.asyncDispose]()]);
    await Promise.all([idleEnded, waitingEnded]);
    await closing.close();
    expect(closing.stats).toMatchObject({ openSockets: 0, inFlight: 0, unanswered: 1 });
    await expect(fetch(closing.url)).rejects.toThrow();
  });

  test('the port is free again afterwards', async () => {
    const first = await startBookshop();
    await (await fetch(first.url)).text();
    const port = Number(new URL(first.url).port);
    await first.close();
    const second = await startBookshop({ port });
    expect(second.url).toBe(first.url);
    await second.close();
  });
});

describe('options', () => {
  test('a port that is taken is an error', async () => {
    await expect(startBookshop({ port: Number(new URL(shop.url).port) })).rejects.toMatchObject({
      code: 'EADDRINUSE',
    });
  });

  test.each([
    [{ seed: 1.5 }, 'seed'],
    [{ latency: -1 }, 'latency'],
    [{ latency: NaN }, 'latency'],
    [{ slow: { min: 5, max: 1 } }, 'slow.min'],
    [{ slow: { min: 0, max: Infinity } }, 'slow.max'],
    [{ hang: 0 }, 'hang'],
  ])('%o is refused by name', async (options, name) => {
    await expect(startBookshop(options)).rejects.toThrow(`expected ${name} to be`);
  });

  test('an IPv6 host has its brackets', async (context) => {
    const six = await startBookshop({ host: '::1' }).catch(() => context.skip('no IPv6 here'));
    expect(six.url).toMatch(/^http:\/\/\[::1\]:\d+\/$/);
    await six.close();
  });
});

/** Gives way to the event loop until something has come about. */
async function untilTrue(condition: () => boolean): Promise<void> {
  while (!condition()) await new Promise((resolve) => setImmediate(resolve));
}
