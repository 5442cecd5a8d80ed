// By hand, with the tree that a browser would make of each page: parse5. What the others find is compared to this.

import { parse } from 'parse5';
import { crawlByHand } from './by-hand.mjs';

const HTML = 'http://www.w3.org/1999/xhtml';
const HEADING = /^h[1-6]$/;

export const crawl = (start, write) => crawlByHand(start, write, read);

function read(/** @type {string} */ html) {
  /** @type {{ title: string | null, heading: string | null, links: string[] }} */
  const found = { title: null, heading: null, links: [] };
  for (const node of elements(parse(html))) {
    const { tagName: name, namespaceURI, attrs } = node;
    if (namespaceURI !== HTML) continue;
    if (name === 'a') {
      const href = attrs.find((attribute) => attribute.name === 'href')?.value;
      if (href !== undefined) found.links.push(href);
    } else if (name === 'title') found.title ??= textOf(node);
    else if (HEADING.test(name)) found.heading ??= textOf(node);
  }
  return found;
}

/** All elements in the order of the document. */
function* elements(root) {
  const rest = [root];
  for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
    if (node.tagName !== undefined) yield node;
    push(rest, node);
  }
}

function textOf(element) {
  let text = '';
  const rest = [element];
  for (let node = rest.pop(); node !== undefined; node = rest.pop()) {
    if (node.nodeName === '#text') text += node.value;
    push(rest, node);
  }
  return text;
}

function push(rest, { childNodes }) {
  if (childNodes !== undefined) for (let i = childNodes.length - 1; i >= 0; i--) rest.push(childNodes[i]);
}
