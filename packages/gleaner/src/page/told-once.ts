/** Where a value stands in a page, and its hash: so many numbers each. */
const STRIDE = 4;

/** Shared by all pages, one after the other: what another page has left there has another stamp. */
let shared = new Int32Array(STRIDE << 9);
let stamp = 0;
/** Larger tables are not kept: 1 MB. */
const MOST_KEPT = 1 << 18;

/**
 * Tells which of a page's values are written for the first time, by the page's bytes: pages repeat their links, and of most
 * no string need be made. An open hash table, at most half full; one is in use at a time.
 */
export class ToldOnce {
  private readonly bytes: Uint8Array;
  private table: Int32Array = shared;
  private readonly stamp = (stamp = (stamp + 1) | 0);
  private size = 0;

  constructor(bytes: Uint8Array) {
    this.bytes = bytes;
  }

  /** Whether what stands there was not asked about before. */
  isNew(from: number, to: number): boolean {
    const { bytes } = this;
    let hash = 0;
    for (let at = from; at < to; at++) hash = (Math.imul(hash, 31) + (bytes[at] ?? 0)) | 0;
    const slot = this.slotOf(hash, from, to);
    const { table } = this;
    if (table[slot] === this.stamp) return false;
    table[slot] = this.stamp;
    table[slot + 1] = hash;
    table[slot + 2] = from;
    table[slot + 3] = to;
    if (++this.size * STRIDE * 2 > table.length) this.grow();
    return true;
  }

  /** Where it is in the table, or would be. */
  private slotOf(hash: number, from: number, to: number): number {
    const { stamp, table } = this;
    const last = table.length - STRIDE;
    for (let slot = Math.imul(hash, 0x9e3779b1) & last; ; slot = (slot + STRIDE) & last)
      if (table[slot] !== stamp || (table[slot + 1] === hash && this.isAt(slot, from, to))) return slot;
  }

  private isAt(slot: number, from: number, to: number): boolean {
    const { bytes, table } = this;
    const other = table[slot + 2] ?? 0;
    if ((table[slot + 3] ?? 0) - other !== to - from) return false;
    for (let at = 0; at < to - from; at++) if (bytes[from + at] !== bytes[other + at]) return false;
    return true;
  }

  private grow(): void {
    const { stamp, table } = this;
    const wider = new Int32Array(table.length * 2);
    this.table = wider;
    for (let slot = 0; slot < table.length; slot += STRIDE) {
      if (table[slot] !== stamp) continue;
      const [, hash = 0, from = 0, to = 0] = table.subarray(slot, slot + STRIDE);
      wider.set([stamp, hash, from, to], this.slotOf(hash, from, to));
    }
    if (wider.length <= MOST_KEPT) shared = wider;
  }
}
