import { ABOUT, BASKET, HOME } from '../addresses.ts';
import { html } from './html.ts';
import { layout, linksFrom, SHOP_NAME } from './layout.ts';

/** What this site is and what may be done with it. */
export function aboutPage(): string {
  const link = linksFrom(ABOUT);
  return layout({
    path: ABOUT,
    title: `About | ${SHOP_NAME}`,
    description: `${SHOP_NAME} is a bookshop of a thousand imaginary books, made for scrapers.`,
    main: html`<div class="prose">
      <h1>About this shop</h1>
      <p>
        Welcome. ${SHOP_NAME} keeps a thousand books that nobody has written, in thirty categories, at prices
        that nobody pays. It is made for scrapers: for trying them, for testing them, and for watching them
        work.
      </p>
      <p>
        Everything here grows from one number, the seed. The same seed gives the same books on every machine,
        down to the last review; there are no files behind it, and nothing is kept.
      </p>
      <p>
        Begin with the <a href="${link(HOME)}">catalogue</a>, or with <code>/api/books.json</code>. All books
        as JSON are listed in <code>/api/urls.txt</code>, and all pages in <code>/sitemap.xml</code>. Take as
        many as you like. Only the <a href="${link(BASKET)}">basket</a> is not for robots, as
        <code>/robots.txt</code> says.
      </p>
      <p>
        When faults are switched on, some of the JSON pages behave as pages on the real web do: late, gone,
        moved, broken, or not at all. Which ones is part of the seed, too.
      </p>
    </div>`,
  });
}

/** The basket, which robots.txt asks robots not to visit. It is always empty. */
export function basketPage(): string {
  return layout({
    path: BASKET,
    title: `Basket | ${SHOP_NAME}`,
    description: 'Your basket.',
    main: html`<div class="prose">
      <h1>Your basket is empty</h1>
      <p>And it will stay empty: imaginary books weigh nothing and cannot be carried home.</p>
      <p><a class="button" href="${linksFrom(BASKET)(HOME)}">Back to the books</a></p>
    </div>`,
  });
}

/** For any address where nothing is. */
export function notFoundPage(): string {
  return layout({
    title: `Not found | ${SHOP_NAME}`,
    description: 'There is no page at this address.',
    main: html`<div class="prose">
      <h1>Not on our shelves</h1>
      <p>There is no page at this address. Perhaps it was lent and never returned.</p>
      <p><a class="button" href="${HOME}">Back to the books</a></p>
    </div>`,
  });
}

/** What a careless application sends in place of data, with status 200. */
export function sorryPage(): string {
  return layout({
    title: `Sorry | ${SHOP_NAME}`,
    description: 'Something went wrong.',
    main: html`<div class="prose">
      <h1>Something went wrong</h1>
      <p>We could not load this book just now. Our apologies; please try again later.</p>
    </div>`,
  });
}
