import { resource, type CoroutineBody, type Operation } from '@gleaner/coroutine';
import { statSync } from 'node:fs';
import { csvFormat, csvRecord, type CsvFormat } from './csv-record.ts';
import { widened, type Growth } from './csv-widened.ts';
import { fileOutlet, type Outlet } from './outlet.ts';
import { checkColumnCount, rowOf, type Cell } from './row.ts';
import { SinkError, type Sink } from './sink.ts';

export interface CsvOptions {
  /** The fields that become columns, in this order; others are left out. By default all fields do. */
  columns?: readonly string[] | undefined;
  /** What stands between two cells; ',' by default. */
  delimiter?: string | undefined;
  /** Begins the file with a byte-order mark, without which Excel takes UTF-8 for something else; false by default. */
  bom?: boolean | undefined;
  /** Puts an apostrophe before text that a spreadsheet would run as a formula; true by default. */
  escapeFormulas?: boolean | undefined;
}

/**
 * A CSV file (RFC 4180, UTF-8) with a header, written as the items come; what was in the file before is gone. What is nested
 * is JSON; null, and a field that an item has not, is an empty cell. Text that begins like a formula gets an apostrophe
 * before it, numbers do not.
 *
 * The first item gives the columns. If a later one has more fields, its record is longer, and when the current task or scope
 * ends the file is written once more, beside itself, with all columns in its header and every record as long; so nothing is
 * lost and nothing is kept in memory. Where `columns` are given that is never necessary. A file whose writer was killed has
 * all its records, though maybe not the names of the last columns.
 * @throws {OptionError}
 * @throws {SinkError} with the system's code (ENOENT, EACCES, ENOSPC, …) when opening or writing fails; `COLUMNS`
 */
export function csvFile(path: string, options: CsvOptions = {}): Operation<Sink> {
  const { delimiter = ',', escapeFormulas = true } = options;
  const format = csvFormat(delimiter, escapeFormulas);
  return resource(function* csv(provide) {
    const outlet = yield* fileOutlet(path);
    const table = new CsvTable(outlet, path, format, options);
    yield* table.begin();
    try {
      yield* provide(table);
    } finally {
      yield* table.close();
    }
  });
}

class CsvTable implements Sink {
  private readonly outlet: Outlet;
  private readonly path: string;
  private readonly format: CsvFormat;
  private readonly mark: string;
  private readonly isFixed: boolean;
  private readonly columns: string[] = [];
  private readonly known = new Set<string>();
  private readonly growth: Growth[] = [];
  /** Records written, the header included. */
  private records = 0;
  /** Items without a field that came before there was a column. */
  private blank = 0;

  constructor(outlet: Outlet, path: string, format: CsvFormat, { columns, bom = false }: CsvOptions) {
    this.outlet = outlet;
    this.path = path;
    this.format = format;
    this.mark = bom ? '\ufeff' : '';
    this.isFixed = columns !== undefined;
    if (columns !== undefined) this.add(columns);
  }

  /** Writes the header, where it is known before there are items. */
  *begin(): CoroutineBody<void> {
    if (this.isFixed) yield* this.outlet.write(this.header());
  }

  *write(item: unknown): CoroutineBody<void> {
    const row = rowOf(item);
    let text = '';
    if (!this.isFixed) {
      const fresh = [...row.keys()].filter((name) => !this.known.has(name));
      if (fresh.length > 0) {
        const isFirst = this.columns.length === 0;
        this.add(fresh);
        if (isFirst) text = this.header();
      } else if (this.columns.length === 0) {
        this.blank++;
        return;
      }
    }
    for (; this.blank > 0; this.blank--) text += this.record([]);
    text += this.record(this.columns.map((name) => row.get(name)));
    yield* this.outlet.write(text);
  }

  *flush(): CoroutineBody<void> {
    yield* this.outlet.flush();
  }

  *close(): CoroutineBody<void> {
    yield* this.outlet.end();
    if (this.growth.length > 1 && !this.outlet.hasFailed)
      yield* widened(this.path, this.header(), this.growth, this.format.delimiter);
  }

  /** Has further columns from the next record on. */
  private add(names: readonly string[]): void {
    const { columns, path } = this;
    const name = names[0] ?? '';
    if (columns.length > 0 && !statSync(path).isFile()) {
      const reason = `'${path}' has got its header, and no column '${name}' can be added to that, since it is not a file on disk: say which \`columns\` it is to have`;
      throw new SinkError('COLUMNS', path, reason);
    }
    checkColumnCount(columns.length + names.length, path, name);
    columns.push(...names);
    for (const name of names) this.known.add(name);
    this.growth.push({ record: this.records, columns: columns.length });
  }

  private header(): string {
    return this.mark + this.record(this.columns);
  }

  private record(cells: readonly (Cell | undefined)[]): string {
    this.records++;
    // Those of items without a field, too, have as many cells as there are columns.
    const all = cells.length === 0 ? this.columns.map(() => undefined) : cells;
    return csvRecord(all, this.format);
  }
}
