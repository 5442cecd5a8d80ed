import type { CoroutineBody, Written } from '@gleaner/coroutine';
import type { Group } from './group.ts';
import type { Journals } from './journals.ts';
import type { Database } from './sqlite-file.ts';
import type { Statement } from './statements.ts';
import { StoreError } from './store-error.ts';
import type { StoredRun } from './store.ts';

interface RunRow {
  id: number;
  started: number;
  text: string | null;
  bytes: Uint8Array | null;
}

/** Runs of coroutines that are known by a name. */
export class Runs {
  private readonly file: string;
  private readonly group: Group;
  private readonly journals: Journals;
  private readonly find: Statement;
  private readonly insert: Statement;
  private readonly finish: Statement;
  private readonly remove: Statement;
  private readonly open: Statement;
  /** Those that are at work, by name. */
  private readonly active = new Set<string>();

  constructor(file: string, database: Database, group: Group, journals: Journals) {
    this.file = file;
    this.group = group;
    this.journals = journals;
    this.find = database.prepare('SELECT id, started, text, bytes FROM runs WHERE name = ?');
    this.insert = database.prepare('INSERT INTO runs (name, started) VALUES (?, ?)');
    this.finish = database.prepare('UPDATE runs SET text = ?, bytes = ? WHERE id = ?');
    this.remove = database.prepare('DELETE FROM runs WHERE id = ?');
    this.open = database.prepare('SELECT name FROM runs WHERE text IS NULL ORDER BY id');
  }

  /** The names of those that have not ended, the oldest first. */
  names(): string[] {
    return (this.open.all() as { name: string }[]).map(({ name }) => name);
  }

  begin(name: string, time: number): StoredRun {
    if (this.active.has(name))
      throw new StoreError('STORE_LOCKED', this.file, `the run '${name}' is under way already`);
    const { id, started, text, bytes } = this.row(name) ?? this.added(name, time);
    this.active.add(name);
    const owner = -id;
    const { group, journals, finish, active } = this;
    return {
      outcome: text === null ? undefined : { text, bytes },
      journal: {
        name,
        startedAt: started,
        entries: () => journals.entries(owner),
        append: (entries, written) => journals.append(owner, entries, nothing, written),
      },
      *end(written: Written): CoroutineBody<void> {
        group.change(() => {
          finish.run(written.text, written.bytes, id);
          journals.drop(owner);
        });
        yield* group.landed();
      },
      leave: () => void active.delete(name),
    };
  }

  *forget(name: string): CoroutineBody<boolean> {
    if (this.active.has(name))
      throw new StoreError('STORE_LOCKED', this.file, `the run '${name}' is under way`);
    const row = this.row(name);
    if (row === undefined) return false;
    this.group.change(() => {
      this.remove.run(row.id);
      this.journals.drop(-row.id);
    });
    yield* this.group.landed();
    return true;
  }

  private row(name: string): RunRow | undefined {
    return this.find.get(name) as RunRow | undefined;
  }

  private added(name: string, started: number): RunRow {
    const { lastInsertRowid } = this.group.change(() => this.insert.run(name, started));
    return { id: Number(lastInsertRowid), started, text: null, bytes: null };
  }
}

function nothing(): void {}
