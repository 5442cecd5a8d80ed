import { type Book, generateBooks } from './books.ts';
import { type Category, SHELVES } from './categories.ts';

/** How many books one page of a listing shows. */
export const PAGE_SIZE = 20;

/** A category and its books, in the order of the catalogue. */
export interface CategoryListing extends Category {
  readonly books: readonly Book[];
}

/** All that the shop has. */
export interface Catalogue {
  /** In order of id: the book with id 1 comes first. */
  readonly books: readonly Book[];
  /** In alphabetical order. */
  readonly categories: readonly CategoryListing[];
}

/** The catalogue that belongs to a seed: the same on every machine, every time. */
export function generateCatalogue(seed: number): Catalogue {
  const books = generateBooks(seed);
  const categories = SHELVES.map(({ name, slug }) => ({
    name,
    slug,
    books: books.filter((book) => book.category.slug === slug),
  }));
  return { books, categories };
}

/** Up to six other books that a reader of this one may like: by the same author first, then from the same category. */
export function related(catalogue: Catalogue, book: Book): readonly Book[] {
  const neighbours = catalogue.categories.find(({ slug }) => slug === book.category.slug)?.books ?? [];
  const start = neighbours.indexOf(book) + 1;
  const sameAuthor = catalogue.books.filter((other) => other.author === book.author);
  const found = new Set([...sameAuthor, ...neighbours.slice(start), ...neighbours.slice(0, start)]);
  found.delete(book);
  return [...found].slice(0, 6);
}
