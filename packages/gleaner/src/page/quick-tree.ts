import { decodedText } from './entities.ts';
import { readDoctype } from './quick-doctype.ts';
import { DEEPEST, OpenElements } from './quick-open.ts';
import { GIVEN_UP, isSpace, Source } from './quick-source.ts';
import { readSvg } from './quick-svg.ts';
import * as tags from './quick-tags.ts';
import {
  FORMATTING,
  IMPLIED,
  ITEM_BOUNDARY,
  LIST,
  MARKER,
  OPENS,
  PART,
  SCOPE,
  SPECIAL,
  takesContent,
} from './quick-tags.ts';
import type { Tag } from './quick-tags.ts';
import { COMMENT, DOCTYPE, NOWHERE, RAW_TEXT, TapeWriter, TEXT } from './tape.ts';
import { attributeValue } from './tape-attributes.ts';
import { TapeTree } from './tape-tree.ts';

/**
 * The tree of a page that is well-formed enough, many times as quickly as the whole parser makes it, and just the
 * same one. `undefined` at the first thing that would need elements to be moved, or is rare: formatting that is ended
 * around a block, content beside the cells of a table, templates, formulas, frames.
 *
 * It follows the HTML standard, 13.2.6, with scripting off.
 *
 * @param bytes UTF-8, without a byte-order mark; they are held on to
 */
export function quickTree(bytes: Buffer): TapeTree | undefined {
  const lines = bytes.includes(13) ? Buffer.from(bytes.toString().replace(/\r\n?/g, '\n')) : bytes;
  try {
    return new TreeMaker(lines).tree();
  } catch (error) {
    if (error === GIVEN_UP) return undefined;
    throw error;
  }
}

function tapeOf(bytes: Buffer): Int32Array {
  const maker = new TreeMaker(bytes);
  maker.write();
  return maker.tape.copy();
}

/** How far the parser is (`insertion mode`, 13.2.4.1). Inside the body each open element has a mode of its own. */
type Phase =
  | 'initial'
  | 'before html'
  | 'before head'
  | 'in head'
  | 'in noscript'
  | 'after head'
  | 'in body'
  | 'after body'
  | 'after html';

/** So many texts and comments may stand between the head and what comes late and belongs into it. */
const MOST_BEHIND_HEAD = 20;

class TreeMaker {
  private readonly bytes: Buffer;
  private readonly source: Source;
  readonly tape: TapeWriter = new TapeWriter();
  private phase: Phase = 'initial';
  private mode: 'no-quirks' | 'limited-quirks' | 'quirks' = 'no-quirks';
  private html = NOWHERE;
  private head = NOWHERE;
  /** Comments behind the body, and behind the root: from, to. Text may still come into the body. */
  private readonly behindBody: number[] = [];
  private readonly behindRoot: number[] = [];

  private readonly open = new OpenElements(this.tape);
  private hasForm = false;

  constructor(bytes: Buffer) {
    this.bytes = bytes;
    this.source = new Source(bytes);
  }

  tree(): TapeTree {
    this.write();
    const { bytes, mode, source, tape } = this;
    return new TapeTree(bytes, tape, [...source.others.values()], mode, tapeOf);
  }

  write(): void {
    for (;;) {
      switch (this.source.next()) {
        case 'text':
          this.text();
          break;
        case 'start':
          this.startTag();
          break;
        case 'end':
          this.endTag();
          break;
        case 'declaration':
          this.declaration();
          break;
        case 'nothing':
          this.reachBody();
          this.end();
          return;
      }
    }
  }

  /** Ends all that is open, and puts what comes behind. */
  private end(): void {
    const { behindBody, behindRoot, html, open, tape } = this;
    open.shorten(0);
    if (behindBody.length > 0) {
      this.addComments(behindBody, html);
      tape.close(html);
    }
    this.addComments(behindRoot, NOWHERE);
  }

  private addComments(places: readonly number[], parent: number): void {
    for (let at = 0; at < places.length; at += 2)
      this.tape.add(COMMENT, places[at] ?? 0, places[at + 1] ?? 0, parent);
  }

  // Adding to the tape

  private insertText(from: number, to: number): void {
    if (from === to) return;
    this.reopen();
    this.tape.add(TEXT, from, to, this.open.current);
  }

  /** @param from where its attributes begin */
  private insert(tag: Tag, from: number): number {
    const { tape } = this;
    return tape.add(tag.number, from, tape.size + 1, this.open.current);
  }

  private push(tag: Tag, from: number): number {
    const entry = this.insert(tag, from);
    this.open.push(tag, entry);
    return entry;
  }

  /** Formatting that was left open goes on, where there is some. */
  private reopen(): void {
    if (this.open.mayReopen) this.open.reopen();
  }

  /** Opens an element whose tag was left out. */
  private imply(tag: Tag): number {
    return this.push(tag, 0);
  }

  // Text, comments and doctypes

  private text(): void {
    const { open, source } = this;
    const from = source.at;
    source.passText();
    const to = source.at;
    if (this.phase === 'in body') {
      if (takesContent(open.mode)) this.reopen();
      else if (open.mode !== 'select' && this.spaceIn(from, to) < to - from) throw GIVEN_UP;
      this.tape.add(TEXT, from, to, open.current);
      return;
    }
    const space = this.spaceIn(from, to);
    const isSpaceOnly = space === to - from;
    switch (this.phase) {
      case 'initial':
      case 'before html':
      case 'before head':
        break;
      case 'after body':
      case 'after html':
        if (!isSpaceOnly) this.phase = 'in body';
        this.insertText(from, to);
        return;
      default:
        this.insertText(from, from + space);
    }
    if (isSpaceOnly) return;
    this.reachBody();
    this.insertText(from + space, to);
  }

  /** How many bytes of white space a text begins with. White space that is written as an entity gives up. */
  private spaceIn(from: number, to: number): number {
    const { source } = this;
    const space = source.spaceIn(from, to);
    const end = from + space;
    if (end < to && source.isEntity(end) && isSpace(decodedText(source.slice(end, to)).charCodeAt(0)))
      throw GIVEN_UP;
    return space;
  }

  private declaration(): void {
    const { source, tape } = this;
    if (!source.isDoctype) {
      const from = source.passComment();
      const to = source.contentEnd;
      if (this.phase === 'after body') this.behindBody.push(from, to);
      else if (this.phase === 'after html') this.behindRoot.push(from, to);
      else tape.add(COMMENT, from, to, this.open.current);
      return;
    }
    const from = source.passDoctype();
    const doctype = readDoctype(source.slice(from, source.contentEnd));
    if (this.phase !== 'initial') return;
    if (doctype === undefined) throw GIVEN_UP;
    tape.add(DOCTYPE, from, source.contentEnd, NOWHERE);
    this.setMode(doctype.mode);
  }

  private setMode(mode: 'no-quirks' | 'limited-quirks' | 'quirks'): void {
    this.mode = mode;
    this.phase = 'before html';
  }

  // Before the body and after it

  /** Opens whatever is missing up to the body. */
  private reachBody(): void {
    while (this.phase !== 'in body' && this.phase !== 'after body' && this.phase !== 'after html')
      this.leavePhase();
  }

  /** Goes on to the next phase, as anything does that does not belong into this one. */
  private leavePhase(): void {
    switch (this.phase) {
      case 'initial':
        this.setMode('quirks');
        break;
      case 'before html':
        this.html = this.imply(tags.HTML);
        this.phase = 'before head';
        break;
      case 'before head':
        this.head = this.imply(tags.HEAD);
        this.phase = 'in head';
        break;
      case 'in noscript':
        this.open.pop();
        this.phase = 'in head';
        break;
      case 'in head':
        this.open.pop();
        this.phase = 'after head';
        break;
      case 'after head':
        this.imply(tags.BODY);
        this.phase = 'in body';
        break;
      default:
        this.phase = 'in body';
    }
  }

  private startTag(): void {
    const { source } = this;
    const tag = source.startName();
    const attributes = source.at;
    if ((tag.flags & OPENS) !== 0 && this.phase === 'in body' && takesContent(this.open.mode)) {
      source.passAttributes();
      this.reopen();
      this.push(tag, attributes);
      return;
    }
    if (tag.kind === 'svg') {
      this.svg();
      return;
    }
    if (tag.kind === 'strange') throw GIVEN_UP;
    source.passAttributes();
    while (this.phase !== 'in body') {
      if (this.startOutside(tag, attributes)) return;
      this.leavePhase();
    }
    while (!this.start(tag, attributes));
  }

  /** A drawing, which may stand wherever text may. */
  private svg(): void {
    this.reachBody();
    if (!takesContent(this.open.mode)) throw GIVEN_UP;
    this.phase = 'in body';
    this.reopen();
    readSvg(this.source, this.tape, this.open.current, DEEPEST - this.open.depth);
  }

  /** Whether a start tag belongs to the phase. */
  private startOutside(tag: Tag, attributes: number): boolean {
    const { phase } = this;
    if (phase === 'initial') return false;
    if (tag.kind === 'html') {
      if (phase === 'before html') {
        this.html = this.push(tag, attributes);
        this.phase = 'before head';
      } else this.ignoreAgain();
      return true;
    }
    switch (phase) {
      case 'before head':
        if (tag.kind !== 'head') return false;
        this.head = this.push(tag, attributes);
        this.phase = 'in head';
        return true;
      case 'in head':
        if (tag.kind !== 'noscript') return tag.kind === 'head' || this.startMetadata(tag, attributes);
        this.push(tag, attributes);
        this.phase = 'in noscript';
        return true;
      case 'in noscript':
        if (tag.kind === 'head' || tag.kind === 'noscript') return true;
        if (tag.name === 'base' || tag.name === 'script' || tag.name === 'title') return false;
        return this.startMetadata(tag, attributes);
      case 'after head':
        return this.startAfterHead(tag, attributes);
      default:
        return false;
    }
  }

  private startAfterHead(tag: Tag, attributes: number): boolean {
    if (tag.kind === 'body') {
      this.push(tag, attributes);
      this.phase = 'in body';
      return true;
    }
    if (tag.kind === 'head') return true;
    // What belongs into the head goes there.
    const { open, tape, head } = this;
    const first = tape.size;
    if (first - tape.end(head) > MOST_BEHIND_HEAD) throw GIVEN_UP;
    const { current } = open;
    open.current = head;
    const isMetadata = this.startMetadata(tag, attributes);
    open.current = current;
    if (isMetadata) tape.moveInto(head, first);
    return isMetadata;
  }

  /** Whether a start tag is one of those that belong into the head. */
  private startMetadata(tag: Tag, attributes: number): boolean {
    if (tag.kind === 'metadata') this.insert(tag, attributes);
    else if (tag.kind === 'raw' && HEADS.has(tag.name)) this.insertRaw(tag, attributes);
    else return false;
    return true;
  }

  /** A second `<html>` or `<body>` only adds attributes to the first. */
  private ignoreAgain(): void {
    if (this.source.hasAttributes) throw GIVEN_UP;
  }

  /** An element that holds only text, from its start tag to its end tag. */
  private insertRaw(tag: Tag, attributes: number): void {
    const { source, tape } = this;
    const { name } = tag;
    const entry = this.insert(tag, attributes);
    let from = source.at;
    const to = source.passContent(name);
    // In a comment the end tag of a script within the script is text.
    if (name === 'script' && this.bytes.subarray(from, to).includes('<!--')) {
      if (/<script/i.test(source.slice(from, to))) throw GIVEN_UP;
    }
    const isDecoded = name === 'title' || name === 'textarea';
    if (name === 'textarea') {
      // A newline that begins it does not count.
      if (this.bytes[from] === 10) from++;
      else if (isDecoded && decodedText(source.slice(from, to)).startsWith('\n')) throw GIVEN_UP;
    }
    if (from < to) tape.add(isDecoded ? TEXT : RAW_TEXT, from, to, entry);
    tape.close(entry);
  }

  private endTag(): void {
    const tag = this.source.endTag();
    const { open } = this;
    const isPlain = (tag.flags & (open.mayReopen ? OPENS | MARKER | FORMATTING : OPENS | MARKER)) === OPENS;
    if (tag === open.tag && isPlain && this.phase === 'in body') {
      open.shorten(open.depth - 1);
      return;
    }
    while (this.phase !== 'in body') {
      if (this.endOutside(tag)) return;
      this.leavePhase();
    }
    while (!this.endInMode(tag));
  }

  /** Whether an end tag belongs to the phase, or to nothing. */
  private endOutside({ kind, name }: Tag): boolean {
    const goesOn = kind === 'html' || kind === 'body' || name === 'br';
    switch (this.phase) {
      case 'before html':
      case 'before head':
        return !goesOn && kind !== 'head';
      case 'in head':
        if (kind !== 'head') return !goesOn;
        this.leavePhase();
        return true;
      case 'in noscript':
        if (kind !== 'noscript') return name !== 'br';
        this.leavePhase();
        return true;
      case 'after head':
        return !goesOn;
      case 'after body':
        if (kind !== 'html') return false;
        this.phase = 'after html';
        return true;
      default:
        return false;
    }
  }

  // Start tags in the body: each says whether it is done, or has closed something and goes on from there

  private start(tag: Tag, attributes: number): boolean {
    switch (this.open.mode) {
      case 'body':
        // A part of a table that is in none.
        if ((tag.flags & PART) === 0) this.startInBody(tag, attributes);
        return true;
      case 'cell':
      case 'caption':
        if ((tag.flags & PART) !== 0) {
          this.open.closeMarked(this.open.findKind(this.open.mode, 0));
          return false;
        }
        this.startInBody(tag, attributes);
        return true;
      case 'columns':
        if (tag.kind === 'html') throw GIVEN_UP;
        if (tag.kind !== 'column') {
          this.open.pop();
          return false;
        }
        this.insert(tag, attributes);
        return true;
      case 'select':
        this.startInSelect(tag, attributes);
        return true;
      default:
        return this.startInTable(tag, attributes);
    }
  }

  private startInTable(tag: Tag, attributes: number): boolean {
    const { mode } = this.open;
    switch (tag.kind) {
      case 'cell':
        if (mode === 'table') this.imply(tags.TBODY);
        if (mode !== 'row') this.imply(tags.ROW);
        this.push(tag, attributes);
        return true;
      case 'row':
        if (mode === 'row') this.open.pop();
        else if (mode === 'table') this.imply(tags.TBODY);
        this.push(tag, attributes);
        return true;
      case 'section':
      case 'caption':
      case 'columns':
      case 'column':
        if (mode !== 'table') {
          this.open.pop();
          return false;
        }
        if (tag.kind === 'column') {
          this.imply(tags.COLUMNS);
          this.insert(tag, attributes);
        } else this.push(tag, attributes);
        return true;
      case 'table':
        this.open.close(this.open.findInTable(tag));
        return false;
      case 'raw':
        if (tag.name !== 'script' && tag.name !== 'style') throw GIVEN_UP;
        this.insertRaw(tag, attributes);
        return true;
      case 'input':
        if (attributeValue(this.bytes, attributes, 'type')?.toLowerCase() !== 'hidden') throw GIVEN_UP;
        this.insert(tag, attributes);
        return true;
      default:
        throw GIVEN_UP;
    }
  }

  private startInSelect(tag: Tag, attributes: number): void {
    if (tag.kind !== 'option') throw GIVEN_UP;
    if (this.open.tag === tags.OPTION) this.open.pop();
    if (tag === tags.OPTGROUP && this.open.tag === tags.OPTGROUP) this.open.pop();
    this.push(tag, attributes);
  }

  private startInBody(tag: Tag, attributes: number): void {
    if ((tag.flags & OPENS) !== 0) {
      this.reopen();
      this.push(tag, attributes);
      return;
    }
    switch (tag.kind) {
      case 'anchor':
        // A link ends the one that was left open.
        if (this.open.anchors > 0 || this.open.mayReopen) this.endFormatting(tag);
        this.reopen();
        this.open.anchors++;
        this.push(tag, attributes);
        return;
      case 'block':
        this.open.closeParagraph();
        this.push(tag, attributes);
        return;
      case 'li':
      case 'definition':
        this.closeItem(tag);
        this.open.closeParagraph();
        this.push(tag, attributes);
        return;
      case 'void':
      case 'input':
        this.reopen();
        this.insert(tag, attributes);
        return;
      case 'silent':
      case 'metadata':
        this.insert(tag, attributes);
        return;
      case 'rule':
        this.open.closeParagraph();
        this.insert(tag, attributes);
        return;
      case 'heading':
        this.open.closeParagraph();
        if (this.open.tag.kind === 'heading') this.open.pop();
        this.push(tag, attributes);
        return;
      case 'pre':
        this.open.closeParagraph();
        this.push(tag, attributes);
        this.source.skipNewline();
        return;
      case 'table':
        if (this.mode !== 'quirks') this.open.closeParagraph();
        this.push(tag, attributes);
        return;
      case 'raw':
        if (tag.name === 'xmp') {
          this.open.closeParagraph();
          this.reopen();
        }
        this.insertRaw(tag, attributes);
        return;
      case 'html':
      case 'body':
        this.ignoreAgain();
        return;
      case 'head':
        return;
      default:
        this.startOfFew(tag, attributes);
    }
  }

  private startOfFew(tag: Tag, attributes: number): void {
    switch (tag.kind) {
      case 'form':
        if (this.hasForm) throw GIVEN_UP;
        this.hasForm = true;
        this.open.closeParagraph();
        break;
      case 'button':
      case 'nobr':
        this.reopen();
        if (this.open.find(tag, SCOPE) >= 0) throw GIVEN_UP;
        break;
      case 'option':
        if (this.open.tag === tags.OPTION) this.open.pop();
        this.reopen();
        break;
      case 'ruby':
      case 'ruby text':
        if (this.open.find(tags.RUBY, SCOPE) < 0) break;
        while ((this.open.tag.flags & IMPLIED) !== 0 && (tag.kind === 'ruby' || this.open.tag !== tags.RTC))
          this.open.pop();
        break;
      case 'select':
        this.reopen();
        break;
      default:
        throw GIVEN_UP;
    }
    this.push(tag, attributes);
  }

  /** Closes the item that another one follows. */
  private closeItem({ kind }: Tag): void {
    const index = this.open.findKind(kind, ITEM_BOUNDARY);
    if (index >= 0) this.open.close(index);
  }

  // End tags in the body

  private endInMode(tag: Tag): boolean {
    const { open } = this;
    if (tag === open.tag && tag.kind !== 'body' && !(open.mayReopen && (tag.flags & FORMATTING) !== 0)) {
      if (tag.kind === 'form') this.hasForm = false;
      if ((tag.flags & MARKER) !== 0) open.closeMarked(open.depth - 1);
      else open.pop();
      return true;
    }
    switch (this.open.mode) {
      case 'body':
        this.endInBody(tag);
        return true;
      case 'cell':
        return this.endInCell(tag);
      case 'caption':
        return this.endInCaption(tag);
      case 'columns':
        if (tag.kind === 'column') return true;
        this.open.pop();
        return false;
      case 'select':
        this.endInSelect(tag);
        return true;
      default:
        this.endInTable(tag);
        return true;
    }
  }

  private endInCell(tag: Tag): boolean {
    switch (tag.kind) {
      case 'cell': {
        const index = this.open.findInTable(tag);
        if (index >= 0) this.open.closeMarked(index);
        return true;
      }
      case 'table':
      case 'section':
      case 'row':
        if (this.open.findInTable(tag) < 0) return true;
        this.open.closeMarked(this.open.findKind('cell', 0));
        return false;
      case 'body':
      case 'caption':
      case 'column':
      case 'columns':
      case 'html':
        return true;
      default:
        this.endInBody(tag);
        return true;
    }
  }

  private endInCaption(tag: Tag): boolean {
    if (tag.kind === 'table' || tag.kind === 'caption') {
      this.open.closeMarked(this.open.find(tags.CAPTION, 0));
      return tag.kind === 'caption';
    }
    if ((tag.flags & PART) === 0 && tag.kind !== 'body' && tag.kind !== 'html') this.endInBody(tag);
    return true;
  }

  private endInSelect(tag: Tag): void {
    if (tag === tags.SELECT) this.open.close(this.open.find(tag, 0));
    else if (
      tag === tags.OPTGROUP &&
      this.open.tag === tags.OPTION &&
      this.open.at(this.open.depth - 2) === tag
    )
      this.open.close(this.open.depth - 2);
    else throw GIVEN_UP;
  }

  private endInTable(tag: Tag): void {
    switch (tag.kind) {
      case 'table':
        this.open.close(this.open.findInTable(tag));
        return;
      case 'section':
        if (this.open.mode !== 'row') return;
        if (this.open.at(this.open.depth - 2) !== tag) throw GIVEN_UP;
        this.open.close(this.open.depth - 2);
        return;
      case 'row':
      case 'cell':
      case 'caption':
      case 'columns':
      case 'column':
      case 'body':
      case 'html':
        return;
      default:
        throw GIVEN_UP;
    }
  }

  private endInBody(tag: Tag): void {
    switch (tag.end) {
      case 'in scope': {
        const index = this.open.find(tag, SCOPE);
        if (index < 0) return;
        if (tag.kind === 'object') this.open.closeMarked(index);
        else this.open.close(index);
        return;
      }
      case 'paragraph':
        if (!this.open.closeParagraph()) this.insert(tag, 0);
        return;
      case 'item': {
        const index = this.open.find(tag, SCOPE | LIST);
        if (index >= 0) this.open.close(index);
        return;
      }
      case 'heading': {
        const index = this.open.findKind('heading', SCOPE);
        if (index >= 0) this.open.close(index);
        return;
      }
      case 'formatting':
        this.endFormatting(tag);
        return;
      case 'break':
        this.reopen();
        this.insert(tag, 0);
        return;
      case 'form':
        this.endForm(tag);
        return;
      case 'by name':
        this.endByName(tag);
    }
  }

  private endByName(tag: Tag): void {
    if (tag.kind === 'body' || tag.kind === 'html') {
      if (this.open.find(tags.BODY, SCOPE) < 0) return;
      this.phase = tag.kind === 'body' ? 'after body' : 'after html';
      return;
    }
    const index = this.open.find(tag, SPECIAL);
    if (index > 0) this.open.close(index);
  }

  /** Formatting may be ended unless a block is in it: that is what the rest of the adoption agency is for. */
  private endFormatting(tag: Tag): void {
    const { open } = this;
    if (open.forget(tag)) return;
    const index = open.findFormatting(tag);
    if (index < 0) return;
    for (let at = open.depth - 1; at > index; at--) if ((open.at(at).flags & SPECIAL) !== 0) throw GIVEN_UP;
    open.endFormatting(index);
  }

  private endForm(tag: Tag): void {
    if (!this.hasForm) return;
    const index = this.open.find(tag, SCOPE);
    // What is between, if its end tags may be left out, goes with it; a form that is ended out of turn stays open.
    for (let at = this.open.depth - 1; at > index; at--)
      if (index < 0 || (this.open.at(at).flags & IMPLIED) === 0) throw GIVEN_UP;
    this.hasForm = false;
    this.open.shorten(index);
  }
}

const HEADS: ReadonlySet<string> = new Set(['noframes', 'script', 'style', 'title']);
