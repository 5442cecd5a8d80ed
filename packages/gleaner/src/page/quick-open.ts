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

/** The stack of open elements (HTML standard, 13.2.4.2), outermost first. */
export class OpenElements {
  /** So many entries of the four lists count: they are never made shorter. */
  depth = 0;
  /** Where they are on the tape. */
  private readonly entries: number[] = [];
  private readonly tags: Tag[] = [];
  private readonly modes: Mode[] = [];
  /** For each, where the paragraph is that a block would close there; -1 if there is none. */
  private readonly paragraphs: number[] = [];
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
    this.entries[depth] = entry;
    this.tags[depth] = tag;
    this.mode = tag.mode ?? this.mode;
    this.modes[depth] = this.mode;
    const outer = depth === 0 ? -1 : (this.paragraphs[depth - 1] ?? -1);
    const isOut = (tag.flags & SCOPE) !== 0 || tag === BUTTON;
    this.paragraphs[depth] = tag === PARAGRAPH ? depth : isOut ? -1 : outer;
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
    const index = this.paragraphs[this.depth - 1] ?? -1;
    if (index < 0) return false;
    this.close(index);
    return true;
  }

  /** Ends all but the outermost ones. */
  shorten(depth: number): void {
    const { entries, tape } = this;
    for (let index = this.depth - 1; index >= depth; index--) tape.close(entries[index] ?? 0);
    this.depth = depth;
    const top = depth - 1;
    this.current = depth === 0 ? NOWHERE : (entries[top] ?? NOWHERE);
    this.tag = this.tags[top] ?? NOTHING;
    this.mode = this.modes[top] ?? 'body';
  }

  /** The tag at an index. */
  at(index: number): Tag {
    return this.tags[index] ?? NOTHING;
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
