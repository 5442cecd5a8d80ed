import { action, type Operation } from '@gleaner/coroutine';
import type * as Driver from '@photostructure/sqlite';
import type { Statement } from './statements.ts';
import { StoreError, storeError } from './store-error.ts';

/** A group is committed at the latest when it has so many changes, … */
const MOST = 500;
/** … or is so old, in milliseconds. */
const OLDEST = 5;

/**
 * Changes that are committed together (group commit): what is written again and again is written once a group. A group is
 * committed as soon as a turn of the event loop has brought no further change. So a page that comes alone waits for two turns,
 * some 0.1 ms; and what many pages at once lead to comes together. No clock is asked: the wait is one for the outside, during
 * which a virtual clock stands still.
 */
export class Group {
  private readonly file: string;
  private readonly database: Driver.DatabaseSyncInstance;
  private readonly beforeCommit: () => void;
  private readonly afterLoss: () => void;
  private readonly begin: Statement;
  private readonly commit: Statement;
  private changes = 0;
  /** How many there were when the event loop had last turned. */
  private changesBefore = 0;
  /** When it was begun, in milliseconds. */
  private begun = 0;
  private isWatching = false;
  private waiters: ((error?: Error) => void)[] = [];
  /** Why nothing is done any more: the file could not be written, or is closed. */
  private broken: Error | undefined = undefined;

  /**
   * @param beforeCommit writes what is written once a group
   * @param afterLoss is called when a group has come to nothing
   */
  constructor(
    file: string,
    database: Driver.DatabaseSyncInstance,
    beforeCommit: () => void,
    afterLoss: () => void,
  ) {
    this.file = file;
    this.database = database;
    this.beforeCommit = beforeCommit;
    this.afterLoss = afterLoss;
    this.begin = database.prepare('BEGIN IMMEDIATE');
    this.commit = database.prepare('COMMIT');
  }

  /**
   * Does some work within the group. When SQLite fails, the group is lost, nobody has been told that it landed, and nothing more
   * is done. A stale lease must be found before anything has been changed.
   * @throws {StoreError}
   */
  change<R>(work: () => R): R {
    if (this.broken !== undefined) throw this.broken;
    try {
      if (this.changes === 0) this.start();
      this.changes++;
      const result = work();
      if (this.changes >= MOST) this.land();
      return result;
    } catch (error) {
      if (error instanceof StoreError && error.code === 'STALE_LEASE') throw error;
      throw this.fall(error);
    }
  }

  /** Waits until all changes made so far are committed. @throws {StoreError} */
  landed(): Operation<void> {
    return action<void>((resolve, reject) => {
      if (this.changes === 0) {
        resolve();
        return undefined;
      }
      const waiter = (error?: Error): void => (error === undefined ? resolve() : reject(error));
      this.waiters.push(waiter);
      return () => {
        const at = this.waiters.indexOf(waiter);
        if (at >= 0) this.waiters.splice(at, 1);
      };
    });
  }

  /** The same for whoever is no coroutine: is called later, in the order of the calls. */
  whenLanded(waiter: (error?: Error) => void): void {
    if (this.changes > 0) this.waiters.push(waiter);
    else queueMicrotask(waiter);
  }

  /** Whether nothing is done any more. */
  get isBroken(): boolean {
    return this.broken !== undefined;
  }

  /** Commits what there is, at once. @throws {StoreError} */
  flush(): void {
    if (this.broken !== undefined) throw this.broken;
    try {
      this.land();
    } catch (error) {
      throw this.fall(error);
    }
  }

  /** Commits what there is, and does nothing any more. */
  close(): void {
    if (this.broken !== undefined) return;
    this.flush();
    this.broken = new StoreError('STORE_CLOSED', this.file, 'it is closed');
  }

  private start(): void {
    this.begin.run();
    this.begun = performance.now();
    this.changesBefore = 0;
    if (this.isWatching) return;
    this.isWatching = true;
    setImmediate(this.turn);
  }

  private readonly turn = (): void => {
    this.isWatching = false;
    const { changes } = this;
    if (changes === 0) return;
    if (changes > this.changesBefore && performance.now() - this.begun < OLDEST) {
      this.changesBefore = changes;
      this.isWatching = true;
      setImmediate(this.turn);
      return;
    }
    try {
      this.land();
    } catch (error) {
      // Whoever waits is told.
      this.fall(error);
    }
  };

  private land(): void {
    if (this.changes === 0) return;
    this.beforeCommit();
    this.commit.run();
    this.changes = 0;
    this.answer();
  }

  private fall(error: unknown): Error {
    const broken = storeError(error, this.file);
    this.broken = broken;
    this.changes = 0;
    try {
      // Closing does not end it: the driver's statements keep the connection until they are collected.
      this.database.exec('ROLLBACK');
    } catch {
      // SQLite did it itself, as it does after most errors.
    }
    try {
      this.afterLoss();
    } catch {
      // The file cannot be read either; what went wrong first is what counts.
    }
    this.answer(broken);
    return broken;
  }

  private answer(error?: Error): void {
    const { waiters } = this;
    this.waiters = [];
    for (const waiter of waiters) waiter(error);
  }
}
