import { BASKET, categoryPath, coverPath, HOME } from '../addresses.ts';
import type { Book } from '../catalogue/books.ts';
import { type Catalogue, related } from '../catalogue/catalogue.ts';
import { type Html, html, jsonScript, nothing } from './html.ts';
import { layout, type Link, linksFrom, SHOP_NAME } from './layout.ts';
import { pounds } from './money.ts';
import { productCards, starRating } from './product-card.ts';

/** The page of one book. The first `td` of the document holds its UPC, the first `.price_color` its price. */
export function bookPage(catalogue: Catalogue, book: Book, origin: string): string {
  const link = linksFrom(book.path);
  return layout({
    path: book.path,
    title: `${book.title} | ${SHOP_NAME}`,
    description: book.description,
    head: headOf(book, origin),
    main: html`${breadcrumb(book, link)}
      <article class="product_page">
        <div class="image_container">
          <img
            class="thumbnail"
            src="${link(coverPath(book.id))}"
            alt="Cover of ${book.title}"
            width="240"
            height="360"
          />
        </div>
        <div class="product_main">
          <h1 dir="auto">${book.title}</h1>
          <p class="author">by ${book.author}</p>
          ${starRating(book)}
          <p class="price_color">${pounds(book.price)}</p>
          <p class="instock availability">In stock (${book.stock} available)</p>
          <a class="button" href="${link(BASKET)}?add=${book.id}" rel="nofollow">Add to basket</a>
          <div id="product_description" class="sub-header"><h2>Description</h2></div>
          <p class="product_description">${book.description}</p>
          <ul class="tags" aria-label="Tags">
            ${book.tags.map((tag) => html`<li>${tag}</li>`)}
          </ul>
          <div class="sub-header"><h2>Details</h2></div>
          ${productTable(book)}
        </div>
      </article>
      ${relatedTo(related(catalogue, book), link)}`,
  });
}

function breadcrumb(book: Book, link: Link): Html {
  return html`<nav aria-label="Breadcrumb">
    <ul class="breadcrumb">
      <li><a href="${link(HOME)}">All books</a></li>
      <li><a href="${link(categoryPath(book.category, 1))}">${book.category.name}</a></li>
      <li class="active" aria-current="page">${book.title}</li>
    </ul>
  </nav>`;
}

function productTable(book: Book): Html {
  const rows: readonly (readonly [string, string | number])[] = [
    ['UPC', book.upc],
    ['Product Type', book.format],
    ['Price (excl. tax)', pounds(book.priceExcludingTax)],
    ['Price (incl. tax)', pounds(book.price)],
    ['Tax', pounds(book.tax)],
    ['Availability', `In stock (${book.stock} available)`],
    ['Published', book.published],
    ['Number of reviews', book.reviews],
  ];
  return html`<table class="table-striped">
    <tbody>
      ${rows.map(
        ([name, value]) =>
          html`<tr>
            <th scope="row">${name}</th>
            <td>${value}</td>
          </tr>`,
      )}
    </tbody>
  </table>`;
}

function relatedTo(books: readonly Book[], link: Link): Html {
  if (books.length === 0) return nothing;
  return html`<section class="related">
    <h2>You may also like</h2>
    ${productCards(books, link)}
  </section>`;
}

/** What search engines and link previews read: canonical address, OpenGraph, JSON-LD (schema.org/Book). */
function headOf(book: Book, origin: string): Html {
  const url = origin + book.path;
  const image = origin + coverPath(book.id);
  const ld = {
    '@context': 'https://schema.org',
    '@type': ['Product', 'Book'],
    name: book.title,
    author: book.author.split(' & ').map((name) => ({ '@type': 'Person', name })),
    sku: book.upc,
    image,
    url,
    description: book.description,
    genre: book.category.name,
    datePublished: book.published,
    ...(book.reviews === 0
      ? {}
      : {
          aggregateRating: {
            '@type': 'AggregateRating',
            ratingValue: book.rating,
            reviewCount: book.reviews,
          },
        }),
    offers: {
      '@type': 'Offer',
      price: book.price.toFixed(2),
      priceCurrency: 'GBP',
      availability: 'https://schema.org/InStock',
      url,
    },
  };
  return html`<link rel="canonical" href="${url}" />
    <meta property="og:type" content="book" />
    <meta property="og:title" content="${book.title}" />
    <meta property="og:description" content="${book.description}" />
    <meta property="og:url" content="${url}" />
    <meta property="og:image" content="${image}" />
    <meta property="og:site_name" content="${SHOP_NAME}" />
    <meta property="book:author" content="${book.author}" />
    <meta property="book:release_date" content="${book.published}" />
    ${jsonScript('application/ld+json', ld)}`;
}
