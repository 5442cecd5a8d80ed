import { createHash } from 'node:crypto';
import { ColumnNames, cut, quoted } from './column-names.ts';
import { commonKind, fits, jsonOf, kindOf, textOf, type Kind } from './kind.ts';
import { postgresError, type Queryable } from './postgres-connection.ts';
import { checkColumnCount, type Cell } from './row.ts';
import { KEY_COLUMN, type KeyedRow } from './table.ts';

const TYPES: Record<Kind, string> = {
  text: 'text',
  number: 'double precision',
  boolean: 'boolean',
  time: 'timestamp with time zone',
  json: 'jsonb',
};

/** Longer names are cut (PostgreSQL manual, 4.1.1), whereupon two could be one. */
const LONGEST_NAME = 63;
/** Every table has these columns already (PostgreSQL manual, 5.6). */
const SYSTEM_COLUMNS = ['tableoid', 'xmin', 'cmin', 'xmax', 'cmax', 'ctid', 'oid'];

const COLUMNS = `
  SELECT attname AS name, format_type(atttypid, atttypmod) AS type FROM pg_attribute
  WHERE attrelid = to_regclass($1) AND attnum > 0 AND NOT attisdropped`;

const IS_UNIQUE = `
  SELECT 1 FROM pg_index WHERE indrelid = to_regclass($1) AND indisunique AND indpred IS NULL AND indnatts = 1
    AND indkey[0] = (SELECT attnum FROM pg_attribute WHERE attrelid = to_regclass($1) AND attname = $2)`;

/**
 * A table that rows are put in, a statement for each batch: all its rows are one parameter, a JSON array. Promises rather than
 * coroutines, since a batch that is on its way is nobody's to cancel (see `Batches`).
 */
export class PostgresTable {
  private readonly client: Queryable;
  private readonly target: string;
  /** As it stands in statements. */
  private readonly table: string;
  private readonly keyField: string | undefined;
  private readonly keyColumn: string;
  private readonly names: ColumnNames;
  /** The columns that items of this run have fields for, by field; the item's own key is not among them. */
  private readonly fields = new Map<string, string>();
  /** The table's columns and their types, as PostgreSQL calls them. */
  private types = new Map<string, string>();
  /** The columns that this run has made, which it may change. */
  private readonly made = new Map<string, Kind>();
  private isPrepared = false;

  constructor(client: Queryable, target: string, keyField: string | undefined) {
    this.client = client;
    this.target = target;
    this.table = target.split('.').map(quoted).join('.');
    this.keyField = keyField;
    const reserved = keyField === undefined ? [...SYSTEM_COLUMNS, KEY_COLUMN] : SYSTEM_COLUMNS;
    this.names = new ColumnNames({ longest: LONGEST_NAME, folded: (name) => name, reserved });
    this.keyColumn = keyField === undefined ? KEY_COLUMN : this.names.of(keyField);
  }

  async insert(batch: readonly KeyedRow[]): Promise<void> {
    try {
      const rows = this.unique(batch);
      await this.makeRoom(rows);
      const columns = [...this.fields.values()];
      if (this.keyField === undefined) columns.unshift(KEY_COLUMN);
      await this.client.query(this.statement(columns), [this.json(rows)]);
    } catch (error) {
      throw postgresError(error, this.target);
    }
  }

  /** A statement cannot change a row twice: of the rows with the same key only the last is sent. */
  private unique(batch: readonly KeyedRow[]): readonly KeyedRow[] {
    const rows = new Map<unknown, KeyedRow>();
    for (const row of batch) {
      const key = this.keyOf(row);
      const name = key === undefined || key === null ? Symbol('no key') : textOf(key);
      // The later takes its own place in the order.
      rows.delete(name);
      rows.set(name, row);
    }
    return [...rows.values()];
  }

  private keyOf({ key, row }: KeyedRow): Cell | undefined {
    return this.keyField === undefined ? key : row.get(this.keyField);
  }

  /** Sees to it that there are the table and the columns that rows need, and that these can hold what is in the rows. */
  private async makeRoom(rows: readonly KeyedRow[]): Promise<void> {
    if (!this.isPrepared) await this.readColumns();
    const kinds = this.kindsOfNew(rows);
    const additions = [...kinds].filter(([column]) => !this.types.has(column));
    if (!this.types.has(this.keyColumn) && !kinds.has(this.keyColumn))
      additions.unshift([this.keyColumn, 'text']);
    if (additions.length > 0) {
      checkColumnCount(this.types.size + additions.length, this.target, additions.at(-1)?.[0] ?? '');
      const changes = additions.map(
        ([column, kind]) => `ADD COLUMN IF NOT EXISTS ${quoted(column)} ${TYPES[kind]}`,
      );
      const creation = this.types.size === 0 ? `CREATE TABLE IF NOT EXISTS ${this.table} ();` : '';
      await this.change(`${creation} ALTER TABLE ${this.table} ${changes.join(', ')}`);
      for (const [column, kind] of additions) this.made.set(column, kind);
      await this.readColumns();
    }
    if (!this.isPrepared) await this.makeUnique();
    this.isPrepared = true;
    await this.widen(rows);
  }

  private async readColumns(): Promise<void> {
    const { rows } = await this.client.query(COLUMNS, [this.table]);
    this.types = new Map((rows as { name: string; type: string }[]).map(({ name, type }) => [name, type]));
    for (const name of this.types.keys()) this.names.add(name);
  }

  /** The kinds of the columns of fields that come for the first time. What is null everywhere gets its column later. */
  private kindsOfNew(rows: readonly KeyedRow[]): Map<string, Kind> {
    const kinds = new Map<string, Kind>();
    const known = new Set(this.fields.keys());
    for (const { row } of rows) {
      for (const [field, cell] of row) {
        if (known.has(field)) continue;
        const column = this.names.of(field);
        const kind = commonKind(kinds.get(column), kindOf(cell));
        if (kind !== undefined) kinds.set(column, kind);
        if (kind !== undefined || this.types.has(column)) this.fields.set(field, column);
      }
    }
    return kinds;
  }

  /** Other workers may be doing the same: a lock, held to the end of this implicit transaction, puts one after the other. */
  private async change(sql: string): Promise<void> {
    const lock = createHash('sha256').update(this.table).digest().readInt32BE();
    await this.client.query(`SELECT pg_advisory_xact_lock(${lock}); ${sql}`);
  }

  private async makeUnique(): Promise<void> {
    const { rows } = await this.client.query(IS_UNIQUE, [this.table, this.keyColumn]);
    if (rows.length > 0) return;
    const bare = this.target.slice(this.target.indexOf('.') + 1);
    const hash = createHash('sha256').update(`${this.table}.${this.keyColumn}`).digest('hex').slice(0, 8);
    const index = `${cut(`${bare}_${this.keyColumn}`, LONGEST_NAME - hash.length - 1)}_${hash}`;
    await this.change(
      `CREATE UNIQUE INDEX IF NOT EXISTS ${quoted(index)} ON ${this.table} (${quoted(this.keyColumn)})`,
    );
  }

  /** Makes text of the columns of ours that are to hold something of another kind. */
  private async widen(rows: readonly KeyedRow[]): Promise<void> {
    const narrow = new Set<string>();
    for (const { row } of rows) {
      for (const [field, cell] of row) {
        const column = this.fields.get(field);
        const kind = column === undefined ? undefined : this.made.get(column);
        if (column !== undefined && kind !== undefined && !fits(cell, kind)) narrow.add(column);
      }
    }
    if (narrow.size === 0) return;
    const changes = [...narrow]
      .map(quoted)
      .map((column) => `ALTER COLUMN ${column} TYPE text USING to_jsonb(${column}) #>> '{}'`);
    await this.change(`ALTER TABLE ${this.table} ${changes.join(', ')}`);
    for (const column of narrow) this.made.set(column, 'text');
    await this.readColumns();
  }

  private statement(columns: readonly string[]): string {
    const list = columns.map(quoted).join(', ');
    const types = columns.map((column) => `${quoted(column)} ${this.types.get(column) ?? 'text'}`).join(', ');
    const assignments = columns
      .filter((column) => column !== this.keyColumn)
      .map((column) => `${quoted(column)} = EXCLUDED.${quoted(column)}`);
    const action = assignments.length === 0 ? 'NOTHING' : `UPDATE SET ${assignments.join(', ')}`;
    return `INSERT INTO ${this.table} (${list}) SELECT ${list} FROM jsonb_to_recordset($1::jsonb) AS r(${types})
      ON CONFLICT (${quoted(this.keyColumn)}) DO ${action}`;
  }

  private json(rows: readonly KeyedRow[]): string {
    const objects = rows.map((keyed) => {
      const members: string[] = [];
      if (this.keyField === undefined && keyed.key !== undefined)
        members.push(`${JSON.stringify(KEY_COLUMN)}:${JSON.stringify(keyed.key)}`);
      for (const [field, cell] of keyed.row) {
        const column = this.fields.get(field);
        if (column !== undefined && cell !== null) members.push(`${JSON.stringify(column)}:${jsonOf(cell)}`);
      }
      return `{${members.join(',')}}`;
    });
    return wellFormed(`[${objects.join(',')}]`);
  }
}

/** `JSON.stringify` writes U+0000 and halves of surrogate pairs as escapes, and nothing else that PostgreSQL cannot hold. */
const NOT_TEXT = /(?<!\\)((?:\\\\)*)\\u(?:0000|d[89a-f][0-9a-f]{2})/g;

function wellFormed(json: string): string {
  return json.replace(NOT_TEXT, '$1\ufffd');
}
