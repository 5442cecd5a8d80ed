import type { Entry, Journal } from '../src/index.ts';

/** A journal in memory that is written a moment later, as a file is. */
export class MemoryJournal implements Journal {
  readonly startedAt: number | null = null;
  readonly written: Entry[];

  constructor(written: readonly Entry[] = []) {
    this.written = [...written];
  }

  entries(): readonly Entry[] {
    return [...this.written];
  }

  append(entries: readonly Entry[], written: (error?: unknown) => void): void {
    this.written.push(...entries);
    queueMicrotask(written);
  }
}
