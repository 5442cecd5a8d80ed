import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { CrawlRequest, Json } from '../http/request.ts';
import { jsonOf, keyIn, requestIn, restOf, storedKey } from './stored-request.ts';

const optional = <T>(arbitrary: fc.Arbitrary<T>): fc.Arbitrary<T | undefined> =>
  fc.option(arbitrary, { nil: undefined });
/** Any sequence of UTF-16 code units, halves of surrogate pairs and NULs included. */
const anyString = fc.string({ unit: fc.integer({ max: 0xffff }).map((unit) => String.fromCharCode(unit)) });

const requests: fc.Arbitrary<CrawlRequest> = fc
  .record({
    url: fc.webUrl({ withQueryParameters: true }),
    ownKey: optional(anyString),
    method: fc.constantFrom('GET', 'POST', 'PURGE'),
    headers: fc.dictionary(anyString, anyString),
    body: optional(fc.oneof(anyString, fc.uint8Array())),
    priority: fc.double({ noNaN: true }),
    depth: fc.nat(),
    label: optional(anyString),
    data: optional(fc.json().map((text) => JSON.parse(text) as Json)),
    session: optional(anyString),
  })
  .map(({ ownKey, ...rest }) => ({ ...rest, key: ownKey ?? rest.url }));

/** What a column of SQLite would give back. */
const asText = (text: string | null): string | null => {
  if (text === null) return null;
  const [whole = ''] = text.split('\0');
  return Buffer.from(whole).toString();
};

describe('a request in a row', () => {
  test('is the same request when it is read, whatever it holds', () => {
    fc.assert(
      fc.property(requests, (request) => {
        const { url, priority, depth } = request;
        const row = { url, priority, depth, key: asText(storedKey(request)), rest: asText(restOf(request)) };
        const read = requestIn(row, 'x.glean');
        expect(read.body instanceof Uint8Array).toBe(request.body instanceof Uint8Array);
        expect(plain(read)).toEqual(plain(request));
      }),
      { numRuns: 500 },
    );
  });

  test('takes nothing but its columns, if it is as most are', () => {
    const url = 'https://a.example/';
    const [request] = fc.sample(
      requests.map((any) => ({
        ...any,
        url,
        key: url,
        method: 'GET',
        headers: {},
        body: undefined,
        label: undefined,
        data: undefined,
        session: undefined,
      })),
      1,
    );
    if (request === undefined) throw new Error('no sample');
    expect([storedKey(request), restOf(request)]).toEqual([null, null]);
  });

  test('has a key of its own for each key', () => {
    fc.assert(
      fc.property(anyString, anyString, requests, (a, b, request) => {
        const stored = (key: string): string =>
          asText(storedKey({ ...request, key })) ?? `the URL ${request.url}`;
        expect(stored(a) === stored(b)).toBe(a === b);
        expect(keyIn(request.url, asText(storedKey({ ...request, key: a })), 'x.glean')).toBe(a);
      }),
      { numRuns: 500 },
    );
  });
});

describe('JSON of what others have made', () => {
  const circle: unknown[] = [];
  circle.push(circle);
  const thrower = {
    toJSON() {
      throw new RangeError('never');
    },
  };
  test.each([
    ['undefined', undefined, 'item 3 has no JSON: it is undefined'],
    ['a function', () => 1, 'item 3 has no JSON: it is function'],
    ['a bigint', { n: 1n }, /^item 3 has no JSON: .*BigInt/],
    ['a cycle', circle, /^item 3 has no JSON: .*circular/s],
    ['a toJSON that throws', thrower, 'item 3 has no JSON: never'],
  ])('%s: a TypeError that names it', (_, value, message) => {
    const work = (): string => jsonOf(value, 'item 3');
    expect(work).toThrow(TypeError);
    expect(work).toThrow(message);
  });

  test.each([
    { key: null, rest: '{"method":' },
    { key: '"half', rest: null },
  ])('a row that is no JSON: the store is damaged', (broken) => {
    const row = { url: 'https://a.example/', priority: 0, depth: 0, ...broken };
    expect(() => requestIn(row, 'x.glean')).toThrow(
      expect.objectContaining({ code: 'STORE_DAMAGED', file: 'x.glean' }) as Error,
    );
  });
});

function plain({ body, ...rest }: CrawlRequest): object {
  return { ...rest, body: body instanceof Uint8Array ? [...body] : body };
}
