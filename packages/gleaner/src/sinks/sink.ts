import type { CoroutineBody } from '@gleaner/coroutine';

/**
 * Where items go. A sink is held by a task or scope (each is made by an `Operation<Sink>`), and what it was given is
 * complete where it belongs when that has ended, however it ends.
 */
export interface Sink<T = unknown> {
  /**
   * Writes an item; waits while the other side cannot keep up. Throws what went wrong with the other side.
   * @param key the item's own: no other item has it, and it is the same when the item's page is crawled again. Sinks
   * that can replace what they hold (tables) do so by key; to the others it means nothing.
   */
  write(item: T, key?: string): CoroutineBody<void>;

  /** Waits until all that was written so far is out of this process, where a sink can do that before its end. */
  flush?(): CoroutineBody<void>;
}

/** Items could not be put where they belong. */
export class SinkError extends Error {
  override readonly name = 'SinkError';
  /**
   * The other side's own code (`ENOSPC`, `SQLITE_FULL`, an SQLSTATE such as `22P02`), or one of ours: `COLUMNS` (too
   * many, or one that comes too late), `VALUE` (it does not fit its column), `NOT_LINES` (what is to be appended to
   * does not consist of lines), `NO_DRIVER` (an optional package is not installed).
   */
  readonly code: string;
  /** The file or table. */
  readonly target: string;

  constructor(code: string, target: string, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.code = code;
    this.target = target;
  }
}
