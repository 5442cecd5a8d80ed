import type * as Driver from '@photostructure/sqlite';
import { State } from './layout.ts';

export type Statement = ReturnType<Driver.DatabaseSyncInstance['prepare']>;

/** All that a store says to SQLite while a crawl runs, prepared once. */
export class Statements {
  readonly hostsToAdopt: Statement;
  readonly adopt: Statement;
  readonly letGo: Statement;
  readonly addHost: Statement;
  readonly hostId: Statement;
  /** More requests of a host wait, … */
  readonly wait: Statement;
  /** … or fewer. */
  readonly waitNoMore: Statement;
  readonly withFingerprint: Statement;
  readonly insert: Statement;
  readonly takeUp: Statement;
  readonly soonest: Statement;
  readonly next: Statement;
  readonly lease: Statement;
  readonly done: Statement;
  readonly failed: Statement;
  readonly putOff: Statement;
  readonly giveBack: Statement;
  readonly isLeased: Statement;
  readonly item: Statement;
  readonly setNote: Statement;
  readonly setOwn: Statement;

  constructor(database: Driver.DatabaseSyncInstance) {
    const leased = `WHERE id = ? AND epoch = ? AND state = ${State.Leased}`;
    const prepare = (sql: string): Statement => database.prepare(sql);
    this.hostsToAdopt = prepare(
      'SELECT id, origin, state FROM hosts INDEXED BY hosts_to_adopt WHERE waiting > 0 AND adopted = 0 ORDER BY since LIMIT ?',
    );
    this.adopt = prepare('UPDATE hosts SET adopted = 1 WHERE id = ?');
    this.letGo = prepare('UPDATE hosts SET adopted = 0, state = ?, since = ? WHERE id = ?');
    this.addHost = prepare('INSERT INTO hosts (origin) VALUES (?)');
    this.hostId = prepare('SELECT id FROM hosts WHERE origin = ?');
    this.wait = prepare(
      'UPDATE hosts SET since = CASE waiting WHEN 0 THEN ? ELSE since END, waiting = waiting + ? WHERE id = ?',
    );
    this.waitNoMore = prepare('UPDATE hosts SET waiting = waiting - ? WHERE id = ?');
    this.withFingerprint = prepare('SELECT url, key FROM requests WHERE fingerprint = ?');
    this.insert = prepare(
      `INSERT INTO requests (host, state, priority, rank, fingerprint, key, url, depth, rest) VALUES (?, ${State.Pending}, ?, ?, ?, ?, ?, ?, ?)`,
    );
    this.takeUp = prepare(
      `UPDATE requests SET state = ${State.Pending}, not_before = NULL WHERE id IN
       (SELECT id FROM requests INDEXED BY requests_put_off WHERE host = ? AND state = ${State.PutOff} AND not_before <= ? ORDER BY not_before LIMIT ?)`,
    );
    this.soonest = prepare(
      `SELECT min(not_before) AS at FROM requests INDEXED BY requests_put_off WHERE host = ? AND state = ${State.PutOff}`,
    );
    this.next = prepare(
      `SELECT id, url, key, priority, depth, rest, attempts, epoch FROM requests INDEXED BY requests_pending
       WHERE host = ? AND state = ${State.Pending} ORDER BY priority DESC, rank, id LIMIT ?`,
    );
    this.lease = prepare(`UPDATE requests SET state = ${State.Leased}, epoch = epoch + 1 WHERE id = ?`);
    this.done = prepare(
      `UPDATE requests SET state = ${State.Done}, attempts = attempts + 1, status = ? ${leased}`,
    );
    this.failed = prepare(
      `UPDATE requests SET state = ${State.Failed}, attempts = attempts + 1, code = ?, message = ? ${leased}`,
    );
    this.putOff = prepare(
      `UPDATE requests SET state = ${State.PutOff}, attempts = attempts + 1, not_before = ? ${leased}`,
    );
    this.giveBack = prepare(`UPDATE requests SET state = ${State.Pending} ${leased}`);
    this.isLeased = prepare(`SELECT 1 FROM requests ${leased}`);
    this.item = prepare('INSERT INTO items (request, n, json) VALUES (?, ?, ?)');
    const set = (table: string): Statement =>
      prepare(
        `INSERT INTO ${table} (name, json) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET json = excluded.json`,
      );
    this.setNote = set('notes');
    this.setOwn = set('own');
  }
}
