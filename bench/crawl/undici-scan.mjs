// The floor: undici's lowest interface, a Set for the frontier, and a look through each page's bytes for the three things
// that are wanted. What it leaves out is what makes it fast: it is right on the manuals, not on any page. It knows no tree
// (so `</a>` before `<a>` or a heading in a `<template>` is as good as any), of character references only the numeric
// and the five of XML, only UTF-8, and no `<base>`, `<svg>`, CDATA or `<textarea>`; failures end it.

import { Pool } from 'undici';

const CONCURRENCY = 16;
const CLOSING_HEADING = /<\/h[1-6]/gi;
const REFERENCE = /&(?:#(\d+)|#[xX]([\da-fA-F]+)|(amp|lt|gt|quot|apos));/g;
const NAMED = { amp: '&', lt: '<', gt: '>', quot: '"', apos: "'" };
const [A, H, S, T] = [97, 104, 115, 116];

export async function crawl(start, write) {
  const { origin } = new URL(start);
  const home = `${origin}/`;
  const pool = new Pool(origin, { connections: CONCURRENCY });
  const queue = [start];
  const seen = new Set(queue);
  const resolve = resolver();
  let next = 0;
  let working = 0;
  await new Promise((done, fail) => {
    function begin() {
      for (; working < CONCURRENCY && next < queue.length; working++) load(queue[next++]);
      if (working === 0) done(undefined);
    }
    function load(/** @type {string} */ url) {
      const chunks = [];
      let isPage = false;
      const handler = {
        onConnect() {},
        onHeaders(status, headers) {
          isPage = status === 200 && typeOf(headers).startsWith('text/html');
          return true;
        },
        onData(chunk) {
          if (isPage) chunks.push(chunk);
          return true;
        },
        onComplete() {
          if (isPage) visit(url, chunks.length === 1 ? chunks[0] : Buffer.concat(chunks));
          working--;
          begin();
        },
        onError: fail,
      };
      pool.dispatch({ method: 'GET', path: url.slice(origin.length) }, handler);
    }
    begin();
  });
  await pool.close();

  function visit(/** @type {string} */ url, /** @type {Buffer} */ body) {
    const { title, heading, hrefs } = scan(body);
    const links = resolve(url, hrefs);
    for (const link of links) {
      if (!link.startsWith(home) || seen.has(link)) continue;
      seen.add(link);
      queue.push(link);
    }
    write({ url, title, heading, links });
  }
}

/** undici gives names and values in turn. */
function typeOf(/** @type {Buffer[]} */ headers) {
  for (let i = 0; i < headers.length; i += 2) {
    if (headers[i].length === 12 && headers[i].latin1Slice().toLowerCase() === 'content-type')
      return headers[i + 1].latin1Slice();
  }
  return '';
}

/** Goes from one `<` to the next. As latin1 each byte is a character, and nothing need be decoded but what is kept. */
function scan(/** @type {Buffer} */ body) {
  const html = body.latin1Slice();
  /** @type {string | null} */
  let title = null;
  /** @type {string | null} */
  let heading = null;
  const hrefs = new Set();
  for (let at = html.indexOf('<'); at >= 0; at = html.indexOf('<', at)) {
    at++;
    const letter = html.charCodeAt(at) | 32;
    if (letter === A) {
      const end = endOfTag(html, at);
      const href = isWhite(html.charCodeAt(at + 1)) ? hrefIn(html, at + 1, end) : undefined;
      if (href !== undefined) hrefs.add(href);
      at = end;
    } else if (letter === H && heading === null) {
      const level = html.charCodeAt(at + 1) - 48;
      if (level < 1 || level > 6 || !endsName(html.charCodeAt(at + 2))) continue;
      const from = endOfTag(html, at) + 1;
      CLOSING_HEADING.lastIndex = from;
      const to = CLOSING_HEADING.exec(html)?.index ?? html.length;
      heading = decoded(html.slice(from, to).replace(/<[^>]*>/g, ''));
      // Its links count: it goes on behind the tag, and not behind the heading.
      at = from;
    } else if (letter === T && title === null && isNamed(html, at, 'title')) {
      const from = endOfTag(html, at) + 1;
      at = closing(html, from, 'title');
      title = decoded(html.slice(from, at));
    } else if (letter === S) {
      if (isNamed(html, at, 'script')) at = closing(html, at, 'script');
      else if (isNamed(html, at, 'style')) at = closing(html, at, 'style');
    } else if (html.startsWith('!--', at)) {
      at = html.indexOf('-->', at);
      if (at < 0) break;
    }
  }
  return { title, heading, hrefs };
}

const isWhite = (/** @type {number} */ code) =>
  code === 32 || code === 10 || code === 9 || code === 13 || code === 12;
const endsName = (/** @type {number} */ code) => isWhite(code) || code === 62 || code === 47;

function isNamed(/** @type {string} */ html, /** @type {number} */ at, /** @type {string} */ name) {
  const end = at + name.length;
  return html.slice(at, end).toLowerCase() === name && endsName(html.charCodeAt(end));
}

/** Where the element's end tag begins; the end of the page if there is none. */
function closing(/** @type {string} */ html, /** @type {number} */ at, /** @type {string} */ name) {
  for (let end = html.indexOf('</', at); end >= 0; end = html.indexOf('</', end + 2))
    if (isNamed(html, end + 2, name)) return end;
  return html.length;
}

/** Where the tag's `>` is, which does not stand in quotes. */
function endOfTag(/** @type {string} */ html, /** @type {number} */ at) {
  for (; at < html.length; at++) {
    const code = html.charCodeAt(at);
    if (code === 62) return at;
    if ((code === 34 || code === 39) && html.charCodeAt(at - 1) === 61) {
      at = html.indexOf(code === 34 ? '"' : "'", at + 1);
      if (at < 0) return html.length;
    }
  }
  return at;
}

/** The value of `href` in a tag, as it stands there, mostly without the fragment. */
function hrefIn(/** @type {string} */ html, /** @type {number} */ from, /** @type {number} */ to) {
  const tag = html.slice(from, to);
  const match = /\shref\s*=\s*(?:"([^"]*)"|'([^']*)'|([^\s"']+))/i.exec(tag);
  const href = match?.[1] ?? match?.[2] ?? match?.[3];
  // In `&#64;` no fragment begins.
  return href?.includes('&#') ? href : href?.split('#', 1)[0];
}

/** Undoes character references and UTF-8; what comes out does not hold on to the page. */
function decoded(/** @type {string} */ latin1) {
  const text = Buffer.from(latin1, 'latin1').utf8Slice();
  if (!text.includes('&')) return text;
  return text.replace(REFERENCE, (_, decimal, hexadecimal, name) =>
    name === undefined
      ? String.fromCodePoint(decimal === undefined ? parseInt(hexadecimal, 16) : Number(decimal))
      : NAMED[name],
  );
}

/** Resolves a page's links. What a folder's pages link to they mostly link to again: each is resolved once for a folder. */
function resolver() {
  /** @type {Map<string, Map<string, string | undefined>>} */
  const folders = new Map();
  return function resolve(/** @type {string} */ page, /** @type {Set<string>} */ hrefs) {
    const folder = page.slice(0, page.lastIndexOf('/') + 1);
    let known = folders.get(folder);
    if (known === undefined) folders.set(folder, (known = new Map()));
    const links = new Set();
    for (const href of hrefs) {
      // '' is the page itself, and '?…' depends on it.
      const isOwn = href === '' || href.startsWith('?');
      if (!isOwn && !known.has(href)) {
        // A piece of the page would keep all of it in memory.
        known.set(Buffer.from(href, 'latin1').latin1Slice(), absolute(href, folder));
      }
      const link = isOwn ? absolute(href, page) : known.get(href);
      if (link !== undefined) links.add(link);
    }
    return [...links];
  };
}

function absolute(/** @type {string} */ href, /** @type {string} */ base) {
  try {
    const { protocol, href: url } = new URL(decoded(href), base);
    return protocol === 'http:' || protocol === 'https:' ? url.split('#', 1)[0] : undefined;
  } catch {
    return undefined;
  }
}
