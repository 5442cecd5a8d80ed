import type { CoroutineBody } from '@gleaner/coroutine';
import type * as Driver from '@photostructure/sqlite';
import { createRequire } from 'node:module';
import { OptionError } from '../http/failure.ts';
import type { CachedResponse, ResponseCache } from '../http/cache.ts';

/** How many bytes the pages in a file may have together, unless told. */
const MOST_BYTES = 1024 ** 3;

/** How long to wait for another process that writes to the file, in milliseconds. */
const BUSY = 5000;

/** Says of a file that it is one of these ('GLRC', application_id), and how it is laid out (user_version). */
const KIND = 0x474c5243;
const LAYOUT = 1;

/** What a row takes besides what is in it, in bytes: about so much. */
const OVERHEAD = 200;

/** When there is too much in it, so much of what there may be is left, so that making room is rare. */
const LEFT = 0.9;

/** The cache's file cannot be read or written. */
export class CacheError extends Error {
  override readonly name = 'CacheError';
  readonly code = 'CACHE';

  constructor(path: string, reason: string, options: ErrorOptions = {}) {
    super(`the cache ${path}: ${reason}`, options);
  }
}

let driver: typeof Driver | undefined;

/**
 * A cache of responses in a SQLite file, made if it is not there. When it holds more than `maxBytes`, the pages that have
 * not been asked for in the longest time are forgotten. What was put last may be lost when the machine goes down, never
 * when the process does.
 * @param path ':memory:' for none
 * @throws {CacheError} for a file that is something else, or damaged
 * @throws {OptionError}
 */
export function responseCache(path: string, maxBytes: number = MOST_BYTES): ResponseCache {
  if (!(maxBytes > 0)) throw new OptionError("the cache's maxBytes", 'a number of bytes', maxBytes);
  return new FileCache(path, maxBytes);
}

interface Row {
  headers: string;
  body: Uint8Array;
  variant: string;
}

class FileCache implements ResponseCache {
  private readonly path: string;
  private readonly maxBytes: number;
  private readonly database: Driver.DatabaseSyncInstance;
  private readonly statements: Statements;
  /** Counts uses, so that the order of last use is known. */
  private uses = 0;
  private bytes = 0;

  constructor(path: string, maxBytes: number) {
    this.path = path;
    this.maxBytes = maxBytes;
    driver ??= createRequire(import.meta.url)('@photostructure/sqlite') as typeof Driver;
    let database: Driver.DatabaseSyncInstance | undefined;
    try {
      database = new driver.DatabaseSync(path, { timeout: BUSY });
      checkKind(database, path);
      this.statements = prepare(database);
      this.database = database;
      this.measure();
    } catch (error) {
      database?.close();
      throw this.said(error);
    }
  }

  *get(key: string): CoroutineBody<CachedResponse | undefined> {
    try {
      const row = this.statements.find.get(key) as Row | undefined;
      if (row === undefined) return undefined;
      this.statements.use.run(++this.uses, key);
      const headers = JSON.parse(row.headers) as Record<string, string>;
      return { headers, body: row.body, variant: row.variant };
    } catch (error) {
      throw this.said(error);
    }
  }

  *put(key: string, { headers, body, variant }: CachedResponse): CoroutineBody<void> {
    const text = JSON.stringify(headers);
    const size = OVERHEAD + key.length + text.length + body.byteLength;
    try {
      if (size > this.maxBytes) {
        this.statements.forget.run(key);
        return;
      }
      this.statements.put.run(key, text, body, variant, size, ++this.uses);
      this.bytes += size;
      if (this.bytes > this.maxBytes) this.makeRoom();
    } catch (error) {
      throw this.said(error);
    }
  }

  close(): void {
    try {
      // The driver cannot let go of prepared statements, and while there are any, closing leaves this undone.
      this.database.exec('PRAGMA wal_checkpoint(TRUNCATE)');
    } catch (error) {
      throw this.said(error);
    } finally {
      this.database.close();
    }
  }

  /** How much there is, and how it was used: other processes, and what was replaced, are not counted one by one. */
  private measure(): void {
    const { bytes, uses } = this.statements.measure.get() as { bytes: number; uses: number };
    this.bytes = bytes;
    this.uses = Math.max(this.uses, uses);
  }

  private makeRoom(): void {
    this.measure();
    if (this.bytes <= this.maxBytes) return;
    const doomed: string[] = [];
    for (const { key, size } of this.statements.oldest.iterate() as Iterable<{ key: string; size: number }>) {
      if (this.bytes <= this.maxBytes * LEFT) break;
      doomed.push(key);
      this.bytes -= size;
    }
    this.database.exec('BEGIN IMMEDIATE');
    try {
      for (const key of doomed) this.statements.forget.run(key);
    } finally {
      this.database.exec('COMMIT');
    }
  }

  private said(error: unknown): Error {
    if (error instanceof CacheError) return error;
    const reason = error instanceof Error ? error.message : String(error);
    return new CacheError(
      this.path,
      `SQLite cannot use it (${reason}); if it is damaged, delete it: its pages will be fetched anew`,
      { cause: error },
    );
  }
}

/** A new file is marked; one that something else has written is refused. */
function checkKind(database: Driver.DatabaseSyncInstance, path: string): void {
  const { application_id: kind } = database.prepare('PRAGMA application_id').get() as {
    application_id: number;
  };
  const { user_version: layout } = database.prepare('PRAGMA user_version').get() as { user_version: number };
  const { count } = database.prepare('SELECT count(*) AS count FROM sqlite_schema').get() as {
    count: number;
  };
  const isNew = kind === 0 && layout === 0 && count === 0;
  if (!isNew && kind !== KIND) {
    throw new CacheError(path, 'it is a database of something else; name another file');
  }
  if (!isNew && layout !== LAYOUT) {
    throw new CacheError(
      path,
      `it is laid out in another way (${layout}, not ${LAYOUT}); delete it, or name another file`,
    );
  }
  database.exec('PRAGMA journal_mode = WAL; PRAGMA synchronous = NORMAL');
  if (!isNew) return;
  database.exec(`
    BEGIN IMMEDIATE;
    PRAGMA application_id = ${KIND};
    PRAGMA user_version = ${LAYOUT};
    CREATE TABLE IF NOT EXISTS response (
      key TEXT PRIMARY KEY, headers TEXT NOT NULL, body BLOB NOT NULL, variant TEXT NOT NULL,
      size INTEGER NOT NULL, used INTEGER NOT NULL
    ) STRICT;
    CREATE INDEX IF NOT EXISTS response_used ON response (used, size);
    COMMIT;
  `);
}

type Statements = ReturnType<typeof prepare>;

function prepare(database: Driver.DatabaseSyncInstance) {
  return {
    find: database.prepare('SELECT headers, body, variant FROM response WHERE key = ?'),
    use: database.prepare('UPDATE response SET used = ? WHERE key = ?'),
    put: database.prepare('INSERT OR REPLACE INTO response VALUES (?, ?, ?, ?, ?, ?)'),
    forget: database.prepare('DELETE FROM response WHERE key = ?'),
    oldest: database.prepare('SELECT key, size FROM response ORDER BY used'),
    measure: database.prepare(
      'SELECT coalesce(sum(size), 0) AS bytes, coalesce(max(used), 0) AS uses FROM response',
    ),
  };
}
