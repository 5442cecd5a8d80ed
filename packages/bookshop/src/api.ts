import { bookJsonPath, booksJsonPath, categoryPath } from './addresses.ts';
import type { Book } from './catalogue/books.ts';
import { type Catalogue, PAGE_SIZE } from './catalogue/catalogue.ts';
import type { Resource } from './resource.ts';

/** The shop as data. All addresses in it are absolute. */

const JSON_TYPE = 'application/json; charset=utf-8';

/** All there is to know about a book. */
export function bookJson(book: Book, origin: string): Resource {
  const data = {
    id: book.id,
    upc: book.upc,
    title: book.title,
    author: book.author,
    category: book.category.name,
    format: book.format,
    price: book.price,
    currency: 'GBP',
    stock: book.stock,
    rating: book.rating,
    reviews: book.reviews,
    description: book.description,
    published: book.published,
    tags: book.tags,
    url: origin + bookJsonPath(book.id),
    page: origin + book.path,
  };
  return { status: 200, type: JSON_TYPE, body: JSON.stringify(data), modified: book.modified };
}

/** A page of 20 books in short, from 1, with the address of the next (null on the last); undefined past the last. */
export function booksJson({ books }: Catalogue, page: number, origin: string): Resource | undefined {
  const pages = Math.ceil(books.length / PAGE_SIZE);
  if (!(page >= 1 && page <= pages)) return undefined;
  const shown = books.slice((page - 1) * PAGE_SIZE, page * PAGE_SIZE);
  return json(200, {
    count: books.length,
    page,
    pages,
    next: page === pages ? null : origin + booksJsonPath(page + 1),
    previous: page === 1 ? null : origin + booksJsonPath(page - 1),
    books: shown.map(({ id, title, author, price, rating, path }) => ({
      id,
      title,
      author,
      price,
      currency: 'GBP',
      rating,
      url: origin + bookJsonPath(id),
      page: origin + path,
    })),
  });
}

/** All categories with how many books each has. */
export function categoriesJson({ categories }: Catalogue, origin: string): Resource {
  return json(200, {
    count: categories.length,
    categories: categories.map((category) => ({
      name: category.name,
      slug: category.slug,
      books: category.books.length,
      page: origin + categoryPath(category, 1),
    })),
  });
}

/** The addresses of all books as JSON, one a line. */
export function urlsText({ books }: Catalogue, origin: string): Resource {
  const body = books.map(({ id }) => `${origin}${bookJsonPath(id)}\n`).join('');
  return { status: 200, type: 'text/plain; charset=utf-8', body };
}

/** An error as the API tells it: `{ "error": { "status": 404, "message": "…" } }`. */
export function errorJson(
  status: number,
  message: string,
  headers: Readonly<Record<string, string>> = {},
): Resource {
  return { ...json(status, { error: { status, message } }), headers };
}

function json(status: number, value: unknown): Resource {
  return { status, type: JSON_TYPE, body: JSON.stringify(value) };
}
