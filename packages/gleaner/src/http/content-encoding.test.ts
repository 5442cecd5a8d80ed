import { brotliCompressSync as compress, constants, deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { body, startServer } from '../../test/server.ts';
import { scrape, type ScrapeOptions } from '../index.ts';

const brotliCompressSync = (content: string | Uint8Array): Buffer =>
  compress(content, { params: { [constants.BROTLI_PARAM_QUALITY]: 4 } });

const TEXT = JSON.stringify({ text: 'x'.repeat(1000) });
/** So much that it is unpacked in a thread. */
const LONG = JSON.stringify(Array.from({ length: 5000 }, () => Math.random()));

async function outcome(content: Uint8Array, encoding: string, options: ScrapeOptions = {}): Promise<unknown> {
  await using server = await startServer({
    '*': body(content, { 'content-type': 'application/json', 'content-encoding': encoding }),
  });
  const job = scrape([`${server.origin}/`], { ...options, onFailure: 'yield' });
  const [result] = await job.toArray();
  if (result?.ok) expect(job.summary.bytes).toBe(content.length);
  return result?.ok ? JSON.stringify(result.data) : result?.code;
}

describe('a Content-Encoding is undone', () => {
  test.each([
    ['gzip', gzipSync],
    ['x-gzip', gzipSync],
    ['GZip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
    ['deflate', deflateRawSync],
    ['identity', (text: string) => Buffer.from(text)],
    ['gzip, br', (text: string) => brotliCompressSync(gzipSync(text))],
    ['deflate, identity, gzip', (text: string) => gzipSync(deflateSync(text))],
  ])('%s', async (encoding, pack) => {
    expect(await outcome(pack(TEXT), encoding)).toBe(TEXT);
    expect(await outcome(pack(LONG), encoding)).toBe(LONG);
  });

  test('it is asked for', async () => {
    let asked: string | undefined;
    await using server = await startServer({
      '*': ({ headers }, response) => {
        asked = String(headers['accept-encoding']);
        response.end();
      },
    });
    await scrape([`${server.origin}/`]).toArray();
    expect(asked).toBe('gzip, br, deflate');
  });
});

describe('what is not what it says is a failure', () => {
  test.each([
    ['not gzip', Buffer.from(TEXT), 'gzip'],
    ['cut off', gzipSync(TEXT).subarray(0, -10), 'gzip'],
    ['cut off, and long', gzipSync(LONG).subarray(0, -10), 'gzip'],
    ['not brotli', Buffer.from(TEXT), 'br'],
    ['not deflate', Buffer.from(TEXT), 'deflate'],
    ['unknown', Buffer.from(TEXT), 'rot13'],
    ['a name of every object', Buffer.from(TEXT), 'constructor'],
    ['packed too often', gzipSync(gzipSync(gzipSync(gzipSync(TEXT)))), 'gzip, gzip, gzip, gzip'],
  ])('ENCODING: %s', async (_, content, encoding) => {
    expect(await outcome(content, encoding)).toBe('ENCODING');
  });

  test.each([
    ['gzip', gzipSync],
    ['br', brotliCompressSync],
    ['deflate', deflateSync],
  ])('TOO_LARGE: a bomb of %s', async (encoding, pack) => {
    const bomb = pack(Buffer.alloc(20_000_000));
    expect(await outcome(bomb, encoding)).toBe('TOO_LARGE');
  });

  test('TOO_LARGE: a bomb in a bomb, unpacked in a thread', async () => {
    const bomb = gzipSync(Buffer.concat([gzipSync(Buffer.alloc(50_000_000)), Buffer.from(LONG)]));
    expect(bomb.length).toBeGreaterThan(32_768);
    expect(await outcome(bomb, 'gzip, gzip', { maxBytes: 1_000_000 })).toBe('TOO_LARGE');
  });
});
