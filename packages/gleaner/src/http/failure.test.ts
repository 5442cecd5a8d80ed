import { createServer as createTlsServer } from 'node:https';
import { createServer, type AddressInfo, type Server, type Socket } from 'node:net';
import { describe, expect, test } from 'vitest';
import { selfSigned } from '../../test/certificate.ts';
import { body, startServer, until } from '../../test/server.ts';
import { scrape, type Failure, type ScrapeOptions } from '../index.ts';
import { networkFailure, OptionError, PageError } from './failure.ts';

/** What the failure of one page is. */
async function failureOf(url: string, options: ScrapeOptions = {}): Promise<Failure> {
  const [failure] = await scrape([url], { retries: 0, ...options, onFailure: 'yield' }).toArray();
  if (failure === undefined || failure.ok) throw new Error(`${url} did not fail`);
  return failure;
}

/** A server that speaks as told, not HTTP. */
async function rawServer(speak: (socket: Socket) => void): Promise<AsyncDisposable & { origin: string }> {
  const server = createServer((socket) => {
    socket.on('error', () => {});
    socket.once('data', () => speak(socket));
  });
  return await listening(server);
}

async function listening(server: Server, scheme = 'http'): Promise<AsyncDisposable & { origin: string }> {
  const sockets = new Set<Socket>();
  server.on('connection', (socket: Socket) => sockets.add(socket));
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  return {
    origin: `${scheme}://127.0.0.1:${(server.address() as AddressInfo).port}`,
    async [Symbol.asyncDispose]() {
      for (const socket of sockets) socket.destroy();
      await new Promise((resolve) => server.close(resolve));
    },
  };
}

describe('what goes wrong has a stable code', () => {
  test.each([
    '',
    'nonsense',
    '/path',
    '//host/path',
    'ftp://host/',
    'javascript:alert(1)',
    'http://',
    'http://a b/',
  ])('BAD_URL: %j', async (url) => {
    expect(await failureOf(url)).toMatchObject({ code: 'BAD_URL', url });
  });

  test('DNS: no such host', async () => {
    const { error } = await failureOf('http://gleaner-test.invalid/');
    expect(error.code).toBe('DNS');
    expect(error.message).toMatch(
      /^http:\/\/gleaner-test\.invalid\/: (no such host|the name server did not answer)$/,
    );
  });

  test('CONNECT: refused', async () => {
    const server = await startServer({});
    await server[Symbol.asyncDispose]();
    const { code, error } = await failureOf(`${server.origin}/`);
    expect(code).toBe('CONNECT');
    expect(error.message).toBe(`${server.origin}/: connection refused`);
    expect(error.cause).toMatchObject({ code: 'ECONNREFUSED' });
  });

  test('TLS: a certificate that nobody has signed; not HTTPS at all', async () => {
    using certificate = selfSigned();
    await using server = await listening(
      createTlsServer(certificate, (_, response) => response.end('1')),
      'https',
    );
    const { code, error } = await failureOf(`${server.origin}/`);
    expect(code).toBe('TLS');
    expect(error.message).toContain('self-signed certificate');
    await using plain = await startServer({});
    expect((await failureOf(plain.origin.replace('http:', 'https:'))).code).toBe('TLS');
  });

  test.each([
    ['resets', (socket: Socket) => socket.resetAndDestroy()],
    ['closes', (socket: Socket) => socket.end()],
    ['closes in the headers', (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-')],
    [
      'closes in a body',
      (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nContent-Length: 10\r\n\r\nshort'),
    ],
    [
      'closes in a chunked body',
      (socket: Socket) => socket.end('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n'),
    ],
  ])('RESET: the server %s', async (_, speak) => {
    await using server = await rawServer(speak);
    expect((await failureOf(`${server.origin}/`)).code).toBe('RESET');
  });

  test.each([
    ['speaks SSH', 'SSH-2.0-OpenSSH_9.2\r\n'],
    ['has a header that is none', 'HTTP/1.1 200 OK\r\nnonsense\r\n\r\n'],
    ['has bad chunks', 'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\nzz\r\n'],
    ['has endless headers', `HTTP/1.1 200 OK\r\n${`X: ${'x'.repeat(1000)}\r\n`.repeat(100)}`],
  ])('PROTOCOL: the server %s', async (_, text) => {
    await using server = await rawServer((socket) => socket.write(text));
    expect((await failureOf(`${server.origin}/`)).code).toBe('PROTOCOL');
  });

  test('TIMEOUT: a server that is silent, and one that drips', async () => {
    await using silent = await rawServer(() => {});
    const { code, error } = await failureOf(`${silent.origin}/x`, { timeout: 20 });
    expect(code).toBe('TIMEOUT');
    expect(error.message).toBe(`${silent.origin}/x: no complete response within 20 ms (the limit timeout)`);
    await using dripping = await rawServer((socket) => {
      socket.write('HTTP/1.1 200 OK\r\nContent-Length: 100000\r\n\r\n');
      const drip = (): void => {
        if (socket.destroyed) return;
        socket.write('x');
        setImmediate(drip);
      };
      drip();
    });
    expect((await failureOf(`${dripping.origin}/`, { timeout: 20 })).code).toBe('TIMEOUT');
  });

  test('TOO_LARGE: more on the wire than the limit, declared or not', async () => {
    await using server = await startServer({
      '/declared': body('x'.repeat(1001), { 'content-length': '1001' }),
      '/chunked': (_, response) => {
        response.write('x'.repeat(600));
        response.end('x'.repeat(600));
      },
      '/just': body('x'.repeat(1000)),
    });
    for (const path of ['/declared', '/chunked']) {
      const { code, error } = await failureOf(server.origin + path, { maxBytes: 1000 });
      expect(code).toBe('TOO_LARGE');
      expect(error.message).toMatch(/the response has \d+ bytes or more; the limit maxBytes is 1000$/);
    }
    expect(await scrape([`${server.origin}/just`], { maxBytes: 1000 }).toArray()).toHaveLength(1);
    await until(() => server.openSockets === 0);
  });

  test('a body that never ends is not kept', async () => {
    let sent = 0;
    await using server = await startServer({
      '*': (_, response) => {
        const more = (): void => {
          while (!response.destroyed && response.write('x'.repeat(65_536))) sent += 65_536;
          if (!response.destroyed) response.once('drain', more);
        };
        more();
      },
    });
    expect((await failureOf(`${server.origin}/`, { maxBytes: 1_000_000 })).code).toBe('TOO_LARGE');
    expect(sent).toBeLessThan(50_000_000);
    await until(() => server.openSockets === 0);
  });

  test('HTTP_…: the status counts, whatever the body is', async () => {
    await using server = await startServer({
      '/304': body('', {}, 304),
      '/404': body('not gzip', { 'content-encoding': 'gzip' }, 404),
      '/500': body('?', { 'content-encoding': 'nonsense' }, 500),
      '/999': body('', {}, 999),
    });
    for (const status of [304, 404, 500, 999]) {
      const { code, error } = await failureOf(`${server.origin}/${status}`);
      expect(code).toBe(`HTTP_${status}`);
      expect(error.status).toBe(status);
    }
  });

  test('early hints are not the answer', async () => {
    await using server = await startServer({
      '*': (_, response) => {
        response.writeEarlyHints({ link: '</style.css>; rel=preload' });
        response.end('answer');
      },
    });
    const [page] = await scrape([`${server.origin}/`]).toArray();
    expect(page?.data).toBe('answer');
  });
});

describe('networkFailure', () => {
  test.each([
    ['ENOTFOUND', 'DNS'],
    ['EAI_AGAIN', 'DNS'],
    ['EHOSTUNREACH', 'CONNECT'],
    ['UND_ERR_CONNECT_TIMEOUT', 'CONNECT'],
    ['CERT_HAS_EXPIRED', 'TLS'],
    ['ERR_TLS_CERT_ALTNAME_INVALID', 'TLS'],
    ['ERR_SSL_WRONG_VERSION_NUMBER', 'TLS'],
    ['INVALID_PURPOSE', 'TLS'],
    ['EPIPE', 'RESET'],
    ['UND_ERR_HEADERS_OVERFLOW', 'PROTOCOL'],
  ])('%s is %s', (code, expected) => {
    const cause = Object.assign(new Error('why'), { code });
    expect(networkFailure(cause, 'http://x/')).toMatchObject({ code: expected, cause, url: 'http://x/' });
  });

  test('of several addresses tells of the first', () => {
    const refused = Object.assign(new Error('connect ECONNREFUSED'), { code: 'ECONNREFUSED' });
    const failure = networkFailure(new AggregateError([refused, new Error('other')]), 'http://x/');
    expect(failure).toMatchObject({ code: 'CONNECT', message: 'http://x/: connection refused' });
    expect(networkFailure('text', 'http://x/').message).toBe('http://x/: text');
  });
});

test('an OptionError says what was expected and what came', () => {
  expect(new OptionError('retries', 'a whole number', 'x').message).toBe(
    "retries must be a whole number, not 'x'",
  );
});

test('a message shows no credentials', () => {
  const { message } = new PageError('HTTP_401', 'http://user:p@ss@example.com/x?y=@', 'no');
  expect(message).toBe('http://example.com/x?y=@: no');
});
