import { SinkError } from './sink.ts';

/** One value of a row. What is nested is JSON already, so that a row that waits cannot change. */
export type Cell = string | number | boolean | null | NestedCell;

interface NestedCell {
  readonly json: string;
}

/** An item as a row of a table: its own fields in their order, by name. */
export type Row = ReadonlyMap<string, Cell>;

/** The most columns that a table of any kind may get: SQLite can have 2,000, PostgreSQL 1,600. */
const MOST_COLUMNS = 1000;

/**
 * An item as a row. It is read as JSON reads it: `toJSON` is called, fields that are undefined are not there, numbers that
 * JSON does not have are null. An item that is no object is one column, `value`.
 */
export function rowOf(item: unknown): Row {
  const value = simplified(item);
  const row = new Map<string, Cell>();
  if (typeof value === 'object' && value !== null && !Array.isArray(value)) {
    for (const [name, field] of Object.entries(value)) {
      const cell = cellOf(field);
      if (cell !== undefined) row.set(name, cell);
    }
  } else {
    row.set('value', cellOf(value) ?? null);
  }
  return row;
}

/** Roughly how much memory a row takes, in characters. */
export function weightOf(row: Row): number {
  let weight = 16;
  for (const [name, cell] of row) weight += name.length + cellWeight(cell);
  return weight;
}

function cellWeight(cell: Cell): number {
  if (typeof cell === 'string') return cell.length;
  return typeof cell === 'object' && cell !== null ? cell.json.length : 8;
}

/** @throws {SinkError} `COLUMNS` */
export function checkColumnCount(count: number, target: string, latest: string): void {
  if (count <= MOST_COLUMNS) return;
  const reason = `'${target}' would get more than ${MOST_COLUMNS} columns with '${latest.slice(0, 100)}': nest fields whose names are data in one field`;
  throw new SinkError('COLUMNS', target, reason);
}

function cellOf(field: unknown): Cell | undefined {
  const value = simplified(field);
  switch (typeof value) {
    case 'string':
    case 'boolean':
      return value;
    case 'number':
      return Number.isFinite(value) ? value : null;
    case 'bigint':
      return value.toString();
    case 'object': {
      if (value === null) return null;
      const json = JSON.stringify(value) as string | undefined;
      return json === undefined ? undefined : { json };
    }
    default:
      return undefined;
  }
}

function simplified(value: unknown): unknown {
  if (typeof value !== 'object' || value === null || !('toJSON' in value)) return value;
  const { toJSON } = value;
  return typeof toJSON === 'function' ? (toJSON.call(value) as unknown) : value;
}
