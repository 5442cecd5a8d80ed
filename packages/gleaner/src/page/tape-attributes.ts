import { decodedValue } from './entities.ts';
import { isSpace } from './quick-source.ts';

const QUOTE = 34;
const AMPERSAND = 38;
const APOSTROPHE = 39;
const SLASH = 47;
const EQUALS = 61;
const GREATER = 62;

/**
 * Walks over the attributes of a start tag of which it is known that they are well-formed: `next` stands on the next one.
 */
export class Attributes {
  nameFrom = 0;
  nameTo = 0;
  valueFrom = 0;
  valueTo = 0;
  hasEntity = false;
  private bytes: Buffer;
  private at: number;

  /** @param at where they begin; 0 where the tag was left out */
  constructor(bytes: Buffer, at: number) {
    this.bytes = bytes;
    this.at = at;
  }

  /** Begins anew, with other attributes: one object serves many. */
  reset(bytes: Buffer, at: number): this {
    this.bytes = bytes;
    this.at = at;
    return this;
  }

  next(): boolean {
    const { bytes } = this;
    let { at } = this;
    if (at === 0) return false;
    let code = bytes[at] ?? GREATER;
    while (isSpace(code) || code === SLASH) code = bytes[++at] ?? GREATER;
    if (code === GREATER) return false;
    this.nameFrom = at;
    while (code !== EQUALS && code !== GREATER && code !== SLASH && !isSpace(code))
      code = bytes[++at] ?? GREATER;
    this.nameTo = at;
    while (isSpace(code)) code = bytes[++at] ?? GREATER;
    this.hasEntity = false;
    if (code !== EQUALS) {
      this.valueFrom = this.valueTo = this.at = at;
      return true;
    }
    code = bytes[++at] ?? GREATER;
    while (isSpace(code)) code = bytes[++at] ?? GREATER;
    if (code === QUOTE || code === APOSTROPHE) {
      const quote = code;
      this.valueFrom = ++at;
      for (code = bytes[at] ?? quote; code !== quote; code = bytes[++at] ?? quote)
        if (code === AMPERSAND) this.hasEntity = true;
      this.valueTo = at;
      this.at = at + 1;
      return true;
    }
    this.valueFrom = at;
    for (; code !== GREATER && !isSpace(code); code = bytes[++at] ?? GREATER)
      if (code === AMPERSAND) this.hasEntity = true;
    this.valueTo = this.at = at;
    return true;
  }

  /** In small letters. */
  get name(): string {
    return this.bytes.toString('latin1', this.nameFrom, this.nameTo).toLowerCase();
  }

  /** Whether it has this name, which is in small letters. */
  isNamed(name: string): boolean {
    const { bytes, nameFrom } = this;
    const { length } = name;
    if (this.nameTo - nameFrom !== length) return false;
    for (let at = 0; at < length; at++) {
      const code = bytes[nameFrom + at] ?? 0;
      const small = code >= 65 && code <= 90 ? code | 32 : code;
      if (small !== name.charCodeAt(at)) return false;
    }
    return true;
  }

  get value(): string {
    return this.upTo(this.valueTo);
  }

  /** The value up to a place in the page's bytes. */
  upTo(end: number): string {
    const written = this.bytes.toString('utf8', this.valueFrom, end);
    return this.hasEntity ? decodedValue(written) : written;
  }
}

const one = new Attributes(Buffer.alloc(0), 0);

/**
 * The first attribute with a name, to be read before another is looked for; undefined if there is none.
 * @param from where the attributes begin
 * @param name in small letters
 */
export function findAttribute(bytes: Buffer, from: number, name: string): Attributes | undefined {
  one.reset(bytes, from);
  while (one.next()) if (one.isNamed(name)) return one;
  return undefined;
}

/** The value of the first attribute with a name, which is in small letters; undefined if there is none. */
export function attributeValue(bytes: Buffer, from: number, name: string): string | undefined {
  return findAttribute(bytes, from, name)?.value;
}
