/**
 * Random numbers that are the same every time. Each book draws from its own sequence, started from the shop's seed and
 * the book's id, so a change to how one book is made leaves all the others as they were.
 */
export class Random {
  #state: number;

  constructor(seed: number) {
    this.#state = seed;
  }

  /**
   * The next number, 0 ≤ n < 1.
   * The generator is Mulberry32 (Tommy Ettinger, public domain): 32 bits of state, ample for composing a shop.
   */
  next(): number {
    const state = (this.#state = (this.#state + 0x6d2b79f5) | 0);
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  }

  /** The next whole number, min ≤ n ≤ max. */
  integer(min: number, max: number): number {
    return min + Math.floor(this.next() * (max - min + 1));
  }

  /** True with the given probability. */
  chance(probability: number): boolean {
    return this.next() < probability;
  }

  /** One entry of a list. Throws a RangeError when the list is empty. */
  pick<T extends object | string | number>(list: readonly T[]): T {
    const entry = list[this.integer(0, list.length - 1)];
    if (entry === undefined)
      throw new RangeError('pick: expected a list with at least one entry, got an empty one');
    return entry;
  }

  /** A new array with the same entries in another order (Fisher-Yates, inside out). */
  shuffle<T extends object | string | number>(list: readonly T[]): T[] {
    const shuffled: T[] = [];
    for (const entry of list) {
      const place = this.integer(0, shuffled.length);
      const moved = shuffled[place];
      if (moved !== undefined) shuffled.push(moved);
      shuffled[place] = entry;
    }
    return shuffled;
  }
}

/** The sequence that belongs to these keys, the same on every machine. Any change of a key gives an unrelated sequence. */
export function random(...keys: readonly (number | string)[]): Random {
  return new Random(hash(keys.join('/')));
}

/** A 32-bit hash of a text (FNV-1a, then the finisher of MurmurHash3 so that close texts end far apart). */
export function hash(text: string): number {
  let h = 0x811c9dc5;
  for (let i = 0; i < text.length; i++) h = Math.imul(h ^ text.charCodeAt(i), 0x01000193);
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return (h ^ (h >>> 16)) >>> 0;
}
