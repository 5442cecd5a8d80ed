import type { Document, Element } from 'domhandler';
import { Addresses } from './addresses.ts';
import { detached } from './detached.ts';
import { dateIn } from './dates.ts';
import { readJsonLd } from './json-ld.ts';
import { readMicrodata, type MicrodataItem } from './microdata.ts';
import { rawTextOf } from './text.ts';
import { firstIn, following, isElement } from './tree.ts';

/** What a page says of itself. What it does not say is null, or empty; all addresses are absolute. */
export interface PageMeta {
  /** Of `<title>`, else `og:title`. */
  readonly title: string | null;
  /** Of `<meta name=description>`, else of `og:description` or `twitter:description`. */
  readonly description: string | null;
  /** Under which address the page wants to be known (`<link rel=canonical>`). */
  readonly canonical: string | null;
  /** Of `<html lang>`, else of the obsolete `<meta http-equiv=content-language>`: a language tag (BCP 47) such as `en-GB`. */
  readonly language: string | null;
  /** Of `<meta name=author>` and its like, else of JSON-LD; several are joined with ', '. */
  readonly author: string | null;
  /** Of `article:published_time`, `datePublished`, Dublin Core and the like, in `<meta>`, JSON-LD or microdata. */
  readonly published: Date | null;
  readonly modified: Date | null;
  /** What `<meta name=robots>` asks of search engines. */
  readonly robots: { readonly noindex: boolean; readonly nofollow: boolean };
  /** `og:…` by what follows the colon, as `image:width`; an array of what comes more than once, in order. */
  readonly openGraph: Readonly<Record<string, string | readonly string[]>>;
  /** `twitter:…` by what follows the colon. */
  readonly twitter: Readonly<Record<string, string | readonly string[]>>;
  /** The values of all JSON-LD, those of arrays one by one. What is broken is mended where it can be, else left out. */
  readonly jsonLd: readonly unknown[];
  /** The items that are not within others. */
  readonly microdata: readonly MicrodataItem[];
  /** The same page in other languages, forms and for other devices (`<link rel=alternate>`), feeds included. */
  readonly alternates: readonly AlternateLink[];
  /** The feeds among them. */
  readonly feeds: readonly FeedLink[];
  readonly icons: readonly IconLink[];
}

export interface AlternateLink {
  readonly url: string;
  readonly type: string | null;
  /** A language tag (`hreflang`), or `x-default`. */
  readonly language: string | null;
  readonly title: string | null;
  /** For which devices: a media query. */
  readonly media: string | null;
}

export interface FeedLink {
  readonly url: string;
  /** As `application/rss+xml`. */
  readonly type: string;
  readonly title: string | null;
}

export interface IconLink {
  readonly url: string;
  /** As it is written, in small letters: `icon`, `shortcut icon`, `apple-touch-icon`. */
  readonly rel: string;
  readonly type: string | null;
  /** As `32x32`, or `any`. */
  readonly sizes: string | null;
}

/**
 * Reads what a page says of itself. It takes time in proportion to the page's length, whatever is in it, and never fails.
 * @param base what relative addresses are relative to, absolute
 */
export function readMeta(document: Document, base: string): PageMeta {
  const addresses = new Addresses(base);
  const said = collect(document);
  const jsonLd = said.scripts.flatMap(readJsonLd);
  const microdata = readMicrodata(document, addresses);
  const links = said.links.flatMap((link) => readLink(link, addresses));
  const meta = (...names: string[]): string | null => {
    const name = names.find((one) => said.metas.has(one));
    return name === undefined ? null : (said.metas.get(name)?.[0] ?? null);
  };
  const date = (names: readonly string[], property: string): Date | null => {
    for (const stated of [
      ...names.map((name) => meta(name)),
      statedIn(jsonLd, property, (value) => (typeof value === 'string' ? value : null)),
      propertyOf(microdata, property),
    ]) {
      const found = stated === null ? null : dateIn(stated);
      if (found !== null) return found;
    }
    return null;
  };
  const robots = (said.metas.get('robots') ?? [])
    .join(',')
    .toLowerCase()
    .split(/[\s,]+/);
  return {
    title: said.title ?? meta('og:title'),
    description: meta('description', 'og:description', 'twitter:description'),
    canonical: links.find(({ rel }) => rel.has('canonical'))?.url ?? null,
    language: said.language ?? meta('content-language'),
    author: authorIn(said.metas) ?? statedIn(jsonLd, 'author', nameOf),
    published: date(PUBLISHED, 'datePublished'),
    modified: date(MODIFIED, 'dateModified'),
    robots: {
      noindex: robots.includes('noindex') || robots.includes('none'),
      nofollow: robots.includes('nofollow') || robots.includes('none'),
    },
    openGraph: withPrefix('og:', said.metas, addresses),
    twitter: withPrefix('twitter:', said.metas, addresses),
    jsonLd,
    microdata,
    alternates: links.filter(isAlternate).map(({ url, type, language, title, media }) => {
      return { url, type, language, title, media };
    }),
    feeds: links.flatMap(({ rel, url, type, title }) =>
      type !== null && FEED_TYPE.test(type) && (rel.has('alternate') || rel.has('feed'))
        ? [{ url, type, title }]
        : [],
    ),
    icons: links.flatMap(({ rel, url, type, sizes }) =>
      ICONS.some((icon) => rel.has(icon)) ? [{ url, rel: detached([...rel].join(' ')), type, sizes }] : [],
    ),
  };
}

interface Said {
  title: string | null;
  language: string | null;
  /** By name in small letters. */
  metas: Map<string, string[]>;
  links: Element[];
  /** JSON-LD, as text. */
  scripts: string[];
}

function collect(document: Document): Said {
  const said: Said = { title: null, language: null, metas: new Map(), links: [], scripts: [] };
  for (let node = firstIn(document); node !== null; node = following(node, document)) {
    if (!isElement(node)) continue;
    const { name, attribs } = node;
    if (name === 'meta') {
      const content = detached(attribs.content?.trim() ?? '');
      if (content !== '') for (const one of namesOf(node)) add(said.metas, one, content);
    } else if (name === 'link') {
      said.links.push(node);
    } else if (name === 'title') {
      // In SVG a title is the name of a shape.
      if (node.namespace !== SVG) said.title ??= orNull(oneLine(rawTextOf(node)));
    } else if (name === 'script') {
      if (/^\s*application\/ld\+json\b/i.test(attribs.type ?? '')) said.scripts.push(rawTextOf(node));
    } else if (name === 'html') {
      said.language ??= orNull((attribs.lang ?? attribs['xml:lang'] ?? '').trim());
    }
  }
  return said;
}

const SVG = 'http://www.w3.org/2000/svg';

/** Pages mix up the attributes that name what a `<meta>` is about. */
function namesOf({ attribs }: Element): Set<string> {
  const { name, property, itemprop, 'http-equiv': equivalent } = attribs;
  const names = [name, property, itemprop, equivalent].flatMap(
    (one) => one?.toLowerCase().split(/\s+/) ?? [],
  );
  return new Set(names.filter((one) => one !== ''));
}

function add(map: Map<string, string[]>, name: string, value: string): void {
  const values = map.get(name);
  if (values === undefined) map.set(name, [value]);
  else values.push(value);
}

/** Which properties are addresses. */
const IS_ADDRESS = /(?:^|:)(?:url|secure_url|image|image:src|video|audio|player|player:stream)$/;

function withPrefix(
  prefix: string,
  metas: ReadonlyMap<string, readonly string[]>,
  addresses: Addresses,
): Record<string, string | string[]> {
  const found: [string, string | string[]][] = [];
  for (const [name, values] of metas) {
    if (!name.startsWith(prefix) || name.length === prefix.length) continue;
    const absolute = IS_ADDRESS.test(name)
      ? values.map((one) => addresses.absolute(one) ?? one)
      : [...values];
    const [only = ''] = absolute;
    found.push([name.slice(prefix.length), absolute.length === 1 ? only : absolute]);
  }
  return Object.fromEntries(found);
}

interface Link extends AlternateLink {
  readonly rel: ReadonlySet<string>;
  readonly sizes: string | null;
}

const FEED_TYPE = /^application\/(?:rss|atom|rdf|feed)\+(?:xml|json)$/;
const ICONS = ['icon', 'apple-touch-icon', 'apple-touch-icon-precomposed', 'mask-icon', 'fluid-icon'];

/** None, if it leads nowhere. */
function readLink({ attribs }: Element, addresses: Addresses): Link[] {
  const { rel = '', href = '', type = '', hreflang = '', title = '', media = '', sizes = '' } = attribs;
  const url = href.trim() === '' ? null : addresses.absolute(href);
  if (url === null) return [];
  return [
    {
      url,
      rel: new Set(rel.toLowerCase().split(/\s+/).filter(Boolean)),
      type: orNull((type.split(';', 1)[0] ?? '').trim().toLowerCase()),
      language: orNull(hreflang.trim()),
      title: orNull(oneLine(title)),
      media: orNull(media.trim()),
      sizes: orNull(sizes.trim()),
    },
  ];
}

function isAlternate({ rel }: Link): boolean {
  return rel.has('alternate') && !rel.has('stylesheet');
}

/** By what pages say who wrote them, the most telling first. */
const AUTHOR = [
  'author',
  'article:author',
  'dc.creator',
  'dcterms.creator',
  'parsely-author',
  'sailthru.author',
];
const PUBLISHED = [
  'article:published_time',
  'og:published_time',
  'datepublished',
  'dcterms.issued',
  'dc.date.issued',
  'dcterms.created',
  'dc.date.created',
  'dcterms.date',
  'dc.date',
  'citation_publication_date',
  'parsely-pub-date',
  'sailthru.date',
  'publish_date',
  'publication_date',
  'pubdate',
  'date',
];
const MODIFIED = [
  'article:modified_time',
  'og:updated_time',
  'og:modified_time',
  'datemodified',
  'dcterms.modified',
  'dc.date.modified',
  'last-modified',
  'revised',
];

/** Facebook wants an address in `article:author`: that is no name. */
function authorIn(metas: ReadonlyMap<string, readonly string[]>): string | null {
  for (const name of AUTHOR) {
    const names = (metas.get(name) ?? []).filter((one) => !/^https?:/i.test(one));
    if (names.length > 0) return [...new Set(names)].slice(0, MAX_AUTHORS).join(', ');
  }
  return null;
}

const MAX_AUTHORS = 20;

/** The first that JSON-LD's nodes, or those of its graphs, say of a property. */
function statedIn(
  jsonLd: readonly unknown[],
  property: string,
  read: (value: unknown) => string | null,
): string | null {
  for (const value of jsonLd) {
    const graph = isRecord(value) ? value['@graph'] : undefined;
    for (const node of [value, ...(Array.isArray(graph) ? (graph as unknown[]) : [])]) {
      const stated = isRecord(node) && Object.hasOwn(node, property) ? read(node[property]) : null;
      if (stated !== null) return stated;
    }
  }
  return null;
}

/** A person or an organisation, or several: as a name, or as a node that has one. */
function nameOf(value: unknown): string | null {
  const all: unknown[] = Array.isArray(value) ? value.slice(0, MAX_AUTHORS) : [value];
  const names = all
    .map((one) => (isRecord(one) ? one.name : one))
    .filter((one): one is string => typeof one === 'string' && one.trim() !== '' && !/^https?:/i.test(one));
  return orNull(names.map(oneLine).join(', '));
}

function propertyOf(items: readonly MicrodataItem[], property: string): string | null {
  for (const { properties } of items) {
    const value = Object.hasOwn(properties, property) ? properties[property]?.[0] : undefined;
    if (typeof value === 'string') return value;
  }
  return null;
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function oneLine(text: string): string {
  return text.replace(/\s+/g, ' ').trim();
}

function orNull(text: string): string | null {
  return text === '' ? null : detached(text);
}
