import { describe, expect, test } from 'vitest';
import { requestKey } from './request-key.ts';

const url = 'https://example.com/a?b=1';

describe('the key of a request', () => {
  test('is the URL itself for a GET, without its fragment', () => {
    expect(requestKey({ url })).toBe(url);
    expect(requestKey({ url, method: 'GET', body: undefined })).toBe(url);
    expect(requestKey({ url: `${url}#c?d=e` }, { sortQuery: true })).toBe(url);
  });

  test('differs by method and body', () => {
    const keys = [
      requestKey({ url }),
      requestKey({ url, body: 'a' }),
      requestKey({ url, method: 'HEAD' }),
      requestKey({ url, method: 'POST' }),
      requestKey({ url, method: 'POST', body: 'a' }),
      requestKey({ url, method: 'POST', body: 'b' }),
      requestKey({ url, method: 'PUT', body: 'b' }),
    ];
    expect(new Set(keys).size).toBe(keys.length);
    expect(keys[3]).toBe(`POST ${url}`);
    expect(keys[4]).toMatch(/^POST https:\/\/example\.com\/a\?b=1 [\w-]{22}$/);
  });

  test('is the same for the same body as text and as bytes, and none is an empty one', () => {
    const key = requestKey({ url, method: 'POST', body: 'größe' });
    expect(requestKey({ url, method: 'POST', body: Buffer.from('größe') })).toBe(key);
    expect(requestKey({ url, method: 'POST', body: '' })).toBe(`POST ${url}`);
    expect(requestKey({ url, method: 'POST', body: new Uint8Array() })).toBe(`POST ${url}`);
  });
});

test.each([
  ['?b=2&a=1', '?a=1&b=2'],
  ['?b=2&a=2&b=1&a=1', '?a=2&a=1&b=2&b=1'],
  ['?b&a=&c=%20+x', '?a=&b&c=%20+x'],
  ['?', '?'],
  ['', ''],
  ['?a=1&&b', '?&a=1&b'],
  ['?a==2&a=?', '?a==2&a=?'],
])('sortQuery orders parameters by name, and leaves them as they are: %s → %s', (query, expected) => {
  expect(requestKey({ url: `https://x/y${query}` }, { sortQuery: true })).toBe(`https://x/y${expected}`);
  expect(requestKey({ url: `https://x/y${query}` }, {})).toBe(`https://x/y${query}`);
});

test.each([
  ['?utm_source=a&b=1&utm_medium=c', '?b=1'],
  ['?utm_source=a', ''],
  ['?fbclid=a&fbclidx=b', '?fbclidx=b'],
  ['?fbclid&b', '?b'],
  ['?%75tm_x=1&u=1', '?u=1'],
  ['?two+words=1&two%20words=2&b', '?b'],
  ['?xutm_=1&UTM_x=2', '?xutm_=1&UTM_x=2'],
  ['?b=%zz&%zz=1', '?b=%zz&%zz=1'],
  ['?', '?'],
  ['', ''],
])('dropParams drops parameters by name, or the beginning of it: %s → %s', (query, expected) => {
  const key = requestKey({ url: `https://x/y${query}` }, { dropParams: ['utm_*', 'fbclid', 'two words'] });
  expect(key).toBe(`https://x/y${expected}`);
});

test('both together', () => {
  const options = { sortQuery: true, dropParams: ['x'] };
  expect(requestKey({ url: 'https://x/?c&x=1&a', method: 'POST' }, options)).toBe('POST https://x/?a&c');
});
