// Ours, its spider going from element to element: that makes a tree of each page, which selectors and links do without.

import { crawlWith, follow, spider } from './gleaner.mjs';

const HEADING = /^h[1-6]$/;

const manual = spider(function* (page) {
  if (!page.headers['content-type']?.startsWith('text/html')) return;
  let title = null;
  let heading = null;
  const links = new Set();
  for (const element of elements(page.select('html'))) {
    const { name } = element;
    if (name === 'a') {
      const link = element.link();
      if (link !== null) links.add(link.split('#', 1)[0]);
    } else if (name === 'title') title ??= element.text();
    else if (HEADING.test(name)) heading ??= element.text();
  }
  yield follow([...links]);
  yield { url: page.url, title, heading, links: [...links] };
});

/** An element and all in it, in the order of the page. */
function* elements(first) {
  const rest = [first];
  for (let element = rest.pop(); element !== undefined; element = rest.pop()) {
    if (!element.exists) continue;
    yield element;
    rest.push(element.next, element.select('> *'));
  }
}

export const crawl = crawlWith(manual);
