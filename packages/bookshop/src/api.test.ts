import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bookshop, startBookshop } from './bookshop.ts';

let shop: Bookshop;
beforeAll(async () => {
  shop = await startBookshop({ latency: 0 });
});
afterAll(async () => {
  await shop.close();
});

interface BooksPage {
  readonly count: number;
  readonly next: string | null;
  readonly books: readonly { readonly id: number; readonly url: string; readonly page: string }[];
}

test('a book’s JSON has all that is known about it', async () => {
  for (const book of shop.books) {
    const url = `${shop.origin}/api/books/${book.id}.json`;
    const response = await fetch(url);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    const { path, modified: _, priceExcludingTax: _2, tax: _3, ...facts } = book;
    expect(await response.json()).toEqual({
      ...facts,
      category: book.category.name,
      currency: 'GBP',
      url,
      page: shop.origin + path,
    });
  }
});

test('following "next" passes all books, 20 a page', async () => {
  const ids: number[] = [];
  let next: string | null = `${shop.origin}/api/books.json`;
  while (next !== null) {
    const page = (await (await fetch(next)).json()) as BooksPage;
    expect(page.count).toBe(1000);
    expect(page.books).toHaveLength(20);
    ids.push(...page.books.map(({ id }) => id));
    next = page.next;
  }
  expect(ids).toEqual(shop.books.map(({ id }) => id));
});

test.each(['0', '51', 'x', '-1', '1.5', ''])('page=%s is 404 in JSON', async (page) => {
  const response = await fetch(`${shop.origin}/api/books.json?page=${page}`);
  expect(response.status).toBe(404);
  expect(await response.json()).toMatchObject({ error: { status: 404 } });
});

test('categories come with their sizes and addresses', async () => {
  const data: unknown = await (await fetch(`${shop.origin}/api/categories.json`)).json();
  expect(data).toEqual({
    count: 30,
    categories: shop.categories.map(({ name, slug, books }) => ({
      name,
      slug,
      books: books.length,
      page: `${shop.origin}/category/${slug}/index.html`,
    })),
  });
});

test('urls.txt has the addresses of all books, one a line', async () => {
  const text = await (await fetch(`${shop.origin}/api/urls.txt`)).text();
  expect(text).toBe(shop.books.map(({ id }) => `${shop.origin}/api/books/${id}.json\n`).join(''));
});

test('what the API does not have is 404 in JSON', async () => {
  for (const path of ['/api/', '/api/books/1001.json', '/api/books/01.json']) {
    const response = await fetch(shop.origin + path);
    expect(response.status).toBe(404);
    expect(await response.json()).toMatchObject({ error: { status: 404 } });
  }
});
