import { cataloguePath, categoryPath, HOME } from '../addresses.ts';
import type { Book } from '../catalogue/books.ts';
import { type Catalogue, type CategoryListing, PAGE_SIZE } from '../catalogue/catalogue.ts';
import { type Html, html, nothing } from './html.ts';
import { layout, type Link, linksFrom, SHOP_NAME } from './layout.ts';
import { productCards } from './product-card.ts';

/** A page of the whole catalogue, from 1; undefined past the last. `path` is where it is asked for: page 1 is also `/`. */
export function cataloguePage(
  catalogue: Catalogue,
  page: number,
  path: string,
  origin: string,
): string | undefined {
  return listingPage(catalogue, {
    path,
    heading: 'All books',
    books: catalogue.books,
    page,
    pathOf: cataloguePath,
    canonical: origin + (page === 1 ? HOME : cataloguePath(page)),
  });
}

/** A page of one category, from 1; undefined past the last. */
export function categoryPage(
  catalogue: Catalogue,
  category: CategoryListing,
  page: number,
  origin: string,
): string | undefined {
  const path = categoryPath(category, page);
  return listingPage(catalogue, {
    path,
    heading: category.name,
    books: category.books,
    page,
    pathOf: (n) => categoryPath(category, n),
    canonical: origin + path,
    current: category.slug,
  });
}

interface Listing {
  readonly path: string;
  readonly heading: string;
  readonly books: readonly Book[];
  readonly page: number;
  readonly pathOf: (page: number) => string;
  readonly canonical: string;
  readonly current?: string;
}

function listingPage(catalogue: Catalogue, listing: Listing): string | undefined {
  const { heading, books, page } = listing;
  const pages = Math.ceil(books.length / PAGE_SIZE);
  if (page < 1 || page > pages) return undefined;
  const first = (page - 1) * PAGE_SIZE;
  const shown = books.slice(first, first + PAGE_SIZE);
  const link = linksFrom(listing.path);
  const range = html`<strong>${books.length}</strong> ${books.length === 1 ? 'book' : 'books'}, showing
    <strong>${first + 1}</strong> to <strong>${first + shown.length}</strong>`;
  return layout({
    path: listing.path,
    title: `${heading}${page === 1 ? '' : `, page ${page}`} | ${SHOP_NAME}`,
    description: `${heading} at ${SHOP_NAME}: page ${page} of ${pages}.`,
    head: html`<link rel="canonical" href="${listing.canonical}" />`,
    main: html`<h1>${heading}</h1>
      <p class="results">${range}</p>
      <h2 class="hidden">Books</h2>
      ${productCards(shown, link)} ${pager(listing, pages, link)}`,
    sidebar: {
      categories: catalogue.categories,
      ...(listing.current === undefined ? {} : { current: listing.current }),
    },
  });
}

function pager({ page, pathOf }: Listing, pages: number, link: Link): Html {
  if (pages === 1) return nothing;
  const previous =
    page === 1
      ? nothing
      : html`<li class="previous"><a href="${link(pathOf(page - 1))}" rel="prev">previous</a></li>`;
  const next =
    page === pages
      ? nothing
      : html`<li class="next"><a href="${link(pathOf(page + 1))}" rel="next">next</a></li>`;
  return html`<nav aria-label="Pages">
    <ul class="pager">
      ${previous}
      <li class="current">Page ${page} of ${pages}</li>
      ${next}
    </ul>
  </nav>`;
}
