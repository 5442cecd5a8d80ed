// Ours, its state in an SQLite file, or in memory where there is no folder; `GLEANER` names the copy of the build.

import path from 'node:path';

/** @type {typeof import('../../packages/gleaner/dist/index.js')} */
const {
  crawl: pages,
  follow,
  spider,
} = await import(process.env.GLEANER ?? '../../packages/gleaner/dist/index.js');

export { follow, spider };

const manual = spider(function* (page) {
  if (!page.headers['content-type']?.startsWith('text/html')) return;
  const links = page.links();
  yield follow(links);
  yield { url: page.url, title: page.text('title'), heading: page.text('h1, h2, h3, h4, h5, h6'), links };
});

/** A crawl by a spider. */
export const crawlWith = (by) => async (start, write, temporary) => {
  const options = {
    store: temporary === undefined ? undefined : path.join(temporary, 'crawl.sqlite'),
    within: 'origin',
    robots: false,
    delay: 0,
    concurrency: 16,
    perHost: 16,
  };
  for await (const found of pages(start, by, options)) write(found);
};

export const crawl = crawlWith(manual);
