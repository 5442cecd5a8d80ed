import type { CoroutineBody } from '@gleaner/coroutine';
import type { Batches } from './batches.ts';
import { rowOf, weightOf, type Row } from './row.ts';
import type { Sink } from './sink.ts';

export interface TableOptions {
  /** The table; 'items' by default. */
  table?: string | undefined;
  /**
   * The field by which items are told apart: of two that have the same in it the later replaces the earlier; those that do
   * not have it are all kept. By default it is the item's own key, which is kept in the column `_key`.
   */
  key?: string | undefined;
}

/** Where the item's own key is kept. */
export const KEY_COLUMN = '_key';

export interface KeyedRow {
  /** The item's own key. */
  readonly key: string | undefined;
  readonly row: Row;
}

/** Items into a database's table, by way of batches. */
export class TableSink implements Sink {
  private readonly batches: Batches<KeyedRow>;

  constructor(batches: Batches<KeyedRow>) {
    this.batches = batches;
  }

  *write(item: unknown, key?: string): CoroutineBody<void> {
    const row = rowOf(item);
    yield* this.batches.add({ key, row }, weightOf(row));
  }

  *flush(): CoroutineBody<void> {
    yield* this.batches.flush();
  }
}
