import type { Cell } from './row.ts';

/** What a column of a typed table holds. */
export type Kind = 'text' | 'number' | 'boolean' | 'time' | 'json';

/** RFC 3339, 5.6: a date, a time and where in the world it is; to the millisecond at most, as `Date` has it. */
const TIME = /^\d{4}-\d\d-\d\dT\d\d:\d\d(:\d\d(\.\d{1,3})?)?(Z|[+-]\d\d:\d\d)$/;

/** The narrowest kind that holds a value; undefined for null, which fits everywhere. */
export function kindOf(cell: Cell): Kind | undefined {
  switch (typeof cell) {
    case 'number':
      return 'number';
    case 'boolean':
      return 'boolean';
    case 'string':
      return TIME.test(cell) && !Number.isNaN(Date.parse(cell)) ? 'time' : 'text';
    default:
      return cell === null ? undefined : 'json';
  }
}

/** The kind that holds what either holds: of two different ones that is text. */
export function commonKind(a: Kind | undefined, b: Kind | undefined): Kind | undefined {
  return a === undefined || a === b ? b : b === undefined ? a : 'text';
}

export function fits(cell: Cell, kind: Kind): boolean {
  return cell === null || kind === 'text' || kind === 'json' || kindOf(cell) === kind;
}

/** A value as text; JSON if it is nested. */
export function textOf(cell: Exclude<Cell, null>): string {
  return typeof cell === 'object' ? cell.json : String(cell);
}

/** A value as JSON. */
export function jsonOf(cell: Cell): string {
  return typeof cell === 'object' && cell !== null ? cell.json : JSON.stringify(cell);
}
