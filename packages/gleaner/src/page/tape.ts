/** So many numbers make an entry. */
const STRIDE = 4;

/** What an entry is, if it is no element; an element has its tag's number, or that of a drawing's. */
export const TEXT = -1;
/** Text in which nothing is an entity, as that of scripts. */
export const RAW_TEXT = -2;
export const COMMENT = -3;
export const DOCTYPE = -4;

/** The parent of what stands in the document itself. */
export const NOWHERE = -1;

/** What is made of a page is made here, and lent to whoever reads it, until another page comes. */
let shared = new Int32Array(1 << 14);
let borrower: Borrower | undefined;
/** Larger ones are not kept: 4 MB. */
const MOST_KEPT = 1 << 20;

/** Reads what a writer has written. */
interface Borrower {
  /** It must read it no more. */
  takeBack(): void;
}

/**
 * A page's elements, texts and comments, in the order of the document, four numbers each: what it is, where it begins in
 * the page's bytes, where it ends, and which entry it is in. An element "begins" where its attributes do (0 if its tag was
 * left out), and ends before the entry that stands behind all that is in it. No object is made of what nobody asks for.
 */
export class TapeWriter {
  /** How many entries there are. */
  size = 0;
  private numbers = shared;

  constructor() {
    borrower?.takeBack();
    borrower = undefined;
  }

  /** @returns the entry's index */
  add(what: number, from: number, to: number, parent: number): number {
    const index = this.size++;
    const at = index * STRIDE;
    if (at + STRIDE > this.numbers.length) this.grow();
    const { numbers } = this;
    numbers[at] = what;
    numbers[at + 1] = from;
    numbers[at + 2] = to;
    numbers[at + 3] = parent;
    return index;
  }

  /** The element ends here. */
  close(index: number): void {
    this.numbers[index * STRIDE + 2] = this.size;
  }

  what(index: number): number {
    return this.numbers[index * STRIDE] ?? COMMENT;
  }

  from(index: number): number {
    return this.numbers[index * STRIDE + 1] ?? 0;
  }

  end(index: number): number {
    return this.numbers[index * STRIDE + 2] ?? 0;
  }

  /**
   * Puts the last entries, from `first` on, at the end of an element that has ended. Between must be nothing but texts and
   * comments.
   */
  moveInto(element: number, first: number): void {
    const { numbers, size } = this;
    const to = this.end(element);
    const count = size - first;
    const by = to - first;
    const moved = numbers.slice(first * STRIDE, size * STRIDE);
    numbers.copyWithin((to + count) * STRIDE, to * STRIDE, first * STRIDE);
    for (let at = 0; at < moved.length; at += STRIDE) {
      if ((moved[at] ?? 0) >= 0) moved[at + 2] = (moved[at + 2] ?? 0) + by;
      const parent = moved[at + 3] ?? 0;
      if (parent >= first) moved[at + 3] = parent + by;
    }
    numbers.set(moved, to * STRIDE);
    numbers[element * STRIDE + 2] = to + count;
  }

  /**
   * All of it, and something behind it. It is no copy: most pages are read once, and at once. It is taken back when
   * another page is written.
   */
  lend(to: Borrower): Int32Array {
    // Whoever looks beyond the last entry sees no text.
    this.add(COMMENT, 0, 0, NOWHERE);
    this.size--;
    if (this.numbers === shared) borrower = to;
    return this.numbers;
  }

  /** All of it, for as long as it may be wanted. */
  copy(): Int32Array {
    return this.numbers.slice(0, this.size * STRIDE);
  }

  private grow(): void {
    const wider = new Int32Array(this.numbers.length * 2);
    wider.set(this.numbers);
    this.numbers = wider;
    if (wider.length <= MOST_KEPT) shared = wider;
  }
}
