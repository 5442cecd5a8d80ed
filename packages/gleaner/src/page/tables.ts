import type { Element } from 'domhandler';
import type { PageDocument } from './document.ts';
import { firstIn, following, followingAll, isElement } from './tree.ts';

/** A table's rows: by the names in its header, or as they come where there is none. */
export type TableRows = Record<string, string>[] | string[][];

/** As wide as a cell, and here a table, may be (HTML standard, 4.9.11). */
const MOST_COLUMNS = 1000;
/** As many rows as a cell may span (the same). */
const MOST_ROWS = 65_534;
/** So many cells may be repeated because they span; from then on, each stands once. */
const MOST_REPEATED = 1_000_000;

interface Row {
  readonly cells: readonly string[];
  readonly isHeader: boolean;
}

/**
 * Reads a table. A cell that spans several rows or columns is repeated in each. The header is the rows in `<thead>`, or
 * else the first row if all its cells are `<th>`; of several header rows, the names over a column are joined by a
 * space. A column without a name is called by its number from 1; a name that comes again gets the next free number
 * behind it (`Price 2`). Cells that a row lacks are left out. Tables in cells are not read with them.
 */
export function readTable(table: Element, document: PageDocument): TableRows {
  const rows = grid(table, document);
  let headers = 0;
  while (rows[headers]?.isHeader === true) headers++;
  if (headers === 0) return rows.map(({ cells }) => [...cells]);
  const names = columnNames(rows.slice(0, headers));
  return rows.slice(headers).map(({ cells }) => {
    while (names.length < cells.length) names.push(String(names.length + 1));
    // What `fromEntries` makes are properties of its own, whatever their names.
    return Object.fromEntries(cells.map((text, column) => [names[column] ?? '', text]));
  });
}

function columnNames(headers: readonly Row[]): string[] {
  const taken = new Set<string>();
  const width = Math.max(...headers.map(({ cells }) => cells.length));
  return Array.from({ length: width }, (_, column) => {
    const parts = new Set(headers.map(({ cells }) => cells[column] ?? ''));
    const name = [...parts].filter((part) => part !== '').join(' ') || String(column + 1);
    let free = name;
    for (let next = 2; taken.has(free); next++) free = `${name} ${next}`;
    taken.add(free);
    return free;
  });
}

/** The rows with every cell in its place (HTML standard, 4.9.12.1: forming a table). */
function grid(table: Element, document: PageDocument): Row[] {
  const rows: Row[] = [];
  /** Cells that reach down into the next row, by column. */
  let hanging: { text: string; rows: number }[] = [];
  let repeated = 0;
  let section: Element['parent'] = null;
  for (const row of rowsOf(table)) {
    // No cell reaches out of its section.
    if (row.parent !== section) hanging = [];
    section = row.parent;
    const cells: string[] = [];
    const next: typeof hanging = [];
    let isHeader = true;
    const place = (text: string, rowsLeft: number): void => {
      if (rowsLeft > 1) next[cells.length] = { text, rows: rowsLeft };
      cells.push(text);
    };
    const placeHanging = (): void => {
      for (
        let above = hanging[cells.length];
        above !== undefined && repeated < MOST_REPEATED;
        above = hanging[cells.length]
      ) {
        repeated++;
        place(above.text, above.rows - 1);
      }
    };
    for (const cell of row.children) {
      if (!isElement(cell) || (cell.name !== 'td' && cell.name !== 'th')) continue;
      placeHanging();
      isHeader &&= cell.name === 'th';
      const text = document.text(cell);
      const down = repeated < MOST_REPEATED ? span(cell, 'rowspan', MOST_ROWS) : 1;
      const across = repeated < MOST_REPEATED ? span(cell, 'colspan', MOST_COLUMNS) : 1;
      for (let column = 0; column < across && cells.length < MOST_COLUMNS; column++) place(text, down);
      repeated += across - 1;
    }
    placeHanging();
    hanging = next;
    const isInHead = section !== null && 'name' in section && section.name === 'thead';
    if (cells.length > 0) rows.push({ cells, isHeader: isInHead || (rows.length === 0 && isHeader) });
  }
  return rows;
}

function span(cell: Element, name: string, most: number): number {
  const written = cell.attribs[name];
  const value = Number.parseInt(written ?? '1', 10);
  // rowspan=0: to the end of the section.
  if (name === 'rowspan' && value === 0) return most;
  return value >= 1 ? Math.min(value, most) : 1;
}

/** The rows of a table, not those of tables in it. */
function rowsOf(table: Element): Element[] {
  const rows: Element[] = [];
  for (let node = firstIn(table); node !== null;) {
    const isRow = isElement(node) && node.name === 'tr';
    const isOther = isElement(node) && (node.name === 'table' || node.name === 'caption');
    if (isRow) rows.push(node as Element);
    node = isRow || isOther ? followingAll(node, table) : following(node, table);
  }
  return rows;
}
