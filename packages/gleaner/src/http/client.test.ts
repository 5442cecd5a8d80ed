import { describe, expect, test } from 'vitest';
import { fetching, newClient, request } from '../../test/fetching.ts';
import { body, startServer } from '../../test/server.ts';
import { OptionError } from './failure.ts';

interface Seen {
  method: string;
  path: string;
  headers: Record<string, string>;
  body: string;
}

/** A server that notes what it is sent; `/N` redirects to `/end` with status N, the rest is answered. */
async function recorder(elsewhere?: string) {
  const seen: Seen[] = [];
  const server = await startServer({
    '*': (incoming, response) => {
      const chunks: Buffer[] = [];
      incoming.on('data', (chunk: Buffer) => chunks.push(chunk));
      incoming.on('end', () => {
        const { method = '', url: path = '', headers } = incoming;
        seen.push({
          method,
          path,
          headers: headers as Record<string, string>,
          body: Buffer.concat(chunks).toString(),
        });
        const status = Number(/^\/(3\d\d)$/.exec(path)?.[1] ?? 200);
        const location = status === 200 ? {} : { location: `${elsewhere ?? ''}/end` };
        response.writeHead(status, location).end('ok');
      });
    },
  });
  return { seen, server };
}

describe('a request', () => {
  test('has its method, headers over those of the client, and body', async () => {
    const { seen, server } = await recorder();
    await using _ = server;
    await using client = newClient({ headers: { 'user-agent': 'ours', 'x-a': '1' } });
    const form = { 'content-type': 'application/x-www-form-urlencoded', 'x-a': '2' };
    await fetching(
      client,
      request(`${server.origin}/f`, { method: 'POST', headers: form, body: 'q=%C3%A9' }),
    );
    expect(seen[0]).toMatchObject({
      method: 'POST',
      body: 'q=%C3%A9',
      headers: { ...form, 'user-agent': 'ours', 'content-length': '8' },
    });
    await fetching(client, request(`${server.origin}/b`, { method: 'PUT', body: Uint8Array.of(1, 2, 255) }));
    expect(seen[1]?.headers).toMatchObject({ 'content-length': '3', 'x-a': '1' });
    expect(seen[1]?.headers).not.toHaveProperty('content-type');
    await fetching(client, request(`${server.origin}/t`, { method: 'POST', body: 'é' }));
    expect(seen[2]).toMatchObject({ body: 'é', headers: { 'content-type': 'text/plain;charset=UTF-8' } });
  });

  test('of a HEAD is answered without a body, however long that would be', async () => {
    await using server = await startServer({
      '*': body('', { 'content-length': '5000000' }),
    });
    await using client = newClient();
    const {
      status,
      headers,
      body: none,
    } = await fetching(client, request(server.origin + '/', { method: 'HEAD' }));
    expect([status, headers['content-length'], none.length]).toEqual([200, '5000000', 0]);
  });

  test('that asks for no page is refused', async () => {
    await using client = newClient();
    for (const method of ['CONNECT', 'TRACE']) {
      await expect(fetching(client, request('http://127.0.0.1:1/', { method }))).rejects.toThrow(OptionError);
    }
  });

  test('gets an answer that says that it is not from a cache', async () => {
    const { server } = await recorder();
    await using _ = server;
    await using client = newClient();
    expect((await fetching(client, `${server.origin}/`)).fromCache).toBe(false);
  });
});

describe('a redirect (RFC 9110, 15.4)', () => {
  test.each([
    ['POST', 301, 'GET'],
    ['POST', 302, 'GET'],
    ['POST', 303, 'GET'],
    ['PUT', 303, 'GET'],
    ['PUT', 301, 'PUT'],
    ['PUT', 302, 'PUT'],
    ['POST', 307, 'POST'],
    ['POST', 308, 'POST'],
  ])('of a %s with %i goes on as %s', async (method, status, then) => {
    const { seen, server } = await recorder();
    await using _ = server;
    await using client = newClient();
    const headers = { 'content-type': 'text/x', 'content-language': 'en', 'x-kind': 'test' };
    const asked = request(`${server.origin}/${status}`, { method, headers, body: 'body' });
    const { url } = await fetching(client, asked);
    expect(url).toBe(`${server.origin}/end`);
    expect(seen[1]).toMatchObject({ method: then, headers: { 'x-kind': 'test' } });
    expect(seen[1]?.body).toBe(then === 'GET' ? '' : 'body');
    expect('content-type' in (seen[1]?.headers ?? {})).toBe(then !== 'GET');
    expect('content-language' in (seen[1]?.headers ?? {})).toBe(then !== 'GET');
  });

  test.each([301, 302, 303, 307, 308])('of a HEAD with %i stays one', async (status) => {
    const { seen, server } = await recorder();
    await using _ = server;
    await using client = newClient();
    await fetching(client, request(`${server.origin}/${status}`, { method: 'HEAD' }));
    expect(seen.map(({ method }) => method)).toEqual(['HEAD', 'HEAD']);
  });

  test('takes the body to another origin, and nothing that is confidential', async () => {
    const other = await recorder();
    await using _ = other.server;
    const { seen, server } = await recorder(other.server.origin);
    await using __ = server;
    await using client = newClient();
    const headers = { authorization: 'secret', cookie: 'a=b', 'x-kind': 'test' };
    await fetching(client, request(`${server.origin}/307`, { method: 'POST', headers, body: 'body' }));
    expect(seen[0]?.headers).toMatchObject(headers);
    expect(other.seen[0]).toMatchObject({ method: 'POST', body: 'body', headers: { 'x-kind': 'test' } });
    expect(other.seen[0]?.headers).not.toHaveProperty('authorization');
    expect(other.seen[0]?.headers).not.toHaveProperty('cookie');
  });
});

test("what is confidential of the client's own headers goes to its confidants only", async () => {
  const mine = await recorder();
  await using _ = mine.server;
  const other = await recorder();
  await using __ = other.server;
  const headers = { authorization: 'secret', cookie: 'a=b', 'x-kind': 'test' };
  await using client = newClient({ headers, confidants: new Set([mine.server.origin]) });
  await fetching(client, request(`${mine.server.origin}/`));
  await fetching(client, request(`${other.server.origin}/`));
  await fetching(client, request(`${other.server.origin}/`, { headers: { cookie: 'c=d' } }));
  expect(mine.seen[0]?.headers).toMatchObject(headers);
  expect(other.seen[0]?.headers).toMatchObject({ 'x-kind': 'test' });
  expect(other.seen[0]?.headers).not.toHaveProperty('authorization');
  expect(other.seen.map((seen) => seen.headers.cookie)).toEqual([undefined, 'c=d']);
});
