import type * as Driver from '@photostructure/sqlite';
import { rmSync, statSync } from 'node:fs';

/** Held by one process at a time. */
export interface Lock {
  release(): void;
}

/**
 * Takes the lock of a file: SQLite's on an empty database beside it, which the system lets go when the process dies, however
 * it dies. Undefined if somebody else has it.
 */
export function takeLock({ DatabaseSync }: typeof Driver, file: string): Lock | undefined {
  const path = `${file}.lock`;
  for (;;) {
    const before = identity(path);
    const database = new DatabaseSync(path, { timeout: 0 });
    try {
      database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
    } catch (error) {
      database.close();
      if ((error as { errcode?: unknown }).errcode === SQLITE_BUSY) return undefined;
      throw error;
    }
    // Whoever had it may have removed it after it was opened here: then the lock is on a file that nobody sees.
    if (before !== undefined && identity(path) === before) return { release: () => release(path, database) };
    database.close();
  }
}

const SQLITE_BUSY = 5;

/** Which file it is that a path leads to: numbers of removed files are used again, but not their time of birth. */
function identity(path: string): string | undefined {
  const found = statSync(path, { bigint: true, throwIfNoEntry: false });
  return found && `${found.dev}:${found.ino}:${found.birthtimeNs}`;
}

function release(path: string, database: Driver.DatabaseSyncInstance): void {
  try {
    // While it is still held: whoever comes next makes a new one.
    rmSync(path);
  } catch {
    // Windows removes no file that is open; an empty one that stays does no harm.
  }
  database.close();
}
