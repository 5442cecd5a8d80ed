import type { Category } from './catalogue/categories.ts';

/** Where the shop's pages are. A book knows its own path; the rest is here. */

export const HOME = '/';
export const ABOUT = '/about';
export const BASKET = '/basket/';

/** The catalogue's page N, from 1. The first page is also the shop's front door, `/`. */
export function cataloguePath(page: number): string {
  return `/catalogue/page-${page}.html`;
}

/** Page N of a category, from 1. */
export function categoryPath(category: Category, page: number): string {
  return `/category/${category.slug}/${page === 1 ? 'index' : `page-${page}`}.html`;
}

export function coverPath(id: number): string {
  return `/covers/${id}.svg`;
}

export function bookJsonPath(id: number): string {
  return `/api/books/${id}.json`;
}

export function booksJsonPath(page: number): string {
  return `/api/books.json?page=${page}`;
}
