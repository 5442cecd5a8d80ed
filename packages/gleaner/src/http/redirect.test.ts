import { VirtualClock } from '@gleaner/coroutine';
import { describe, expect, test } from 'vitest';
import { body, json, startServer, until } from '../../test/server.ts';
import { scrape } from '../index.ts';

const to = (location: string, status = 302) => body('', { location }, status);

async function codes(urls: string[], options = {}): Promise<string[]> {
  const results = await scrape(urls, { retries: 0, ...options, ordered: true, onFailure: 'yield' }).toArray();
  return results.map((result) => (result.ok ? result.page.url : result.code));
}

describe('redirects', () => {
  test.each([301, 302, 303, 307, 308])('%i is followed', async (status) => {
    await using server = await startServer({ '/old': to('/new?x=1', status), '/new?x=1': json('new') });
    const [page] = await scrape([`${server.origin}/old#part`]).toArray();
    expect(page).toMatchObject({ url: `${server.origin}/old#part`, data: 'new', status: 200 });
    expect(page?.page.url).toBe(`${server.origin}/new?x=1#part`);
  });

  test('300 and 304, and a redirect that names no place, are not', async () => {
    await using server = await startServer({ '/300': to('/x', 300), '/302': body('', {}, 302) });
    expect(await codes([`${server.origin}/300`, `${server.origin}/302`])).toEqual(['HTTP_300', 'HTTP_302']);
  });

  test('to elsewhere: relative, another scheme, no address, UTF-8 as it is', async () => {
    await using server = await startServer({
      '/a/b': to('../c'),
      '/file': to('file:///etc/passwd'),
      '/script': to('javascript:alert(1)'),
      '/broken': to('http://[broken/'),
      '/utf8': to(Buffer.from('/café').toString('latin1')),
      '*': json(1),
    });
    const urls = ['/a/b', '/file', '/script', '/broken', '/utf8'].map((path) => server.origin + path);
    expect(await codes(urls)).toEqual([
      `${server.origin}/c`,
      'REDIRECT',
      'REDIRECT',
      'REDIRECT',
      `${server.origin}/caf%C3%A9`,
    ]);
  });

  test('are followed so often and no more', async () => {
    await using server = await startServer({
      '/0': to('/1'),
      '/1': to('/2'),
      '/2': json(1),
      '/loop': to('/pool'),
      '/pool': to('/loop'),
    });
    const results = await scrape([`${server.origin}/loop`], { onFailure: 'yield' }).toArray();
    expect(results[0]).toMatchObject({ code: 'REDIRECT', url: `${server.origin}/loop` });
    expect(server.paths).toHaveLength(11);
    const urls = [`${server.origin}/0`];
    expect(await codes(urls, { maxRedirects: 2 })).toEqual([`${server.origin}/2`]);
    expect(await codes(urls, { maxRedirects: 1 })).toEqual(['REDIRECT']);
    expect(await codes(urls, { maxRedirects: 0 })).toEqual(['REDIRECT']);
  });

  test('credentials, cookies and the Host do not cross origins, other headers do', async () => {
    const seen: unknown[] = [];
    await using other = await startServer({
      '*': (request, response) => {
        seen.push(request.headers);
        response.writeHead(302, { location: `${server.origin}/back` }).end();
      },
    });
    await using server: Awaited<ReturnType<typeof startServer>> = await startServer({
      '/same': (request, response) => {
        seen.push(request.headers);
        to(`${other.origin}/`)(request, response);
      },
      '/start': to('/same'),
      '/back': (request, response) => {
        seen.push(request.headers);
        response.end('1');
      },
    });
    const headers = { Authorization: 'secret', Cookie: 'a=b', 'X-Kind': 'test', Host: 'example.org' };
    expect(await scrape([`${server.origin}/start`], { headers }).toArray()).toHaveLength(1);
    const confidential = { authorization: 'secret', cookie: 'a=b', 'x-kind': 'test', host: 'example.org' };
    expect(seen[0]).toMatchObject(confidential);
    for (const later of seen.slice(1)) {
      expect(later).toMatchObject({ 'x-kind': 'test' });
      expect(later).not.toHaveProperty('authorization');
      expect(later).not.toHaveProperty('cookie');
      expect((later as { host: string }).host).toMatch(/^127\.0\.0\.1:/);
    }
    expect(seen).toHaveLength(3);
  });

  test('wait until the other host may be asked, and keep to the delay; the time limit does not count that', async () => {
    const clock = new VirtualClock({ autojump: true });
    const times: number[] = [];
    const note =
      (answer: ReturnType<typeof json>) =>
      (...args: Parameters<typeof answer>) => {
        times.push(clock.now());
        answer(...args);
      };
    await using server = await startServer({
      '/0': note(to('/1')),
      '/1': note(to('/2')),
      '/2': note(json(1)),
    });
    let count = 0;
    for await (const _ of scrape([`${server.origin}/0`], { clock, delay: 1000, timeout: 500, retries: 0 }))
      count++;
    expect(count).toBe(1);
    expect(times).toEqual([0, 1000, 2000]);
    await until(() => server.openSockets === 0);
  });

  test('two hosts that lead to each other never lock', async () => {
    await using a = await startServer({ '*': json(1) });
    await using b = await startServer({
      '*': (request, response) => to(a.origin + (request.url ?? ''))(request, response),
    });
    await using c = await startServer({
      '*': (request, response) => to(b.origin + (request.url ?? ''))(request, response),
    });
    const urls = Array.from({ length: 60 }, (_, i) => `${[a, b, c][i % 3]?.origin}/${i}`);
    expect(await scrape(urls, { perHost: 1, concurrency: 7 }).toArray()).toHaveLength(60);
    for (const server of [a, b, c]) expect(server.peakInFlight).toBe(1);
  });
});
