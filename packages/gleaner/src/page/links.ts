import type { Element } from 'domhandler';
import { OptionError } from '../http/failure.ts';
import { matcher, type Pattern } from '../http/patterns.ts';
import type { PageDocument, PageNode } from './document.ts';
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
  const accepts = filter(options, document.addresses.origin);
  const { addresses } = document;
  // Pages repeat their links: comparing what is written is quicker than resolving it.
  const written = new Set<string>();
  const found = new Set<string>();
  const add = (element: Element): void => {
    const href = document.attribute(element, 'href') ?? '';
    if (written.has(href) || (options.nofollow === false && isNofollow(element))) return;
    written.add(href);
    const url = addresses.fetchable(href);
    if (url !== null && accepts(url)) found.add(url);
  };
  if (options.selector === undefined) eachLink(top, add);
  else {
    for (const element of document.all(options.selector, top)) {
      if (element.attribs.href !== undefined) add(element);
      else eachLink(element, add);
    }
  }
  return [...found];
}

/** Calls back with every link below a node; all have an address. */
function eachLink(top: PageNode, use: (link: Element) => void): void {
  for (let node = firstIn(top); node !== null; node = following(node, top)) {
    if (isElement(node) && isLink(node)) use(node);
  }
}

function isLink({ name, attribs }: Element): boolean {
  return (name === 'a' || name === 'area') && attribs.href !== undefined;
}

function isNofollow(element: Element): boolean {
  return /(?:^|\s)nofollow(?:\s|$)/i.test(element.attribs.rel ?? '');
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
  for (let node = firstIn(top); node !== null; node = following(node, top)) {
    if (isElement(node) && isLink(node)) return node;
  }
  return null;
}
