import { parseJson } from './data.ts';
import { dateIn } from './dates.ts';
import type { PageDocument, PageNode } from './document.ts';
import { extractFrom, type Extracted, type Shape } from './extract.ts';
import { formsIn, type Form } from './forms.ts';
import { linkOf, linksIn, type LinkOptions } from './links.ts';
import { toMarkdown } from './markdown.ts';
import { numberIn, type NumberFormat } from './numbers.ts';
import { readTable, type TableRows } from './tables.ts';
import { isElement } from './tree.ts';
import { evaluate } from './xpath.ts';

/** What XPath finds: elements as selections, attributes and texts as strings. */
export type XPathResult = Selection | string | number | boolean;

/**
 * An element of a page, or the whole page, to read from. Every reading method may be given a CSS selector, and then
 * reads the first element below that it selects. Where nothing is, the answer is `null`, or an empty list.
 *
 * Selectors are matched with the whole page, as `querySelectorAll` does: in `card.select('main h3')`, `main` may stand
 * around the card. `:scope` is the selection itself, and a selector may begin with a combinator: `row.select('> td')`.
 */
export class Selection {
  private readonly document: PageDocument;
  /** `null` where a selector selected nothing. */
  private readonly node: PageNode | null;

  /** @internal */
  constructor(document: PageDocument, node: PageNode | null) {
    this.document = document;
    this.node = node;
  }

  /** Whether there is such an element. */
  get exists(): boolean {
    return this.node !== null;
  }

  /** The name of the tag: in HTML in small letters, in XML as it stands. `null` for a whole page. */
  get name(): string | null {
    const { document, node } = this;
    return node !== null && isElement(node) ? document.own(node.name) : null;
  }

  /** All attributes, by name. */
  get attrs(): Record<string, string> {
    const { document, node } = this;
    if (node === null || !isElement(node)) return {};
    return Object.fromEntries(
      Object.keys(node.attribs).map((name) => [name, document.attribute(node, name) ?? '']),
    );
  }

  /** The element around it. */
  get parent(): Selection {
    const { document, node } = this;
    const above = node?.parent ?? null;
    return new Selection(document, above !== null && isElement(above) ? above : null);
  }

  /** The element after it, of the same parent. */
  get next(): Selection {
    let at = this.node?.next ?? null;
    while (at !== null && !isElement(at)) at = at.next;
    return new Selection(this.document, at);
  }

  /** The element before it, of the same parent. */
  get previous(): Selection {
    let at = this.node?.prev ?? null;
    while (at !== null && !isElement(at)) at = at.prev;
    return new Selection(this.document, at);
  }

  /** The first element below that a selector selects; `exists` tells whether there is one. @throws {OptionError} */
  select(css: string): Selection {
    return new Selection(this.document, this.at(css));
  }

  /** Every element below that a selector selects, in the order of the page. @throws {OptionError} */
  selectAll(css: string): Selection[] {
    const { document, node } = this;
    if (node === null) return [];
    return document.all(css, node).map((element) => new Selection(document, element));
  }

  /**
   * What an XPath 3.1 expression gives: elements as selections, attributes and texts as strings, and what it computes as
   * numbers and booleans; which of these, is the caller's claim. `.//p` is below this element, `//p` anywhere.
   *
   * @throws {OptionError}
   *
   * @example
   * const prices = page.xpath<string>('//p[@class="price_color"]/text()');
   */
  xpath<T extends XPathResult = XPathResult>(expression: string): T[] {
    const { document, node } = this;
    if (node === null) return [];
    return evaluate(expression, node).map((result) => {
      if (typeof result === 'string') return document.own(result);
      return typeof result === 'object' ? new Selection(document, result) : result;
    }) as T[];
  }

  /**
   * The text as a reader sees it, on one line: white space is one space, paragraphs and cells are kept apart by one,
   * and what stands in `<script>` and `<style>` is left out, unless that itself is asked for.
   * @throws {OptionError}
   */
  text(css?: string): string | null {
    const node = this.at(css);
    return node === null ? null : this.document.text(node);
  }

  /** The markup inside. @throws {OptionError} */
  html(css?: string): string | null {
    const node = this.at(css);
    return node === null ? null : this.document.html(node, false);
  }

  /** The markup of the element itself and what is inside. @throws {OptionError} */
  outerHtml(css?: string): string | null {
    const node = this.at(css);
    return node === null ? null : this.document.html(node, true);
  }

  /** An attribute as it is written: `attr('title')`, or of an element below, `attr('title', 'h3 a')`. @throws {OptionError} */
  attr(name: string, css?: string): string | null {
    const node = this.at(css);
    return node !== null && isElement(node) ? this.document.attribute(node, name) : null;
  }

  /** The first number in the text: `£51.77` is 51.77. See `NumberFormat` for others than English ones. @throws {OptionError} */
  number(css?: string, format?: NumberFormat): number | null {
    const text = this.text(css);
    return text === null ? null : numberIn(text, format);
  }

  /** The date that `datetime` or `content` says, or else the first one in the text. @throws {OptionError} */
  date(css?: string): Date | null {
    const node = this.at(css);
    if (node === null) return null;
    if (isElement(node)) {
      const said = node.attribs.datetime ?? (node.name === 'meta' ? node.attribs.content : undefined);
      const date = said === undefined ? null : dateIn(said);
      if (date !== null) return date;
    }
    return dateIn(this.document.text(node));
  }

  /**
   * The text as JSON, as scripts hold it: `select('script[type="application/ld+json"]').json()`. `null` where there is no
   * such element. The type is the caller's claim.
   * @throws {PageError} `NOT_JSON`
   * @throws {OptionError}
   */
  json<T = unknown>(css?: string): T | null {
    const text = this.text(css);
    return text === null ? null : (parseJson(this.document.url, text) as T);
  }

  /** The element as Markdown, with absolute addresses. @throws {OptionError} */
  markdown(css?: string): string | null {
    const { document } = this;
    const node = this.at(css);
    return node === null ? null : document.own(toMarkdown(node, document.addresses.base, { main: false }));
  }

  /**
   * The address that an element leads to or loads (`href`, `src`, `action` …), absolute; or else that of the first link
   * in it. Only http: and https: ones count.
   * @throws {OptionError}
   */
  link(css?: string): string | null {
    const node = this.at(css);
    return node !== null && isElement(node) ? linkOf(this.document, node) : null;
  }

  /**
   * The addresses of all links: absolute, http: or https:, without fragments, each once. A selector, or the option of
   * that name, says which; of what it selects that is no link, the links inside are taken.
   *
   * @throws {OptionError}
   *
   * @example
   * const pages = page.links({ selector: 'nav', deny: '/login/**', sameOrigin: true });
   */
  links(wanted?: string | LinkOptions): string[] {
    const { document, node } = this;
    return node === null ? [] : linksIn(document, node, wanted);
  }

  /** The forms, or those that a selector selects, as a browser would send them. @throws {OptionError} */
  forms(css?: string): Form[] {
    const { document, node } = this;
    return node === null ? [] : formsIn(document, node, css);
  }

  /**
   * A table's rows: objects by the names in its header, or arrays where there is none. Cells that span are repeated.
   * Without a selector it is this element, or else the first table in it.
   * @throws {OptionError}
   */
  table(css?: string): TableRows | null {
    const node = this.at(css);
    if (node === null) return null;
    const table = isElement(node) && node.name === 'table' ? node : this.document.first('table', node);
    return table === null ? null : readTable(table, this.document);
  }

  /**
   * Many fields at once, in the shape that is asked for; the result's type follows from it.
   *
   * | in the shape | gives |
   * |---|---|
   * | `'h1'` | the text of the first match, or `null` |
   * | `{ select: '.price', as: 'number' }` | the same as `number`, `date`, `link`, `html`, `json` or `text` |
   * | `{ select: 'img', attr: 'src' }` | an attribute |
   * | `{ as: …}`, `{ attr: … }` without `select` | of the element itself |
   * | `['.tag']`, `[{ select: '.tag', as: … }]` | of all matches; what gives `null` is left out |
   * | `{ select: 'tr', each: { … } }`, also in `[]` | a record for each match |
   * | `{ … }` with other names | a record of the same element |
   *
   * @throws {OptionError} which names the field and what is wrong with it; `PageError` `NOT_JSON` for `as: 'json'`
   *
   * @example
   * const { title, price } = page.extract({ title: 'h1', price: { select: '.price_color', as: 'number' } });
   */
  extract<const S extends Shape>(shape: S): Extracted<S> {
    return extractFrom(this, this.document, shape);
  }

  private at(css: string | undefined): PageNode | null {
    const { document, node } = this;
    return css === undefined || node === null ? node : document.first(css, node);
  }
}
