import type { Document, Element } from 'domhandler';
import { PageError } from '../http/failure.ts';
import { Addresses } from './addresses.ts';
import { dateIn } from './dates.ts';
import { detached } from './detached.ts';
import { readJsonFeed } from './json-feed.ts';
import { parsedJson } from './json.ts';
import { serialise } from './serialise.ts';
import { rawTextOf, textOf } from './text.ts';
import { isElement, parseHtml, parseXml } from './tree.ts';

/** A feed, whichever form it came in. What it does not say is null; addresses are absolute. */
export interface Feed {
  /** `rss` is RSS 0.91 to 2.0, `rdf` RSS 0.90 and 1.0, `atom` Atom 0.3 and 1.0 (RFC 4287), `json` JSON Feed. */
  readonly kind: 'rss' | 'rdf' | 'atom' | 'json';
  readonly title: string | null;
  /** The page whose feed it is. */
  readonly link: string | null;
  readonly description: string | null;
  /** A language tag, as it is written. */
  readonly language: string | null;
  readonly updated: Date | null;
  /** In the order of the feed. */
  readonly items: readonly FeedItem[];
}

export interface FeedItem {
  /** What stays the same when the item changes: its `guid` or `id`, else its address. */
  readonly id: string | null;
  readonly url: string | null;
  /** As text, on one line. */
  readonly title: string | null;
  /** Usually HTML. */
  readonly summary: string | null;
  /** The whole of it, if the feed has it: usually HTML. */
  readonly content: string | null;
  /** Several are joined with ', '. */
  readonly author: string | null;
  readonly published: Date | null;
  readonly updated: Date | null;
  readonly categories: readonly string[];
  /** Files that belong to it: a podcast's sound, say. */
  readonly enclosures: readonly FeedEnclosure[];
}

export interface FeedEnclosure {
  readonly url: string;
  /** A media type, as `audio/mpeg`. */
  readonly type: string | null;
  /** In bytes. */
  readonly length: number | null;
}

/**
 * Reads the text of a feed of any kind.
 * @param url where it was found
 * @throws {PageError} `NOT_A_FEED`
 */
export function parseFeed(text: string, url: string): Feed {
  const start = /^[\s\ufeff]*\{/.exec(text);
  if (start === null) return readFeed(parseXml(text), url);
  let value: unknown;
  try {
    value = parsedJson(text.slice(start[0].length - 1));
  } catch (error) {
    const { message } = error as SyntaxError;
    throw new PageError('NOT_A_FEED', url, `expected a feed, but came what is not even JSON: ${message}`, {
      cause: error,
    });
  }
  return readJsonFeed(value, url);
}

/**
 * Reads a feed that is XML: RSS of any version, or Atom, with the usual extensions (Dublin Core, content:encoded, Media
 * RSS, iTunes). Prefixes may be any; what is not well-formed is read as well as it can be.
 *
 * @param document as `parseXml` makes it
 * @param url where it was found: what relative addresses are relative to, where no `xml:base` says otherwise
 * @throws {PageError} `NOT_A_FEED`, saying what came instead
 */
export function readFeed(document: Document, url: string): Feed {
  const root = document.children.find(isElement);
  if (root === undefined)
    throw new PageError('NOT_A_FEED', url, 'expected a feed (RSS or Atom), but came no XML at all');
  const addresses = new Addresses(url);
  switch (localName(root).toLowerCase()) {
    case 'feed':
      return readAtom(root, addresses);
    case 'rss':
    case 'rdf':
      return readRss(root, addresses, url);
    default:
      throw new PageError('NOT_A_FEED', url, `expected a feed (RSS or Atom), but the root is <${root.name}>`);
  }
}

/** The elements in an element, by name; names of known vocabularies begin with their usual prefix. */
type Fields = ReadonlyMap<string, readonly Element[]>;

/** Vocabularies by namespace; those of RSS itself have no prefix here. */
const VOCABULARIES: Partial<Record<string, string>> = {
  'http://www.w3.org/2005/Atom': 'atom:',
  'http://purl.org/atom/ns#': 'atom:',
  'http://purl.org/rss/1.0/': '',
  'http://my.netscape.com/rdf/simple/0.9/': '',
  'http://channel.netscape.com/rdf/simple/0.9/': '',
  'http://backend.userland.com/rss2': '',
  'http://purl.org/dc/elements/1.1/': 'dc:',
  'http://purl.org/dc/elements/1.0/': 'dc:',
  'http://purl.org/dc/terms/': 'dcterms:',
  'http://purl.org/rss/1.0/modules/content/': 'content:',
  'http://search.yahoo.com/mrss/': 'media:',
  'http://search.yahoo.com/mrss': 'media:',
  'http://www.itunes.com/dtds/podcast-1.0.dtd': 'itunes:',
};

function localName({ name }: Element): string {
  return name.slice(name.indexOf(':') + 1);
}

function prefixed(element: Element): string {
  const { name } = element;
  const colon = name.indexOf(':');
  const declaration = colon < 0 ? 'xmlns' : `xmlns:${name.slice(0, colon)}`;
  const namespace = inherited(element, declaration);
  // A prefix that nobody declared is meant as it is usual.
  if (namespace === undefined) return name;
  const vocabulary = VOCABULARIES[namespace] ?? (colon < 0 ? '' : '?:');
  return vocabulary + name.slice(colon + 1);
}

/** An attribute of the element, or of the nearest around it that has it. Only what is near the root is asked. */
function inherited(element: Element, attribute: string): string | undefined {
  for (let at: Element['parent'] | Element = element; at !== null && 'attribs' in at; at = at.parent) {
    const value = at.attribs[attribute];
    if (value !== undefined) return value;
  }
  return undefined;
}

function fieldsOf(element: Element): Fields {
  const fields = new Map<string, Element[]>();
  for (const child of element.children) {
    if (!isElement(child)) continue;
    const name = prefixed(child);
    const same = fields.get(name);
    if (same === undefined) fields.set(name, [child]);
    else same.push(child);
  }
  return fields;
}

/** All elements of any of these names, those of the first name first. */
function all(fields: Fields, ...names: string[]): Element[] {
  return names.flatMap((name) => fields.get(name) ?? []);
}

/** Of the first element that has a text. */
function text(elements: readonly Element[]): string | null {
  for (const element of elements) {
    const found = rawTextOf(element).trim();
    if (found !== '') return detached(found);
  }
  return null;
}

/** The same on one line. Titles are text, but many feeds escape it once too often, or write HTML. */
function line(elements: readonly Element[]): string | null {
  const found = text(elements);
  if (found === null) return null;
  if (/<\/[a-z]/i.test(found)) return textOf(parseHtml(found));
  if (/&#?\w{1,40};/.test(found)) return textOf(parseHtml(found.replaceAll('<', '&lt;')));
  return found.replace(/\s+/g, ' ');
}

function date(elements: readonly Element[]): Date | null {
  const stated = text(elements);
  // RFC 822 had years of two digits; what they mean is said in RFC 5322, 4.3.
  return stated === null
    ? null
    : dateIn(
        stated.replace(
          /^((?:[a-z]+,?\s+)?\d{1,2}\s+[a-z]+\s+)(\d\d)(?=\s|$)/i,
          (_, day: string, year: string) => `${day}${Number(year) < 50 ? '20' : '19'}${year}`,
        ),
      );
}

/** What is relative in an element is relative to this (XML Base). */
function addressesIn(element: Element, feed: Addresses): Addresses {
  const bases: string[] = [];
  for (let at: Element['parent'] | Element = element; at !== null && 'attribs' in at; at = at.parent) {
    const base = at.attribs['xml:base'];
    if (base !== undefined) bases.push(base);
  }
  return bases.reduceRight((around, base) => {
    const own = around.absolute(base.trim());
    return own === null ? around : new Addresses(own);
  }, feed);
}

function absolute(element: Element, href: string | undefined, feed: Addresses): string | null {
  const written = href?.trim() ?? '';
  return written === '' ? null : addressesIn(element, feed).absolute(written);
}

/** Of Atom's links the one to the page itself (RFC 4287, 4.2.7.2), best if it is HTML. */
function alternate(links: readonly Element[], feed: Addresses): string | null {
  const pages = links.filter(({ attribs: { rel = 'alternate' } }) => rel === 'alternate');
  const best = pages.find(({ attribs: { type = 'text/html' } }) => /html/i.test(type)) ?? pages[0];
  return best === undefined ? null : absolute(best, best.attribs.href, feed);
}

function readRss(root: Element, feed: Addresses, url: string): Feed {
  const outer = fieldsOf(root);
  const [channel] = all(outer, 'channel');
  if (channel === undefined)
    throw new PageError('NOT_A_FEED', url, `expected a feed, but the <${root.name}> has no <channel>`);
  const fields = fieldsOf(channel);
  return {
    kind: localName(root).toLowerCase() === 'rss' ? 'rss' : 'rdf',
    title: line(all(fields, 'title', 'dc:title')),
    link: rssLink(fields, feed),
    description: text(all(fields, 'description', 'dc:description', 'itunes:summary')),
    language: text(all(fields, 'language', 'dc:language')),
    updated: date(all(fields, 'lastBuildDate', 'atom:updated', 'pubDate', 'dc:date')),
    // RSS 0.90 and 1.0 have them beside the channel.
    items: [...all(fields, 'item'), ...all(outer, 'item')].map((item) => rssItem(item, feed)),
  };
}

function rssLink(fields: Fields, feed: Addresses): string | null {
  for (const link of all(fields, 'link')) {
    const url = absolute(link, text([link]) ?? link.attribs.href, feed);
    if (url !== null) return url;
  }
  return alternate(all(fields, 'atom:link'), feed);
}

function rssItem(item: Element, feed: Addresses): FeedItem {
  const fields = fieldsOf(item);
  const [guid] = all(fields, 'guid');
  const id = text(all(fields, 'guid', 'atom:id', 'dc:identifier')) ?? item.attribs['rdf:about'] ?? null;
  // A guid is the item's address unless it says that it is not (RSS 2.0).
  const isAddress = id !== null && guid?.attribs.isPermaLink !== 'false' && /^https?:/i.test(id);
  const url = rssLink(fields, feed) ?? (isAddress ? feed.absolute(id) : null);
  const groups = all(fields, 'media:group').map(fieldsOf);
  const media = [fields, ...groups].flatMap((one) => all(one, 'media:content'));
  return {
    id: id ?? url,
    url,
    title: line(all(fields, 'title', 'dc:title', 'media:title', 'itunes:title')),
    summary: text(
      all(fields, 'description', 'dc:description', 'atom:summary', 'itunes:summary', 'media:description'),
    ),
    content: text(all(fields, 'content:encoded')) ?? construct(all(fields, 'atom:content')),
    author: rssAuthor(fields),
    published: date(all(fields, 'pubDate', 'atom:published', 'dc:date', 'dcterms:issued')),
    updated: date(all(fields, 'atom:updated', 'dcterms:modified')),
    categories: unique(all(fields, 'category', 'dc:subject').map((one) => line([one]))),
    enclosures: enclosures([
      ...all(fields, 'enclosure').map((one) => enclosure(one, 'url', 'length', feed)),
      ...media.map((one) => enclosure(one, 'url', 'fileSize', feed)),
    ]),
  };
}

function rssAuthor(fields: Fields): string | null {
  const creators = unique(all(fields, 'dc:creator').map((one) => line([one])));
  if (creators.length > 0) return creators.join(', ');
  const author = line(all(fields, 'author', 'itunes:author')) ?? persons(all(fields, 'atom:author'));
  // RSS wants a mail address with the name behind it.
  return author === null || author.length > 200
    ? author
    : (/^\S+@\S+\s+\(([^()]+)\)$/.exec(author)?.[1] ?? author);
}

function readAtom(root: Element, feed: Addresses): Feed {
  const fields = atomFields(root);
  const authors = all(fields, 'author');
  return {
    kind: 'atom',
    title: plain(all(fields, 'title')),
    link: alternate(all(fields, 'link'), feed),
    description: plain(all(fields, 'subtitle', 'tagline')),
    language: root.attribs['xml:lang'] ?? text(all(fields, 'dc:language')),
    updated: date(all(fields, 'updated', 'modified')),
    items: all(fields, 'entry').map((entry) => atomItem(entry, authors, feed)),
  };
}

/** Atom's own names without prefix, also where the feed forgot to say that it is Atom. */
function atomFields(element: Element): Fields {
  return new Map([...fieldsOf(element)].map(([name, elements]) => [name.replace(/^atom:/, ''), elements]));
}

function atomItem(entry: Element, feedAuthors: readonly Element[], feed: Addresses): FeedItem {
  const fields = atomFields(entry);
  const links = all(fields, 'link');
  const url = alternate(links, feed);
  const id = text(all(fields, 'id')) ?? url;
  const sources = all(fields, 'source').map(atomFields);
  return {
    id,
    url: url ?? (id !== null && /^https?:/i.test(id) ? feed.absolute(id) : null),
    title: plain(all(fields, 'title')),
    summary: construct(all(fields, 'summary')) ?? text(all(fields, 'media:description')),
    content: construct(all(fields, 'content')),
    // RFC 4287, 4.2.1: the entry's own, else its source's, else the feed's.
    author:
      persons(all(fields, 'author')) ??
      persons(sources.flatMap((source) => all(source, 'author'))) ??
      text(all(fields, 'dc:creator')) ??
      persons(feedAuthors),
    published: date(all(fields, 'published', 'issued', 'created')),
    updated: date(all(fields, 'updated', 'modified')),
    categories: unique(
      all(fields, 'category').map((one) => one.attribs.term ?? one.attribs.label ?? text([one])),
    ),
    enclosures: enclosures([
      ...links
        .filter(({ attribs }) => attribs.rel === 'enclosure')
        .map((one) => enclosure(one, 'href', 'length', feed)),
      ...[fields, ...all(fields, 'media:group').map(fieldsOf)]
        .flatMap((one) => all(one, 'media:content'))
        .map((one) => enclosure(one, 'url', 'fileSize', feed)),
    ]),
  };
}

function persons(elements: readonly Element[]): string | null {
  const names = elements.map((one) => {
    const fields = atomFields(one);
    return line(all(fields, 'name', 'email'));
  });
  return orNull(unique(names).join(', '));
}

/** A text construct (RFC 4287, 3.1) as text. */
function plain([element]: readonly Element[]): string | null {
  if (element === undefined) return null;
  const type = typeOf(element);
  if (type === 'text') return text([element])?.replace(/\s+/g, ' ') ?? null;
  return orNull(type === 'html' ? textOf(parseHtml(rawTextOf(element))) : textOf(element));
}

/** A text construct, or content (4.1.3), as it is: HTML, or text if it says that it is that. */
function construct([element]: readonly Element[]): string | null {
  if (element === undefined) return null;
  const type = typeOf(element);
  if (type === 'binary') return null;
  if (type !== 'markup') return text([element]);
  // What is meant is in a <div> that is not (3.1.1.3).
  const [only, ...more] = element.children.filter(isElement);
  const around = only !== undefined && more.length === 0 && localName(only) === 'div' ? only : element;
  return orNull(serialise(around, true, false).trim());
}

function typeOf({ attribs: { type = 'text', mode } }: Element): 'text' | 'html' | 'markup' | 'binary' {
  if (mode === 'base64') return 'binary';
  const written = type.trim().toLowerCase();
  if (written === 'html' || (written === 'text/html' && mode !== 'xml')) return 'html';
  if (written === 'xhtml' || mode === 'xml' || /[+/]xml$/.test(written)) return 'markup';
  return written === 'text' || written.startsWith('text/') ? 'text' : 'binary';
}

function enclosure(element: Element, address: string, size: string, feed: Addresses): FeedEnclosure | null {
  const url = absolute(element, element.attribs[address], feed);
  if (url === null) return null;
  const length = element.attribs[size]?.trim() ?? '';
  return {
    url,
    type: (element.attribs.type ?? '').trim() || null,
    length: /^\d{1,15}$/.test(length) ? Number(length) : null,
  };
}

function orNull(text = ''): string | null {
  return text === '' ? null : detached(text);
}

/** Each file once: Media RSS repeats what RSS has already said. */
function enclosures(found: readonly (FeedEnclosure | null)[]): FeedEnclosure[] {
  const byUrl = new Map<string, FeedEnclosure>();
  for (const one of found) if (one !== null && !byUrl.has(one.url)) byUrl.set(one.url, one);
  return [...byUrl.values()];
}

function unique(texts: readonly (string | null)[]): string[] {
  return [...new Set(texts.filter((one): one is string => one !== null && one !== ''))];
}
