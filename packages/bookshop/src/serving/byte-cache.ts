/** Keeps what was used last, up to a number of bytes. */
export class ByteCache<V> {
  readonly #limit: number;
  readonly #entries = new Map<string, { readonly value: V; readonly size: number }>();
  #size = 0;

  /** `limit` is in bytes. */
  constructor(limit: number) {
    this.#limit = limit;
  }

  /** Bytes held now; never more than the limit. */
  get size(): number {
    return this.#size;
  }

  get(key: string): V | undefined {
    const entry = this.#entries.get(key);
    if (entry === undefined) return undefined;
    // A Map keeps the order of insertion: what is put in again is the last to be thrown out.
    this.#entries.delete(key);
    this.#entries.set(key, entry);
    return entry.value;
  }

  /** Keeps a value of so many bytes under a key, throwing out the longest unused to make room. One over the limit is not kept. */
  set(key: string, value: V, size: number): void {
    this.#remove(key);
    if (size > this.#limit) return;
    for (const oldest of this.#entries.keys()) {
      if (this.#size + size <= this.#limit) break;
      this.#remove(oldest);
    }
    this.#entries.set(key, { value, size });
    this.#size += size;
  }

  #remove(key: string): void {
    this.#size -= this.#entries.get(key)?.size ?? 0;
    this.#entries.delete(key);
  }
}
