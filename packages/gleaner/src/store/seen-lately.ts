/**
 * Keys that are known to be in the store. Pages of one site link to the same pages again and again; nine links of ten need
 * not be looked up. It never says yes to a key that it was not given, holds a bounded number of them, and of these at least
 * the half that was asked about last: two generations, of which the older goes when the younger is full.
 */
export class SeenLately {
  private readonly most: number;
  private readonly mostCharacters: number;
  private young: Set<string> = new Set<string>();
  private old: Set<string> = new Set<string>();
  /** Of the young ones, in all. */
  private characters = 0;

  /** @param most how many keys, and how many characters in them, are held at most */
  constructor(most: number, mostCharacters: number) {
    this.most = most;
    this.mostCharacters = mostCharacters;
  }

  has(key: string): boolean {
    if (this.young.has(key)) return true;
    if (!this.old.has(key)) return false;
    this.add(key);
    return true;
  }

  add(key: string): void {
    this.young.add(key);
    this.characters += key.length;
    if (this.young.size * 2 < this.most && this.characters * 2 < this.mostCharacters) return;
    this.old = this.young;
    this.young = new Set();
    this.characters = 0;
  }
}
