import { createRequire } from 'node:module';
import { newAttributes } from './nodes.ts';
import { hashed, isWritten, tagAt, tagNamed, unknownTag, type Tag } from './quick-tags.ts';

/** Thrown, and caught, where the quick way ends: it has no stack that would have to be made. */
export const GIVEN_UP: Error = new Error('the page is left to the whole parser');

/** What decodes the entities of a text or an attribute (HTML standard, 13.2.5.72 to 13.2.5.84). */
interface Decoder {
  decodeHTML(text: string): string;
  decodeHTMLAttribute(value: string): string;
}

/** Loaded at the first page that has an entity: parse5's own, which is found from where parse5 is. */
const load = createRequire(import.meta.url);
let loaded: Decoder | undefined;

function decoder(): Decoder {
  return (loaded ??= createRequire(load.resolve('parse5'))('entities/decode') as Decoder);
}

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

/** A page's characters are copied here: reading numbers from an array is several times quicker than from a string. */
let shared = new Uint16Array(1 << 16);
/** Pages with more characters than this get an array of their own, so that the shared one stays within 2 MB. */
const MOST_SHARED = 1 << 20;

const IS_LITTLE_ENDIAN = new Uint8Array(Uint16Array.of(1).buffer)[0] === 1;

/** The characters of a string, and a zero behind them. */
function codesOf(text: string): Uint16Array {
  if (!IS_LITTLE_ENDIAN) throw GIVEN_UP;
  const needed = text.length + 1;
  let codes = shared;
  if (needed > codes.length) {
    codes = new Uint16Array(needed <= MOST_SHARED ? Math.min(needed * 2, MOST_SHARED) : needed);
    if (needed <= MOST_SHARED) shared = codes;
  }
  Buffer.from(codes.buffer).write(text, 'utf16le');
  codes[text.length] = 0;
  return codes;
}

/** Names of attributes that were read, at the places that their hashes say: a name that is known needs no new string. */
const NAMES = new Array<string>(1024).fill('');
/** No attribute's name that is longer is kept. */
const LONGEST_NAME = 40;

/**
 * A page on the way through its tags and texts (HTML standard, 13.2.5). Everything that is read is cut out of the page:
 * the strings are windows on it. What is met that would be an error in a tag, and any NUL, gives up.
 */
export class Source {
  private readonly html: string;
  private readonly codes: Uint16Array;
  private readonly length: number;
  /** Where the next thing begins. */
  at = 0;
  /** Of the start tag that was read last. */
  attributeCount = 0;
  /** Whether that ended with a slash, which means something in SVG only. */
  isSelfClosing = false;
  /** Elements that are not known, by their names. */
  private readonly others = new Map<string, Tag>();

  /** @param html without carriage returns */
  constructor(html: string) {
    this.html = html;
    this.length = html.length;
    this.codes = codesOf(html);
  }

  /** What comes next. */
  next(): 'text' | 'start' | 'end' | 'declaration' | 'nothing' {
    const { codes, at } = this;
    const first = codes[at] ?? 0;
    if (first === 0) return this.nothing();
    if (first !== LESS) return 'text';
    const second = codes[at + 1] ?? 0;
    if (isLetter(second)) return 'start';
    if (second === SLASH) return 'end';
    return second === BANG || second === QUESTION ? 'declaration' : 'text';
  }

  private nothing(): 'nothing' {
    if (this.at < this.length) throw GIVEN_UP;
    return 'nothing';
  }

  /** Text up to the next tag or comment. */
  text(): string {
    const { codes } = this;
    const from = this.at;
    let { at } = this;
    let hasEntity = false;
    for (; ; at++) {
      const code = codes[at] ?? 0;
      if (code > LESS) continue;
      if (code === LESS) {
        const after = codes[at + 1] ?? 0;
        if (isLetter(after) || after === SLASH || after === BANG || after === QUESTION) break;
      } else if (code === AMPERSAND) hasEntity = true;
      else if (code === 0) break;
    }
    this.at = at;
    const text = this.html.slice(from, at);
    return hasEntity ? decoder().decodeHTML(text) : text;
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

  /** Whether an end tag for a name is next, with nothing in it; if so it is passed over. */
  passesEnd(name: string): boolean {
    const { codes } = this;
    const from = this.at + 2;
    const to = from + name.length;
    if (codes[to] !== GREATER || !isWritten(name, codes, from, to)) return false;
    this.at = to + 1;
    return true;
  }

  /** An end tag, which has only a name. */
  endTag(): Tag {
    if (!isLetter(this.codes[this.at + 2] ?? 0)) throw GIVEN_UP;
    const tag = this.name(this.at + 2);
    this.at = this.afterSpace(this.at);
    if (this.codes[this.at] !== GREATER) throw GIVEN_UP;
    this.at++;
    return tag;
  }

  private name(from: number): Tag {
    const { codes } = this;
    let at = from;
    let hash = 0;
    let code = codes[at] ?? 0;
    // Small letters, digits and dashes.
    while ((code >= 97 && code <= 122) || (code >= 48 && code <= 57) || code === DASH) {
      hash = hashed(hash, code);
      code = codes[++at] ?? 0;
    }
    if (code === GREATER || code === SLASH || isSpace(code)) {
      this.at = at;
      const tag = tagAt(codes, from, at, hash);
      if (tag !== undefined) return tag;
    }
    return this.otherName(from);
  }

  /** A name with capital letters, or one that is not known. */
  private otherName(from: number): Tag {
    const { codes } = this;
    let at = from;
    for (
      let code = codes[at] ?? 0;
      code !== GREATER && code !== SLASH && !isSpace(code);
      code = codes[at] ?? 0
    ) {
      if (code === 0 || code > 127) throw GIVEN_UP;
      at++;
    }
    this.at = at;
    const name = this.html.slice(from, at).toLowerCase();
    const known = tagNamed(name) ?? this.others.get(name);
    if (known !== undefined) return known;
    const tag = unknownTag(name);
    this.others.set(name, tag);
    return tag;
  }

  private afterSpace(from: number): number {
    let at = from;
    while (isSpace(this.codes[at] ?? 0)) at++;
    return at;
  }

  /**
   * The rest of a start tag. Of attributes with the same name the first counts.
   * @param renamed by their names in small letters, those that are called otherwise
   */
  attributes(renamed?: ReadonlyMap<string, string>): Record<string, string> {
    const { codes } = this;
    const attributes = newAttributes();
    let count = 0;
    this.isSelfClosing = false;
    for (;;) {
      const from = this.afterSpace(this.at);
      const code = codes[from] ?? 0;
      if (code === GREATER) {
        this.at = from + 1;
        this.attributeCount = count;
        return attributes;
      }
      if (code === SLASH) {
        this.at = from + 1;
        this.isSelfClosing = codes[from + 1] === GREATER;
        continue;
      }
      const written = this.attributeName(from);
      const name = renamed?.get(written) ?? written;
      const value = this.value();
      if (count === 0 || attributes[name] === undefined) {
        attributes[name] = value;
        count++;
      }
    }
  }

  private attributeName(from: number): string {
    const { codes } = this;
    let at = from;
    let hash = 0;
    let code = codes[at] ?? 0;
    let isSmall = true;
    while (code !== EQUALS && code !== GREATER && code !== SLASH && !isSpace(code)) {
      if (code <= 31 || code > 127 || code === QUOTE || code === APOSTROPHE || code === LESS) throw GIVEN_UP;
      if (code >= 65 && code <= 90) isSmall = false;
      hash = hashed(hash, code);
      code = codes[++at] ?? 0;
    }
    // It begins with an equals sign.
    if (at === from) throw GIVEN_UP;
    this.at = at;
    if (!isSmall) return this.html.slice(from, at).toLowerCase();
    const slot = hash & 1023;
    const known = NAMES[slot] ?? '';
    if (isWritten(known, codes, from, at)) return known;
    const name = this.html.slice(from, at);
    // Not a window on this page, since it outlives it.
    if (name.length <= LONGEST_NAME) NAMES[slot] = ` ${name}`.slice(1);
    return name;
  }

  /** The value of an attribute whose name was just read. */
  private value(): string {
    const { codes } = this;
    let at = this.afterSpace(this.at);
    if (codes[at] !== EQUALS) {
      this.at = at;
      return '';
    }
    at = this.afterSpace(at + 1);
    const quote = codes[at] ?? 0;
    if (quote === GREATER) {
      this.at = at;
      return '';
    }
    let hasEntity = false;
    if (quote !== QUOTE && quote !== APOSTROPHE) {
      const from = at;
      for (let code = quote; code !== GREATER && !isSpace(code); code = codes[++at] ?? 0) {
        if (code === AMPERSAND) hasEntity = true;
        else if (code === 0) throw GIVEN_UP;
      }
      this.at = at;
      return this.valueOf(from, at, hasEntity);
    }
    const from = ++at;
    for (let code = codes[at] ?? 0; code !== quote; code = codes[++at] ?? 0) {
      if (code === AMPERSAND) hasEntity = true;
      else if (code === 0) throw GIVEN_UP;
    }
    this.at = at + 1;
    return this.valueOf(from, at, hasEntity);
  }

  private valueOf(from: number, to: number, hasEntity: boolean): string {
    const value = this.html.slice(from, to);
    return hasEntity ? decoder().decodeHTMLAttribute(value) : value;
  }

  /**
   * The content of an element that holds only text, up to its end tag, which is passed over.
   * @param hasEntities whether entities count in it
   */
  content(name: string, hasEntities: boolean): string {
    const { codes } = this;
    const from = this.at;
    for (let at = from; ; at++) {
      const code = codes[at] ?? 0;
      if (code === 0) throw GIVEN_UP;
      if (code !== LESS || codes[at + 1] !== SLASH || !this.isNameAt(name, at + 2)) continue;
      const end = this.afterSpace(at + 2 + name.length);
      if (codes[end] !== GREATER) throw GIVEN_UP;
      this.at = end + 1;
      const text = this.html.slice(from, at);
      return hasEntities && text.includes('&') ? decoder().decodeHTML(text) : text;
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

  /** A comment, or what counts as one; `undefined`, and nothing read, before a doctype. */
  comment(): string | undefined {
    const { codes, at } = this;
    if (codes[at + 1] === BANG) {
      if (codes[at + 2] === DASH && codes[at + 3] === DASH) return this.properComment(at + 4);
      if (/^<!doctype/i.test(this.html.slice(at, at + 9))) return undefined;
      return this.upToGreater(at + 2);
    }
    return this.upToGreater(at + 1);
  }

  /** What stands between the word of a doctype and its end. */
  doctype(): string {
    return this.upToGreater(this.at + 9);
  }

  private upToGreater(from: number): string {
    const { codes } = this;
    let at = from;
    for (let code = codes[at] ?? 0; code !== GREATER; code = codes[++at] ?? 0) if (code === 0) throw GIVEN_UP;
    this.at = at + 1;
    return this.html.slice(from, at);
  }

  /** Ends at `-->` or `--!>`; `<!-->` and `<!--->` are empty. */
  private properComment(from: number): string {
    const { codes } = this;
    const abrupt = codes[from] === DASH ? from + 1 : from;
    if (codes[abrupt] === GREATER) {
      this.at = abrupt + 1;
      return '';
    }
    for (let at = from; ; at++) {
      const code = codes[at] ?? 0;
      if (code === 0) throw GIVEN_UP;
      if (code !== DASH || codes[at + 1] !== DASH) continue;
      const bang = codes[at + 2] === BANG ? 1 : 0;
      if (codes[at + 2 + bang] !== GREATER) continue;
      this.at = at + 3 + bang;
      return this.html.slice(from, at);
    }
  }
}
