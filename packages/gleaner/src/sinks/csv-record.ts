import { OptionError } from '../http/failure.ts';
import { textOf } from './kind.ts';
import type { Cell } from './row.ts';

/**
 * What a spreadsheet would take for a formula (OWASP, CSV Injection): also after a tab or a line break, and with the signs of
 * East Asian keyboards.
 */
const FORMULA = /^[=+\-@\t\r\n＝＋－＠]/;
/** … and what it takes for a number, as it should. */
const NUMBER = /^[-+]?(\d+\.?\d*|\.\d+)(e[-+]?\d+)?$/i;

/** How cells become lines. */
export interface CsvFormat {
  readonly delimiter: string;
  /** What only stands in quotes. */
  readonly special: RegExp;
  readonly escapeFormulas: boolean;
}

/** @throws {OptionError} */
export function csvFormat(delimiter: string, escapeFormulas: boolean): CsvFormat {
  if (delimiter.length !== 1 || /["\r\n\ufeff\ud800-\udfff]/.test(delimiter)) {
    throw new OptionError('delimiter', 'one character other than a quote or a line break', delimiter);
  }
  const escaped = delimiter.replace(/[\\^\]-]/, '\\$&');
  return { delimiter, special: new RegExp(`["\\r\\n${escaped}]|^[ \\ufeff]| $`), escapeFormulas };
}

/** One record and its line break, CRLF (RFC 4180, 2). */
export function csvRecord(cells: readonly (Cell | undefined)[], format: CsvFormat): string {
  // A line with nothing on it would be taken for no record at all.
  if (cells.length === 1 && cellText(cells[0], format) === '') return '""\r\n';
  return `${cells.map((cell) => cellText(cell, format)).join(format.delimiter)}\r\n`;
}

function cellText(cell: Cell | undefined, { special, escapeFormulas }: CsvFormat): string {
  if (cell === undefined || cell === null) return '';
  let text = textOf(cell);
  if (escapeFormulas && typeof cell === 'string' && FORMULA.test(text) && !NUMBER.test(text))
    text = `'${text}`;
  return special.test(text) ? inQuotes(text) : text;
}

function inQuotes(text: string): string {
  return `"${text.replaceAll('"', '""')}"`;
}
