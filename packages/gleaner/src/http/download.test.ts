import { run, VirtualClock } from '@gleaner/coroutine';
import { createHash, randomBytes } from 'node:crypto';
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import type { IncomingMessage, ServerResponse } from 'node:http';
import { createSecureServer } from 'node:http2';
import type { AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';
import { brotliCompressSync, deflateSync, gzipSync } from 'node:zlib';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { selfSigned } from '../../test/certificate.ts';
import { newClient, request } from '../../test/fetching.ts';
import { advanceUntil, body, gate, startServer, until } from '../../test/server.ts';
import type { Client } from './client.ts';
import type { Download, DownloadOptions } from './download.ts';

function folder(): Disposable & { name: string; files: () => string[] } {
  const name = mkdtempSync(path.join(os.tmpdir(), 'gleaner-download-'));
  return {
    name,
    files: () => readdirSync(name),
    [Symbol.dispose]: () => rmSync(name, { recursive: true }),
  };
}

const download = async (
  client: Client,
  url: string,
  to: string,
  options?: DownloadOptions,
): Promise<Download> => await run(() => client.download(url, to, options));

const digest = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex');

afterEach(() => {
  vi.unstubAllEnvs();
});

describe('a download', () => {
  test('is written to a file, in place of what was there', async () => {
    using it = folder();
    const content = randomBytes(3_000_000);
    await using server = await startServer({ '*': body(content, { 'content-type': 'image/x' }) });
    await using client = newClient({ maxBytes: 3_000_000 });
    const to = path.join(it.name, 'file');
    writeFileSync(to, 'before');
    expect(await download(client, `${server.origin}/`, to)).toEqual({
      path: to,
      bytes: 3_000_000,
      contentType: 'image/x',
      status: 200,
      url: `${server.origin}/`,
    });
    expect(digest(readFileSync(to))).toBe(digest(content));
    expect(it.files()).toEqual(['file']);
  });

  test('may be named by what the response says; an empty one is a file, too', async () => {
    using it = folder();
    await using server = await startServer({ '*': body('', { 'content-type': 'image/png' }) });
    await using client = newClient();
    const { bytes } = await run(() =>
      client.download(request(`${server.origin}/`), ({ contentType, status }) =>
        path.join(it.name, `${status}.${contentType?.slice('image/'.length)}`),
      ),
    );
    expect([bytes, it.files()]).toEqual([0, ['200.png']]);
  });

  test('follows redirects, with cookies and credentials, waiting where it is told to', async () => {
    using it = folder();
    const seen: IncomingMessage[] = [];
    const note = (incoming: IncomingMessage, response: ServerResponse): void => {
      seen.push(incoming);
      if (incoming.url === '/2') response.end('there');
      else response.writeHead(302, { location: '/2', 'set-cookie': 'a=1' }).end('x'.repeat(100_000));
    };
    await using server = await startServer({ '*': note });
    await using client = newClient({ cookies: true, auth: { [server.origin]: { bearer: 'x' } } });
    const hops: string[] = [];
    const { url } = await download(client, `${server.origin}/1`, path.join(it.name, 'f'), {
      *onRedirect(to) {
        hops.push(to);
      },
    });
    expect([url, hops]).toEqual([`${server.origin}/2`, [`${server.origin}/2`]]);
    expect(seen[1]?.headers).toMatchObject({
      cookie: 'a=1',
      authorization: 'Bearer x',
      'accept-encoding': 'identity',
    });
    await expect(
      run(() => newClient({ maxRedirects: 0 }).download(`${server.origin}/1`, path.join(it.name, 'g'))),
    ).rejects.toMatchObject({ code: 'REDIRECT' });
    expect(it.files()).toEqual(['f']);
  });

  test('goes no faster than the disk takes it: what has not been written is not held', async () => {
    using it = folder();
    let sent = 0;
    const chunk = Buffer.alloc(65_536);
    const total = 200_000_000;
    let mostHeld = 0;
    await using server = await startServer({
      '*': (_, response) => {
        const more = (): void => {
          mostHeld = Math.max(mostHeld, process.memoryUsage().arrayBuffers);
          while (sent < total) {
            sent += chunk.length;
            if (!response.write(chunk)) {
              response.once('drain', more);
              return;
            }
          }
          response.end();
        };
        more();
      },
    });
    await using client = newClient({ maxBytes: 1e9, timeout: 60_000 });
    const before = process.memoryUsage().arrayBuffers;
    const { bytes } = await download(client, `${server.origin}/`, path.join(it.name, 'f'));
    expect(bytes).toBe(sent);
    expect(mostHeld - before).toBeLessThan(60_000_000);
  }, 60_000);

  test('comes over HTTP/2, too', async () => {
    vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
    using it = folder();
    using certificate = selfSigned();
    const content = randomBytes(3_000_000);
    const versions: string[] = [];
    const server = createSecureServer({ ...certificate, allowHTTP1: true }, (incoming, response) => {
      versions.push(incoming.httpVersion);
      response.end(incoming.url === '/empty' ? '' : content);
    });
    await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
    const origin = `https://127.0.0.1:${(server.address() as AddressInfo).port}`;
    {
      await using client = newClient({ maxBytes: 3_000_000 });
      const [full, empty] = ['full', 'empty'].map((name) => path.join(it.name, name)) as [string, string];
      expect((await download(client, `${origin}/full`, full)).bytes).toBe(3_000_000);
      expect(digest(readFileSync(full))).toBe(digest(content));
      expect((await download(client, `${origin}/empty`, empty)).bytes).toBe(0);
      await expect(download(client, `${origin}/full`, full, { maxBytes: 10 })).rejects.toMatchObject({
        code: 'TOO_LARGE',
      });
    }
    expect(versions).toEqual(['2.0', '2.0', '2.0']);
    await new Promise((resolve) => server.close(resolve));
  });

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['identity', (text: string) => Buffer.from(text)],
  ])('that comes packed though that was not asked for is unpacked: %s', async (encoding, pack) => {
    using it = folder();
    await using server = await startServer({
      '*': body(pack('text'.repeat(1000)), { 'content-encoding': encoding }),
    });
    await using client = newClient();
    const to = path.join(it.name, 'f');
    expect((await download(client, `${server.origin}/`, to)).bytes).toBe(4000);
    expect(readFileSync(to, 'utf8')).toBe('text'.repeat(1000));
  });
});

describe('nothing is left of a download', () => {
  const cut = (_: IncomingMessage, response: ServerResponse): void => {
    response.writeHead(200, { 'content-length': '1000' });
    response.write('begin', () => response.destroy());
  };
  const endless = (_: IncomingMessage, response: ServerResponse): void => {
    const more = (): void => {
      while (!response.destroyed && response.write('x'.repeat(10_000)));
    };
    response.on('drain', more);
    more();
  };
  test.each([
    ['that is not there', 'HTTP_404', body('no', {}, 404)],
    ['that is cut off', 'RESET', cut],
    ['that says that it is too large', 'TOO_LARGE', body('x'.repeat(200_000))],
    ['that is too large', 'TOO_LARGE', endless],
    ['that is a bomb', 'TOO_LARGE', body(gzipSync(Buffer.alloc(10_000_000)), { 'content-encoding': 'gzip' })],
    ['that is not what its encoding says', 'ENCODING', body('text', { 'content-encoding': 'gzip' })],
    ['that is not brotli', 'ENCODING', body('text', { 'content-encoding': 'br' })],
    ['that is packed in an unknown way', 'ENCODING', body('text', { 'content-encoding': 'constructor' })],
  ])('%s', async (_, code, answer) => {
    using it = folder();
    await using server = await startServer({ '*': answer });
    await using client = newClient();
    const to = path.join(it.name, 'f');
    writeFileSync(to, 'before');
    await expect(download(client, `${server.origin}/`, to, { maxBytes: 100_000 })).rejects.toMatchObject({
      code,
    });
    expect(it.files()).toEqual(['f']);
    expect(readFileSync(to, 'utf8')).toBe('before');
  });

  test('whose folder is not there; the error is the system’s', async () => {
    using it = folder();
    await using server = await startServer({ '*': body('x'.repeat(1000)) });
    await using client = newClient();
    const to = path.join(it.name, 'no', 'f');
    await expect(download(client, `${server.origin}/`, to)).rejects.toMatchObject({ code: 'ENOENT' });
    expect(it.files()).toEqual([]);
  });

  test('that is cancelled, before and while the body comes', async () => {
    using it = folder();
    const { open, opened } = gate();
    await using server = await startServer({
      '/silent': () => {},
      '/slow': (_, response) => {
        response.write('begin');
        open();
      },
    });
    await using client = newClient();
    for (const at of ['/silent', '/slow']) {
      const task = run(() => client.download(server.origin + at, path.join(it.name, 'f')));
      if (at === '/silent') await until(() => server.inFlight === 1);
      else {
        await opened;
        await until(() => it.files().length === 1);
      }
      await task.cancel();
      expect(it.files()).toEqual([]);
      await until(() => server.openSockets === 0);
    }
  });

  test('that takes too long', async () => {
    using it = folder();
    const clock = new VirtualClock();
    await using server = await startServer({ '*': (_, response) => void response.write('begin') });
    await using client = newClient();
    const outcome = run(
      () => client.download(`${server.origin}/`, path.join(it.name, 'f'), { timeout: 1000 }),
      {
        clock,
      },
    ).then(
      () => 'done',
      (error: unknown) => (error as { code: string }).code,
    );
    let code: string | undefined;
    void outcome.then((it) => (code = it));
    await until(() => it.files().length === 1);
    await advanceUntil(clock, 500, () => code !== undefined);
    expect([code, it.files()]).toEqual(['TIMEOUT', []]);
  });
});
