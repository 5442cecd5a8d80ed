import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { chooseCoding, encode } from './content-coding.ts';

test.each([
  [undefined, 'identity'],
  ['', 'identity'],
  ['gzip', 'gzip'],
  ['gzip, deflate, br', 'br'],
  ['GZIP;q=1.0, BR;q=0.5', 'gzip'],
  ['x-gzip', 'gzip'],
  ['br;q=0, gzip;q=0.1', 'gzip'],
  ['gzip;q=0.5, identity', 'identity'],
  ['*', 'br'],
  ['*;q=0', 'identity'],
  ['br;q=0, *', 'gzip'],
  ['deflate', 'identity'],
  ['gzip;q=lots', 'identity'],
])('Accept-Encoding: %s gets %s', (accept, coding) => {
  expect(chooseCoding(accept)).toBe(coding);
});

test('what is encoded can be decoded, and is the same every time', () => {
  const body = Buffer.from('salt & honey '.repeat(200));
  for (const [coding, decode] of [
    ['gzip', gunzipSync],
    ['br', brotliDecompressSync],
  ] as const) {
    const encoded = encode(body, coding);
    expect(encoded.length).toBeLessThan(body.length / 10);
    expect(decode(encoded)).toEqual(body);
    expect(encode(body, coding)).toEqual(encoded);
  }
});
