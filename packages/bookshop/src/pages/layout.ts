import { ABOUT, BASKET, categoryPath, HOME } from '../addresses.ts';
import type { CategoryListing } from '../catalogue/catalogue.ts';
import { type Html, html, nothing } from './html.ts';
import { relative } from './relative.ts';
import { STYLE } from './style.ts';

export const SHOP_NAME = 'Foxglove & Quire';

/** What all HTML pages have in common. */
export interface Page {
  /** Where the page is, which its links are relative to. A page that may be anywhere, such as "not found", has none. */
  readonly path?: string;
  readonly title: string;
  readonly description: string;
  /** More elements of the head: canonical address, OpenGraph, JSON-LD. */
  readonly head?: Html;
  readonly main: Html;
  /** Shows the categories beside the page. */
  readonly sidebar?: { readonly categories: readonly CategoryListing[]; readonly current?: string };
}

/** Turns one of the site's paths into an address as the page's links write it. */
export type Link = (to: string) => string;

/** Links relative to a page; from the root where the page may be anywhere. */
export function linksFrom(path: string | undefined): Link {
  return path === undefined ? (to) => to : (to) => relative(path, to);
}

/** The whole document: valid HTML5 with its stylesheet inside. */
export function layout(page: Page): string {
  const link = linksFrom(page.path);
  const { sidebar } = page;
  return html`<!doctype html>
    <html lang="en-GB">
      <head>
        <meta charset="utf-8" />
        <meta name="viewport" content="width=device-width, initial-scale=1" />
        <title>${page.title}</title>
        <meta name="description" content="${page.description}" />
        <link rel="icon" href="${ICON}" />
        ${page.head ?? nothing}
        <style>
          ${STYLE}
        </style>
      </head>
      <body>
        <header class="masthead">
          <a class="brand" href="${link(HOME)}">${MARK}<span>${SHOP_NAME}</span></a>
          <nav aria-label="Shop">
            <a href="${link(HOME)}">Catalogue</a> <a href="${link(ABOUT)}">About</a>
            <a href="${link(BASKET)}">Basket</a>
          </nav>
        </header>
        <div class="${sidebar === undefined ? 'page' : 'page with-sidebar'}">
          <main>${page.main}</main>
          ${sidebar === undefined ? nothing : categoriesOf(sidebar.categories, sidebar.current, link)}
        </div>
        <footer class="colophon">
          <p>
            ${SHOP_NAME} is a sample site: its thousand books are imaginary, and none of them can be bought.
          </p>
        </footer>
      </body>
    </html>`.markup;
}

function categoriesOf(categories: readonly CategoryListing[], current: string | undefined, link: Link): Html {
  const entries = categories.map((category) => {
    const here = category.slug === current ? html` aria-current="page"` : nothing;
    return html`<li>
      <a href="${link(categoryPath(category, 1))}" ${here}>${category.name}</a>
      <span class="count">${category.books.length}</span>
    </li>`;
  });
  return html`<aside class="side_categories">
    <h2>Categories</h2>
    <ul class="nav">
      ${entries}
    </ul>
  </aside>`;
}

/** A foxglove bell, for the masthead. */
const MARK = html`<svg class="mark" viewBox="0 0 32 32" aria-hidden="true">
  <path d="M16 3C9 8 8 16 6 24q3 5 5 1 2.5 5 5 1 2.5 4 5-1 2 4 5-1C24 16 23 8 16 3z" fill="currentColor" />
  <circle cx="13" cy="17" r="1.3" fill="var(--paper)" />
  <circle cx="18" cy="14" r="1.1" fill="var(--paper)" />
  <circle cx="18" cy="20" r="1.3" fill="var(--paper)" />
</svg>`;

const ICON = `data:image/svg+xml,${encodeURIComponent(
  '<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 32 32"><path d="M16 3C9 8 8 16 6 24q3 5 5 1 2.5 5 5 1 2.5 4 5-1 2 4 5-1C24 16 23 8 16 3z" fill="#9c3d6e"/></svg>',
)}`;
