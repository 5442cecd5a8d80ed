// What every program writes, and how two outputs are compared.

import { openSync, readFileSync, writeSync } from 'node:fs';

/**
 * @typedef {object} Found what a program has read in a page
 * @property {string} url
 * @property {string | null} [title] the first `<title>`
 * @property {string | null} [heading] the first of `<h1>` to `<h6>`
 * @property {readonly string[]} [links] the `href` of each `<a>`, absolute; none of a program that reads no pages
 */

/** A file of JSON lines, written 64 KiB at a time. */
export function jsonLines(/** @type {string} */ file) {
  const descriptor = openSync(file, 'w');
  let lines = '';
  return {
    write(/** @type {Found} */ found) {
      lines += `${JSON.stringify(found)}\n`;
      if (lines.length >= 65_536) this.flush();
    },
    flush() {
      writeSync(descriptor, lines);
      lines = '';
    },
  };
}

/**
 * A program's output by URL, so that it can be compared: white space does not count, addresses have no fragments, links
 * are http(s) only, serialised as the URL standard does, each once, in order of the alphabet.
 *
 * @returns {Map<string, { title: string, heading: string, links: string | undefined }>}
 */
export function readOutput(/** @type {string} */ file) {
  const pages = new Map();
  for (const line of readFileSync(file, 'utf8').split('\n')) {
    if (line === '') continue;
    const { url: address, title, heading, links } = /** @type {Found} */ (JSON.parse(line));
    const url = withoutFragment(address);
    if (pages.has(url)) throw new Error(`${file} has ${url} twice`);
    pages.set(url, { title: words(title), heading: words(heading), links: links && serialised(links) });
  }
  return pages;
}

const withoutFragment = (/** @type {string} */ url) => url.split('#', 1)[0];
/** Some put a blank where a line is broken (`<br>`), others nothing. */
const words = (/** @type {string | null | undefined} */ text) => (text ?? '').replace(/\s+/g, '');

function serialised(/** @type {readonly string[]} */ links) {
  const unique = new Set();
  for (const link of links) {
    const url = withoutFragment(link);
    if (/^https?:/i.test(url) && URL.canParse(url)) unique.add(new URL(url).href);
  }
  return [...unique].sort().join('\n');
}

/**
 * How an output differs from the reference. The same pages must have been found; `pages` counts those that read
 * differently, and is undefined of a program that reads none.
 *
 * @param {ReturnType<typeof readOutput>} reference
 * @param {ReturnType<typeof readOutput>} output
 * @returns {{ wrong: string } | { pages: number | undefined, example: string | undefined }}
 */
export function compare(reference, output) {
  const lost = [...reference.keys()].filter((url) => !output.has(url));
  const more = [...output.keys()].filter((url) => !reference.has(url));
  if (lost.length + more.length > 0) {
    const named = [
      ...lost.slice(0, 3).map((url) => `-${url}`),
      ...more.slice(0, 3).map((url) => `+${url}`),
    ].join(' ');
    return { wrong: `${lost.length} pages not found, ${more.length} too many: ${named}` };
  }
  const first = output.values().next().value;
  if (first?.links === undefined) return { pages: undefined, example: undefined };
  const different = [...reference].filter(([url, page]) => !isSame(page, output.get(url)));
  return { pages: different.length, example: different[0]?.[0] };
}

function isSame(a, b) {
  return a.title === b.title && a.heading === b.heading && a.links === b.links;
}
