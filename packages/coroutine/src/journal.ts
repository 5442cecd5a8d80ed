/** The outcome of one effect, as it is written down. */
export interface Entry {
  /** Whose it is: the path of its task in the tree, and the how-manieth effect of that task, `1.2:5`. */
  readonly place: string;
  /** What was asked for, in words: its name and arguments. A different one in the same place is an error. */
  readonly effect: string;
  /** When it was over, in milliseconds since 1970. */
  readonly at: number;
  /** Whether it ended with an error. */
  readonly failed: boolean;
  /** The value or error, as its codec writes it: JSON by default; '' for `undefined`. */
  readonly text: string;
  /** What of the value is better kept as bytes. */
  readonly bytes: Uint8Array | null;
}

/** Where a journaled coroutine's effects are written down: one journal for each run of one coroutine. */
export interface Journal {
  /** Whose it is, for error messages. */
  readonly name?: string | undefined;
  /** When the coroutine was begun, in milliseconds since 1970; null: now, or with its first entry. */
  readonly startedAt: number | null;
  /** Whether it has something of its own to write before anything is done: then it is given no entries, and writes that. */
  readonly isBehind?: boolean | undefined;
  /** What was written before, in its order. Read once. */
  entries(): readonly Entry[];
  /**
   * Adds entries, all or none of them, behind those that were added before. `written` is called when they will survive a
   * crash, in the order of the calls, and never before `append` has returned; or with what went wrong.
   */
  append(entries: readonly Entry[], written: (error?: unknown) => void): void;
}
