import { resource, spawn, type Operation } from '@gleaner/coroutine';
import type * as Driver from '@photostructure/sqlite';
import { createRequire } from 'node:module';
import { Batches, type BatchLimits } from './batches.ts';
import { ColumnNames, quoted } from './column-names.ts';
import { checkColumnCount, type Cell } from './row.ts';
import { SinkError, type Sink } from './sink.ts';
import { KEY_COLUMN, TableSink, type KeyedRow, type TableOptions } from './table.ts';

/** A transaction of 1,000 rows takes some 5 ms, most of which is the disk's. */
const LIMITS: BatchLimits = { count: 1000, weight: 4 * 1024 * 1024, wait: 500 };

/** How long to wait for another process that writes to the file, in milliseconds. */
const BUSY = 5000;

/**
 * A table in a SQLite file; file and table are made if they are not there. The columns are the items' fields: a field that
 * is new gets a new column. What is nested is JSON (`json_extract` reads it), true and false are 1 and 0, and every value
 * keeps its own type, as SQLite has it. An item whose key is in the table already replaces that row: columns for which it has
 * no field become NULL, and those for which no item of this run has one stay as they are.
 *
 * Items are written in transactions of 1,000, or twice a second; all are in the file when the current task or scope has ended.
 * @throws {SinkError} with SQLite's code (`SQLITE_CANTOPEN`, `SQLITE_FULL`, `SQLITE_NOTADB`, …); `COLUMNS`
 */
export function sqliteFile(path: string, { table = 'items', key }: TableOptions = {}): Operation<Sink> {
  return resource(function* sqlite(provide) {
    const target = `${path}#${table}`;
    const database = open(path, target);
    try {
      const rows = new SqliteTable(database, table, key, target);
      const batches = new Batches<KeyedRow>(LIMITS, (batch) => rows.insert(batch));
      yield* spawn(batches.ticking());
      try {
        yield* provide(new TableSink(batches));
      } finally {
        yield* batches.close();
      }
    } finally {
      database.close();
    }
  });
}

let driver: typeof Driver | undefined;

function open(path: string, target: string): Driver.DatabaseSyncInstance {
  driver ??= createRequire(import.meta.url)('@photostructure/sqlite') as typeof Driver;
  try {
    return new driver.DatabaseSync(path, { timeout: BUSY });
  } catch (error) {
    throw sqliteError(error, target);
  }
}

/** SQLite's default limit is 1 GB; a name is a name. Its own tables begin with `sqlite_`, its columns may have any name. */
const NAMING = {
  longest: 255,
  folded: (name: string): string => name.toLowerCase(),
};

class SqliteTable {
  private readonly database: Driver.DatabaseSyncInstance;
  private readonly table: string;
  private readonly target: string;
  private readonly names: ColumnNames;
  private readonly keyColumn: string;
  private readonly keyField: string | undefined;
  /** The fields that items of this run have, in the order in which they came; the item's own key is not among them. */
  private readonly fields: string[] = [];
  private readonly known = new Set<string>();
  private insertion: Driver.StatementSyncInstance | undefined = undefined;
  private isPrepared = false;

  constructor(
    database: Driver.DatabaseSyncInstance,
    table: string,
    keyField: string | undefined,
    target: string,
  ) {
    this.database = database;
    this.table = table;
    this.target = target;
    this.keyField = keyField;
    this.names = new ColumnNames({ ...NAMING, reserved: keyField === undefined ? [KEY_COLUMN] : [] });
    this.keyColumn = keyField === undefined ? KEY_COLUMN : this.names.of(keyField);
  }

  /** Inserts rows in one transaction. */
  insert(rows: readonly KeyedRow[]): void {
    const { database } = this;
    try {
      database.exec('BEGIN IMMEDIATE');
      this.prepareTable();
      this.addColumns(rows);
      const insertion = (this.insertion ??= database.prepare(this.insertionSql()));
      for (const row of rows) insertion.run(...this.values(row));
      database.exec('COMMIT');
    } catch (error) {
      if (database.isTransaction) database.exec('ROLLBACK');
      throw sqliteError(error, this.target);
    }
  }

  private prepareTable(): void {
    if (this.isPrepared) return;
    const { database, table, keyColumn, names } = this;
    const columns = database.prepare('SELECT name FROM pragma_table_info(?)');
    const present = columns.all(table) as { name: string }[];
    for (const { name } of present) names.add(name);
    if (present.length === 0) {
      database.exec(
        `CREATE TABLE ${quoted(table)} (${quoted(keyColumn)}${this.keyField === undefined ? ' TEXT' : ''})`,
      );
      names.add(keyColumn);
    } else if (!names.has(keyColumn)) {
      database.exec(`ALTER TABLE ${quoted(table)} ADD COLUMN ${quoted(keyColumn)}`);
      names.add(keyColumn);
    }
    if (database.prepare(IS_UNIQUE).get(table, keyColumn) === undefined) {
      database.exec(
        `CREATE UNIQUE INDEX ${quoted(`${table} by ${keyColumn}`)} ON ${quoted(table)} (${quoted(keyColumn)})`,
      );
    }
    this.isPrepared = true;
  }

  private addColumns(rows: readonly KeyedRow[]): void {
    for (const { row } of rows) {
      for (const [field, cell] of row) {
        if (this.known.has(field)) continue;
        const name = this.names.of(field);
        if (!this.names.has(name)) {
          checkColumnCount(this.names.count + 1, this.target, field);
          // Only text is declared: declared as numbers, a later '007' would become 7.
          const type = typeof cell === 'string' ? ' TEXT' : '';
          this.database.exec(`ALTER TABLE ${quoted(this.table)} ADD COLUMN ${quoted(name)}${type}`);
          this.names.add(name);
        }
        this.known.add(field);
        this.fields.push(field);
        this.insertion = undefined;
      }
    }
  }

  private insertionSql(): string {
    const columns = this.fields.map((field) => this.names.of(field));
    if (this.keyField === undefined) columns.unshift(KEY_COLUMN);
    const assignments = columns
      .filter((column) => column !== this.keyColumn)
      .map((column) => `${quoted(column)} = excluded.${quoted(column)}`);
    const action = assignments.length === 0 ? 'NOTHING' : `UPDATE SET ${assignments.join(', ')}`;
    return `INSERT INTO ${quoted(this.table)} (${columns.map(quoted).join(', ')})
      VALUES (${columns.map(() => '?').join(', ')})
      ON CONFLICT (${quoted(this.keyColumn)}) DO ${action}`;
  }

  private values({ key, row }: KeyedRow): SqlValue[] {
    const values = this.fields.map((field) => sqlValue(row.get(field)));
    if (this.keyField === undefined) values.unshift(key ?? null);
    return values;
  }
}

/** Whether a column alone makes a row unique: by an index, or as the table's integer key, which has none. */
const IS_UNIQUE = `
  SELECT 1 FROM pragma_index_list(?1) AS list
    WHERE list."unique" AND NOT list.partial
      AND (SELECT count(*) = 1 AND max(name) = ?2 FROM pragma_index_info(list.name))
  UNION ALL
  SELECT 1 FROM (SELECT count(*) AS count, max(name) AS name FROM pragma_table_info(?1) WHERE pk > 0)
    WHERE count = 1 AND name = ?2`;

type SqlValue = string | number | bigint | null;

function sqlValue(cell: Cell | undefined): SqlValue {
  switch (typeof cell) {
    case 'string':
      // SQLite's own functions take what comes after it for no part of the text.
      return cell.includes('\0') ? cell.replaceAll('\0', '\ufffd') : cell;
    case 'number':
      // The driver takes only what fits 32 bits for an integer by itself.
      return Number.isSafeInteger(cell) ? BigInt(cell) : cell;
    case 'boolean':
      return cell ? 1 : 0;
    case 'object':
      return cell === null ? null : cell.json;
    default:
      return null;
  }
}

function sqliteError(error: unknown, target: string): SinkError {
  if (error instanceof SinkError) return error;
  const { message, sqliteCodeName, code } = error as Error & { sqliteCodeName?: string; code?: string };
  const reason = `cannot write to the SQLite table '${target}': ${message}`;
  return new SinkError(sqliteCodeName ?? code ?? 'SQLITE_ERROR', target, reason, { cause: error });
}
