import { coverPath } from '../addresses.ts';
import type { Book } from '../catalogue/books.ts';
import { type Html, html } from './html.ts';
import type { Link } from './layout.ts';
import { pounds } from './money.ts';

/** Titles longer than this end in an ellipsis; the link's `title` always has the whole. */
const TITLE_LENGTH = 56;

/** Books as a grid of cards: `li article.product_pod`, with the hooks that practice sites have made customary. */
export function productCards(books: readonly Book[], link: Link): Html {
  return html`<ol class="row">
    ${books.map((book) => html`<li>${productCard(book, link)}</li>`)}
  </ol>`;
}

function productCard(book: Book, link: Link): Html {
  const href = link(book.path);
  return html`<article class="product_pod">
    <div class="image_container">
      <a href="${href}" tabindex="-1" aria-hidden="true"
        ><img
          class="thumbnail"
          src="${link(coverPath(book.id))}"
          alt=""
          width="240"
          height="360"
          loading="lazy"
      /></a>
    </div>
    ${starRating(book)}
    <h3><a href="${href}" title="${book.title}" dir="auto">${shortened(book.title)}</a></h3>
    <p class="author">${book.author}</p>
    <div class="product_price">
      <p class="price_color">${pounds(book.price)}</p>
      <p class="instock availability">In stock</p>
    </div>
  </article>`;
}

const STAR_WORDS: Readonly<Record<Book['rating'], string>> = {
  1: 'One',
  2: 'Two',
  3: 'Three',
  4: 'Four',
  5: 'Five',
};

/** `p.star-rating.Three`: the number of stars is a class, drawn by the stylesheet. */
export function starRating(book: Book): Html {
  const word = STAR_WORDS[book.rating];
  return html`<p class="star-rating ${word}" role="img" aria-label="${word} of five stars"></p>`;
}

function shortened(title: string): string {
  if (title.length <= TITLE_LENGTH) return title;
  return `${title.slice(0, title.lastIndexOf(' ', TITLE_LENGTH))} …`;
}
