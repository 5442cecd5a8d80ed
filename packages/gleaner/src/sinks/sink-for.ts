import type { Operation } from '@gleaner/coroutine';
import { OptionError } from '../http/failure.ts';
import { csvFile } from './csv.ts';
import { jsonFile } from './json-array.ts';
import { jsonLinesFile } from './json-lines.ts';
import { parquetFile } from './parquet.ts';
import { postgresTable } from './postgres.ts';
import type { Sink } from './sink.ts';
import { sqliteFile } from './sqlite.ts';

const BY_EXTENSION: Readonly<Record<string, (path: string) => Operation<Sink>>> = {
  '.jsonl': jsonLinesFile,
  '.ndjson': jsonLinesFile,
  '.json': jsonFile,
  '.csv': csvFile,
  '.tsv': (path) => csvFile(path, { delimiter: '\t' }),
  '.parquet': parquetFile,
};

const SQLITE = /\.(?:sqlite3?|db)(?:#(.+))?$/is;
const POSTGRES = /^postgres(?:ql)?:\/\//i;

const KNOWN = `a file that ends in ${Object.keys(BY_EXTENSION).join(', ')}, .sqlite, .sqlite3 or .db (with #TABLE after it for another table than items), or postgres://…?table=TABLE`;

/**
 * The sink that a target's name asks for: a file by its extension (`books.csv`), a table of a SQLite file (`shop.sqlite#books`;
 * `items` without a name), or one in PostgreSQL (`postgres://user@host/database?table=books`). Files are opened when the sink
 * is, not before.
 * @throws {OptionError} naming what is known
 */
export function sinkFor(target: string): Operation<Sink> {
  if (POSTGRES.test(target)) return postgresFor(target);
  const sqlite = SQLITE.exec(target);
  if (sqlite !== null) {
    const [, table] = sqlite;
    if (table === undefined) return sqliteFile(target);
    return sqliteFile(target.slice(0, -table.length - 1), { table });
  }
  const extension = /\.[^./\\]+$/.exec(target)?.[0].toLowerCase() ?? '';
  const sink = Object.hasOwn(BY_EXTENSION, extension) ? BY_EXTENSION[extension] : undefined;
  if (sink === undefined) throw new OptionError('the output', KNOWN, target);
  return sink(target);
}

/** PostgreSQL itself knows no parameter `table`: it is taken out. */
function postgresFor(target: string): Operation<Sink> {
  const query = target.indexOf('?');
  const parameters = new URLSearchParams(query < 0 ? '' : target.slice(query));
  const table = parameters.get('table') ?? '';
  // Not the address itself in what is said: it may hold a password.
  if (table === '') throw new OptionError('the output', 'postgres://…?table=TABLE', 'one without a table');
  parameters.delete('table');
  const rest = parameters.size === 0 ? '' : `?${parameters.toString()}`;
  return postgresTable(target.slice(0, query) + rest, { table });
}
