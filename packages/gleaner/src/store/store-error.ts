import { constants } from 'node:os';
import { getSystemErrorName } from 'node:util';

const { errno } = constants;

/**
 * What can be wrong with a store.
 *
 * | code | meaning |
 * |---|---|
 * | `STORE_LOCKED` | another process is at work on it |
 * | `STORE_FORMAT` | the file is no store, or one that another version of Gleaner has written |
 * | `STORE_DAMAGED` | the file is damaged |
 * | `STORE_FULL` | there is no room left on the disk |
 * | `STORE_IO` | the file cannot be read or written |
 * | `STORE_ORDER` | the crawl was begun with another `order` |
 * | `STORE_CLOSED` | it was closed before |
 * | `STALE_LEASE` | what is to be committed was claimed anew since, or is done already |
 */
export type StoreErrorCode =
  | 'STORE_LOCKED'
  | 'STORE_FORMAT'
  | 'STORE_DAMAGED'
  | 'STORE_FULL'
  | 'STORE_IO'
  | 'STORE_ORDER'
  | 'STORE_CLOSED'
  | 'STALE_LEASE';

/** The store cannot be used, or would not do what it was asked for. What was committed before is in it. */
export class StoreError extends Error {
  override readonly name = 'StoreError';
  readonly code: StoreErrorCode;
  readonly file: string;

  constructor(code: StoreErrorCode, file: string, reason: string, options?: ErrorOptions) {
    super(`the store ${file}: ${reason}`, options);
    this.code = code;
    this.file = file;
  }
}

const DAMAGED = 'the file is damaged; glean export --salvage writes what can be read of it';

/** SQLite's primary result codes (https://www.sqlite.org/rescode.html). */
const KNOWN: Partial<Record<number, readonly [StoreErrorCode, string]>> = {
  // All statements are sound: what they name is missing from the file.
  1: ['STORE_DAMAGED', DAMAGED],
  5: ['STORE_LOCKED', 'another process is writing to it'],
  6: ['STORE_LOCKED', 'another process is writing to it'],
  8: ['STORE_IO', 'the file, or the folder that it is in, may not be written'],
  11: ['STORE_DAMAGED', DAMAGED],
  13: ['STORE_FULL', 'there is no room left on the disk'],
  14: ['STORE_IO', 'the file cannot be opened'],
  26: ['STORE_FORMAT', 'a store was expected; the file is no SQLite database'],
};

/** The system's reasons for which there is no more room: a full disk, a limit on files, a quota. */
const NO_ROOM: ReadonlySet<number> = new Set([errno.ENOSPC, errno.EFBIG, errno.EDQUOT]);

/** Of errors that come without a code, as those of a statement's `all` do: by the message (sqlite3_errstr). */
const CODES: ReadonlyMap<string, number> = new Map([
  ['database is locked', 5],
  ['attempt to write a readonly database', 8],
  ['database disk image is malformed', 11],
  ['database or disk is full', 13],
  ['file is not a database', 26],
]);

/** Turns what SQLite threw into a `StoreError`; any other error is given back as it is. */
export function storeError(error: unknown, file: string): Error {
  if (!(error instanceof Error)) return new StoreError('STORE_IO', file, String(error));
  const {
    code: kind,
    errcode,
    systemErrno,
  } = error as { code?: unknown; errcode?: unknown; systemErrno?: unknown };
  if (kind !== 'ERR_SQLITE_ERROR') return error;
  const isFull = typeof systemErrno === 'number' && NO_ROOM.has(systemErrno);
  const result = isFull ? 13 : typeof errcode === 'number' ? errcode & 0xff : CODES.get(error.message);
  const [code, reason] = KNOWN[result ?? 0] ?? ['STORE_IO', error.message];
  const system = typeof systemErrno === 'number' ? ` (${getSystemErrorName(-systemErrno)})` : '';
  return new StoreError(code, file, `${reason}${system}`, { cause: error });
}

/**
 * The value of JSON that a store has written.
 * @throws {StoreError} `STORE_DAMAGED`
 */
export function parsed(json: string, file: string): unknown {
  try {
    return JSON.parse(json) as unknown;
  } catch (error) {
    throw new StoreError('STORE_DAMAGED', file, 'the file is damaged', { cause: error });
  }
}
