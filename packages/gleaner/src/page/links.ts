import type { Element } from 'domhandler';
import { OptionError } from '../http/failure.ts';
import { matcher, type Pattern } from '../http/patterns.ts';
import type { PageDocument, PageNode } from './document.ts';
import { ANCHOR, AREA } from './quick-tags.ts';
import { svgNumber } from './quick-svg.ts';
import { findAttribute } from './tape-attributes.ts';
import { placeOnTape, type TapePlace } from './tape-nodes.ts';
import type { TapeTree } from './tape-tree.ts';
import { ToldOnce } from './told-once.ts';
import { firstIn, following, isElement } from './tree.ts';

/** Which links are wanted; all that are said must hold. */
export interface LinkOptions {
  /** Only links that this selects, or that are in what it selects. */
  selector?: string | undefined;
  /** Only addresses that one of these matches, globs or regular expressions over the whole address. */
  allow?: Pattern | readonly Pattern[] | undefined;
  /** No address that one of these matches. */
  deny?: Pattern | readonly Pattern[] | undefined;
  /** Only addresses with the page's own scheme, host and port. */
  sameOrigin?: boolean | undefined;
  /** `false` leaves out links that search engines are asked not to follow (`rel=nofollow`). */
  nofollow?: boolean | undefined;
}

const KNOWN: ReadonlySet<string> = new Set(['selector', 'allow', 'deny', 'sameOrigin', 'nofollow']);

/**
 * The addresses that the links (`a[href]`, `area[href]`) in a node lead to: absolute, http: or https:, without
 * fragments, each once, in the order of the document.
 *
 * @throws {OptionError}
 */
export function linksIn(document: PageDocument, top: PageNode, wanted: string | LinkOptions = {}): string[] {
  const options = typeof wanted === 'string' ? { selector: wanted } : wanted;
  for (const name of Object.keys(options)) {
    if (!KNOWN.has(name))
      throw new OptionError('an option of links', `one of ${[...KNOWN].join(', ')}`, name);
  }
  const { addresses } = document;
  const accepts = filter(options, addresses.origin);
  const withNofollow = options.nofollow !== false;
  const found = new Set<string>();
  const add = (href: string): void => {
    const url = addresses.fetchable(href);
    if (url !== null && accepts(url)) found.add(url);
  };
  if (options.selector === undefined) eachLink(top, withNofollow, add);
  else {
    for (const element of document.all(options.selector, top)) {
      const href = document.attribute(element, 'href');
      if (href === null) eachLink(element, withNofollow, add);
      else if (withNofollow || !isNofollow(element.attribs.rel)) add(href);
    }
  }
  return [...found];
}

/** Calls back with the address of each link below a node, as it is written; repeated ones may be left out. */
function eachLink(top: PageNode, withNofollow: boolean, use: (href: string) => void): void {
  const place = placeOnTape(top);
  if (place !== undefined) {
    eachOnTape(place, withNofollow, use);
    return;
  }
  for (let node = firstIn(top); node !== null; node = following(node, top)) {
    if (!isElement(node) || !isLink(node)) continue;
    const { href = '', rel } = node.attribs;
    if (withNofollow || !isNofollow(rel)) use(href);
  }
}

const BLANK = 32;
const HASH = 35;

/** The same on a tape. Pages repeat their links, with other fragments: no string is made of those. */
function eachOnTape({ tree, from, to }: TapePlace, withNofollow: boolean, use: (href: string) => void): void {
  const { bytes } = tree;
  const once = new ToldOnce(bytes);
  for (let at = from; at < to; at++) {
    if (!isLinkOnTape(tree, at)) continue;
    const href = findAttribute(bytes, tree.from(at), 'href');
    if (href === undefined) continue;
    const { valueFrom, valueTo, hasEntity } = href;
    let end = valueFrom;
    while (end < valueTo && bytes[end] !== HASH) end++;
    // An entity may have that character, too; and what is blank before it counts.
    if (hasEntity || (end > valueFrom && (bytes[end - 1] ?? 0) <= BLANK)) end = valueTo;
    if (!withNofollow && isNofollow(tree.attribute(at, 'rel'))) continue;
    if (once.isNew(valueFrom, end)) use(href.upTo(end));
  }
}

const SVG_ANCHOR = svgNumber('a');

function isLinkOnTape(tree: TapeTree, at: number): boolean {
  const what = tree.what(at);
  return what === ANCHOR || what === AREA || what === SVG_ANCHOR;
}

function isLink({ name, attribs }: Element): boolean {
  return (name === 'a' || name === 'area') && attribs.href !== undefined;
}

function isNofollow(rel = ''): boolean {
  return /(?:^|\s)nofollow(?:\s|$)/i.test(rel);
}

function filter({ allow, deny, sameOrigin }: LinkOptions, origin: string): (url: string) => boolean {
  const allowed = allow === undefined ? undefined : matcher(allow);
  const denied = deny === undefined ? undefined : matcher(deny);
  const start = sameOrigin === true ? `${origin}/` : '';
  return (url) =>
    url.startsWith(start) && (allowed === undefined || allowed(url)) && !(denied?.(url) ?? false);
}

/** Attributes that hold an address, in the order in which they are looked at. */
const ADDRESS = ['href', 'src', 'action', 'formaction', 'data', 'poster', 'cite'];

/**
 * The address that an element leads to or loads, absolute; if it has none of its own, that of the first link in it.
 * `null` if there is none that is http: or https:.
 */
export function linkOf(document: PageDocument, element: Element): string | null {
  const name = ADDRESS.find((one) => element.attribs[one] !== undefined);
  // <meta property="og:image" content="https://…">
  const written = name === undefined && element.name === 'meta' ? 'content' : name;
  const owner = written === undefined ? firstLink(element) : element;
  const value = owner === null ? null : document.attribute(owner, written ?? 'href');
  return value === null ? null : document.addresses.absolute(value);
}

function firstLink(top: PageNode): Element | null {
  const place = placeOnTape(top);
  if (place !== undefined) {
    const { tree, from, to } = place;
    for (let at = from; at < to; at++)
      if (isLinkOnTape(tree, at) && tree.attribute(at, 'href') !== undefined) return tree.nodes.element(at);
    return null;
  }
  for (let node = firstIn(top); node !== null; node = following(node, top)) {
    if (isElement(node) && isLink(node)) return node;
  }
  return null;
}
