import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { type Bookshop, startBookshop } from './bookshop.ts';

let shop: Bookshop;
beforeAll(async () => {
  shop = await startBookshop({ latency: 0, faults: true });
});
afterAll(async () => {
  await shop.close();
});

async function read(path: string): Promise<string> {
  const response = await fetch(new URL(path, shop.url));
  expect(response.status, path).toBe(200);
  return await response.text();
}

/** What the first group of a pattern stands for, each time that it occurs in a page, with entities resolved. */
function all(page: string, pattern: RegExp): string[] {
  const characters: Readonly<Record<string, string>> = { amp: '&', lt: '<', gt: '>', quot: '"', '#39': "'" };
  return Array.from(page.matchAll(pattern), ([, text = '']) =>
    text.replace(/&(amp|lt|gt|quot|#39);/g, (entity, name: string) => characters[name] ?? entity),
  );
}

const CARD_LINKS = /<h3><a href="([^"]*)"/g;
const CARD_TITLES = /<h3>\s*<a href="[^"]*" title="([^"]*)"/g;

describe('listings', () => {
  test('following "next" from the front page passes all 1,000 books once, in order, over 50 pages', async () => {
    const titles: string[] = [];
    let url: URL | undefined = new URL(shop.url);
    let pages = 0;
    while (url !== undefined) {
      const page: string = await read(url.href);
      expect(all(page, /(<article class="product_pod">)/g)).toHaveLength(20);
      titles.push(...all(page, CARD_TITLES));
      const [next] = all(page, /<li class="next"><a href="([^"]*)"/g);
      url = next === undefined ? undefined : new URL(next, url);
      pages++;
    }
    expect(pages).toBe(50);
    expect(titles).toEqual(shop.books.map(({ title }) => title));
  });

  test('each category lists its books over its pages', async () => {
    expect(shop.categories).toHaveLength(30);
    for (const { name, slug, books } of shop.categories) {
      const titles: string[] = [];
      for (let n = 1; n <= Math.ceil(books.length / 20); n++) {
        const page = await read(`/category/${slug}/${n === 1 ? 'index' : `page-${n}`}.html`);
        expect(all(page, /<h1>([^<]*)</g)).toEqual([name]);
        titles.push(...all(page, CARD_TITLES));
      }
      expect(titles).toEqual(books.map(({ title }) => title));
    }
  });

  test('the sidebar links all categories, relative to the page', async () => {
    for (const path of ['/', '/catalogue/page-3.html', '/category/fiction/page-2.html']) {
      const page = await read(path);
      const sidebar = page.slice(page.indexOf('side_categories"'));
      const links = all(sidebar, /<a href="([^"]*)"/g).map(
        (href) => new URL(href, shop.origin + path).pathname,
      );
      expect(links).toEqual(shop.categories.map(({ slug }) => `/category/${slug}/index.html`));
    }
  });

  test('a card carries the customary hooks', async () => {
    const page = await read('/');
    const [first = ''] = /<article class="product_pod">[\s\S]*?<\/article>/.exec(page) ?? [];
    const [book] = shop.books;
    expect(first).toContain(`<p class="price_color">£${book?.price.toFixed(2)}</p>`);
    expect(first).toMatch(/<p class="star-rating (One|Two|Three|Four|Five)"/);
    expect(first).toContain('class="instock availability">In stock<');
    expect(first).toMatch(/<h3>\s*<a href="[^"]+" title="[^"]+"/);
  });
});

describe('book pages', () => {
  test('every book’s page says what is known about it', { timeout: 60_000 }, async () => {
    for (const book of shop.books) {
      const page = await read(book.path);
      expect(all(page, /<h1 dir="auto">([^<]*)</g)).toEqual([book.title]);
      expect(all(page, /<p class="price_color">([^<]*)</g)[0]).toBe(`£${book.price.toFixed(2)}`);
      expect(all(page, /<td>([^<]*)</g)).toEqual([
        book.upc,
        book.format,
        `£${book.priceExcludingTax.toFixed(2)}`,
        `£${book.price.toFixed(2)}`,
        `£${book.tax.toFixed(2)}`,
        `In stock (${book.stock} available)`,
        book.published,
        String(book.reviews),
      ]);
      expect(all(page, /<p class="product_description">([^<]*)</g)).toEqual([book.description]);
    }
  });

  test('breadcrumbs and related books lead to pages that exist', async () => {
    const [book] = shop.books;
    const path = book?.path ?? '';
    const page = await read(path);
    const crumbs = all(page.slice(page.indexOf('breadcrumb')), /<li><a href="([^"]*)"/g).slice(0, 2);
    const relatedLinks = all(page.slice(page.indexOf('class="related"')), CARD_LINKS);
    expect(crumbs.map((href) => new URL(href, shop.origin + path).pathname)).toEqual([
      '/',
      `/category/${book?.category.slug}/index.html`,
    ]);
    expect(relatedLinks).toHaveLength(6);
    for (const href of [...crumbs, ...relatedLinks]) {
      expect(href).not.toMatch(/^(\/|https?:)/);
      await read(new URL(href, shop.origin + path).href);
    }
  });

  test('metadata for machines agrees with the page', async () => {
    for (const book of shop.books.slice(0, 200)) {
      const page = await read(book.path);
      const url = shop.origin + book.path;
      expect(all(page, /<link rel="canonical" href="([^"]*)"/g)).toEqual([url]);
      expect(all(page, /property="og:title" content="([^"]*)"/g)).toEqual([book.title]);
      expect(all(page, /property="og:url" content="([^"]*)"/g)).toEqual([url]);
      const [json = ''] = /(?<=<script type="application\/ld\+json">)[^<]*/.exec(page) ?? [];
      expect(JSON.parse(json)).toMatchObject({
        '@type': ['Product', 'Book'],
        name: book.title,
        sku: book.upc,
        offers: { price: book.price.toFixed(2), priceCurrency: 'GBP' },
      });
    }
  });

  test('the address without its last slash leads to the one with it', async () => {
    const path = shop.books[4]?.path ?? '';
    const response = await fetch(shop.origin + path.slice(0, -1), { redirect: 'manual' });
    expect(response.status).toBe(301);
    expect(response.headers.get('location')).toBe(path);
  });
});

describe('the rest', () => {
  test('every cover is an image', async () => {
    const response = await fetch(`${shop.origin}/covers/1000.svg`);
    expect(response.headers.get('content-type')).toMatch(/^image\/svg\+xml/);
    expect(await response.text()).toMatch(/^<svg\s/);
  });

  test('the about page is friendly, the basket empty and not to be stored', async () => {
    expect(await read('/about')).toContain('Welcome.');
    const basket = await fetch(`${shop.origin}/basket/?add=7`);
    expect(await basket.text()).toContain('Your basket is empty');
    expect(basket.headers.get('cache-control')).toBe('no-store');
  });

  test.each([
    '/nothing',
    '/book/',
    '/book/no-such-book_7/',
    '/book/x_1001/',
    '/catalogue/page-0.html',
    '/catalogue/page-51.html',
    '/category/nothing/index.html',
    '/category/typography/page-2.html',
    '/covers/0.svg',
    '/sitemap-0.xml',
    '/__proto__',
  ])('%s is not found, and an HTML page says so', async (path) => {
    const response = await fetch(shop.origin + path);
    expect(response.status).toBe(404);
    expect(response.headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(await response.text()).toContain('Not on our shelves');
  });
});
