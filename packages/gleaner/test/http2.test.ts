import { execFile } from 'node:child_process';
import { createSecureServer, type Http2ServerRequest, type Http2ServerResponse } from 'node:http2';
import type { AddressInfo } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { selfSigned } from './certificate.ts';

const index = fileURLToPath(new URL('../dist/index.js', import.meta.url));

/** A process of its own, since whom it trusts is told to Node when it starts. */
const PROGRAM = `
  const { scrape } = await import(process.argv[1]);
  const origin = process.argv[2];
  const urls = Array.from({ length: 30 }, (_, i) => origin + '/' + i);
  const job = scrape([...urls, origin + '/moved', origin + '/missing', origin + '/large', origin + '/never'],
    { timeout: 500, retries: 0, maxBytes: 100_000, onFailure: 'yield' });
  for await (const result of job) {
    console.log(JSON.stringify(result.ok ? [result.status, result.data] : result.code));
  }
  for await (const _ of scrape(urls)) break;
`;

test('HTTP/2 is spoken where a server offers it, over one connection, with nothing left open', async () => {
  using certificate = selfSigned();
  const versions = new Set<string>();
  let sessions = 0;
  const answer = (request: Http2ServerRequest, response: Http2ServerResponse): void => {
    versions.add(request.httpVersion);
    if (request.url === '/moved') response.writeHead(301, { location: '/0' }).end();
    else if (request.url === '/missing') response.writeHead(404).end();
    else if (request.url === '/large') response.end('x'.repeat(200_000));
    else if (request.url !== '/never') {
      const headers = { 'content-type': 'application/json', 'content-encoding': 'gzip' };
      response.writeHead(200, headers).end(gzipSync(JSON.stringify({ at: request.url })));
    }
  };
  const server = createSecureServer({ ...certificate, allowHTTP1: true }, answer);
  server.on('session', (session) => {
    sessions++;
    session.once('close', () => sessions--);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const origin = `https://localhost:${(server.address() as AddressInfo).port}`;
  const args = ['--input-type=module', '-e', PROGRAM, index, origin];
  const env = { ...process.env, NODE_EXTRA_CA_CERTS: certificate.certFile };
  const { stdout, stderr } = await promisify(execFile)(process.execPath, args, { env, timeout: 20_000 });
  expect(stderr).toBe('');
  const lines = stdout
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);
  expect(lines.filter(Array.isArray)).toHaveLength(31);
  expect(lines).toContainEqual([200, { at: '/29' }]);
  expect(lines.filter((line) => typeof line === 'string').sort()).toEqual([
    'HTTP_404',
    'TIMEOUT',
    'TOO_LARGE',
  ]);
  expect([...versions]).toEqual(['2.0']);
  expect(sessions).toBe(0);
  await new Promise((resolve) => server.close(resolve));
});
