import type * as Driver from '@photostructure/sqlite';
import { rmSync } from 'node:fs';

/** Held by one process at a time: a lock on a file beside the store, which the system lets go when the process dies. */
export interface Lock {
  release(): void;
}

/** Takes the lock of a file; undefined if somebody else has it. */
export function takeLock({ DatabaseSync }: typeof Driver, file: string): Lock | undefined {
  const path = `${file}.lock`;
  const database = new DatabaseSync(path);
  try {
    database.exec('PRAGMA locking_mode = EXCLUSIVE; BEGIN EXCLUSIVE');
  } catch (error) {
    database.close();
    if ((error as { sqliteCode?: unknown }).sqliteCode === SQLITE_BUSY) return undefined;
    throw error;
  }
  return {
    release() {
      // While it is still held: whoever comes next makes a new one.
      rmSync(path, { force: true });
      database.close();
    },
  };
}

const SQLITE_BUSY = 5;
