import { expect, test } from 'vitest';
import { BOOK_COUNT, generateBooks } from './books.ts';
import { SHELVES } from './categories.ts';

const books = generateBooks(1);

test('the same seed gives the same books, another seed gives others', () => {
  expect(generateBooks(1)).toEqual(books);
  const others = generateBooks(2);
  const shared = others.filter((other) => books.some(({ upc }) => upc === other.upc));
  expect(shared).toEqual([]);
});

test('the first book of seed 1 never changes', () => {
  // If this fails, every example and golden file made from the shop has changed with it.
  expect(books[0]).toMatchInlineSnapshot(`
    {
      "author": "Benoît Lemaître",
      "category": {
        "name": "Biography",
        "slug": "biography",
      },
      "description": "Two thousand kilometres with a donkey, with a bad map and good company. Unsentimental about hardship, it is also unembarrassed by joy. There are border guards, weddings, three kinds of soup, and a night in the cells at Zürich. The friendship with Maja, long dismissed by scholars, turns out to be the key to everything. A portrait of an age, seen from its cheap seats.",
      "format": "Paperback",
      "id": 1,
      "modified": 2024-02-11T01:24:55.000Z,
      "path": "/book/i-lighthouse-keeper_1/",
      "price": 15.79,
      "priceExcludingTax": 15.79,
      "published": "2020-08-13",
      "rating": 3,
      "reviews": 0,
      "stock": 21,
      "tags": [
        "walking",
        "memoir",
      ],
      "tax": 0,
      "title": "I, Lighthouse Keeper",
      "upc": "c22818f16128c869",
    }
  `);
});

test('there are 1,000 books with ids 1 to 1,000, and no two share a title, a UPC or a path', () => {
  expect(books.map(({ id }) => id)).toEqual(Array.from({ length: BOOK_COUNT }, (_, i) => i + 1));
  for (const key of ['title', 'upc', 'path'] as const) {
    expect(new Set(books.map((book) => book[key])).size).toBe(BOOK_COUNT);
  }
});

test('30 categories hold the books, in the same numbers for every seed', () => {
  expect(SHELVES).toHaveLength(30);
  expect(SHELVES.reduce((sum, { size }) => sum + size, 0)).toBe(BOOK_COUNT);
  for (const seed of [1, 2, 3]) {
    const shop = generateBooks(seed);
    for (const { slug, size } of SHELVES) {
      expect(shop.filter(({ category }) => category.slug === slug)).toHaveLength(size);
    }
  }
});

test('the facts of each book hold together', () => {
  for (const book of books) {
    expect(book.upc).toMatch(/^[0-9a-f]{16}$/);
    expect(Math.round((book.priceExcludingTax + book.tax) * 100)).toBe(Math.round(book.price * 100));
    expect(book.tax > 0).toBe(book.format === 'Audiobook');
    expect(book.price).toBeGreaterThan(0);
    expect(book.stock).toBeGreaterThan(0);
    expect([1, 2, 3, 4, 5]).toContain(book.rating);
    expect(book.tags.length).toBeGreaterThan(0);
    expect(book.path).toMatch(new RegExp(`^/book/[a-z0-9]+(-[a-z0-9]+)*_${book.id}/$`));
    expect(new Date(book.published).toISOString().slice(0, 10)).toBe(book.published);
    expect(book.modified.getTime()).toBeGreaterThan(Date.parse(book.published));
    expect(book.modified.getTime() % 1000).toBe(0);
  }
});

test('the texts are as awkward as real ones: other alphabets, quotes, ampersands, markup, great length', () => {
  const titles = books.map(({ title }) => title);
  for (const awkward of [
    /[À-ž]/,
    /\p{Script=Cyrillic}/u,
    /\p{Script=Han}/u,
    /"/,
    /'/,
    /’/,
    /&/,
    /</,
    /.{120}/,
  ]) {
    expect(titles.some((title) => awkward.test(title))).toBe(true);
  }
  expect(books.some(({ author }) => /[À-ž]/.test(author))).toBe(true);
  expect(books.some(({ author }) => author.includes(' & '))).toBe(true);
  expect(books.some(({ description }) => description.length > 900)).toBe(true);
  expect(books.some(({ description }) => description.includes('`a < b && b > c`'))).toBe(true);
});

test('every slot of every template has its list, and none is left open', () => {
  for (let seed = 1; seed <= 20; seed++) {
    for (const { title, description } of generateBooks(seed)) {
      expect(title + description).not.toMatch(/\{(a |A )?[A-Za-z]+\d?\}|undefined/);
    }
  }
});

test('a shop opens at once: making its books takes as long as writing them out a few times', () => {
  // The best of several, so that a busy machine does not decide.
  const best = (work: () => unknown): number =>
    Math.min(
      ...Array.from({ length: 8 }, () => {
        const start = performance.now();
        work();
        return performance.now() - start;
      }),
    );
  const books = generateBooks(1);
  const written = best(() => JSON.stringify(books));
  expect(best(() => generateBooks(1)) / written).toBeLessThan(60);
});
