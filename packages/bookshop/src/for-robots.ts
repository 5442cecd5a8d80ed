import { ABOUT, BASKET, cataloguePath, categoryPath, HOME } from './addresses.ts';
import { type Catalogue, PAGE_SIZE } from './catalogue/catalogue.ts';
import { html } from './pages/html.ts';
import type { Resource } from './resource.ts';

/** How many addresses one sitemap holds. The protocol allows 50,000; a small number makes an index worth having. */
const SITEMAP_SIZE = 250;

const XML_TYPE = 'application/xml; charset=utf-8';

/** RFC 9309. The basket is off limits; there is no crawl delay. */
export function robotsTxt(origin: string): Resource {
  const body = `User-agent: *\nDisallow: ${BASKET}\n\nSitemap: ${origin}/sitemap.xml\n`;
  return { status: 200, type: 'text/plain; charset=utf-8', body };
}

/** The index of the sitemaps (sitemaps.org, protocol 0.9). */
export function sitemapIndex(catalogue: Catalogue, origin: string): Resource {
  const entries = sitemapPages(catalogue).map(
    (pages, i) =>
      html`<sitemap><loc>${origin}/sitemap-${i + 1}.xml</loc><lastmod>${latest(pages)}</lastmod></sitemap> `,
  );
  const body = html`<?xml version="1.0" encoding="UTF-8"?>
    <sitemapindex xmlns="${NAMESPACE}"> ${entries}</sitemapindex> `;
  return { status: 200, type: XML_TYPE, body: body.markup };
}

/** Sitemap N, from 1; undefined past the last. */
export function sitemap(catalogue: Catalogue, number: number, origin: string): Resource | undefined {
  const pages = sitemapPages(catalogue)[number - 1];
  if (pages === undefined) return undefined;
  const entries = pages.map(
    ({ path, modified }) => html`<url><loc>${origin}${path}</loc><lastmod>${day(modified)}</lastmod></url> `,
  );
  const body = html`<?xml version="1.0" encoding="UTF-8"?>
    <urlset xmlns="${NAMESPACE}"> ${entries}</urlset> `;
  return { status: 200, type: XML_TYPE, body: body.markup };
}

const NAMESPACE = 'http://www.sitemaps.org/schemas/sitemap/0.9';

interface SitemapPage {
  readonly path: string;
  readonly modified: Date;
}

/** All pages that a robot may read: first the listings, then the books. A listing is as new as its newest book. */
function sitemapPages({ books, categories }: Catalogue): readonly (readonly SitemapPage[])[] {
  const newest = new Date(Math.max(...books.map(({ modified }) => modified.getTime())));
  const pages: SitemapPage[] = [
    { path: HOME, modified: newest },
    { path: ABOUT, modified: newest },
  ];
  for (let page = 2; page <= Math.ceil(books.length / PAGE_SIZE); page++) {
    pages.push({ path: cataloguePath(page), modified: newest });
  }
  for (const category of categories) {
    const modified = new Date(Math.max(...category.books.map((book) => book.modified.getTime())));
    pages.push({ path: categoryPath(category, 1), modified });
  }
  pages.push(...books.map(({ path, modified }) => ({ path, modified })));
  return Array.from({ length: Math.ceil(pages.length / SITEMAP_SIZE) }, (_, i) =>
    pages.slice(i * SITEMAP_SIZE, (i + 1) * SITEMAP_SIZE),
  );
}

function latest(pages: readonly SitemapPage[]): string {
  return day(new Date(Math.max(...pages.map(({ modified }) => modified.getTime()))));
}

function day(date: Date): string {
  return date.toISOString().slice(0, 10);
}
