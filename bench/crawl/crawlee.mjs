// Crawlee's CheerioCrawler, tuned.

import { CheerioCrawler } from '@crawlee/cheerio';
import { crawlTuned } from './crawlee-tuned.mjs';

export const crawl = (start, write) => crawlTuned(CheerioCrawler, start, write, read);

function read({ $ }) {
  const links = [];
  for (const { attribs } of $('a[href]')) links.push(attribs.href);
  return {
    title: $('title').first().text(),
    heading: $('h1, h2, h3, h4, h5, h6').first().text(),
    links,
  };
}
