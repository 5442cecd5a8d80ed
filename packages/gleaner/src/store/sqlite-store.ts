import type { CoroutineBody } from '@gleaner/coroutine';
import { randomInt } from 'node:crypto';
import { existsSync } from 'node:fs';
import { parts } from '../http/exchange.ts';
import type { CrawlRequest, Json } from '../http/request.ts';
import { fingerprint } from './fingerprint.ts';
import { Group } from './group.ts';
import { itemKey, pageKey } from './item-key.ts';
import { Journals } from './journals.ts';
import { State } from './layout.ts';
import { takeLock, type Lock } from './lock.ts';
import { Runs } from './runs.ts';
import { SeenLately } from './seen-lately.ts';
import {
  closeWritten,
  driver,
  holder,
  holderOf,
  MEMORY,
  openDamaged,
  openToRead,
  openToWrite,
  placeOf,
  type Database,
} from './sqlite-file.ts';
import { Statements } from './statements.ts';
import { parsed, StoreError, storeError } from './store-error.ts';
import { StoredCrawl, type ReadableStore } from './stored-crawl.ts';
import { jsonOf, requestIn, restOf, storedKey } from './stored-request.ts';
import type {
  Committed,
  Effects,
  Lease,
  Order,
  PageJournal,
  Store,
  StoreCounts,
  StoredHost,
  StoredItem,
  StoredRun,
} from './store.ts';

export interface StoreOptions {
  /** In which order a host's requests of the same priority are claimed; 'breadth' by default. */
  order?: Order | undefined;
  /** Begins with an empty store, whatever was in this one. */
  fresh?: boolean | undefined;
  /**
   * What a commit is safe from at once: the death of the 'process' (the default), or that of the 'machine' too, which waits for
   * the disk.
   */
  safeFrom?: 'process' | 'machine' | undefined;
}

/** How many keys are remembered that need not be looked up, and how many characters of them. */
const SEEN_LATELY = 100_000;
const SEEN_CHARACTERS = 16_000_000;
/** How many hosts' ids are remembered. */
const HOSTS_REMEMBERED = 20_000;
/** How many requests that were put off a claim takes up at most, so that it takes a few milliseconds at most. */
const TAKEN_UP = 512;
/** Deeper than this, 'depth' goes by the order of coming alone. */
const DEEPEST = 4095;

/**
 * Opens a store in a SQLite file, which is made if it is not there; what another process was at work on when it died is
 * pending again. Nobody else can open it meanwhile, but for reading.
 * @param file ':memory:' for none
 * @throws {StoreError} `STORE_LOCKED`, `STORE_FORMAT`, `STORE_DAMAGED`, `STORE_ORDER`, `STORE_IO`, `STORE_FULL`
 */
export function* openStore(
  file: string,
  { order = 'breadth', fresh = false, safeFrom = 'process' }: StoreOptions = {},
): CoroutineBody<Store> {
  let lock: Lock | undefined;
  try {
    if (file !== MEMORY) {
      lock = takeLock(driver(), placeOf(file));
      if (lock === undefined)
        throw new StoreError('STORE_LOCKED', file, `${holderOf(file)} is at work on it`);
    }
    const database = openToWrite(file, fresh);
    try {
      if (safeFrom === 'machine') database.exec('PRAGMA synchronous = FULL');
      return new SqliteStore(file, database, order, lock);
    } catch (error) {
      closeWritten(database);
      throw error;
    }
  } catch (error) {
    lock?.release();
    throw storeError(error, file);
  }
}

/**
 * Opens a store to look at: while a crawl is at work on it, too. It cannot be written.
 * @param options `isDamaged`: it is known to be, and what can be read of it is wanted (`salvaged`)
 * @throws {StoreError} `STORE_FORMAT`, `STORE_DAMAGED`, `STORE_IO`
 */
export function* openStoreForReading(
  file: string,
  { isDamaged = false }: { isDamaged?: boolean } = {},
): CoroutineBody<ReadableStore> {
  if (!existsSync(file)) throw new StoreError('STORE_IO', file, 'there is no such file');
  try {
    return new StoredCrawl(file, isDamaged ? openDamaged(file) : openToRead(file));
  } catch (error) {
    throw storeError(error, file);
  }
}

/** A store that this process alone may write. */
class SqliteStore extends StoredCrawl implements Store {
  private readonly order: Order;
  private readonly lock: Lock | undefined;
  private readonly statements: Statements;
  private readonly group: Group;
  private readonly journals: Journals;
  private readonly named: Runs;
  private figures: StoreCounts;
  private hasNewFailures = false;
  /** Up to which number the items are acknowledged, and whether that is still to be written. */
  private acknowledged: number;
  private hasNewlyAcknowledged = false;
  private readonly seed: number;
  private readonly seen = new SeenLately(SEEN_LATELY, SEEN_CHARACTERS);
  private readonly hostIds = new Map<string, number>();
  /** When the first request may be claimed of those that were put off, by adopted host. */
  private readonly soonest = new Map<number, number>();
  /** The next place in the order of those hosts that wait to be adopted. */
  private turn: number;
  /** How many requests there are. */
  private sequence: number;

  constructor(name: string, database: Database, order: Order, lock: Lock | undefined) {
    super(name, database);
    this.order = order;
    this.lock = lock;
    this.statements = new Statements(database);
    const known = this.noted('own', 'settings') as { order: Order; seed: number } | undefined;
    if (known !== undefined && known.order !== order) {
      throw new StoreError(
        'STORE_ORDER',
        name,
        `the crawl was begun with the order '${known.order}', and goes on with no other ('${order}' was asked for)`,
      );
    }
    this.seed = known?.seed ?? randomInt(2 ** 32);
    this.figures = super.counts();
    this.acknowledged = Number(this.noted('own', 'acknowledged') ?? 0);
    const number = (sql: string): number => (database.prepare(sql).get() as { number: number }).number;
    this.sequence = number('SELECT coalesce(max(id), 0) AS number FROM requests');
    this.turn = number('SELECT coalesce(max(since), 0) + 1 AS number FROM hosts');
    this.group = new Group(
      name,
      database,
      () => this.writeFigures(),
      () => this.forgetLostFigures(),
    );
    this.journals = new Journals(database, this.group);
    this.named = new Runs(name, database, this.group, this.journals);
    this.group.change(() => {
      if (known === undefined)
        this.statements.setOwn.run('settings', JSON.stringify({ order, seed: this.seed }));
      this.statements.setOwn.run('holder', holder());
      this.giveBackAll();
    });
    this.group.flush();
  }

  override counts(): StoreCounts {
    const { statuses, failures, ...rest } = this.figures;
    return { ...rest, statuses: { ...statuses }, failures: { ...failures } };
  }

  *push(requests: readonly CrawlRequest[]): CoroutineBody<number> {
    const rows = this.rowsOf(requests);
    return this.group.change(() => this.insert(rows));
  }

  *adopt(limit: number): CoroutineBody<readonly StoredHost[]> {
    return this.group.change(() => {
      const rows = this.statements.hostsToAdopt.all(limit) as {
        id: number;
        origin: string;
        state: string | null;
      }[];
      return rows.map(({ id, origin, state }): StoredHost => {
        this.statements.adopt.run(id);
        this.soonest.set(id, this.findSoonest(id));
        return { id, origin, state: state === null ? undefined : (parsed(state, this.name) as Json) };
      });
    });
  }

  *release(host: number, state: Json | undefined): CoroutineBody<void> {
    const json = state === undefined ? null : jsonOf(state, 'the state of a host');
    this.group.change(() => this.statements.letGo.run(json, this.turn++, host));
    this.soonest.delete(host);
  }

  *claim(host: number, limit: number, now: number): CoroutineBody<readonly Lease[]> {
    return this.group.change(() => {
      const { statements } = this;
      if (this.putOffUntil(host) <= now) {
        statements.takeUp.run(host, now, TAKEN_UP);
        if (this.soonest.has(host)) this.soonest.set(host, this.findSoonest(host));
      }
      const rows = statements.next.all(host, limit) as unknown as ClaimedRow[];
      if (rows.length === 0) return [];
      const leases = rows.map(({ id, attempts, epoch, ...row }): Lease => {
        statements.lease.run(id);
        return { id, host, attempts, epoch: epoch + 1, request: requestIn(row, this.name) };
      });
      statements.waitNoMore.run(leases.length, host);
      this.figures.pending -= leases.length;
      this.figures.leased += leases.length;
      return leases;
    });
  }

  putOffUntil(host: number): number {
    return this.soonest.get(host) ?? this.read(() => this.findSoonest(host));
  }

  *commit(lease: Lease, { items, requests, status, bytes }: Effects): CoroutineBody<Committed> {
    // What has no JSON is found before anything is written.
    const texts = items.map((item, n) => jsonOf(item, `item ${n + 1}`));
    const rows = this.rowsOf(requests);
    let first = 0;
    const added = this.group.change(() => {
      this.end(lease, () => this.statements.done.run(status, lease.id, lease.epoch));
      this.journals.drop(lease.id);
      texts.forEach((text, n) => {
        const { lastInsertRowid } = this.statements.item.run(lease.id, n, text);
        if (n === 0) first = Number(lastInsertRowid);
      });
      const { figures } = this;
      figures.done++;
      figures.items += texts.length;
      figures.bytes += bytes;
      figures.statuses[status] = (figures.statuses[status] ?? 0) + 1;
      return this.insert(rows);
    });
    const page = texts.length === 0 ? '' : pageKey(lease.request.key);
    yield* this.group.landed();
    return { added, keys: texts.map((_, n) => itemKey(page, n)), first };
  }

  *fail(lease: Lease, { code, message }: { code: string; message: string }): CoroutineBody<void> {
    this.group.change(() => {
      this.end(lease, () => this.statements.failed.run(code, message, lease.id, lease.epoch));
      this.journals.drop(lease.id);
      const { figures } = this;
      figures.failed++;
      const known = figures.failures[code];
      figures.failures[code] = {
        count: (known?.count ?? 0) + 1,
        example: known?.example ?? { url: lease.request.url, message },
      };
      this.hasNewFailures = true;
    });
  }

  *putOff(lease: Lease, at: number): CoroutineBody<void> {
    this.group.change(() => {
      this.end(lease, () => this.statements.putOff.run(at, lease.id, lease.epoch));
      this.wait(lease.host, 1);
      this.figures.retries++;
      const soonest = this.soonest.get(lease.host);
      if (soonest !== undefined && at < soonest) this.soonest.set(lease.host, at);
    });
  }

  *giveBack(lease: Lease): CoroutineBody<void> {
    this.group.change(() => {
      this.end(lease, () => this.statements.giveBack.run(lease.id, lease.epoch));
      this.wait(lease.host, 1);
    });
  }

  journal(lease: Lease): PageJournal {
    const { journals } = this;
    const check = (): void => {
      if (this.statements.isLeased.get(lease.id, lease.epoch) === undefined) throw this.staleLease(lease);
    };
    return {
      startedAt: null,
      entries: () => this.read(() => journals.entries(lease.id)),
      append: (entries, written) => journals.append(lease.id, entries, check, written),
      forget: () => this.forget([lease.id]),
    };
  }

  *forgetJournals(): CoroutineBody<number> {
    const owners = this.journals.ownersOfPages();
    yield* this.forget(owners);
    return owners.length;
  }

  private *forget(owners: readonly number[]): CoroutineBody<void> {
    if (owners.length === 0) return;
    this.group.change(() => {
      for (const owner of owners) this.journals.drop(owner);
    });
  }

  acknowledge(number: number): void {
    if (this.isClosed || this.group.isBroken || number <= this.acknowledged) return;
    this.group.change(() => {
      this.acknowledged = number;
      this.hasNewlyAcknowledged = true;
    });
  }

  unacknowledged(): Generator<StoredItem, void> {
    return this.itemsAfter(this.acknowledged);
  }

  beginRun(name: string, now: number): StoredRun {
    return this.read(() => this.named.begin(name, now));
  }

  runs(): readonly string[] {
    return this.read(() => this.named.names());
  }

  forgetRun(name: string): CoroutineBody<boolean> {
    return this.named.forget(name);
  }

  *setNote(name: string, value: Json): CoroutineBody<void> {
    const json = jsonOf(value, `the note '${name}'`);
    this.group.change(() => this.statements.setNote.run(name, json));
  }

  override *close(): CoroutineBody<void> {
    if (this.isClosed) return;
    this.isClosed = true;
    try {
      if (!this.group.isBroken) {
        this.group.change(() => {
          this.giveBackAll();
          this.database.exec("DELETE FROM own WHERE name = 'holder'");
        });
      }
      this.group.close();
    } finally {
      try {
        closeWritten(this.database);
      } finally {
        this.lock?.release();
      }
    }
  }

  protected override settle(): void {
    if (!this.isClosed) this.group.flush();
  }

  /** Whatever is leased is pending again, its attempt uncounted, and no host is adopted. */
  private giveBackAll(): void {
    const { database } = this;
    const leased = database
      .prepare(
        `SELECT host, count(*) AS count FROM requests INDEXED BY requests_leased WHERE state = ${State.Leased} GROUP BY host`,
      )
      .all() as { host: number; count: number }[];
    database.exec(
      `UPDATE requests INDEXED BY requests_leased SET state = ${State.Pending} WHERE state = ${State.Leased}`,
    );
    for (const { host, count } of leased) {
      this.wait(host, count);
      this.figures.leased -= count;
    }
    database.exec('UPDATE hosts INDEXED BY hosts_adopted SET adopted = 0 WHERE adopted = 1');
  }

  private writeFigures(): void {
    const { failures, ...counts } = this.figures;
    this.statements.setOwn.run('counts', JSON.stringify(counts));
    if (this.hasNewFailures) this.statements.setOwn.run('failures', JSON.stringify(failures));
    if (this.hasNewlyAcknowledged)
      this.statements.setOwn.run('acknowledged', JSON.stringify(this.acknowledged));
    this.hasNewFailures = this.hasNewlyAcknowledged = false;
  }

  /** Of what came to nothing, no figure is told. */
  private forgetLostFigures(): void {
    this.figures = super.counts();
  }

  /** Ends a lease, if it is still the latest of its request. */
  private end(lease: Lease, update: () => { changes: number | bigint }): void {
    if (Number(update().changes) === 0) throw this.staleLease(lease);
    this.figures.leased--;
  }

  private staleLease({ request }: Lease): StoreError {
    return new StoreError(
      'STALE_LEASE',
      this.name,
      `${request.url} was claimed anew since, or is done already`,
    );
  }

  /** More of a host's requests wait. */
  private wait(host: number, count: number): void {
    this.statements.wait.run(this.turn++, count, host);
    this.figures.pending += count;
  }

  private findSoonest(host: number): number {
    const { at } = this.statements.soonest.get(host) as { at: number | null };
    return at ?? Infinity;
  }

  /** Requests that may be new, ready to be written: whatever may be wrong with one shows before anything is changed. */
  private rowsOf(requests: readonly CrawlRequest[]): NewRow[] {
    const rows: NewRow[] = [];
    for (const request of requests) {
      if (this.seen.has(request.key)) continue;
      const { url, priority } = request;
      if (typeof priority !== 'number' || Number.isNaN(priority))
        throw new TypeError(`the priority of ${url} must be a number; it is ${String(priority)}`);
      rows.push({
        request,
        origin: parts(url).origin,
        key: storedKey(request),
        rest: restOf(request),
      });
    }
    return rows;
  }

  private insert(rows: readonly NewRow[]): number {
    const waiting = new Map<string, { host: number; count: number }>();
    let added = 0;
    for (const { request, origin, key, rest } of rows) {
      // The same page may be linked to several times.
      if (this.seen.has(request.key)) continue;
      this.seen.add(request.key);
      const mark = fingerprint(request.key, this.seed);
      if (this.isKnown(mark, request.url, key)) continue;
      let at = waiting.get(origin);
      if (at === undefined) waiting.set(origin, (at = { host: this.hostId(origin), count: 0 }));
      const { url, priority, depth } = request;
      this.statements.insert.run(at.host, priority, this.rank(depth), mark, key, url, depth, rest);
      at.count++;
      added++;
    }
    for (const { host, count } of waiting.values()) this.wait(host, count);
    return added;
  }

  /** Deepest first, and of the same depth the newest; or, in the order of coming, all the same. */
  private rank(depth: number): number {
    return this.order === 'depth' ? -(Math.min(depth, DEEPEST) * 2 ** 40 + ++this.sequence) : 0;
  }

  /** Keys are compared as they are stored. */
  private isKnown(mark: number, url: string, key: string | null): boolean {
    const rows = this.statements.withFingerprint.all(mark) as { url: string; key: string | null }[];
    return rows.some((row) => (row.key ?? row.url) === (key ?? url));
  }

  private hostId(origin: string): number {
    const known = this.hostIds.get(origin);
    if (known !== undefined) return known;
    const row = this.statements.hostId.get(origin) as { id: number } | undefined;
    const id = row?.id ?? Number(this.statements.addHost.run(origin).lastInsertRowid);
    if (this.hostIds.size >= HOSTS_REMEMBERED) this.hostIds.clear();
    this.hostIds.set(origin, id);
    return id;
  }
}

interface NewRow {
  request: CrawlRequest;
  origin: string;
  key: string | null;
  rest: string | null;
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
