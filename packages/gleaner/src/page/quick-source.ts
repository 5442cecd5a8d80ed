import { tagNamed, tagOfKey, unknownTag, type Tag } from './quick-tags.ts';

/** Thrown, and caught, where the quick way ends: it has no stack that would have to be made. */
export const GIVEN_UP: Error = new Error('the page is left to the whole parser');

const BANG = 33;
const QUOTE = 34;
const HASH = 35;
const AMPERSAND = 38;
const APOSTROPHE = 39;
const DASH = 45;
const SLASH = 47;
const LESS = 60;
const EQUALS = 61;
const GREATER = 62;
const QUESTION = 63;
const CAPITAL_N = 78;

/** White space within tags and between them. A carriage return can only come from an entity, and is none. */
export function isSpace(code: number): boolean {
  return code === 32 || code === 10 || code === 9 || code === 12;
}

/** Whether a code is that of a letter of ASCII. */
function isLetter(code: number): boolean {
  const small = code | 32;
  return small >= 97 && small <= 122;
}

/** What ends the name of an attribute: 1; what it should not have: 2 (HTML standard, 13.2.5.33; not ASCII, too). */
const NAME_ENDS = new Uint8Array(256).fill(2, 0, 32).fill(2, 128);
for (const code of [9, 10, 12, 32, SLASH, EQUALS, GREATER]) NAME_ENDS[code] = 1;
for (const code of [QUOTE, APOSTROPHE, LESS]) NAME_ENDS[code] = 2;

/** What stands behind a page: whatever is looked for is found, and a text ends there. */
const BEHIND = [LESS, SLASH, QUOTE, APOSTROPHE, GREATER, 0, 0, 0];

/** A page's bytes are copied here. */
let shared = new Uint8Array(1 << 17);
let sharedView = new DataView(shared.buffer);
/** Pages with more bytes than this get an array of their own, so that the shared one stays within 2 MB. */
const MOST_SHARED = 1 << 21;

/** Every byte of four is 1; the highest bit of every one. */
const ONES = 0x01010101;
const HIGHS = 0x80808080;

/**
 * A page on the way through its tags and texts (HTML standard, 13.2.5), which are passed over: where they stand is all that
 * is told. Markup is ASCII, so that the bytes of UTF-8 can be read as they are. What is met that would be an error in a tag,
 * and any NUL, gives up.
 */
export class Source {
  private readonly bytes: Buffer;
  private readonly codes: Uint8Array;
  private readonly view: DataView;
  private readonly length: number;
  /** Where the next thing begins. */
  at = 0;
  /** Whether the start tag that was passed over last has attributes. */
  hasAttributes = false;
  /** Whether that ended with a slash, which means something in SVG only. */
  isSelfClosing = false;
  /** Elements that are not known, by their names. */
  readonly others: Map<string, Tag> = new Map<string, Tag>();

  /** @param bytes UTF-8 without carriage returns and byte-order mark */
  constructor(bytes: Buffer) {
    if (bytes.includes(0)) throw GIVEN_UP;
    const { length } = bytes;
    const needed = length + BEHIND.length;
    let codes = shared;
    let view = sharedView;
    if (needed > codes.length) {
      codes = new Uint8Array(needed <= MOST_SHARED ? Math.min(needed * 2, MOST_SHARED) : needed);
      view = new DataView(codes.buffer);
      if (needed <= MOST_SHARED) {
        shared = codes;
        sharedView = view;
      }
    }
    codes.set(bytes);
    codes.set(BEHIND, length);
    this.bytes = bytes;
    this.length = length;
    this.codes = codes;
    this.view = view;
  }

  /** What stands there, as it is written. */
  slice(from: number, to: number): string {
    return this.bytes.toString('utf8', from, to);
  }

  /** How many bytes of white space a text begins with. */
  spaceIn(from: number, to: number): number {
    let at = from;
    while (at < to && isSpace(this.codes[at] ?? 0)) at++;
    return at - from;
  }

  /** Whether an entity stands there. */
  isEntity(at: number): boolean {
    return this.codes[at] === AMPERSAND;
  }

  /** What comes next. */
  next(): 'text' | 'start' | 'end' | 'declaration' | 'nothing' {
    const { codes, at } = this;
    if (codes[at] !== LESS) return 'text';
    const second = codes[at + 1] ?? 0;
    if (isLetter(second)) return 'start';
    if (second === SLASH) return at < this.length ? 'end' : 'nothing';
    return second === BANG || second === QUESTION ? 'declaration' : 'text';
  }

  /** Passes over text up to the next tag or comment. */
  passText(): void {
    const { codes } = this;
    for (let { at } = this; ; at++) {
      at = this.find(LESS, LESS * ONES, at);
      const after = codes[at + 1] ?? 0;
      if (isLetter(after) || after === SLASH || after === BANG || after === QUESTION) {
        this.at = at;
        return;
      }
    }
  }

  /**
   * Where a code stands next, from somewhere on; it is looked for in four bytes at once (Mycroft's test for a zero byte).
   * @param fourfold the code in each byte of a number
   */
  private find(code: number, fourfold: number, from: number): number {
    const { codes, view } = this;
    let at = from;
    for (;;) {
      const zeros = view.getInt32(at, true) ^ fourfold;
      if (((zeros - ONES) & ~zeros & HIGHS) !== 0) break;
      at += 4;
    }
    while (codes[at] !== code) at++;
    return at;
  }

  /** A newline right behind `<pre>` does not count, nor does one that is written as an entity: that gives up. */
  skipNewline(): void {
    const { codes, at } = this;
    if (codes[at] === 10) this.at++;
    else if (codes[at] === AMPERSAND && (codes[at + 1] === HASH || codes[at + 1] === CAPITAL_N))
      throw GIVEN_UP;
  }

  /** The name of a start tag. */
  startName(): Tag {
    return this.name(this.at + 1);
  }

  /** An end tag, which has only a name. */
  endTag(): Tag {
    const { codes } = this;
    if (!isLetter(codes[this.at + 2] ?? 0)) throw GIVEN_UP;
    const tag = this.name(this.at + 2);
    const at = codes[this.at] === GREATER ? this.at : this.afterSpace(this.at);
    if (codes[at] !== GREATER || at >= this.length) throw GIVEN_UP;
    this.at = at + 1;
    return tag;
  }

  private name(from: number): Tag {
    const { codes } = this;
    let at = from;
    // Its last eight characters.
    let early = 0;
    let late = 0;
    let code = codes[at] ?? 0;
    // Small letters, digits and dashes.
    while ((code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === DASH) {
      early = (early << 8) | (late >>> 24);
      late = (late << 8) | code;
      code = codes[++at] ?? 0;
    }
    if (at - from <= 8 && (code === GREATER || code === SLASH || isSpace(code))) {
      const tag = tagOfKey(early, late);
      if (tag !== undefined) {
        this.at = at;
        return tag;
      }
    }
    return this.otherName(from);
  }

  /** A name with capital letters, a long one, or one that is not known. */
  private otherName(from: number): Tag {
    const { codes } = this;
    let at = from;
    for (
      let code = codes[at] ?? 0;
      code !== GREATER && code !== SLASH && !isSpace(code);
      code = codes[++at] ?? 0
    )
      if (code > 127) throw GIVEN_UP;
    this.at = at;
    const name = this.slice(from, at).toLowerCase();
    const known = tagNamed(name) ?? this.others.get(name);
    if (known !== undefined) return known;
    const tag = unknownTag(name, this.others.size);
    this.others.set(name, tag);
    return tag;
  }

  private afterSpace(from: number): number {
    let at = from;
    while (isSpace(this.codes[at] ?? 0)) at++;
    return at;
  }

  /** Passes over the rest of a start tag. */
  passAttributes(): void {
    const { codes } = this;
    let { at } = this;
    let code = codes[at] ?? 0;
    this.isSelfClosing = false;
    this.hasAttributes = false;
    for (;;) {
      while (isSpace(code)) code = codes[++at] ?? 0;
      if (code === GREATER) break;
      if (code === SLASH) {
        code = codes[++at] ?? 0;
        this.isSelfClosing = code === GREATER;
        continue;
      }
      this.hasAttributes = true;
      const name = at;
      while (NAME_ENDS[code] === 0) code = codes[++at] ?? 0;
      // It begins with an equals sign, or has a character that names should not have.
      if (at === name || NAME_ENDS[code] === 2) throw GIVEN_UP;
      while (isSpace(code)) code = codes[++at] ?? 0;
      if (code !== EQUALS) continue;
      code = codes[++at] ?? 0;
      while (isSpace(code)) code = codes[++at] ?? 0;
      if (code === QUOTE || code === APOSTROPHE) {
        at = this.find(code, code * ONES, at + 1);
        code = codes[++at] ?? 0;
      } else while (code !== GREATER && !isSpace(code)) code = codes[++at] ?? 0;
    }
    if (at >= this.length) throw GIVEN_UP;
    this.at = at + 1;
  }

  /**
   * Passes over the content of an element that holds only text, and its end tag.
   * @returns where the content ends
   */
  passContent(name: string): number {
    const { codes } = this;
    for (let { at } = this; ; at++) {
      at = this.find(LESS, LESS * ONES, at);
      if (at >= this.length) throw GIVEN_UP;
      if (codes[at + 1] !== SLASH || !this.isNameAt(name, at + 2)) continue;
      const end = this.afterSpace(at + 2 + name.length);
      if (codes[end] !== GREATER || end >= this.length) throw GIVEN_UP;
      this.at = end + 1;
      return at;
    }
  }

  /** Whether a name stands somewhere, in large or small letters, and ends. */
  private isNameAt(name: string, from: number): boolean {
    const { codes } = this;
    for (let at = 0; at < name.length; at++) {
      const code = codes[from + at] ?? 0;
      if (!isLetter(code) || (code | 32) !== name.charCodeAt(at)) return false;
    }
    const after = codes[from + name.length] ?? 0;
    return after === GREATER || after === SLASH || isSpace(after);
  }

  /** Whether a doctype is next. */
  get isDoctype(): boolean {
    const { at } = this;
    return this.codes[at + 1] === BANG && /^<!doctype/i.test(this.slice(at, at + 9));
  }

  /**
   * Passes over a comment, or what counts as one.
   * @returns where it begins; it ends at `contentEnd`
   */
  passComment(): number {
    const { codes, at } = this;
    if (codes[at + 1] !== BANG) return this.passUpToGreater(at + 1);
    if (codes[at + 2] === DASH && codes[at + 3] === DASH) return this.passProperComment(at + 4);
    return this.passUpToGreater(at + 2);
  }

  /** Passes over a doctype. @returns where what stands behind its word begins; it ends at `contentEnd` */
  passDoctype(): number {
    return this.passUpToGreater(this.at + 9);
  }

  /** Where the comment or doctype ends that was passed over last. */
  contentEnd = 0;

  private passUpToGreater(from: number): number {
    const { codes } = this;
    let at = from;
    while (codes[at] !== GREATER) at++;
    if (at >= this.length) throw GIVEN_UP;
    this.contentEnd = at;
    this.at = at + 1;
    return from;
  }

  /** Ends at `-->` or `--!>`; `<!-->` and `<!--->` are empty. */
  private passProperComment(from: number): number {
    const { codes } = this;
    const abrupt = codes[from] === DASH ? from + 1 : from;
    if (codes[abrupt] === GREATER && abrupt < this.length) {
      this.contentEnd = from;
      this.at = abrupt + 1;
      return from;
    }
    for (let at = from; ; at++) {
      if (at >= this.length) throw GIVEN_UP;
      if (codes[at] !== DASH || codes[at + 1] !== DASH) continue;
      const bang = codes[at + 2] === BANG ? 1 : 0;
      if (codes[at + 2 + bang] !== GREATER) continue;
      this.contentEnd = at;
      this.at = at + 3 + bang;
      return from;
    }
  }
}
