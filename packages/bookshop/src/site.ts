import { ABOUT, BASKET, HOME } from './addresses.ts';
import { bookJson, booksJson, categoriesJson, errorJson, urlsText } from './api.ts';
import type { Catalogue } from './catalogue/catalogue.ts';
import { robotsTxt, sitemap, sitemapIndex } from './for-robots.ts';
import { bookPage } from './pages/book-page.ts';
import { cover } from './pages/cover.ts';
import { cataloguePage, categoryPage } from './pages/listing-page.ts';
import { aboutPage, basketPage, notFoundPage } from './pages/plain-pages.ts';
import { htmlResource, redirect, type Resource } from './resource.ts';

/** Gives what stands at a path, which begins with a slash, and a query without its `?`. Where nothing is, it says so: 404. */
export type Site = (path: string, query: string) => Resource;

type Found = Resource | undefined;

/** The whole site, without faults. `origin` (`http://127.0.0.1:41233`) is what its absolute addresses begin with. */
export function createSite(catalogue: Catalogue, origin: string): Site {
  const { books, categories } = catalogue;

  const fixed: ReadonlyMap<string, (query: string) => Found> = new Map<string, (query: string) => Found>([
    [HOME, () => htmlOf(cataloguePage(catalogue, 1, HOME, origin))],
    [ABOUT, () => htmlOf(aboutPage())],
    [BASKET, () => ({ ...htmlResource(200, basketPage()), headers: { 'Cache-Control': 'no-store' } })],
    [BASKET.slice(0, -1), () => redirect(301, BASKET)],
    ['/robots.txt', () => robotsTxt(origin)],
    ['/sitemap.xml', () => sitemapIndex(catalogue, origin)],
    ['/api/books.json', (query) => booksJson(catalogue, pageAskedFor(query), origin)],
    ['/api/categories.json', () => categoriesJson(catalogue, origin)],
    ['/api/urls.txt', () => urlsText(catalogue, origin)],
  ]);

  /** Patterns of paths; the function is given what the pattern's groups stand for, and then the path. */
  const patterned: readonly (readonly [RegExp, (first: string, second: string, path: string) => Found])[] = [
    [/^\/book\/(.*)_([1-9]\d{0,3})\/?$/, (_slug, id, path) => bookAt(path, Number(id))],
    [/^\/()api\/books\/([1-9]\d{0,3})\.json$/, (_, id) => detail(Number(id))],
    [/^\/()covers\/([1-9]\d{0,3})\.svg$/, (_, id) => coverOf(Number(id))],
    [
      /^\/()catalogue\/page-([1-9]\d{0,3})\.html$/,
      (_, number, path) => htmlOf(cataloguePage(catalogue, Number(number), path, origin)),
    ],
    [/^\/category\/([a-z-]+)\/index()\.html$/, (slug) => categoryAt(slug, 1)],
    [
      /^\/category\/([a-z-]+)\/page-([1-9]\d{0,3})\.html$/,
      (slug, number) => (number === '1' ? undefined : categoryAt(slug, Number(number))),
    ],
    [/^\/()sitemap-([1-9]\d{0,3})\.xml$/, (_, number) => sitemap(catalogue, Number(number), origin)],
  ];

  function bookAt(path: string, id: number): Found {
    const book = books[id - 1];
    if (book === undefined) return undefined;
    if (`${path}/` === book.path) return redirect(301, book.path);
    if (path !== book.path) return undefined;
    return { ...htmlResource(200, bookPage(catalogue, book, origin)), modified: book.modified };
  }

  function detail(id: number): Found {
    const book = books[id - 1];
    return book && bookJson(book, origin);
  }

  function coverOf(id: number): Found {
    const book = books[id - 1];
    return (
      book && {
        status: 200,
        type: 'image/svg+xml; charset=utf-8',
        body: cover(book),
        modified: book.modified,
      }
    );
  }

  function categoryAt(slug: string, page: number): Found {
    const category = categories.find((each) => each.slug === slug);
    return category && htmlOf(categoryPage(catalogue, category, page, origin));
  }

  function find(path: string, query: string): Found {
    const known = fixed.get(path);
    if (known !== undefined) return known(query);
    for (const [pattern, at] of patterned) {
      const [, first, second] = pattern.exec(path) ?? [];
      if (first !== undefined && second !== undefined) return at(first, second, path);
    }
    return undefined;
  }

  return (path, query) => {
    const found = find(path, query);
    if (found !== undefined) return found;
    if (path.startsWith('/api/')) return errorJson(404, 'There is nothing at this address.');
    return htmlResource(404, notFoundPage());
  };
}

function htmlOf(markup: string | undefined): Found {
  return markup === undefined ? undefined : htmlResource(200, markup);
}

/** The `page` of a query, 1 where none is given, and NaN, which no listing has, where it is not a whole number. */
function pageAskedFor(query: string): number {
  const asked = new URLSearchParams(query).get('page') ?? '1';
  return /^\d{1,6}$/.test(asked) ? Number(asked) : NaN;
}
