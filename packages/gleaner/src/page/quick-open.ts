import { GIVEN_UP } from './quick-source.ts';
import {
  BUTTON,
  FORMATTING,
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

  /** Closes an element and all in it. Formatting that was left open in it would go on behind it: that gives up. */
  close(from: number): void {
    for (let index = this.depth - 1; index >= from; index--) {
      const tag = this.at(index);
      if ((tag.flags & FORMATTING) !== 0 || tag.kind === 'form') throw GIVEN_UP;
    }
    this.shorten(from);
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
    this.shorten(from);
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
      if (one.mode === 'cell' || one.mode === 'caption' || one.kind === 'object') return -1;
    }
    return -1;
  }
}
