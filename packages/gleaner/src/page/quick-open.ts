import { GIVEN_UP } from './quick-source.ts';
import {
  BUTTON,
  FORMATTING,
  MARKER,
  NOTHING,
  PARAGRAPH,
  SCOPE,
  TABLE_TAG,
  type Mode,
  type Tag,
} from './quick-tags.ts';
import { NOWHERE, type TapeWriter } from './tape.ts';

/**
 * Deeper trees are left to the parser that bounds them. So is the time that looking for an open element takes: pages
 * are rarely a tenth as deep.
 */
export const DEEPEST = 250;

/** The open elements of the page that is being read: where they are on the tape, and what they are. */
const entries = new Int32Array(DEEPEST);
const tags: Tag[] = new Array<Tag>(DEEPEST).fill(NOTHING);
const modes: Mode[] = new Array<Mode>(DEEPEST).fill('body');
/** For each, where the paragraph is that a block would close there; -1 if there is none. */
const paragraphs = new Int32Array(DEEPEST);
/** Of elements that end all formatting in them, how much of it waited outside of the next such around them. */
const marks = new Int32Array(DEEPEST);
/** So many of the same may go on. */
const MOST_ALIKE = 3;

/** The stack of open elements (HTML standard, 13.2.4.2), outermost first. There is one at a time. */
export class OpenElements {
  depth = 0;
  private readonly tape: TapeWriter;

  /** The innermost of them; NOWHERE, if there is none. */
  current: number = NOWHERE;
  tag: Tag = NOTHING;
  mode: Mode = 'body';
  /** How many of them are links. */
  anchors = 0;

  constructor(tape: TapeWriter) {
    this.tape = tape;
  }

  push(tag: Tag, entry: number): void {
    const { depth } = this;
    if (depth === DEEPEST) throw GIVEN_UP;
    const mode = tag.mode ?? this.mode;
    if ((tag.flags & MARKER) !== 0) {
      marks[depth] = this.mark;
      this.mark = this.waiting.length;
      this.mayReopen = false;
    }
    entries[depth] = entry;
    tags[depth] = tag;
    modes[depth] = mode;
    const isOut = (tag.flags & SCOPE) !== 0 || tag === BUTTON || depth === 0;
    paragraphs[depth] = tag === PARAGRAPH ? depth : isOut ? -1 : (paragraphs[depth - 1] ?? -1);
    this.mode = mode;
    this.depth = depth + 1;
    this.current = entry;
    this.tag = tag;
  }

  /** Closes the innermost element, by its own end tag or what counts as one. */
  pop(): void {
    if (this.tag.kind === 'anchor') this.anchors--;
    this.shorten(this.depth - 1);
  }

  /** Closes an element and all in it. Formatting that was left open in it goes on behind it. */
  close(from: number): void {
    this.leave(from, from);
    this.shorten(from);
  }

  /** Ends formatting; other formatting that was begun in it goes on behind it. */
  endFormatting(index: number): void {
    if (this.at(index).kind === 'anchor') this.anchors--;
    this.leave(index, index + 1);
    this.shorten(index);
  }

  /**
   * Closes an element that ends all formatting that was left open in it: a cell, a caption or an object. Of an object that
   * was left open in a cell only the object's own would be ended: that gives up.
   */
  closeMarked(from: number): void {
    for (let index = this.depth - 1; index >= from; index--) {
      const { kind } = this.at(index);
      if (kind === 'form' || (kind === 'object' && index > from)) throw GIVEN_UP;
      if (kind === 'anchor') this.anchors--;
    }
    const outside = marks[from] ?? 0;
    this.shorten(from);
    this.waiting.length = this.mark;
    this.mark = outside;
    this.mayReopen = this.waiting.length > outside;
  }

  // Formatting that was left open where what it stands in has ended (the rest of 13.2.4.3's list)

  /** Whether there is some that goes on here. */
  mayReopen = false;
  private readonly waiting: { readonly tag: Tag; readonly attributes: number }[] = [];
  /** Those before it are outside of what ends all formatting, and do not go on inside. */
  private mark = 0;

  /** Opens it again, as text does and most elements do (`reconstruct the active formatting elements`). */
  reopen(): void {
    const { tape, waiting } = this;
    for (let index = this.mark; index < waiting.length; index++) {
      const one = waiting[index];
      if (one === undefined) continue;
      if (one.tag.kind === 'anchor') this.anchors++;
      this.push(one.tag, tape.add(one.tag.number, one.attributes, tape.size + 1, this.current));
    }
    waiting.length = this.mark;
    this.mayReopen = false;
  }

  /** Ends some of it. @returns whether there was some of that kind */
  forget(tag: Tag): boolean {
    const { waiting } = this;
    for (let index = waiting.length - 1; index >= this.mark; index--) {
      if (waiting[index]?.tag !== tag) continue;
      waiting.splice(index, 1);
      this.mayReopen = waiting.length > this.mark;
      return true;
    }
    return false;
  }

  /**
   * What was opened from an index on is left, and formatting will go on. It was begun before what waits already. The same
   * more than three times gives up: of those the standard keeps three.
   */
  private leave(boundary: number, from: number): void {
    let at = this.mark;
    for (let index = boundary; index < this.depth; index++) {
      const tag = this.at(index);
      if (tag.kind === 'form') throw GIVEN_UP;
      if (index < from || (tag.flags & FORMATTING) === 0) continue;
      if (tag.kind === 'anchor') this.anchors--;
      const attributes = this.tape.from(entries[index] ?? 0);
      this.waiting.splice(at++, 0, { tag, attributes });
      if (this.waiting.filter((one) => one.tag === tag).length > MOST_ALIKE) throw GIVEN_UP;
      this.mayReopen = true;
    }
  }

  /** Closes the paragraph that a block would close here. @returns whether there was one */
  closeParagraph(): boolean {
    const index = this.depth === 0 ? -1 : (paragraphs[this.depth - 1] ?? -1);
    if (index < 0) return false;
    this.close(index);
    return true;
  }

  /** Ends all but the outermost ones. */
  shorten(depth: number): void {
    const { tape } = this;
    for (let index = this.depth - 1; index >= depth; index--) tape.close(entries[index] ?? 0);
    this.depth = depth;
    if (depth === 0) {
      this.current = NOWHERE;
      this.tag = NOTHING;
      this.mode = 'body';
      return;
    }
    const top = depth - 1;
    this.current = entries[top] ?? NOWHERE;
    this.tag = tags[top] ?? NOTHING;
    this.mode = modes[top] ?? 'body';
  }

  /** The tag at an index. */
  at(index: number): Tag {
    return tags[index] ?? NOTHING;
  }

  /** Where the innermost element with a tag is, if none with one of the flags is inside it; -1 otherwise. */
  find(tag: Tag, boundary: number): number {
    for (let index = this.depth - 1; index >= 0; index--) {
      const one = this.at(index);
      if (one === tag) return index;
      if ((one.flags & boundary) !== 0) return -1;
    }
    return -1;
  }

  /** The same for an element of a kind. */
  findKind(kind: Tag['kind'], boundary: number): number {
    for (let index = this.depth - 1; index >= 0; index--) {
      const one = this.at(index);
      if (one.kind === kind) return index;
      if ((one.flags & boundary) !== 0) return -1;
    }
    return -1;
  }

  /** The same within the innermost table. */
  findInTable(tag: Tag): number {
    for (let index = this.depth - 1; index >= 0; index--) {
      const one = this.at(index);
      if (one === tag) return index;
      if (one === TABLE_TAG) return -1;
    }
    return -1;
  }

  /** The same for formatting: what is outside a cell, a caption or an object is not ended inside. */
  findFormatting(tag: Tag): number {
    for (let index = this.depth - 1; index >= 0; index--) {
      const one = this.at(index);
      if (one === tag) return index;
      if ((one.flags & MARKER) !== 0) return -1;
    }
    return -1;
  }
}
