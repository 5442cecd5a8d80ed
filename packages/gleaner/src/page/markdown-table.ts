import type { Element } from 'domhandler';
import { isElement, isText } from './tree.ts';
import { walk } from './walk.ts';

/** So many columns and rows a cell can span, and so many columns are kept free for cells that span rows. */
const MAX_COLSPAN = 50;
const MAX_ROWSPAN = 1000;
const MAX_COLUMNS = 200;

/** A table as GFM writes it (GitHub Flavored Markdown, 4.10). Cells that span several are followed by empty ones. */
export class TableLines {
  private readonly rows: string[][] = [];
  private readonly alignments: string[] = [];
  /** For how many more rows a column is taken. */
  private readonly taken: number[] = [];
  private row: string[] = [];
  private isHeader = true;
  private hasHeader = false;

  cell(text: string, { name, attribs }: Element): void {
    this.passTaken();
    if (name !== 'th') this.isHeader = false;
    const across = span(attribs.colspan, MAX_COLSPAN);
    const down = span(attribs.rowspan, MAX_ROWSPAN);
    for (let i = 0; i < across; i++) {
      if (this.row.length < MAX_COLUMNS) {
        if (down > 1) this.taken[this.row.length] = down - 1;
        if (this.rows.length === 0) this.alignments.push(alignment(attribs));
      }
      this.row.push(i === 0 ? text.replaceAll('|', '\\|') : '');
    }
  }

  endRow(): void {
    this.passTaken();
    if (this.row.length === 0) return;
    if (this.rows.length === 0) this.hasHeader = this.isHeader;
    this.rows.push(this.row);
    this.row = [];
    this.isHeader = true;
  }

  /** None if the table is empty. */
  lines(): string[] {
    this.endRow();
    const rows = this.rows.filter((row) => row.some((cell) => cell !== ''));
    if (rows.length === 0) return [];
    const width = rows.reduce((most, row) => Math.max(most, row.length), 0);
    // There is no table without a header.
    const [header = [], ...body] = this.hasHeader && rows[0] === this.rows[0] ? rows : [[], ...rows];
    const full = Array.from({ length: width }, (_, i) => header[i] ?? '');
    const delimiters = full.map((_, i) => this.alignments[i] ?? '---');
    return [full, delimiters, ...body].map((row) => `| ${row.join(' | ')} |`);
  }

  /** Leaves empty what cells of earlier rows reach into. */
  private passTaken(): void {
    for (let left = this.taken[this.row.length] ?? 0; left > 0; left = this.taken[this.row.length] ?? 0) {
      this.taken[this.row.length] = left - 1;
      this.row.push('');
    }
  }
}

function span(written = '1', most: number): number {
  return /^\s*\d{1,9}\b/.test(written) ? Math.min(Math.max(Number.parseInt(written, 10), 1), most) : 1;
}

function alignment(attribs: Element['attribs']): string {
  const styled = /text-align\s*:\s*(left|right|center)/i.exec(attribs.style ?? '')?.[1];
  switch ((styled ?? attribs.align ?? '').toLowerCase()) {
    case 'left':
      return ':--';
    case 'right':
      return '--:';
    case 'center':
      return ':-:';
    default:
      return '---';
  }
}

interface Layout {
  isNested: boolean;
  hasHeader: boolean;
  hasBlocks: boolean;
  hasTitles: boolean;
  rows: number;
  cells: number;
  characters: number;
}

/** On average, in characters: cells with more, in tables without headers, are columns of a page. */
const MAX_CELL = 200;

/** Those tables in `top` that are data and not layout. A table with tables in it is layout. */
export function dataTables(top: Element): Set<Element> {
  const found = new Set<Element>();
  const open: Layout[] = [];
  const start = (): void => {
    const around = open[open.length - 1];
    if (around !== undefined) around.isNested = true;
    open.push({
      isNested: false,
      hasHeader: false,
      hasBlocks: false,
      hasTitles: false,
      rows: 0,
      cells: 0,
      characters: 0,
    });
  };
  const end = (table: Element): void => {
    const layout = open.pop();
    if (layout !== undefined && table.attribs.role !== 'presentation' && isData(layout)) found.add(table);
  };
  if (top.name === 'table') start();
  walk(top, {
    enter(node) {
      const table = open[open.length - 1];
      if (isText(node) && table !== undefined) table.characters += node.data.trim().length;
      if (!isElement(node)) return true;
      if (node.name === 'table') start();
      else if (table === undefined) return true;
      else if (node.name === 'tr') table.rows++;
      else if (node.name === 'td') table.cells++;
      else if (node.name === 'th') {
        table.cells++;
        table.hasHeader = true;
      } else if (TITLES.test(node.name)) table.hasTitles = true;
      else if (BLOCKS.test(node.name)) table.hasBlocks = true;
      return true;
    },
    leave(node) {
      if (isElement(node) && node.name === 'table') end(node);
    },
  });
  if (top.name === 'table') end(top);
  return found;
}

const TITLES = /^(?:h[1-6]|article|section|main|form|nav)$/;
const BLOCKS = /^(?:ul|ol|dl|pre|blockquote|hr|figure)$/;

function isData(table: Layout): boolean {
  if (table.isNested || table.hasTitles || table.rows === 0) return false;
  if (table.hasHeader) return true;
  const isGrid = table.rows > 1 && table.cells >= 2 * table.rows;
  return isGrid && !table.hasBlocks && table.characters <= MAX_CELL * table.cells;
}
