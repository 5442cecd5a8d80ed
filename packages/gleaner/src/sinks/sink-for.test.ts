import { run } from '@gleaner/coroutine';
import { DatabaseSync } from '@photostructure/sqlite';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { sinkFor } from './sink-for.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'gleaner-for-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function write(target: string): Promise<void> {
  await run(function* () {
    const sink = yield* sinkFor(path.join(folder, target));
    yield* sink.write({ a: 1, b: 'x' }, 'k');
  });
}

describe('a sink by its name', () => {
  test('is a file of the kind that its extension says', async () => {
    const contents: Record<string, string> = {
      'a.jsonl': '{"a":1,"b":"x"}\n',
      'a.ndjson': '{"a":1,"b":"x"}\n',
      'a.json': '[\n{"a":1,"b":"x"}\n]\n',
      'a.b.CSV': 'a,b\r\n1,x\r\n',
      'a.tsv': 'a\tb\r\n1\tx\r\n',
    };
    for (const [name, content] of Object.entries(contents)) {
      await write(name);
      expect(readFileSync(path.join(folder, name), 'utf8')).toBe(content);
    }
    await write('a.parquet');
    expect(readFileSync(path.join(folder, 'a.parquet')).toString('latin1')).toMatch(/^PAR1.*PAR1$/s);
  });

  test('is a table of a SQLite file', async () => {
    for (const target of ['a.db', 'a.db#my books', 'b#c.sqlite', 'b#c.sqlite3#t']) await write(target);
    const rows = (file: string, table: string): unknown[] => {
      using database = new DatabaseSync(path.join(folder, file));
      return database.prepare(`SELECT a FROM "${table}"`).all();
    };
    expect([rows('a.db', 'items'), rows('a.db', 'my books')]).toMatchObject([[{ a: 1 }], [{ a: 1 }]]);
    expect([rows('b#c.sqlite', 'items'), rows('b#c.sqlite3', 't')]).toMatchObject([[{ a: 1 }], [{ a: 1 }]]);
  });

  test('that nobody knows is refused, with a list of those that are known', () => {
    for (const target of ['books.xlsx', 'books', '', 'a.csv/', '.constructor', 'mysql://host/db?table=x'])
      expect(() => sinkFor(target)).toThrow(/\.jsonl.*\.csv.*\.parquet.*\.sqlite.*postgres:/);
    for (const target of ['postgres://user:secret@host/db', 'postgresql://user:secret@:x/db?table=']) {
      expect(() => sinkFor(target)).toThrow(/^the output must be .*postgres:\/\/…\?table=TABLE/);
      expect(() => sinkFor(target)).not.toThrow(/secret/);
    }
  });
});
