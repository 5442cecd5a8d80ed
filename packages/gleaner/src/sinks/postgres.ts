import { resource, spawn, type Operation } from '@gleaner/coroutine';
import { OptionError } from '../http/failure.ts';
import { Batches } from './batches.ts';
import { connected, type Queryable } from './postgres-connection.ts';
import { PostgresTable } from './postgres-table.ts';
import type { Sink } from './sink.ts';
import { TableSink, type KeyedRow, type TableOptions } from './table.ts';

export interface PostgresOptions extends TableOptions {
  /** The table, or `schema.table`. */
  table: string;
  /** The most rows that are sent at a time; 1,000 by default. */
  batch?: number | undefined;
}

/** The most characters and the longest wait, in milliseconds, of a batch. */
const WEIGHT = 4 * 1024 * 1024;
const WAIT = 500;

/**
 * A table in a PostgreSQL database (9.6 or later), by way of the package pg, which is yours to install: give a connection string,
 * or your own `Pool` or `Client`, which stays open. The table is made if it is not there, and a field that is new gets a new
 * column: text, double precision, boolean, timestamptz (if all values of the first batch are complete RFC 3339 times) or jsonb
 * (what is nested). A column that this run has made and that later gets a value of another kind becomes text. Columns that
 * were there before keep their type, whatever it is, and PostgreSQL reads the values as such.
 *
 * An item whose key is in the table already replaces that row: columns for which it has no field become NULL, and those for
 * which no item of this run has one stay as they are. The column of the key gets a unique index, if it has none.
 *
 * Items are sent in batches, each one statement, and at least twice a second; all are there when the current task or scope has
 * ended. U+0000, which PostgreSQL's text cannot hold, and halves of surrogate pairs become U+FFFD.
 * @throws {OptionError}
 * @throws {SinkError} with the SQLSTATE or the system's code (ECONNREFUSED, …); `NO_DRIVER`, `COLUMNS`
 */
export function postgresTable(database: string | Queryable, options: PostgresOptions): Operation<Sink> {
  const { table, key, batch = 1000 } = options;
  if (!Number.isSafeInteger(batch) || batch < 1)
    throw new OptionError('batch', 'a whole number of at least 1', batch);
  if (typeof table !== 'string' || !/^[^.]+(\.[^.]+)?$/.test(table))
    throw new OptionError('table', "a table's name, or schema.table", table);
  return resource(function* postgres(provide) {
    const client = yield* connected(database, table);
    const rows = new PostgresTable(client, table, key);
    const limits = { count: batch, weight: WEIGHT, wait: WAIT };
    const batches = new Batches<KeyedRow>(limits, (batch) => rows.insert(batch));
    yield* spawn(batches.ticking());
    try {
      yield* provide(new TableSink(batches));
    } finally {
      yield* batches.close();
    }
  });
}
