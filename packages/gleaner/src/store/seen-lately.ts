/**
 * Keys that are known to be in the store. Pages of one site link to the same pages again and again; nine links of ten need
 * not be looked up. It never forgets what it was asked about lately, holds a bounded number of keys, and never says yes to one
 * that it was not given.
 */
export class SeenLately {
  private readonly most: number;
  private young: Set<string> = new Set<string>();
  private old: Set<string> = new Set<string>();

  /** @param most how many keys are held at most */
  constructor(most: number) {
    this.most = most;
  }

  has(key: string): boolean {
    if (this.young.has(key)) return true;
    if (!this.old.has(key)) return false;
    this.add(key);
    return true;
  }

  add(key: string): void {
    this.young.add(key);
    if (this.young.size * 2 < this.most) return;
    this.old = this.young;
    this.young = new Set();
  }
}
