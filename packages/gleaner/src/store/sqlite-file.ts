import type * as Driver from '@photostructure/sqlite';
import {
  accessSync,
  closeSync,
  constants,
  copyFileSync,
  existsSync,
  mkdtempSync,
  openSync,
  readSync,
  realpathSync,
  rmSync,
  statSync,
  truncateSync,
} from 'node:fs';
import { createRequire } from 'node:module';
import { hostname, tmpdir } from 'node:os';
import path from 'node:path';
import { pathToFileURL } from 'node:url';
import { KIND, LAYOUT, VERSION } from './layout.ts';
import { StoreError } from './store-error.ts';

export type Database = Driver.DatabaseSyncInstance;

export const MEMORY = ':memory:';

/** How much of the file is held in memory, in KiB. */
const PAGE_CACHE = 32_768;
/** How long to wait for another connection to the file, in milliseconds. */
const BUSY = 5000;
/**
 * After how many pages of 4 KiB the log is written back into the file. SQLite's own 1,000 has the pages of indexes, which
 * are written again and again, written back more often, and the disk waited for.
 */
const CHECKPOINT = 4000;
/** What the log is cut back to when a reader has made it grow, in bytes. */
const LOG_KEPT = 67_108_864;

let loaded: typeof Driver | undefined;

/** SQLite, loaded when it is first wanted. */
export function driver(): typeof Driver {
  return (loaded ??= createRequire(import.meta.url)('@photostructure/sqlite') as typeof Driver);
}

/**
 * Where a store's file is, or will be: absolute and without symbolic links, so that it has one name.
 * @throws {StoreError} `STORE_IO` where there can be none
 */
export function placeOf(file: string): string {
  if (file === MEMORY) return file;
  const known = statSync(file, { throwIfNoEntry: false });
  if (known !== undefined) {
    if (!known.isFile())
      throw new StoreError('STORE_IO', file, 'a file was expected; it is a folder or a device');
    return realpathSync(file);
  }
  const folder = path.dirname(path.resolve(file));
  if (statSync(folder, { throwIfNoEntry: false })?.isDirectory() !== true)
    throw new StoreError('STORE_IO', file, `it cannot be made: there is no folder ${folder}`);
  return path.join(realpathSync(folder), path.basename(file));
}

/**
 * Opens a store's file to be written; it is made if it is not there.
 * @param fresh empties the store; what is no store at all is left as it is
 * @throws {StoreError} `STORE_FORMAT`
 */
export function openToWrite(file: string, fresh: boolean): Database {
  const { DatabaseSync } = driver();
  const database = new DatabaseSync(placeOf(file), { timeout: BUSY });
  try {
    const found = layoutOf(file, database);
    if (found !== undefined && !fresh) checkLayout(file, found);
    // A commit is safe from the death of this process; from that of the machine, from the next checkpoint on.
    database.exec(
      `PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL; PRAGMA cache_size = -${PAGE_CACHE};
       PRAGMA wal_autocheckpoint = ${CHECKPOINT}; PRAGMA journal_size_limit = ${LOG_KEPT}; PRAGMA temp_store = MEMORY`,
    );
    if (found === undefined || fresh) lay(database);
    if (found !== undefined && fresh) database.exec('VACUUM');
    return database;
  } catch (error) {
    rollBack(database);
    database.close();
    throw error;
  }
}

/** A transaction that went wrong may outlive `close`, until the driver's statements are collected. */
function rollBack(database: Database): void {
  try {
    if (database.isTransaction) database.exec('ROLLBACK');
  } catch {
    // SQLite has done it, or will when the file is opened next; what went wrong first is what counts.
  }
}

/** Empties the file and lays it out, in one transaction. Not by unlinking it: somebody may be reading it. */
function lay(database: Database): void {
  const tables = database.prepare("SELECT name FROM sqlite_master WHERE type = 'table'").all() as {
    name: string;
  }[];
  const drops = tables.map(({ name }) => `DROP TABLE "${name.replaceAll('"', '""')}";`).join('\n');
  database.exec(
    `BEGIN IMMEDIATE; ${drops} ${LAYOUT} PRAGMA application_id = ${KIND}; PRAGMA user_version = ${VERSION}; COMMIT`,
  );
}

/**
 * Opens a store's file to be read, while another process writes it, too. What lies in a folder that may not be written,
 * where SQLite cannot note that somebody reads, is read as what does not change.
 */
export function openToRead(file: string): Database {
  const { DatabaseSync } = driver();
  const place = placeOf(file);
  const isFixed = !mayWrite(path.dirname(place)) && !existsSync(`${place}-wal`);
  const from = isFixed ? `${pathToFileURL(place).href}?immutable=1` : place;
  const database = new DatabaseSync(from, { readOnly: true, timeout: BUSY });
  try {
    const found = layoutOf(file, database);
    if (found === undefined) throw new StoreError('STORE_FORMAT', file, 'a store was expected; it is empty');
    checkLayout(file, found);
    return database;
  } catch (error) {
    database.close();
    throw error;
  }
}

/**
 * Opens what there is of a damaged store's file to be read. SQLite reads nothing of one that is shorter than its header says
 * (https://www.sqlite.org/fileformat.html, 1.3), so such a one is copied, and the copy made as long.
 */
export function openDamaged(file: string): Database {
  const header = Buffer.alloc(100);
  const descriptor = openSync(placeOf(file), 'r');
  const read = readSync(descriptor, header);
  closeSync(descriptor);
  if (read < header.length)
    throw new StoreError('STORE_FORMAT', file, 'a store was expected; it has no header');
  const written = header.readUInt16BE(16);
  const pageSize = written === 1 ? 65_536 : written;
  const length = pageSize * header.readUInt32BE(28);
  const { size } = statSync(file);
  if (size >= length) return openToRead(file);
  const folder = mkdtempSync(path.join(tmpdir(), 'gleaner-'));
  try {
    const copy = path.join(folder, 'copy');
    copyFileSync(placeOf(file), copy);
    // Of a page that is not whole nothing counts: what is in it may lack its end.
    truncateSync(copy, size - (size % pageSize));
    truncateSync(copy, length);
    return openToRead(copy);
  } finally {
    // What is open stays readable, where the system allows that.
    rmSync(folder, { recursive: true, force: true });
  }
}

function mayWrite(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

/**
 * Closes a file that was open to be written. Its log is put into it and removed, which closing alone leaves undone: the
 * driver's statements keep the connection until they are collected. So one file is left, unless somebody is reading it.
 */
export function closeWritten(database: Database): void {
  rollBack(database);
  try {
    database.exec('PRAGMA busy_timeout = 0; PRAGMA wal_checkpoint(TRUNCATE); PRAGMA journal_mode = DELETE');
  } catch {
    // There is no room, or somebody is reading: all is in the log, where it is found when the store is opened next.
  } finally {
    database.close();
  }
}

/** Who is at work on the store, to be kept in it. */
export function holder(): string {
  return JSON.stringify({ pid: process.pid, host: hostname() });
}

/** Who is at work on a store that is locked, as far as it can be known. */
export function holderOf(file: string): string {
  let database: Database | undefined;
  try {
    database = openToRead(file);
    const row = database.prepare("SELECT json FROM own WHERE name = 'holder'").get() as
      { json: string } | undefined;
    if (row === undefined) return 'another process';
    const { pid, host } = JSON.parse(row.json) as { pid: number; host: string };
    return `process ${pid} on ${host}`;
  } catch {
    return 'another process';
  } finally {
    database?.close();
  }
}

/** How a store is laid out; undefined if the file is empty. @throws {StoreError} if it holds something else */
function layoutOf(file: string, database: Database): number | undefined {
  const pragma = (name: string): number =>
    Number(Object.values(database.prepare(`PRAGMA ${name}`).get() as object)[0]);
  const kind = pragma('application_id');
  if (kind === KIND) return pragma('user_version');
  const { n } = database.prepare('SELECT count(*) AS n FROM sqlite_master').get() as { n: number };
  if (n === 0 && kind === 0) return undefined;
  throw new StoreError('STORE_FORMAT', file, 'it is a SQLite database, but no store of Gleaner');
}

function checkLayout(file: string, version: number): void {
  if (version === VERSION) return;
  throw new StoreError(
    'STORE_FORMAT',
    file,
    `it was written by another version of Gleaner (its layout is ${version}; this one reads ${VERSION})`,
  );
}
