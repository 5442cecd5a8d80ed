import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OptionError } from '../http/failure.ts';
import { jsonPath } from './json-path.ts';

/** The store of RFC 9535, 1.5. */
const STORE = {
  store: {
    book: [
      { category: 'reference', author: 'Nigel Rees', title: 'Sayings of the Century', price: 8.95 },
      { category: 'fiction', author: 'Evelyn Waugh', title: 'Sword of Honour', price: 12.99 },
      {
        category: 'fiction',
        author: 'Herman Melville',
        title: 'Moby Dick',
        isbn: '0-553-21311-3',
        price: 8.99,
      },
      {
        category: 'fiction',
        author: 'J. R. R. Tolkien',
        title: 'The Lord of the Rings',
        isbn: '0-395-19395-8',
        price: 22.99,
      },
    ],
    bicycle: { color: 'red', price: 399 },
  },
};
const BOOKS = STORE.store.book;

function nested(depth: number): unknown {
  return JSON.parse('{"x":'.repeat(depth) + '1' + '}'.repeat(depth)) as unknown;
}

describe('jsonPath', () => {
  test.each<[path: string, found: unknown[]]>([
    ['$.store.book[*].author', BOOKS.map((book) => book.author)],
    ['$..author', BOOKS.map((book) => book.author)],
    ['$.store.*', [BOOKS, STORE.store.bicycle]],
    ['$.store..price', [8.95, 12.99, 8.99, 22.99, 399]],
    ['$..book[2]', [BOOKS[2]]],
    ['$..book[2].publisher', []],
    ['$..book[-1]', [BOOKS[3]]],
    ['$..book[0,1]', [BOOKS[0], BOOKS[1]]],
    ['$..book[:2]', [BOOKS[0], BOOKS[1]]],
    ['$..book[?@.isbn]', [BOOKS[2], BOOKS[3]]],
    ['$..book[?@.price<10]', [BOOKS[0], BOOKS[2]]],
    ["$..book[?search(@.title, 'Lord')].title", ['The Lord of the Rings']],
    ['$', [STORE]],
  ])('answers %s of RFC 9535 as it says', (path, found) => {
    expect(jsonPath(STORE, path)).toEqual(found);
  });

  test('gives parents before what is in them, and elements in order', () => {
    expect(jsonPath([[1, [2]], [3]], '$..*')).toEqual([[1, [2]], [3], 1, [2], 2, 3]);
    expect(jsonPath({ o: [{ j: 1, k: 2 }], a: [5, 3] }, '$..[0]')).toEqual([{ j: 1, k: 2 }, 5]);
  });

  test('finds nothing in what has no such members, and does not look into strings', () => {
    expect(jsonPath({ a: 'text' }, '$.a.length')).toEqual([]);
    expect(jsonPath({ a: 'text' }, '$.a[0]')).toEqual([]);
    expect(jsonPath(null, '$..a')).toEqual([]);
    expect(jsonPath({}, '$.constructor')).toEqual([]);
  });

  test.each([
    ['', /begins with '\$'/],
    ['store.book', /at character 1: .*'\$'/],
    ['$.store[', /at its end: unclosed/],
    ['$.a[?@.b ==]', /at character 12: /],
    ['$.a[?nope(@)]', /at character 6: no such function 'nope'/],
    ['$[01]', /at character 3: leading zero/],
  ])('says where the path %j goes wrong', (path, message) => {
    expect(() => jsonPath({}, path)).toThrow(OptionError);
    expect(() => jsonPath({}, path)).toThrow(message);
  });

  test('refuses a path that is too long, or nested too deep for the stack, and shows only its beginning', () => {
    expect(() => jsonPath({}, `$${'.a'.repeat(5000)}`)).toThrow(
      /at most 4096 characters long, not '\$[.a]+…'$/,
    );
    expect(() => jsonPath({}, `$[?${'!('.repeat(2000)}@.a`)).toThrow(OptionError);
  });

  test('answers for values nested 100,000 deep', () => {
    const value = nested(100_000);
    expect(jsonPath(value, '$..x')).toHaveLength(100_000);
    expect(jsonPath(value, '$..y')).toEqual([]);
    expect(jsonPath(JSON.parse('['.repeat(100_000) + ']'.repeat(100_000)), '$..[1]')).toEqual([]);
  });

  test.each(['$[?@..y]', '$[?count(@..*) > 3]', '$..[?@..y]'])(
    'gives an error, and no crash, for %s over values too deep for it',
    (path) => {
      expect(() => jsonPath(nested(100_000), path)).toThrow(OptionError);
    },
  );

  test('compares values as deep as the stack allows, and gives an error beyond', () => {
    expect(jsonPath([nested(1000), nested(1000)], '$[?@ == $[0]]')).toHaveLength(2);
    expect(() => jsonPath([nested(100_000), nested(100_000)], '$[?@ == $[0]]')).toThrow(OptionError);
  });

  test('ends a query that would look at the same values again and again', () => {
    expect(() => jsonPath(nested(20_000), '$..x..x..y')).toThrow(/no more than 5000000 values/);
  }, 20_000);

  test('handles arrays of a million elements', () => {
    const value = { list: Array.from({ length: 1_000_000 }, (_, i) => i) };
    expect(jsonPath(value, '$.list[*]')).toHaveLength(1_000_000);
    expect(jsonPath([value], '$[?count(@.list[*]) == 1000000]')).toHaveLength(1);
  });

  test('keeps no more than some hundred compiled paths, and answers the same after', () => {
    for (let i = 0; i < 1000; i++) jsonPath({}, `$.member${i}`);
    expect(jsonPath({ member0: 1 }, '$.member0')).toEqual([1]);
  });

  test('finds by `$..*` all that is within any value', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 6 }), (value) => {
        expect(jsonPath(value, '$..*')).toEqual(within(value));
      }),
    );
  });
});

/** As RFC 9535, 2.5.2.2 defines it. */
function within(value: unknown): unknown[] {
  if (typeof value !== 'object' || value === null) return [];
  const children: unknown[] = Object.values(value);
  return [...children, ...children.flatMap(within)];
}
