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

/** SQLite's primary result codes (https://www.sqlite.org/rescode.html). */
const KNOWN: Partial<Record<number, readonly [StoreErrorCode, string]>> = {
  5: ['STORE_LOCKED', 'another process is writing to it'],
  6: ['STORE_LOCKED', 'another process is writing to it'],
  8: ['STORE_IO', 'it may not be written'],
  11: ['STORE_DAMAGED', 'the file is damaged'],
  13: ['STORE_FULL', 'there is no room left on the disk'],
  14: ['STORE_IO', 'it cannot be opened: is its folder there, and may it be written?'],
  26: ['STORE_FORMAT', 'the file is no SQLite database'],
};

/** Turns what SQLite threw into a `StoreError`; any other error is given back as it is. */
export function storeError(error: unknown, file: string): Error {
  if (!(error instanceof Error)) return new StoreError('STORE_IO', file, String(error));
  const { errcode } = error as { errcode?: unknown };
  if (typeof errcode !== 'number') return error;
  const [code, reason] = KNOWN[errcode & 0xff] ?? ['STORE_IO', error.message];
  return new StoreError(code, file, reason, { cause: error });
}
