import { action, type CoroutineBody, type Operation } from '@gleaner/coroutine';
import type * as Driver from '@photostructure/sqlite';
import { createHash, randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { hostname } from 'node:os';
import { parts } from '../http/exchange.ts';
import type { CrawlRequest, Json } from '../http/request.ts';
import { fingerprint } from './fingerprint.ts';
import { KIND, LAYOUT, State, VERSION } from './layout.ts';
import { takeLock, type Lock } from './lock.ts';
import { SeenLately } from './seen-lately.ts';
import { Statements } from './statements.ts';
import { StoreError, storeError } from './store-error.ts';
import { requestIn, restOf } from './stored-request.ts';
import type {
  Committed,
  Effects,
  Lease,
  Order,
  Store,
  StoreCounts,
  StoredFailure,
  StoredHost,
  StoredItem,
} from './store.ts';

export interface StoreOptions {
  /** In which order a host's requests of the same priority are claimed; 'breadth' by default. */
  order?: Order | undefined;
  /** Begins with an empty store, whatever the file holds. */
  fresh?: boolean | undefined;
}

/** How much of the file is held in memory, in KiB. */
const PAGE_CACHE = 32_768;
/** How long to wait for another connection to the file, in milliseconds. */
const BUSY = 5000;
/** How many keys are remembered that need not be looked up. */
const SEEN_LATELY = 100_000;
/** How many hosts' ids are remembered. */
const HOSTS_REMEMBERED = 20_000;
/** How many items or failures are read at a time. */
const READ_AT_ONCE = 200;
/** A group of changes is committed at the latest when it has so many. */
const GROUP = 500;

/** Deeper than this, 'depth' goes by the order of coming alone. */
const DEEPEST = 4095;

let driver: typeof Driver | undefined;

/**
 * Opens a store in a SQLite file, which is made if it is not there; what another process was at work on when it died is
 * pending again. Nobody else can open it meanwhile, but for reading.
 * @param file ':memory:' for none
 * @throws {StoreError} `STORE_LOCKED`, `STORE_FORMAT`, `STORE_DAMAGED`, `STORE_ORDER`, `STORE_IO`
 */
export function* openStore(
  file: string,
  { order = 'breadth', fresh = false }: StoreOptions = {},
): CoroutineBody<Store> {
  driver ??= createRequire(import.meta.url)('@photostructure/sqlite') as typeof Driver;
  try {
    const lock = file === MEMORY ? undefined : takeLock(driver, file);
    if (file !== MEMORY && lock === undefined)
      throw new StoreError('STORE_LOCKED', file, `${holderOf(file)} is at work on it`);
    try {
      const database = opened(file, fresh);
      return new SqliteStore(file, database, order, lock);
    } catch (error) {
      lock?.release();
      throw error;
    }
  } catch (error) {
    throw storeError(error, file);
  }
}

/**
 * Opens a store to look at: while a crawl is at work on it, too. It cannot be written.
 * @throws {StoreError}
 */
export function* openStoreForReading(
  file: string,
): CoroutineBody<Pick<Store, 'name' | 'counts' | 'note' | 'items' | 'failures' | 'close'>> {
  driver ??= createRequire(import.meta.url)('@photostructure/sqlite') as typeof Driver;
  if (!existsSync(file)) throw new StoreError('STORE_IO', file, 'there is no such file');
  try {
    const database = new driver.DatabaseSync(file, { readOnly: true });
    database.exec(`PRAGMA busy_timeout = ${BUSY}`);
    if (!checked(file, database)) throw new StoreError('STORE_FORMAT', file, 'the file is empty');
    return new StoredCrawl(file, database);
  } catch (error) {
    throw storeError(error, file);
  }
}

const MEMORY = ':memory:';

function opened(file: string, fresh: boolean): Driver.DatabaseSyncInstance {
  const { DatabaseSync } = driver as typeof Driver;
  const database = new DatabaseSync(file);
  database.exec(`PRAGMA busy_timeout = ${BUSY}`);
  const isStore = checked(file, database);
  if (isStore && fresh) {
    // Not by unlinking: somebody may be reading it.
    database.exec('PRAGMA writable_schema = RESET');
    for (const { name } of database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as {
      name: string;
    }[]) {
      database.exec(`DROP TABLE ${name}`);
    }
  }
  // A commit is safe from the death of this process; from that of the machine, from the next checkpoint on.
  database.exec(
    `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -${PAGE_CACHE}; PRAGMA temp_store = MEMORY`,
  );
  if (!isStore || fresh) {
    database.exec(
      `BEGIN; ${LAYOUT} PRAGMA application_id = ${KIND}; PRAGMA user_version = ${VERSION}; COMMIT`,
    );
    if (fresh) database.exec('VACUUM');
  }
  return database;
}

/** Whether the file holds a store; not if it is empty. @throws {StoreError} if it holds something else */
function checked(file: string, database: Driver.DatabaseSyncInstance): boolean {
  const pragma = (name: string): number =>
    Number(Object.values(database.prepare(`PRAGMA ${name}`).get() as object)[0]);
  const kind = pragma('application_id');
  const version = pragma('user_version');
  if (kind === KIND && version === VERSION) return true;
  if (kind === KIND) {
    throw new StoreError(
      'STORE_FORMAT',
      file,
      `it was written by another version of Gleaner (its layout is ${version}; this one reads ${VERSION})`,
    );
  }
  const { n } = database.prepare('SELECT count(*) AS n FROM sqlite_master').get() as { n: number };
  if (n === 0 && kind === 0) return false;
  throw new StoreError('STORE_FORMAT', file, 'it is a SQLite database, but no store of Gleaner');
}

function holderOf(file: string): string {
  try {
    const { DatabaseSync } = driver as typeof Driver;
    const database = new DatabaseSync(file, { readOnly: true });
    const row = database.prepare("SELECT json FROM notes WHERE name = 'holder'").get() as
      { json: string } | undefined;
    database.close();
    if (row === undefined) return 'another process';
    const { pid, host } = JSON.parse(row.json) as { pid: number; host: string };
    return `process ${pid} on ${host}`;
  } catch {
    return 'another process';
  }
}

/** What can be read of a store. */
class StoredCrawl {
  readonly name: string;
  protected readonly database: Driver.DatabaseSyncInstance;

  constructor(name: string, database: Driver.DatabaseSyncInstance) {
    this.name = name;
    this.database = database;
  }

  note(name: string): Json | undefined {
    const row = this.database.prepare('SELECT json FROM notes WHERE name = ?').get(name) as
      { json: string } | undefined;
    return row === undefined ? undefined : (JSON.parse(row.json) as Json);
  }

  counts(): StoreCounts {
    return (this.note('counts') as StoreCounts | undefined) ?? newCounts();
  }

  /** By ranges of ids, so that no reader is open for longer than it takes to read a few. */
  *items(): Generator<StoredItem, void> {
    const select = this.database.prepare(
      'SELECT i.id, i.n, i.json, r.url, r.key FROM items i JOIN requests r ON r.id = i.request WHERE i.id > ? ORDER BY i.id LIMIT ?',
    );
    for (let after = 0; ;) {
      const rows = select.all(after, READ_AT_ONCE) as {
        id: number;
        n: number;
        json: string;
        url: string;
        key: string | null;
      }[];
      for (const { id, n, json, url, key } of rows) {
        after = id;
        yield { key: itemKey(pageKey(key ?? url), n), url, item: JSON.parse(json) as unknown };
      }
      if (rows.length < READ_AT_ONCE) return;
    }
  }

  *failures(): Generator<StoredFailure, void> {
    const select = this.database.prepare(
      `SELECT id, url, code, message, attempts, depth FROM requests INDEXED BY requests_failed WHERE state = ${State.Failed} AND id > ? ORDER BY id LIMIT ?`,
    );
    for (let after = 0; ;) {
      const rows = select.all(after, READ_AT_ONCE) as unknown as (StoredFailure & { id: number })[];
      for (const { id, url, code, message, attempts, depth } of rows) {
        after = id;
        yield { url, code, message, attempts, depth };
      }
      if (rows.length < READ_AT_ONCE) return;
    }
  }

  *close(): CoroutineBody<void> {
    this.database.close();
  }
}

/** A store that this process alone may write. */
class SqliteStore extends StoredCrawl implements Store {
  private readonly order: Order;
  private readonly lock: Lock | undefined;
  private readonly statements: Statements;
  private readonly figures: StoreCounts;
  private readonly seed: number;
  private readonly seen = new SeenLately(SEEN_LATELY);
  private readonly hostIds = new Map<string, number>();
  /** When the first request may be claimed of those that were put off, by host. */
  private readonly soonest = new Map<number, number>();
  /** The next place in the order of those hosts that wait to be adopted. */
  private turn: number;
  /** How many requests there are. */
  private sequence: number;
  /** Changes in the group that is not committed yet. */
  private changes = 0;
  private waiters: ((error?: unknown) => void)[] = [];
  /** What went wrong with the file: nothing is done any more. */
  private broken: Error | undefined = undefined;
  private isClosed = false;

  constructor(name: string, database: Driver.DatabaseSyncInstance, order: Order, lock: Lock | undefined) {
    super(name, database);
    this.order = order;
    this.lock = lock;
    this.statements = new Statements(database);
    const known = this.note('settings') as { order: Order; seed: number } | undefined;
    if (known !== undefined && known.order !== order) {
      throw new StoreError(
        'STORE_ORDER',
        name,
        `the crawl was begun with the order '${known.order}', and goes on with no other`,
      );
    }
    this.seed = known?.seed ?? randomInt(2 ** 32);
    this.figures = super.counts();
    database.exec('BEGIN');
    const { statements } = this;
    if (known === undefined) statements.setNote.run('settings', JSON.stringify({ order, seed: this.seed }));
    statements.setNote.run('holder', JSON.stringify({ pid: process.pid, host: hostname() }));
    for (const { host } of database
      .prepare(`SELECT host FROM requests INDEXED BY requests_leased WHERE state = ${State.Leased}`)
      .all() as { host: number }[]) {
      statements.wait.run(1, host);
    }
    database.exec(
      `UPDATE requests INDEXED BY requests_leased SET state = ${State.Pending} WHERE state = ${State.Leased}`,
    );
    database.exec('UPDATE hosts INDEXED BY hosts_adopted SET adopted = 0 WHERE adopted = 1');
    database.exec('COMMIT');
    this.figures.pending += this.figures.leased;
    this.figures.leased = 0;
    for (const { host, at } of database
      .prepare(
        `SELECT host, min(not_before) AS at FROM requests INDEXED BY requests_put_off WHERE state = ${State.PutOff} GROUP BY host`,
      )
      .all() as { host: number; at: number }[]) {
      this.soonest.set(host, at);
    }
    this.sequence = (
      database.prepare('SELECT coalesce(max(id), 0) AS last FROM requests').get() as { last: number }
    ).last;
    this.turn = (
      database
        .prepare(
          'SELECT coalesce(max(since), 0) + 1 AS next FROM hosts INDEXED BY hosts_to_adopt WHERE waiting > 0 AND adopted = 0',
        )
        .get() as { next: number }
    ).next;
  }

  override counts(): StoreCounts {
    const { statuses, failures, ...rest } = this.figures;
    return { ...rest, statuses: { ...statuses }, failures: { ...failures } };
  }

  *push(requests: readonly CrawlRequest[]): CoroutineBody<number> {
    return this.change(() => this.insert(requests));
  }

  *adopt(limit: number): CoroutineBody<readonly StoredHost[]> {
    return this.change(() => {
      const rows = this.statements.hostsToAdopt.all(limit) as {
        id: number;
        origin: string;
        state: string | null;
      }[];
      return rows.map(({ id, origin, state }): StoredHost => {
        this.statements.adopt.run(id);
        return { id, origin, state: state === null ? undefined : (JSON.parse(state) as Json) };
      });
    });
  }

  *release(host: number, state: Json | undefined): CoroutineBody<void> {
    this.change(() =>
      this.statements.letGo.run(state === undefined ? null : JSON.stringify(state), this.turn++, host),
    );
  }

  *claim(host: number, limit: number, now: number): CoroutineBody<readonly Lease[]> {
    return this.change(() => {
      const { statements } = this;
      if (this.putOffUntil(host) <= now) {
        statements.takeUp.run(host, now);
        const { at } = statements.soonest.get(host) as { at: number | null };
        if (at === null) this.soonest.delete(host);
        else this.soonest.set(host, at);
      }
      const rows = statements.next.all(host, limit) as unknown as ClaimedRow[];
      if (rows.length === 0) return [];
      const leases = rows.map(({ id, attempts, epoch, ...row }): Lease => {
        statements.lease.run(id);
        return { id, host, attempts, epoch: epoch + 1, request: requestIn(row) };
      });
      statements.wait.run(-leases.length, host);
      this.figures.pending -= leases.length;
      this.figures.leased += leases.length;
      return leases;
    });
  }

  putOffUntil(host: number): number {
    return this.soonest.get(host) ?? Infinity;
  }

  *commit(lease: Lease, { items, requests, status, bytes }: Effects): CoroutineBody<Committed> {
    const texts = items.map(jsonOf);
    const committed = this.change(() => {
      this.end(lease, () => this.statements.done.run(status, lease.id, lease.epoch));
      texts.forEach((text, n) => this.statements.item.run(lease.id, n, text));
      const { figures } = this;
      figures.done++;
      figures.items += texts.length;
      figures.bytes += bytes;
      figures.statuses[status] = (figures.statuses[status] ?? 0) + 1;
      const page = texts.length === 0 ? '' : pageKey(lease.request.key);
      return { added: this.insert(requests), keys: texts.map((_, n) => itemKey(page, n)) };
    });
    yield* this.landed();
    return committed;
  }

  *fail(lease: Lease, { code, message }: { code: string; message: string }): CoroutineBody<void> {
    this.change(() => {
      this.end(lease, () => this.statements.failed.run(code, message, lease.id, lease.epoch));
      const { figures } = this;
      figures.failed++;
      const known = figures.failures[code];
      figures.failures[code] = {
        count: (known?.count ?? 0) + 1,
        example: known?.example ?? { url: lease.request.url, message },
      };
    });
  }

  *putOff(lease: Lease, at: number): CoroutineBody<void> {
    this.change(() => {
      this.end(lease, () => this.statements.putOff.run(at, lease.id, lease.epoch));
      this.statements.wait.run(1, lease.host);
      this.soonest.set(lease.host, Math.min(this.putOffUntil(lease.host), at));
      this.figures.pending++;
      this.figures.retries++;
    });
  }

  *giveBack(lease: Lease): CoroutineBody<void> {
    this.change(() => {
      this.end(lease, () => this.statements.giveBack.run(lease.id, lease.epoch));
      this.statements.wait.run(1, lease.host);
      this.figures.pending++;
    });
  }

  *setNote(name: string, value: Json): CoroutineBody<void> {
    this.change(() => this.statements.setNote.run(name, JSON.stringify(value)));
  }

  override *close(): CoroutineBody<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    try {
      if (this.broken === undefined) this.land();
    } finally {
      try {
        // The driver leaves the log as it is while statements exist.
        if (this.name !== MEMORY && this.broken === undefined)
          this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
        this.database.close();
      } finally {
        this.lock?.release();
      }
    }
  }

  /** Does something within the group of changes that is committed next. */
  private change<R>(work: () => R): R {
    if (this.broken !== undefined) throw this.broken;
    try {
      if (this.changes === 0) {
        this.statements.begin.run();
        setImmediate(() => this.landSoon());
      }
      this.changes++;
      const result = work();
      if (this.changes >= GROUP) this.land();
      return result;
    } catch (error) {
      if (error instanceof StoreError) throw error;
      throw this.fall(error);
    }
  }

  /** Waits until the group is committed. */
  private landed(): Operation<void> {
    return action<void>((resolve, reject) => {
      if (this.changes === 0) {
        resolve();
        return undefined;
      }
      const waiter = (error?: unknown): void => (error === undefined ? resolve() : reject(error));
      this.waiters.push(waiter);
      return () => {
        this.waiters = this.waiters.filter((other) => other !== waiter);
      };
    });
  }

  private landSoon(): void {
    try {
      if (this.broken === undefined && !this.isClosed) this.land();
    } catch (error) {
      this.fall(error);
    }
  }

  private land(): void {
    if (this.changes === 0) return;
    this.statements.setNote.run('counts', JSON.stringify(this.figures));
    this.statements.commit.run();
    this.changes = 0;
    const { waiters } = this;
    this.waiters = [];
    for (const waiter of waiters) waiter();
  }

  /** The group is lost, nobody has been told that it landed, and nothing more is done. */
  private fall(error: unknown): Error {
    const broken = storeError(error, this.name);
    this.broken = broken;
    this.changes = 0;
    const { waiters } = this;
    this.waiters = [];
    for (const waiter of waiters) waiter(broken);
    return broken;
  }

  /** Ends a lease, if it is still the latest of its request. */
  private end(lease: Lease, update: () => { changes: number | bigint }): void {
    if (Number(update().changes) === 0) {
      throw new StoreError(
        'STALE_LEASE',
        this.name,
        `${lease.request.url} was claimed anew since, or is done already`,
      );
    }
    this.figures.leased--;
  }

  private insert(requests: readonly CrawlRequest[]): number {
    let added = 0;
    let host = -1;
    let origin = '';
    let ofHost = 0;
    for (const request of requests) {
      const { key, url, priority, depth } = request;
      if (this.seen.has(key)) continue;
      this.seen.add(key);
      const mark = fingerprint(key, this.seed);
      if (this.isKnown(mark, key)) continue;
      const own = parts(url).origin;
      if (own !== origin) {
        if (ofHost > 0) this.statements.wait.run(ofHost, host);
        ofHost = 0;
        host = this.hostId(own);
        origin = own;
      }
      this.statements.insert.run(
        host,
        priority,
        this.rank(depth),
        mark,
        key === url ? null : key,
        url,
        depth,
        restOf(request),
      );
      ofHost++;
      added++;
    }
    if (ofHost > 0) this.statements.wait.run(ofHost, host);
    this.figures.pending += added;
    return added;
  }

  /** Deepest first, and of the same depth the newest; or, in the order of coming, all the same. */
  private rank(depth: number): number {
    return this.order === 'depth' ? -(Math.min(depth, DEEPEST) * 2 ** 40 + ++this.sequence) : 0;
  }

  private isKnown(mark: number, key: string): boolean {
    const rows = this.statements.withFingerprint.all(mark) as { url: string; key: string | null }[];
    for (const row of rows) if ((row.key ?? row.url) === key) return true;
    return false;
  }

  private hostId(origin: string): number {
    const known = this.hostIds.get(origin);
    if (known !== undefined) return known;
    this.statements.addHost.run(origin, this.turn++);
    const { id } = this.statements.hostId.get(origin) as { id: number };
    if (this.hostIds.size >= HOSTS_REMEMBERED) this.hostIds.clear();
    this.hostIds.set(origin, id);
    return id;
  }
}

interface ClaimedRow {
  id: number;
  url: string;
  key: string | null;
  priority: number;
  depth: number;
  rest: string | null;
  attempts: number;
  epoch: number;
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

function jsonOf(item: unknown, n: number): string {
  const text = JSON.stringify(item) as string | undefined;
  if (text === undefined) throw new TypeError(`item ${n + 1} has no JSON: it is ${typeof item}`);
  return text;
}

/** 96 bits of the SHA-256 of what makes the page the same as another. */
function pageKey(key: string): string {
  return createHash('sha256').update(key).digest('base64url').slice(0, 16);
}

function itemKey(page: string, n: number): string {
  return `${page}.${n}`;
}
