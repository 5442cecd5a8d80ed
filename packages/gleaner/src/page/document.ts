import type { Document, Element } from 'domhandler';
import { Addresses } from './addresses.ts';
import { detached } from './detached.ts';
import { utf8Of } from './charset.ts';
import { BASE } from './quick-tags.ts';
import { quickTree } from './quick-tree.ts';
import { selector } from './selector.ts';
import { serialise } from './serialise.ts';
import { placeOnTape } from './tape-nodes.ts';
import { tapeText } from './tape-text.ts';
import { SILENT, textOf } from './text.ts';
import { firstIn, following, isElement, parseHtmlWhole, parseXml } from './tree.ts';

const XHTML = 'http://www.w3.org/1999/xhtml';

/** A place in a document: an element, or the document itself. */
export type PageNode = Document | Element;

/**
 * A document that can be read: all that pages and selections ask of it, so that it can be read in more than one way.
 * Strings that it gives do not hold on to the page.
 */
export interface PageDocument {
  /** Of the page, where it was found. */
  readonly url: string;
  readonly isXml: boolean;
  /** The document itself. Whoever walks its tree must not recurse. */
  readonly root: Document;
  /** What relative addresses are relative to. */
  readonly addresses: Addresses;
  /** The first element below a node that a selector selects. @throws {OptionError} */
  first(css: string, from: PageNode): Element | null;
  /** Every element below a node that a selector selects. @throws {OptionError} */
  all(css: string, from: PageNode): Element[];
  /** Whether a selector is one. @throws {OptionError} which begins with `what` */
  check(css: unknown, what: string): void;
  /** As a reader sees it: see `textOf`. */
  text(node: PageNode): string;
  /** The markup in a node, or with `outer` of the node. */
  html(node: PageNode, outer: boolean): string;
  attribute(element: Element, name: string): string | null;
  /** A string of the tree's as it may be handed out: one that does not hold on to the page. */
  own(text: string): string;
}

/**
 * Reads a document. What is said to be XML is parsed as XML, unless its root is `<html>`: XHTML is read as leniently as
 * HTML is. So is what is said to be something else, if it begins with an XML declaration, or with the root of a feed,
 * which often come as text/html (MIME Sniffing standard, 8.3). All else is HTML.
 *
 * @param text decodes the body: most HTML is read without that
 * @param url the page's address
 */
export function readDocument(
  body: Buffer,
  contentType: string,
  url: string,
  text: () => string,
): PageDocument {
  const bytes = utf8Of(body, contentType);
  return new TreeDocument({ bytes, text }, isXml(beginningOf(bytes, text), contentType), url);
}

const XML_TYPE = /^\s*(?:application|text)\/xml\s*(?:;|$)|^[^;]*\+xml\s*(?:;|$)/i;
const FEEDS: ReadonlySet<string> = new Set(['rss', 'feed', 'rdf:rdf']);

/** @internal */
export function isXml(text: string, contentType: string): boolean {
  const { name, declared } = rootOf(text);
  return name !== 'html' && (declared || XML_TYPE.test(contentType) || FEEDS.has(name));
}

/** A document's prolog is no longer than this, in characters: beyond it the root is not looked for. */
const LONGEST_PROLOG = 10_000;

/** So many bytes have the root's name in them, unless there are comments before it. */
const SHORT_PROLOG = 500;
const BARE_ROOT = /^\s*(?:<!doctype[^<>]*>\s*)?<[a-z][a-z:]*[\s>]/i;

/** As much of a document as its root is looked for in. */
function beginningOf(bytes: Buffer | undefined, text: () => string): string {
  if (bytes === undefined) return text();
  const short = bytes.toString('latin1', 0, SHORT_PROLOG);
  return BARE_ROOT.test(short) ? short : bytes.toString('utf8', 0, LONGEST_PROLOG);
}

/** The name of a document's root in small letters, if the document begins as XML may (XML 1.0, 2.8). */
function rootOf(text: string): { name: string; declared: boolean } {
  const prolog = text.slice(0, LONGEST_PROLOG);
  const declared = /^\ufeff?\s*<\?xml\s/i.test(prolog);
  for (let at = 0; ;) {
    at = prolog.indexOf('<', at);
    if (at < 0) return { name: '', declared };
    const name = /^<([a-z_][\w.:-]*)/i.exec(prolog.slice(at, at + 50))?.[1];
    if (name !== undefined) return { name: name.toLowerCase(), declared };
    const isComment = prolog.startsWith('<!--', at);
    const end = prolog.indexOf(isComment ? '-->' : '>', at);
    if (end < 0) return { name: '', declared };
    at = end + 1;
  }
}

/** What a document is read from. */
interface Body {
  /** undefined if it is not UTF-8. */
  readonly bytes: Buffer | undefined;
  readonly text: () => string;
}

/** A document as a tree, made when it is first needed. */
class TreeDocument implements PageDocument {
  readonly isXml: boolean;
  private readonly source: Body;
  readonly url: string;
  private tree: Document | undefined = undefined;
  private resolver: Addresses | undefined = undefined;

  constructor(source: Body, isXml: boolean, url: string) {
    this.source = source;
    this.isXml = isXml;
    this.url = url;
  }

  get root(): Document {
    return (this.tree ??= this.isXml ? parseXml(this.source.text()) : this.parsed());
  }

  private parsed(): Document {
    const { bytes, text } = this.source;
    const quick = quickTree(bytes ?? Buffer.from(text()));
    return quick?.nodes.document ?? parseHtmlWhole(text());
  }

  get addresses(): Addresses {
    return (this.resolver ??= new Addresses(this.url, this.isXml ? undefined : this.baseHref()));
  }

  first(css: string, from: PageNode): Element | null {
    return selector(css, this.isXml).first(from);
  }

  all(css: string, from: PageNode): Element[] {
    return selector(css, this.isXml).all(from);
  }

  check(css: unknown, what: string): void {
    selector(css, this.isXml, what);
  }

  text(node: PageNode): string {
    const place = placeOnTape(node);
    if (place === undefined || ('name' in node && SILENT.has(node.name))) return this.own(textOf(node));
    return this.own(tapeText(place.tree, place.from, place.to));
  }

  html(node: PageNode, outer: boolean): string {
    return this.own(serialise(node, this.isXml, outer));
  }

  attribute(element: Element, name: string): string | null {
    const place = placeOnTape(element);
    if (place !== undefined && element.namespace === XHTML)
      return place.tree.attribute(place.from - 1, name.toLowerCase()) ?? null;
    // In HTML attributes have small letters, but for some of SVG's.
    const value = element.attribs[name] ?? (this.isXml ? undefined : element.attribs[name.toLowerCase()]);
    return value === undefined ? null : this.own(value);
  }

  /** The first `<base>` with an address counts (HTML standard, 4.2.3). */
  private baseHref(): string | undefined {
    const { root } = this;
    const place = placeOnTape(root);
    if (place !== undefined) {
      const { tree } = place;
      for (let at = 0; at < tree.size; at++) {
        const href = tree.what(at) === BASE ? tree.attribute(at, 'href') : undefined;
        if (href !== undefined) return href;
      }
      return undefined;
    }
    for (let node = firstIn(root); node !== null; node = following(node, root)) {
      if (isElement(node) && node.name === 'base' && node.attribs.href !== undefined)
        return node.attribs.href;
    }
    return undefined;
  }

  /** Both parsers cut their strings out of the page, the one of HTML wherever it can. */
  own(text: string): string {
    return detached(text);
  }
}
