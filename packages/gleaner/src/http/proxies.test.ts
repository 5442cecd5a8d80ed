import { VirtualClock } from '@gleaner/coroutine';
import { createServer, request as forward, type Server } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import { connect, type AddressInfo, type Socket } from 'node:net';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { selfSigned } from '../../test/certificate.ts';
import { fetching, newClient, request } from '../../test/fetching.ts';
import { json, silence, startServer, until } from '../../test/server.ts';
import { OptionError, PageError } from './failure.ts';
import { canSucceedLater } from './retry.ts';
import type { ClientOptions } from './client.ts';

interface TestProxy extends AsyncDisposable {
  /** What it was asked for. */
  readonly asked: string[];
  readonly host: string;
  readonly origin: string;
  readonly openSockets: number;
}

interface ProxyOptions {
  /** Name and password that it wants. */
  credentials?: string;
  /** What it answers CONNECT with in place of a tunnel. */
  refusal?: number;
  certificate?: { key: Buffer; cert: Buffer };
}

/** A forward proxy: absolute-form and CONNECT. */
async function startProxy({ credentials, refusal, certificate }: ProxyOptions = {}): Promise<TestProxy> {
  const asked: string[] = [];
  const sockets = new Set<Socket>();
  const wanted = credentials && `Basic ${Buffer.from(credentials).toString('base64')}`;
  const isLetIn = (header: string | undefined): boolean => wanted === undefined || header === wanted;
  const server: Server = certificate === undefined ? createServer() : createTlsServer(certificate);
  server.on('request', (incoming, response) => {
    const { method, url = '', headers } = incoming;
    asked.push(`${method} ${url} for ${headers.host}`);
    const { 'proxy-authorization': given, ...rest } = headers;
    if (!isLetIn(given)) {
      response.writeHead(407, { 'proxy-authenticate': 'Basic' }).end('who are you?');
      return;
    }
    const onward = forward(url, { method, headers: rest, agent: false }, (answer) => {
      response.writeHead(answer.statusCode ?? 502, answer.headers);
      answer.pipe(response);
    });
    onward.on('error', () => response.destroy());
    response.on('close', () => onward.destroy());
    incoming.pipe(onward);
  });
  server.on('connect', ({ url = '', headers }, socket: Socket) => {
    asked.push(`CONNECT ${url} for ${headers.host}`);
    socket.on('error', () => {});
    const status = refusal ?? (isLetIn(headers['proxy-authorization']) ? 200 : 407);
    if (status !== 200) {
      socket.end(`HTTP/1.1 ${status} No\r\ncontent-length: 2\r\n\r\nno`);
      return;
    }
    const { hostname, port } = new URL(`http://${url}`);
    const onward = connect(Number(port), hostname, () => {
      socket.write('HTTP/1.1 200 OK\r\n\r\n');
      socket.pipe(onward).pipe(socket);
    });
    onward.on('error', () => socket.destroy());
    socket.on('close', () => onward.destroy());
  });
  server.on('connection', (socket: Socket) => {
    sockets.add(socket);
    socket.once('close', () => sockets.delete(socket));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const host = `127.0.0.1:${(server.address() as AddressInfo).port}`;
  return {
    asked,
    host,
    origin: `${certificate === undefined ? 'http' : 'https'}://${host}`,
    get openSockets() {
      return sockets.size;
    },
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

async function startTls(certificate: { key: Buffer; cert: Buffer }) {
  const server = createTlsServer(certificate, (_, response) => {
    response.writeHead(407).end('secret');
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    host: `127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

/** A port at which nobody listens. */
async function nobody(): Promise<string> {
  await using server = await startServer({});
  return server.origin.slice('http://'.length);
}

async function failureOf(url: string, options: Partial<ClientOptions>): Promise<PageError> {
  await using client = newClient(options);
  const outcome: unknown = await fetching(client, request(url)).catch((error: unknown) => error);
  if (!(outcome instanceof PageError)) throw new Error('it did not fail', { cause: outcome });
  return outcome;
}

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('by a proxy', () => {
  test('requests to http: addresses go in absolute form, redirects and bodies too', async () => {
    await using proxy = await startProxy({ credentials: 'us er:p@ss:é' });
    await using server = await startServer({
      '/1': (_, response) => response.writeHead(307, { location: '/2' }).end(),
      '/2': (incoming, response) => void incoming.pipe(response),
    });
    await using client = newClient({ proxies: [`http://us%20er:p%40ss%3A%C3%A9@${proxy.host}`] });
    const asked = request(`${server.origin}/1#x`, { method: 'POST', body: 'body' });
    const { body, url } = await fetching(client, asked);
    expect([body.toString(), url]).toEqual(['body', `${server.origin}/2#x`]);
    const host = server.origin.slice('http://'.length);
    expect(proxy.asked).toEqual([1, 2].map((i) => `POST ${server.origin}/${i} for ${host}`));
  });

  test('requests to https: addresses go through a tunnel, and a 407 there is the server’s own', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    using certificate = selfSigned();
    await using proxy = await startProxy({ credentials: 'u:p' });
    await using server = await startTls(certificate);
    {
      await using client = newClient({ proxies: [`http://u:p@${proxy.host}`] });
      const { body, status } = await fetching(client, request(`https://${server.host}/`));
      expect([status, body.toString()]).toEqual([407, 'secret']);
      expect(proxy.asked).toEqual([`CONNECT ${server.host} for ${server.host}`]);
    }
    await until(() => proxy.openSockets === 0);
  });

  test('that speaks TLS, all go through a tunnel', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    using certificate = selfSigned();
    await using proxy = await startProxy({ certificate });
    await using secure = await startTls(certificate);
    await using plain = await startServer({ '*': json(1) });
    await using client = newClient({ proxies: [proxy.origin.replace('127.0.0.1', 'localhost')] });
    expect((await fetching(client, request(`${plain.origin}/`))).body.toString()).toBe('1');
    expect((await fetching(client, request(`https://${secure.host}/`))).body.toString()).toBe('secret');
    const host = plain.origin.slice('http://'.length);
    expect(proxy.asked).toEqual([host, secure.host].map((to) => `CONNECT ${to} for ${to}`));
  });

  test('a certificate that nobody has signed is the server’s failure', async () => {
    using certificate = selfSigned();
    await using proxy = await startProxy();
    await using server = await startTls(certificate);
    const { code } = await failureOf(`https://${server.host}/`, { proxies: [proxy.origin] });
    expect(code).toBe('TLS');
  });

  test('nothing stays open once the client is closed, whatever was under way', async () => {
    await using proxy = await startProxy();
    await using server = await startServer({ '*': silence });
    const client = newClient({ proxies: [proxy.origin] });
    const outcome = fetching(client, request(`${server.origin}/`)).catch((error: unknown) => error);
    await until(() => server.inFlight === 1);
    await client[Symbol.asyncDispose]();
    expect(await outcome).toMatchObject({ code: 'RESET' });
    await until(() => proxy.openSockets === 0 && server.openSockets === 0);
  });
});

describe('a list of proxies', () => {
  test('is gone through by turns; a session keeps the one that it began with', async () => {
    await using a = await startProxy();
    await using b = await startProxy();
    await using server = await startServer({ '*': json(1) });
    await using client = newClient({ proxies: [a.origin, b.origin] });
    for (let i = 0; i < 4; i++) await fetching(client, request(`${server.origin}/`));
    expect([a.asked.length, b.asked.length]).toEqual([2, 2]);
    for (let i = 0; i < 3; i++) {
      await fetching(client, request(`${server.origin}/`, { session: 'x' }));
      await fetching(client, request(`${server.origin}/`, { session: 'y' }));
    }
    expect([a.asked.length, b.asked.length]).toEqual([5, 5]);
  });

  test('one that cannot be reached, or wants other credentials, rests longer each time, and others do its work', async () => {
    const clock = new VirtualClock();
    const dead = await nobody();
    await using strict = await startProxy({ credentials: 'u:p' });
    await using good = await startProxy();
    await using server = await startServer({ '*': json(1) });
    const proxies = [`http://u:p@${dead}`, `http://u:wrong@${strict.host}`, good.origin];
    await using client = newClient({ proxies });
    const ask = async (session?: string): Promise<number> =>
      (await fetching(client, request(`${server.origin}/`, { session }), clock)).status;
    expect(await ask('s')).toBe(200);
    expect([strict.asked.length, good.asked.length]).toEqual([1, 1]);
    expect(await Promise.all([ask('s'), ask(), ask(), ask()])).toEqual([200, 200, 200, 200]);
    expect([strict.asked.length, good.asked.length]).toEqual([1, 5]);
    // Its rest of a second is over; the next is of two.
    await clock.advance(1000);
    for (let i = 0; i < 3; i++) await ask();
    expect(strict.asked.length).toBe(2);
    await clock.advance(1999);
    for (let i = 0; i < 3; i++) await ask();
    expect(strict.asked.length).toBe(2);
    await clock.advance(1);
    for (let i = 0; i < 3; i++) await ask();
    expect(strict.asked.length).toBe(3);
    expect(server.count('/')).toBe(good.asked.length);
  });

  test('requests that fail at the same time are one failure of the proxy', async () => {
    const clock = new VirtualClock();
    await using strict = await startProxy({ credentials: 'u:p' });
    await using good = await startProxy();
    await using server = await startServer({ '*': json(1) });
    await using client = newClient({ proxies: [strict.origin, good.origin] });
    const ask = (): Promise<unknown> => fetching(client, request(`${server.origin}/`), clock);
    await Promise.all([ask(), ask(), ask(), ask()]);
    expect(strict.asked).toHaveLength(2);
    await clock.advance(1000);
    await ask();
    await ask();
    expect(strict.asked).toHaveLength(3);
  });

  test('of which none will do is a failure that names the last, without its credentials', async () => {
    await using server = await startServer({ '*': json(1) });
    const dead = await nobody();
    const failure = await failureOf(`${server.origin}/`, { proxies: [`http://hush:hush@${dead}`] });
    expect(failure).toMatchObject({ code: 'PROXY', url: `${server.origin}/` });
    expect(canSucceedLater(failure)).toBe(true);
    expect(failure.message).toBe(`${server.origin}/: the proxy http://${dead}: connection refused`);
    await using strict = await startProxy({ credentials: 'u:p' });
    for (const url of [`${server.origin}/`, 'https://127.0.0.1:9/']) {
      expect((await failureOf(url, { proxies: [`http://hush@${strict.host}`] })).message).toBe(
        `${url}: the proxy ${strict.origin}: it wants other credentials (407)`,
      );
    }
    expect(server.paths).toEqual([]);
  });

  test('all of which rest is used all the same: the first to be up again', async () => {
    await using strict = await startProxy({ credentials: 'u:p' });
    await using server = await startServer({ '*': json(1) });
    await using client = newClient({ proxies: [strict.origin] });
    for (let i = 0; i < 3; i++) {
      await expect(fetching(client, request(`${server.origin}/`))).rejects.toMatchObject({ code: 'PROXY' });
    }
    expect(strict.asked).toHaveLength(3);
  });

  test('a tunnel that is refused, or cut off, is a failure', async () => {
    await using refusing = await startProxy({ refusal: 403 });
    const failure = await failureOf('https://example.com/', { proxies: [refusing.origin] });
    expect(failure.code).toBe('PROXY');
    expect(failure.message).toContain('it answered CONNECT example.com:443 with 403');
    await using proxy = await startProxy();
    const dead = await nobody();
    expect((await failureOf(`https://${dead}/`, { proxies: [proxy.origin] })).code).toBe('PROXY');
  });
});

describe('a function', () => {
  test('says which proxy each request goes by, if any', async () => {
    await using a = await startProxy();
    await using b = await startProxy();
    await using server = await startServer({
      '/1': (_, response) => response.writeHead(302, { location: '/2' }).end(),
      '*': json(1),
    });
    const asked: unknown[] = [];
    await using client = newClient({
      proxies: (url, session) => {
        asked.push([url, session]);
        if (url.endsWith('/2')) return b.origin;
        return session === 'direct' ? undefined : a.origin;
      },
    });
    await fetching(client, request(`${server.origin}/1`, { session: 'x' }));
    await fetching(client, request(`${server.origin}/3`, { session: 'direct' }));
    expect([a.asked.length, b.asked.length, server.paths.length]).toEqual([1, 1, 3]);
    expect(asked).toEqual([
      [`${server.origin}/1`, 'x'],
      [`${server.origin}/2`, 'x'],
      [`${server.origin}/3`, 'direct'],
    ]);
  });

  test('that names more proxies than are kept open closes the connections of the oldest', async () => {
    await using proxy = await startProxy();
    await using server = await startServer({ '*': json(1) });
    let count = 0;
    await using client = newClient({ proxies: () => `http://session-${count++}@${proxy.host}` });
    for (let i = 0; i < 120; i++) await fetching(client, request(`${server.origin}/`));
    await until(() => proxy.openSockets === 100);
    expect(proxy.asked).toHaveLength(120);
  });

  test('that names none that can be ends the fetch with an option error', async () => {
    await using client = newClient({ proxies: () => 'socks5://hush@127.0.0.1:1' });
    const outcome = fetching(client, request('http://127.0.0.1:1/'));
    await expect(outcome).rejects.toThrow(OptionError);
    await expect(outcome).rejects.toThrow(/SOCKS is not supported/);
  });
});

test.each([
  ['socks5://hush:hush@h:1', /SOCKS is not supported.*'socks5:\/\/h:1'/],
  ['ftp://hush:hush@h:1', /an address as/],
  ['http://hush:hush@h:1/path', /an address as/],
  ['h:1', /an address as/],
  [7, /an address as/],
])('%j is no proxy', (given, reason) => {
  const make = (): unknown => newClient({ proxies: [given as string] });
  expect(make).toThrow(OptionError);
  expect(make).toThrow(reason);
  expect(make).not.toThrow(/hush/);
});

test.each([[[]], ['http://h:1'], [null]])('%j is no list of proxies', (given) => {
  expect(() => newClient({ proxies: given as never })).toThrow(OptionError);
});
