import { afterAll, beforeAll, expect, test } from 'vitest';
import { type Bookshop, startBookshop } from './bookshop.ts';

let shop: Bookshop;
beforeAll(async () => {
  shop = await startBookshop({ latency: 0 });
});
afterAll(async () => {
  await shop.close();
});

const read = async (url: string): Promise<string> => (await fetch(url)).text();
const locations = (xml: string): string[] =>
  Array.from(xml.matchAll(/<loc>([^<]*)<\/loc>/g), ([, url = '']) => url);

test('robots.txt forbids the basket, names the sitemap, and asks for no delay', async () => {
  expect(await read(`${shop.origin}/robots.txt`)).toBe(
    `User-agent: *\nDisallow: /basket/\n\nSitemap: ${shop.origin}/sitemap.xml\n`,
  );
});

test(
  'the sitemaps of the index name every book and category, each once and with a date, and all are there',
  { timeout: 60_000 },
  async () => {
    const maps = locations(await read(`${shop.origin}/sitemap.xml`));
    expect(maps.length).toBeGreaterThan(1);
    const pages: string[] = [];
    for (const map of maps) {
      const xml = await read(map);
      expect(xml).toMatch(/^<\?xml version="1\.0" encoding="UTF-8"\?>/);
      pages.push(...locations(xml));
      expect(xml.match(/<lastmod>\d{4}-\d\d-\d\d<\/lastmod>/g)).toHaveLength(locations(xml).length);
    }
    expect(new Set(pages).size).toBe(pages.length);
    const named = new Set(pages);
    for (const { path } of shop.books) expect(named).toContain(shop.origin + path);
    for (const { slug } of shop.categories)
      expect(named).toContain(`${shop.origin}/category/${slug}/index.html`);
    expect(pages.some((page) => page.includes('/basket'))).toBe(false);
    for (let i = 0; i < pages.length; i += 50) {
      const answers = await Promise.all(
        pages.slice(i, i + 50).map((page) => fetch(page, { method: 'HEAD' })),
      );
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
    }
  },
);

test('a book’s lastmod is the day of its Last-Modified', async () => {
  const book = shop.books[999];
  const maps = locations(await read(`${shop.origin}/sitemap.xml`));
  const xml = await read(maps.at(-1) ?? '');
  const day = book?.modified.toISOString().slice(0, 10);
  expect(xml).toContain(`<loc>${shop.origin}${book?.path}</loc><lastmod>${day}</lastmod>`);
});
