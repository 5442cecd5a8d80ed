import type { ChildNode, Element, ParentNode } from 'domhandler';
import { Addresses } from './addresses.ts';
import { INLINE, UNREADABLE, mainContent } from './main-content.ts';
import { Blocks, type List } from './markdown-blocks.ts';
import {
  destination,
  image,
  lineEnd,
  lineOf,
  lineStart,
  longestRun,
  type Mark,
  type Run,
} from './markdown-line.ts';
import { TableLines, dataTables } from './markdown-table.ts';
import { isElement, isText } from './tree.ts';
import { walk, type Walker } from './walk.ts';

export interface MarkdownOptions {
  /** Only what the page is about, without navigation, advertisements and the like (the default); or `false`, all of it. */
  readonly main?: boolean | undefined;
}

/**
 * A page, or part of one, as CommonMark with the tables, deletions and check boxes of GitHub Flavored Markdown. Links and
 * images have absolute addresses, program text keeps its white space, and what is text is escaped where it could be read
 * as markup. Blocks are an empty line apart; there is none at the end.
 *
 * What Markdown has no way to say is said in a near one: terms of definition lists are bold paragraphs, with their
 * definitions as items below them; cells that span several are followed by empty ones.
 *
 * @param base what relative addresses are relative to, absolute
 */
export function toMarkdown(root: ParentNode, base: string, { main = true }: MarkdownOptions = {}): string {
  const { parts, clutter } = main
    ? mainContent(root)
    : { parts: isElement(root) ? [root] : root.children.filter(isElement), clutter: new Set<Element>() };
  const blocks = new Blocks();
  for (const part of parts) {
    const writer = new Writer(blocks, new Addresses(base), clutter, dataTables(part));
    if (!writer.enter(part)) continue;
    walk(part, writer);
    writer.leave(part);
  }
  return blocks.toString();
}

/** What an element has changed, to be undone at its end. */
interface Frame {
  readonly element: Element;
  readonly marks: readonly Mark[];
  readonly list: List | undefined;
  readonly isItem: boolean;
}

/** Longer addresses are left out. In characters. */
const MAX_URL = 4000;
/** All links of a page together; beyond it their text is written without the address. In characters. */
const MAX_URLS = 20_000_000;
const STRONG: Mark = { kind: 'strong' };
const EMPHASIS: Mark = { kind: 'emphasis' };
const DELETED: Mark = { kind: 'deleted' };
const CODE: Mark = { kind: 'code' };
const MARKS: Partial<Record<string, Mark>> = {
  b: STRONG,
  strong: STRONG,
  dt: STRONG,
  i: EMPHASIS,
  em: EMPHASIS,
  del: DELETED,
  s: DELETED,
  strike: DELETED,
  code: CODE,
  kbd: CODE,
  samp: CODE,
  tt: CODE,
};
/** Numbers beside the lines of a program, and signs that link a title to itself. */
const GUTTER = /(?:^|\s)(?:gutter|linenos?|line-numbers?|linenumbers?|hljs-ln-numbers|blob-num)(?:\s|$)/;
const SELF_LINK = /anchor|headerlink|hash-link|permalink/i;

class Writer implements Walker {
  private readonly blocks: Blocks;
  private readonly addresses: Addresses;
  private readonly clutter: ReadonlySet<Element>;
  private readonly tables: ReadonlySet<Element>;
  private readonly frames: Frame[] = [];
  private marks: readonly Mark[] = [];
  private list: List | undefined = undefined;
  /** The number that the next item of each list has. */
  private readonly numbers = new Map<List, number>();
  private runs: Run[] = [];
  /** Of the heading that is open, from 1. */
  private heading: Element | undefined = undefined;
  /** The program text that is open, and what has been read of it. */
  private program: { element: Element; text: string } | undefined = undefined;
  private table: { element: Element; lines: TableLines; cell: Element | undefined } | undefined = undefined;
  private urls = MAX_URLS;

  constructor(
    blocks: Blocks,
    addresses: Addresses,
    clutter: ReadonlySet<Element>,
    tables: ReadonlySet<Element>,
  ) {
    this.blocks = blocks;
    this.addresses = addresses;
    this.clutter = clutter;
    this.tables = tables;
  }

  enter(node: ChildNode): boolean {
    if (isText(node)) this.text(node.data);
    if (!isElement(node)) return 'children' in node;
    const { name, attribs } = node;
    if (name === 'input') this.checkBox(node);
    if (UNREADABLE.has(name) || this.clutter.has(node)) return false;
    if (GUTTER.test(attribs.class ?? '') || isSelfLink(node, this.heading !== undefined)) return false;
    if (this.program !== undefined) {
      // Some pages have the same program in two languages, one behind the other.
      const { prev } = node;
      const isNext = name === 'code' && prev !== null && isElement(prev) && prev.name === 'code';
      if (name === 'br' || isNext) this.program.text += '\n';
      return true;
    }
    if (name === 'br') this.lineBreak();
    else if (name === 'img') this.image(node);
    else if (name === 'q') this.text('“');
    else if (INLINE.has(name)) this.inline(node);
    else this.block(node);
    return true;
  }

  leave(node: ChildNode): void {
    if (!isElement(node)) return;
    if (this.program !== undefined && this.program.element !== node) return;
    if (this.program !== undefined) this.endProgram(node);
    else if (node.name === 'q') this.text('”');
    else if (!INLINE.has(node.name)) this.endBlock(node);
    const frame = this.frames[this.frames.length - 1];
    if (frame?.element !== node) return;
    this.frames.pop();
    this.marks = frame.marks;
    this.list = frame.list;
    if (frame.isItem) this.blocks.leave();
  }

  private text(text: string): void {
    if (this.program !== undefined) this.program.text += text;
    // Rows and the like have white space between their cells.
    else if (this.table === undefined || this.table.cell !== undefined || /\S/.test(text))
      this.runs.push({ kind: 'text', text, marks: this.marks });
  }

  private save(element: Element, isItem = false): void {
    this.frames.push({ element, marks: this.marks, list: this.list, isItem });
  }

  private inline(element: Element): void {
    const mark = element.name === 'a' ? this.link(element) : MARKS[element.name];
    // Documents pasted from word processors are wrapped in a <b> that is not bold.
    const isReset = /font-(?:weight|style)\s*:\s*normal/i.test(element.attribs.style ?? '');
    if (mark !== undefined && !isReset) this.mark(element, mark.kind === 'code' ? { ...mark } : mark);
  }

  private mark(element: Element, mark: Mark): void {
    if (this.marks.some(({ kind }) => kind === mark.kind)) return;
    this.save(element);
    const code = this.marks[this.marks.length - 1];
    // Nothing but a link is seen in code, and that is around it.
    if (code?.kind !== 'code') this.marks = [...this.marks, mark];
    else if (mark.kind === 'link') this.marks = [...this.marks.slice(0, -1), mark, code];
  }

  private link({ attribs }: Element): Mark | undefined {
    const href = attribs.href ?? '';
    // A title that is a link to itself is for copying its address.
    const url = this.heading !== undefined && href.startsWith('#') ? null : this.address(href);
    if (url === null) return undefined;
    this.urls -= url.length;
    return { kind: 'link', url: destination(url), uses: 0 };
  }

  /** Null if it is none that a reader can follow. */
  private address(written: string): string | null {
    const href = written.trim();
    if (href === '' || href.length > MAX_URL || this.urls < 0) return null;
    const url = /^(?:mailto|tel):/i.test(href) ? href.replace(/\s/g, '%20') : this.addresses.absolute(href);
    return url !== null && url.length <= MAX_URL ? url : null;
  }

  private image({ attribs }: Element): void {
    if (attribs.width === '1' && attribs.height === '1') return;
    const { src = '', srcset, 'data-src': late, 'data-original': original, 'data-srcset': lateSet } = attribs;
    // Pages that load their images late have a small one written out in their place.
    const candidates = [late, original, /^data:/i.test(src) ? '' : src, lateSet, srcset];
    const written = candidates.find((one) => one !== undefined && one.trim() !== '') ?? '';
    const url = this.address(
      (written === lateSet || written === srcset) && written !== '' ? firstOfSet(written) : written,
    );
    if (url === null) return;
    this.urls -= url.length;
    const marks = this.marks.filter(({ kind }) => kind !== 'code');
    this.runs.push({ kind: 'markdown', text: image(attribs.alt ?? '', url), marks });
  }

  private checkBox({ attribs }: Element): void {
    if (attribs.type?.toLowerCase() !== 'checkbox' || !this.blocks.isAtItem) return;
    if (this.runs.some(({ text }) => text.trim() !== '') || this.table !== undefined) return;
    const text = attribs.checked === undefined ? '[ ]' : '[x]';
    this.runs.push({ kind: 'markdown', text, marks: [] }, { kind: 'text', text: ' ', marks: [] });
  }

  private lineBreak(): void {
    let last = this.runs.length - 1;
    while (last >= 0 && this.runs[last]?.kind === 'text' && this.runs[last]?.text.trim() === '') last--;
    // Two in a row are how old pages end a paragraph.
    if (this.runs[last]?.kind === 'break' && this.heading === undefined && this.table === undefined)
      this.flush();
    else {
      this.runs.length = last + 1;
      this.runs.push({ kind: 'break', text: '\n', marks: this.marks });
    }
  }

  private block(element: Element): void {
    const { name, attribs } = element;
    if (this.heading !== undefined) {
      this.text(' ');
      return;
    }
    if (this.table?.cell !== undefined) {
      this.lineBreak();
      const mark = name === 'pre' ? CODE : MARKS[name];
      if (mark !== undefined) this.mark(element, mark);
      return;
    }
    if (this.table !== undefined) {
      if (name === 'td' || name === 'th') {
        this.flush();
        this.table.cell = element;
      }
      return;
    }
    this.flush();
    switch (name) {
      case 'h1':
      case 'h2':
      case 'h3':
      case 'h4':
      case 'h5':
      case 'h6':
        this.heading = element;
        break;
      case 'pre':
      case 'listing':
      case 'xmp':
      case 'plaintext':
        this.program = { element, text: '' };
        break;
      case 'hr':
        // Three hyphens in an item would be items.
        this.blocks.write([this.blocks.isInItem ? '___' : '---']);
        break;
      case 'table':
        if (this.tables.has(element)) this.table = { element, lines: new TableLines(), cell: undefined };
        break;
      case 'blockquote':
        this.save(element, this.blocks.enterQuote());
        break;
      case 'ul':
      case 'ol':
      case 'menu':
      case 'dir':
      case 'dl': {
        this.save(element);
        const start = /^\s*(\d{1,9})\b/.exec(attribs.start ?? '')?.[1] ?? '1';
        this.list = { isOrdered: name === 'ol', start: Number(start), isOther: false };
        break;
      }
      case 'li':
      case 'dd': {
        const list = this.list ?? { isOrdered: false, start: 1, isOther: false };
        const number = this.numbers.get(list) ?? list.start;
        this.numbers.set(list, number + 1);
        this.save(element, this.blocks.enterItem(list, number));
        break;
      }
      case 'dt':
        this.mark(element, STRONG);
        break;
    }
  }

  private endBlock(element: Element): void {
    const { table } = this;
    if (this.heading !== undefined) {
      if (this.heading !== element) {
        this.text(' ');
        return;
      }
      const line = lineOf(this.runs, 'heading').replace(/(^|\s)(#+)$/, '$1\\$2');
      this.runs = [];
      this.heading = undefined;
      if (line !== '') this.blocks.write([`${'#'.repeat(Number(element.name.charAt(1)))} ${line}`]);
    } else if (table === undefined) {
      this.flush();
    } else if (table.cell === element) {
      table.lines.cell(lineOf(this.runs, 'cell'), element);
      this.runs = [];
      table.cell = undefined;
    } else if (table.cell !== undefined) {
      this.lineBreak();
    } else if (element.name === 'tr') {
      table.lines.endRow();
    } else if (table.element === element) {
      const lines = table.lines.lines();
      this.table = undefined;
      if (lines.length > 0) this.blocks.write(lines);
    } else {
      // A caption.
      this.flush();
    }
  }

  /** Writes what has been read as a paragraph. */
  private flush(): void {
    if (this.runs.length === 0) return;
    const paragraph = lineOf(this.runs, 'paragraph');
    this.runs = [];
    if (paragraph !== '') this.blocks.write(paragraph.split('\n').map(lineStart).map(lineEnd));
  }

  private endProgram(element: Element): void {
    const text = (this.program?.text ?? '').replace(/\r\n?/g, '\n').replace(/^\n+/, '').trimEnd();
    this.program = undefined;
    if (text === '') return;
    const fence = '`'.repeat(Math.max(3, longestRun(text) + 1));
    this.blocks.write([fence + languageOf(element), ...text.split('\n'), fence]);
  }
}

/** A sign that is a link to where it stands, mostly in a title. */
function isSelfLink({ name, attribs, children }: Element, inHeading: boolean): boolean {
  if (name !== 'a' || children.length > 1) return false;
  const isMarked =
    SELF_LINK.test(attribs.class ?? '') || (inHeading && attribs.href?.startsWith('#') === true);
  const [only] = children;
  return isMarked && (only === undefined || (isText(only) && only.data.trim().length <= 1));
}

/** The first address of a `srcset` (HTML standard, 2.4.3). */
function firstOfSet(set: string): string {
  return /[^\s,]\S*/.exec(set)?.[0].replace(/,+$/, '') ?? '';
}

const LANGUAGE =
  /(?:^|\s)(?:lang(?:uage)?|highlight(?:-source)?|brush:?|sourceCode)[-:\s]\s*([a-z][\w+#.-]{0,30})/i;
const NO_LANGUAGE = /^(?:none|text|plain|plaintext|notranslate|default|nohighlight|hljs)$/i;

/** As its own class, or that of the `<code>` in it or of what is around it, says: `language-js`, `highlight-python`. */
function languageOf(element: Element): string {
  const code = element.children.find(isElement);
  const around = [element.parent, element.parent?.parent].filter((one) => one != null && isElement(one));
  for (const one of [element, code, ...around]) {
    const attribs = one?.attribs ?? {};
    const language =
      attribs['data-lang'] ?? attribs['data-language'] ?? LANGUAGE.exec(attribs.class ?? '')?.[1];
    if (language !== undefined && /^[\w+#.-]{1,31}$/.test(language) && !NO_LANGUAGE.test(language))
      return language.toLowerCase();
  }
  return '';
}
