import { resource, until, type CoroutineBody, type Operation } from '@gleaner/coroutine';
import type * as Driver from 'hyparquet-writer';
import { OptionError } from '../http/failure.ts';
import { commonKind, fits, jsonOf, kindOf, textOf, type Kind } from './kind.ts';
import { fileOutlet, type Outlet } from './outlet.ts';
import { checkColumnCount, rowOf, weightOf, type Cell, type Row } from './row.ts';
import { SinkError, type Sink } from './sink.ts';

export type ParquetType = 'string' | 'double' | 'int64' | 'boolean' | 'timestamp' | 'json';

export interface ParquetOptions {
  /** The columns, in this order, each with its type; other fields are left out. By default the items say. */
  schema?: Readonly<Record<string, ParquetType>> | undefined;
  /** The most rows of a row group, which is what is held in memory; 10,000 by default. */
  rowGroup?: number | undefined;
}

/** A row group is also complete when its rows weigh as much, in characters. */
const WEIGHT = 32 * 1024 * 1024;

/**
 * A Parquet file, compressed with Snappy, written a row group at a time; what was in the file before is gone. The items of the
 * first row group give the columns: string, double, boolean, timestamp (if all values are complete RFC 3339 times) or JSON (what
 * is nested); where kinds are mixed, string. All may be null. If there are more items than one row group holds, there is one
 * more column of JSON, `_other` (with more underscores, if items have a field of that name): an object of what later items have and the columns cannot hold, because it is new or of
 * another kind. So nothing is lost.
 *
 * A Parquet file is whole only with its end: it can be read when the current task or scope has ended, however that ends, and
 * not if the process is killed before.
 * @throws {OptionError}
 * @throws {SinkError} with the system's code (ENOENT, ENOSPC, …); `VALUE`, if something does not fit the schema given; `COLUMNS`
 */
export function parquetFile(
  path: string,
  { schema, rowGroup = 10_000 }: ParquetOptions = {},
): Operation<Sink> {
  if (!Number.isSafeInteger(rowGroup) || rowGroup < 1)
    throw new OptionError('rowGroup', 'a whole number of at least 1', rowGroup);
  const given = schema === undefined ? undefined : Object.entries(schema).map(columnGiven);
  return resource(function* parquet(provide) {
    const driver = yield* until(import('hyparquet-writer'));
    const file = new ParquetFile(driver, yield* fileOutlet(path), path, given, rowGroup);
    try {
      yield* provide(file);
    } finally {
      yield* file.close();
    }
  });
}

interface Column {
  readonly name: string;
  readonly type: ParquetType;
}

const TYPES: Record<Kind, ParquetType> = {
  text: 'string',
  number: 'double',
  boolean: 'boolean',
  time: 'timestamp',
  json: 'json',
};

/** The names that the library has for the types. */
const STORED: Record<ParquetType, Driver.BasicType> = {
  string: 'STRING',
  double: 'DOUBLE',
  int64: 'INT64',
  boolean: 'BOOLEAN',
  timestamp: 'TIMESTAMP',
  json: 'JSON',
};

function columnGiven([name, type]: [string, ParquetType]): Column {
  if (!Object.hasOwn(STORED, type))
    throw new OptionError(`schema.${name}`, `one of ${Object.keys(STORED).join(', ')}`, type);
  return { name, type };
}

class ParquetFile implements Sink {
  private readonly driver: typeof Driver;
  private readonly outlet: Outlet;
  private readonly path: string;
  private readonly rowGroup: number;
  private readonly given: readonly Column[] | undefined;
  private readonly bytes: Driver.ByteWriter;
  private columns: readonly Column[] | undefined;
  private keepsOther = false;
  private other = '_other';
  private writer: Driver.ParquetWriter | undefined = undefined;
  private rows: Row[] = [];
  private weight = 0;

  constructor(
    driver: typeof Driver,
    outlet: Outlet,
    path: string,
    given: readonly Column[] | undefined,
    rowGroup: number,
  ) {
    this.driver = driver;
    this.outlet = outlet;
    this.path = path;
    this.given = given;
    this.columns = given;
    this.rowGroup = rowGroup;
    this.bytes = new driver.ByteWriter();
  }

  *write(item: unknown): CoroutineBody<void> {
    const row = rowOf(item);
    if (this.given !== undefined) this.checkFit(row, this.given);
    this.rows.push(row);
    this.weight += weightOf(row);
    if (this.rows.length < this.rowGroup && this.weight < WEIGHT) return;
    this.encodeGroup(true);
    yield* this.pass();
  }

  /** Writes what is left and the end of the file, in which all its row groups are listed. */
  *close(): CoroutineBody<void> {
    if (this.outlet.hasFailed) return;
    this.encodeGroup(false);
    yield* until(this.writer?.finish());
    yield* this.pass();
  }

  /** Hands over the bytes that are ready. */
  private *pass(): CoroutineBody<void> {
    const { bytes } = this;
    const ready = Buffer.from(bytes.getBuffer());
    bytes.index = 0;
    yield* this.outlet.write(ready);
  }

  private encodeGroup(isMoreToCome: boolean): void {
    const { rows } = this;
    if (this.columns === undefined) {
      this.columns = this.columnsOf(rows);
      this.keepsOther = isMoreToCome;
      while (this.columns.some(({ name }) => name === this.other)) this.other += '_';
    }
    const { columns } = this;
    const sources = columns.map(({ name, type }) => ({
      name,
      type: STORED[type],
      data: rows.map((row) => valueOf(row.get(name) ?? null, type)),
      // A least and a greatest value of JSON say nothing, and are kept whole until the end.
      statistics: type !== 'json',
    }));
    if (this.keepsOther) {
      const known = new Map(columns.map(({ name, type }) => [name, type]));
      const data = rows.map((row) => otherOf(row, known));
      sources.push({ name: this.other, type: 'JSON', data, statistics: false });
    }
    this.writer ??= new this.driver.ParquetWriter({
      writer: this.bytes,
      schema: this.driver.schemaFromColumnData({ columnData: sources }),
      createdBy: 'gleaner',
    });
    this.rows = [];
    this.weight = 0;
    // Synchronous: our writer has no `flush`.
    if (rows.length > 0) void this.writer.write({ columnData: sources, rowGroupSize: rows.length });
  }

  private columnsOf(rows: readonly Row[]): Column[] {
    const kinds = new Map<string, Kind | undefined>();
    for (const row of rows) {
      for (const [name, cell] of row) {
        if (!kinds.has(name)) checkColumnCount(kinds.size + 1, this.path, name);
        kinds.set(name, commonKind(kinds.get(name), kindOf(cell)));
      }
    }
    return [...kinds].map(([name, kind]) => ({ name, type: TYPES[kind ?? 'text'] }));
  }

  private checkFit(row: Row, columns: readonly Column[]): void {
    for (const { name, type } of columns) {
      const cell = row.get(name) ?? null;
      if (isHeld(cell, type)) continue;
      const reason = `the column '${name}' of '${this.path}' is ${type}, and ${jsonOf(cell).slice(0, 100)} is not`;
      throw new SinkError('VALUE', this.path, reason);
    }
  }
}

function isHeld(cell: Cell, type: ParquetType): boolean {
  switch (type) {
    case 'double':
      return fits(cell, 'number');
    case 'int64':
      return cell === null || Number.isSafeInteger(cell);
    case 'boolean':
      return fits(cell, 'boolean');
    case 'timestamp':
      return fits(cell, 'time');
    default:
      return true;
  }
}

function valueOf(cell: Cell, type: ParquetType): unknown {
  if (cell === null || !isHeld(cell, type)) return undefined;
  switch (type) {
    case 'string':
      return textOf(cell);
    case 'int64':
      return BigInt(cell as number);
    case 'timestamp':
      return new Date(cell as string);
    case 'json':
      return typeof cell === 'object' ? (JSON.parse(cell.json) as unknown) : cell;
    default:
      return cell;
  }
}

/** What columns of these names and types do not hold of a row; undefined if they hold it all. */
function otherOf(row: Row, known: ReadonlyMap<string, ParquetType>): object | undefined {
  let others: [string, unknown][] | undefined;
  for (const [name, cell] of row) {
    const type = known.get(name);
    if (type !== undefined && isHeld(cell, type)) continue;
    (others ??= []).push([name, valueOf(cell, 'json')]);
  }
  return others === undefined ? undefined : Object.fromEntries(others);
}
