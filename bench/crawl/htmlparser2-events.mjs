// A page as it is read the fastest with a parser: htmlparser2's events, no tree.

import { Parser } from 'htmlparser2';

const HEADING = /^h[1-6]$/;

/** Links as they stand in the page. */
export function readEvents(/** @type {string} */ html) {
  /** @type {{ title: string | null, heading: string | null, links: string[] }} */
  const found = { title: null, heading: null, links: [] };
  let isLink = false;
  /** @type {'title' | 'heading' | undefined} */
  let reading;
  let end = '';
  const parser = new Parser({
    onopentagname(name) {
      isLink = name === 'a';
      if (found.title === null && name === 'title') begin('title', name);
      else if (found.heading === null && HEADING.test(name)) begin('heading', name);
    },
    onattribute(name, value) {
      if (isLink && name === 'href') found.links.push(value);
    },
    ontext(text) {
      if (reading !== undefined) found[reading] += text;
    },
    onclosetag(name) {
      if (name === end) reading = undefined;
    },
  });
  function begin(/** @type {'title' | 'heading'} */ what, /** @type {string} */ name) {
    found[what] = '';
    reading = what;
    end = name;
  }
  parser.end(html);
  return found;
}
