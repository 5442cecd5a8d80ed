import type { HttpResponse } from '../http/client.ts';
import type { CrawlRequest } from '../http/request.ts';
import { decodeText } from './charset.ts';
import { parseJson, readData } from './data.ts';
import { readDocument, type PageDocument } from './document.ts';
import type { Extracted, Shape } from './extract.ts';
import { parseFeed, type Feed } from './feed.ts';
import type { Form } from './forms.ts';
import { jsonPath } from './json-path.ts';
import type { LinkOptions } from './links.ts';
import { toMarkdown, type MarkdownOptions } from './markdown.ts';
import { readMeta, type PageMeta } from './meta.ts';
import type { NumberFormat } from './numbers.ts';
import { Selection, type XPathResult } from './selection.ts';
import type { TableRows } from './tables.ts';

/** How a page's data is read: by its content type, or as told. */
export type ReadAs = 'auto' | 'json' | 'text' | 'bytes';

/**
 * A page that was fetched. What it says is read when asked for, and once. HTML is parsed as browsers do it (with
 * scripting off); the methods that take a selector are those of `Selection`, which says more about them.
 */
export class Page {
  /** What was asked for, with the `data` that were handed along; undefined where nothing but an address was. */
  readonly request: CrawlRequest | undefined;
  private readonly response: HttpResponse;
  private decoded: string | undefined = undefined;
  private read: PageDocument | undefined = undefined;

  /** @internal */
  constructor(response: HttpResponse, request?: CrawlRequest) {
    this.response = response;
    this.request = request;
  }

  /** The address that answered, after redirects. */
  get url(): string {
    return this.response.url;
  }

  get status(): number {
    return this.response.status;
  }

  /** By lower-case name; a field that came several times is joined with ', ', Set-Cookie with '\n'. */
  get headers(): Readonly<Record<string, string>> {
    return this.response.headers;
  }

  /** What relative addresses in the page are relative to: its own, or what its `<base>` says (HTML standard, 2.4.1). */
  get base(): string {
    return this.document.addresses.base;
  }

  /** The body, its Content-Encoding undone. */
  bytes(): Uint8Array {
    return this.response.body;
  }

  /**
   * The body as text: by byte-order mark, Content-Type, or, of HTML, `<meta>`; UTF-8 otherwise. With a selector, the text
   * of the first element that it selects, as a reader sees it, on one line; `null` if there is none.
   * @throws {OptionError}
   */
  text(): string;
  text(css: string): string | null;
  text(css?: string): string | null {
    if (css !== undefined) return this.root.text(css);
    return (this.decoded ??= decodeText(this.response.body, this.headers['content-type']));
  }

  /**
   * The body as JSON (RFC 8259). The type is the caller's claim; a schema checks it.
   * @throws {PageError} `NOT_JSON`, saying where it goes wrong
   */
  json<T = unknown>(): T {
    return parseJson(this.url, this.text()) as T;
  }

  /**
   * The page's data. 'auto' goes by the content type: JSON is parsed; text, HTML and XML are text; what has no type, or
   * none that says anything, is JSON if it can be, else text; anything else is bytes.
   * @throws {PageError} `NOT_JSON`
   */
  data(as: ReadAs = 'auto'): unknown {
    return readData(this, as);
  }

  /** The first element that a selector selects; its `exists` tells whether there is one. @throws {OptionError} */
  select(css: string): Selection {
    return this.root.select(css);
  }

  /** Every element that a selector selects, in the order of the page. @throws {OptionError} */
  selectAll(css: string): Selection[] {
    return this.root.selectAll(css);
  }

  /** What an XPath 3.1 expression gives: elements as selections, all else as values. @throws {OptionError} */
  xpath<T extends XPathResult = XPathResult>(expression: string): T[] {
    return this.root.xpath<T>(expression);
  }

  /** The markup in the first element that a selector selects, or of the whole page as it was parsed. @throws {OptionError} */
  html(): string;
  html(css: string): string | null;
  html(css?: string): string | null {
    return this.root.html(css);
  }

  /** An attribute of the first element that a selector selects: `attr('content', 'meta[name=author]')`. @throws {OptionError} */
  attr(name: string, css: string): string | null {
    return this.root.attr(name, css);
  }

  /** The first number in an element's text: `£51.77` is 51.77. @throws {OptionError} */
  number(css: string, format?: NumberFormat): number | null {
    return this.root.number(css, format);
  }

  /** The date that an element's `datetime` says, or else its text. @throws {OptionError} */
  date(css: string): Date | null {
    return this.root.date(css);
  }

  /** The absolute address that an element leads to or loads. @throws {OptionError} */
  link(css: string): string | null {
    return this.root.link(css);
  }

  /**
   * The addresses of all links, or of those that are wanted: absolute, http: or https:, without fragments, each once.
   * @throws {OptionError}
   *
   * @example
   * const articles = page.links({ selector: 'main', allow: '/articles/**', sameOrigin: true });
   */
  links(wanted?: string | LinkOptions): string[] {
    return this.root.links(wanted);
  }

  /** The forms, or those that a selector selects, as a browser would send them. @throws {OptionError} */
  forms(css?: string): Form[] {
    return this.root.forms(css);
  }

  /** The rows of the first table, or of the one that a selector selects. @throws {OptionError} */
  table(css?: string): TableRows | null {
    return this.root.table(css);
  }

  /**
   * Many fields at once, in the shape that is asked for; the result's type follows from it. See `Selection.extract`.
   * @throws {OptionError} which names the field and what is wrong with it
   */
  extract<const S extends Shape>(shape: S): Extracted<S> {
    return this.root.extract(shape);
  }

  /** What the page says of itself: title, OpenGraph, JSON-LD, microdata, feeds and more. Never fails. */
  meta(): PageMeta {
    return readMeta(this.document.root, this.base);
  }

  /** What the page is about, or all of it with `{ main: false }`, as Markdown with absolute addresses. */
  markdown(options?: MarkdownOptions): string {
    return this.document.own(toMarkdown(this.document.root, this.base, options));
  }

  /** The page as a feed: RSS, Atom or JSON Feed. @throws {PageError} `NOT_A_FEED`, saying what came instead */
  feed(): Feed {
    return parseFeed(this.text(), this.url);
  }

  /**
   * What a JSONPath query (RFC 9535) finds in a page of JSON.
   * @throws {PageError} `NOT_JSON`
   * @throws {OptionError} saying where the path goes wrong
   */
  jsonPath(path: string): unknown[] {
    return jsonPath(this.json(), path);
  }

  private get document(): PageDocument {
    return (this.read ??= readDocument(this.response.body, this.headers['content-type'] ?? '', this.url, () =>
      this.text(),
    ));
  }

  private get root(): Selection {
    const { document } = this;
    return new Selection(document, document.root);
  }
}
