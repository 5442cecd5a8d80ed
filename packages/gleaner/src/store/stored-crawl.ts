import type { CoroutineBody } from '@gleaner/coroutine';
import type { Json } from '../http/request.ts';
import { itemKey, pageKey } from './item-key.ts';
import { State } from './layout.ts';
import type { Database } from './sqlite-file.ts';
import { parsed, StoreError, storeError } from './store-error.ts';
import { keyIn } from './stored-request.ts';
import type { Store, StoreCounts, StoredFailure, StoredItem } from './store.ts';

/** How many requests of a host wait for their turn. */
export interface WaitingAtHost {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly waiting: number;
}

/** A store that is only looked at. */
export interface ReadableStore extends Pick<
  Store,
  'name' | 'counts' | 'note' | 'items' | 'failures' | 'close'
> {
  /**
   * The items of a damaged store, as far as they can be read: each that cannot is told of. One whose page cannot be read has
   * no url, and another key.
   * @throws {StoreError} `STORE_DAMAGED` if nothing can be read
   */
  salvaged(lost: (number: number) => void): Iterable<StoredItem>;

  /** The hosts for which most requests wait, those that were put off included, and those under way left out. */
  hosts(limit: number): readonly WaitingAtHost[];
}

/** How many items or failures are read at a time: few, as each may be large. By 200 they took as long each. */
const READ_AT_ONCE = 16;

interface ItemRow {
  id: number;
  n: number;
  json: string;
  url: string;
  key: string | null;
}

/** What can be read of a store. */
export class StoredCrawl implements ReadableStore {
  readonly name: string;
  protected readonly database: Database;
  protected isClosed = false;

  constructor(name: string, database: Database) {
    this.name = name;
    this.database = database;
  }

  note(name: string): Json | undefined {
    return this.noted('notes', name);
  }

  counts(): StoreCounts {
    const counts = this.noted('own', 'counts') as Partial<StoreCounts> | undefined;
    const failures = this.noted('own', 'failures') as StoreCounts['failures'] | undefined;
    return { ...newCounts(), ...counts, ...(failures !== undefined && { failures }) };
  }

  hosts(limit: number): readonly WaitingAtHost[] {
    const rows = this.read(
      () =>
        this.database
          .prepare('SELECT origin, waiting FROM hosts WHERE waiting > 0 ORDER BY waiting DESC, id LIMIT ?')
          .all(limit) as unknown as WaitingAtHost[],
    );
    return rows.map(({ origin, waiting }) => ({ origin, waiting }));
  }

  items(): Generator<StoredItem, void> {
    return this.itemsAfter(0);
  }

  protected *itemsAfter(number: number): Generator<StoredItem, void> {
    const rows = this.inTurn<ItemRow>(
      'SELECT i.id, i.n, i.json, r.url, r.key FROM items i JOIN requests r ON r.id = i.request WHERE i.id > ? ORDER BY i.id LIMIT ?',
      number,
    );
    for (const row of rows) yield this.storedItem(row);
  }

  *salvaged(lost: (number: number) => void): Generator<StoredItem, void> {
    const last = this.lastItem();
    const whole = this.read(() =>
      this.database.prepare(
        'SELECT i.id, i.n, i.json, r.url, r.key FROM items i JOIN requests r ON r.id = i.request WHERE i.id = ?',
      ),
    );
    const alone = this.read(() => this.database.prepare('SELECT json FROM items WHERE id = ?'));
    const ways = [
      (number: number) => this.storedItem(this.read(() => whole.get(number) as unknown as ItemRow)),
      (number: number): StoredItem => {
        const { json } = this.read(() => alone.get(number) as { json: string });
        return { number, key: `salvaged-${number}`, url: '', item: parsed(json, this.name) };
      },
    ];
    for (let number = 1; number <= last; number++) {
      const stored = firstOf(ways, number);
      if (stored === undefined) lost(number);
      else yield stored;
    }
  }

  /** How many items there are, or were. */
  private lastItem(): number {
    const ways = [
      () =>
        (this.database.prepare('SELECT max(id) AS last FROM items').get() as { last: number | null }).last,
      () => this.counts().items,
    ];
    let damage: unknown;
    for (const way of ways) {
      try {
        return this.read(way) ?? 0;
      } catch (error) {
        damage = error;
      }
    }
    throw damage;
  }

  private storedItem({ id, n, json, url, key }: ItemRow): StoredItem {
    const item = parsed(json, this.name);
    return { number: id, key: itemKey(pageKey(keyIn(url, key, this.name)), n), url, item };
  }

  *failures(): Generator<StoredFailure, void> {
    const rows = this.inTurn<StoredFailure & { id: number }>(
      `SELECT id, url, code, message, attempts, depth FROM requests INDEXED BY requests_failed WHERE state = ${State.Failed} AND id > ? ORDER BY id LIMIT ?`,
    );
    for (const { url, code, message, attempts, depth } of rows) yield { url, code, message, attempts, depth };
  }

  *close(): CoroutineBody<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    this.database.close();
  }

  /** Before rows are read: so that none is told of that may yet come to nothing. */
  protected settle(): void {}

  /** What was noted: by the crawl, or by the store itself. */
  protected noted(table: 'notes' | 'own', name: string): Json | undefined {
    const row = this.read(
      () =>
        this.database.prepare(`SELECT json FROM ${table} WHERE name = ?`).get(name) as
          { json: string } | undefined,
    );
    return row === undefined ? undefined : (parsed(row.json, this.name) as Json);
  }

  /** Asks SQLite something. @throws {StoreError} */
  protected read<R>(ask: () => R): R {
    if (this.isClosed) throw new StoreError('STORE_CLOSED', this.name, 'it is closed');
    try {
      return ask();
    } catch (error) {
      throw storeError(error, this.name);
    }
  }

  /** By ranges of ids, so that no reader is open for longer than it takes to read a few. */
  private *inTurn<Row extends { id: number }>(sql: string, from = 0): Generator<Row, void> {
    const select = this.read(() => this.database.prepare(sql));
    for (let after = from; ;) {
      this.settle();
      const rows = this.read(() => select.all(after, READ_AT_ONCE) as unknown as Row[]);
      for (const row of rows) {
        after = row.id;
        yield row;
      }
      if (rows.length === 0) return;
    }
  }
}

/** The first way to read a row of a damaged file that succeeds. */
function firstOf<R>(ways: readonly ((number: number) => R)[], number: number): R | undefined {
  for (const way of ways) {
    try {
      return way(number);
    } catch {
      // Whatever is wrong with it: there may be another way.
    }
  }
  return undefined;
}

function newCounts(): StoreCounts {
  return {
    pending: 0,
    leased: 0,
    done: 0,
    failed: 0,
    items: 0,
    bytes: 0,
    retries: 0,
    statuses: {},
    failures: {},
  };
}
