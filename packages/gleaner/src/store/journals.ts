import type { Entry } from '@gleaner/coroutine';
import type { Group } from './group.ts';
import type { Database } from './sqlite-file.ts';
import type { Statement } from './statements.ts';

interface EntryRow {
  place: string;
  effect: string;
  at: number;
  failed: number;
  text: string;
  bytes: Uint8Array | null;
}

/** What came of the effects of coroutines that have not ended, by who owns it: nearly nobody, most of the time. */
export class Journals {
  private readonly owners: Set<number>;
  private readonly group: Group;
  private readonly insert: Statement;
  private readonly select: Statement;
  private readonly remove: Statement;

  constructor(database: Database, group: Group) {
    this.group = group;
    this.insert = database.prepare(
      'INSERT INTO journal (owner, place, effect, at, failed, text, bytes) VALUES (?, ?, ?, ?, ?, ?, ?)',
    );
    this.select = database.prepare(
      'SELECT place, effect, at, failed, text, bytes FROM journal WHERE owner = ? ORDER BY id',
    );
    this.remove = database.prepare('DELETE FROM journal WHERE owner = ?');
    const rows = database.prepare('SELECT DISTINCT owner FROM journal').all() as { owner: number }[];
    this.owners = new Set(rows.map(({ owner }) => owner));
  }

  /** The ids of the requests that have one. */
  ownersOfPages(): number[] {
    return [...this.owners].filter((owner) => owner > 0);
  }

  entries(owner: number): readonly Entry[] {
    if (!this.owners.has(owner)) return [];
    const rows = this.select.all(owner) as unknown as EntryRow[];
    return rows.map(({ failed, ...rest }) => ({ ...rest, failed: failed !== 0 }));
  }

  /**
   * Adds entries.
   * @param check throws if its owner may not write any more
   * @param written is told when they are committed, or what is wrong
   */
  append(
    owner: number,
    entries: readonly Entry[],
    check: () => void,
    written: (error?: unknown) => void,
  ): void {
    try {
      this.group.change(() => {
        check();
        for (const { place, effect, at, failed, text, bytes } of entries)
          this.insert.run(owner, place, effect, at, failed ? 1 : 0, text, bytes);
        if (entries.length > 0) this.owners.add(owner);
      });
    } catch (error) {
      queueMicrotask(() => written(error));
      return;
    }
    this.group.whenLanded(written);
  }

  /** Forgets a journal; to be called within a change. */
  drop(owner: number): void {
    if (this.owners.delete(owner)) this.remove.run(owner);
  }
}
