import { run, sleep, spawn, VirtualClock } from '@gleaner/coroutine';
import { DatabaseSync } from '@photostructure/sqlite';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import { sqliteFile } from './sqlite.ts';
import type { TableOptions } from './table.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'gleaner-sqlite-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, 'a.sqlite');
beforeEach(() => rmSync(file, { force: true }));

async function write(items: readonly (readonly [unknown, string?])[], options?: TableOptions): Promise<void> {
  await run(function* () {
    const table = yield* sqliteFile(file, options);
    for (const [item, key] of items) yield* table.write(item, key);
  });
}

function query(sql: string): Record<string, unknown>[] {
  using database = new DatabaseSync(file, { readOnly: true });
  return database
    .prepare(sql)
    .all()
    .map((row) => ({ ...(row as object) }));
}

describe('a table in a SQLite file', () => {
  test('has a column for each field, each value with its own type', async () => {
    await write([
      [{ text: 'x', n: 1.5, id: 2 ** 40, yes: true, none: null, list: [1], at: new Date(0), mixed: 5 }, 'a'],
      [{ text: 5, mixed: '007' }, 'b'],
    ]);
    expect(query('SELECT * FROM items')).toEqual([
      {
        _key: 'a',
        text: 'x',
        n: 1.5,
        id: 2 ** 40,
        yes: 1,
        none: null,
        list: '[1]',
        at: '1970-01-01T00:00:00.000Z',
        mixed: 5,
      },
      { _key: 'b', text: '5', n: null, id: null, yes: null, none: null, list: null, at: null, mixed: '007' },
    ]);
    expect(query('SELECT typeof(id) AS id, typeof(n) AS n FROM items LIMIT 1')).toEqual([
      { id: 'integer', n: 'real' },
    ]);
    expect(query("SELECT json_extract(list, '$[0]') AS first FROM items LIMIT 1")).toEqual([{ first: 1 }]);
  });

  test('replaces the row of an item that comes again, in the same batch or in another run', async () => {
    await write([
      [{ a: 1 }, 'k'],
      [{ a: 2 }, 'k'],
      [{ a: 3 }, 'other'],
    ]);
    expect(query('SELECT * FROM items')).toEqual([
      { _key: 'k', a: 2 },
      { _key: 'other', a: 3 },
    ]);
    await write([[{ b: 1 }, 'k'], [{ a: 4 }, 'other'], [{ a: 5 }, 'new'], [{ a: 6 }], [{ a: 6 }]]);
    expect(query('SELECT * FROM items')).toEqual([
      { _key: 'k', a: null, b: 1 },
      { _key: 'other', a: 4, b: null },
      { _key: 'new', a: 5, b: null },
      { _key: null, a: 6, b: null },
      { _key: null, a: 6, b: null },
    ]);
  });

  test('tells items apart by a field of theirs, where asked', async () => {
    await write([[{ isbn: '1', t: 'a' }], [{ isbn: '2', t: 'b' }], [{ isbn: '1', t: 'c' }], [{ t: 'd' }]], {
      table: 'the "books"; DROP',
      key: 'isbn',
    });
    expect(query('SELECT * FROM "the ""books""; DROP"')).toEqual([
      { isbn: '1', t: 'c' },
      { isbn: '2', t: 'b' },
      { isbn: null, t: 'd' },
    ]);
  });

  test('that is the user’s keeps its columns, and is written to by its own key', async () => {
    new DatabaseSync(file).exec(`
      CREATE TABLE items (id INTEGER PRIMARY KEY, a TEXT, note TEXT);
      INSERT INTO items VALUES (1, 'old', 'mine')`);
    await write([[{ id: 1, a: 'new' }], [{ id: 2, a: 'b' }]], { key: 'id' });
    expect(query('SELECT * FROM items')).toEqual([
      { id: 1, a: 'new', note: 'mine' },
      { id: 2, a: 'b', note: null },
    ]);
    expect(query("SELECT name FROM sqlite_schema WHERE type = 'index'")).toEqual([]);
    await write([[{ a: 'c' }, 'k']]);
    expect(query('SELECT _key, a FROM items WHERE id > 2')).toEqual([{ _key: 'k', a: 'c' }]);
  });

  test('finds columns for fields with any name, the same in each run', async () => {
    const item = {
      a: 1,
      A: 2,
      _key: 3,
      '': 4,
      'x"; DROP TABLE items; --': 5,
      ['é'.repeat(300)]: 6,
      'nul\0': 'n\0l',
      rowid: 7,
    };
    await write([[item, '1']]);
    await write([[Object.fromEntries(Object.entries(item).reverse()), '2']]);
    const [first, second] = query('SELECT * FROM items');
    expect(Object.keys(first ?? {})).toHaveLength(9);
    expect({ ...second, _key: '1' }).toEqual(first);
    expect(first?.a).toBe(1);
    expect(Object.values(first ?? {})).toContain('n\ufffdl');
  });

  test('is written to at least twice a second, and in between by nobody', async () => {
    const clock = new VirtualClock();
    await write([[{ a: 0 }, 'first']]);
    const work = run(
      function* () {
        const table = yield* sqliteFile(file);
        yield* table.write({ a: 1 }, 'second');
        yield* sleep(1000);
        yield* table.write({ a: 2 }, 'third');
        if (table.flush !== undefined) yield* table.flush();
        expect(query('SELECT a FROM items')).toHaveLength(3);
      },
      { clock },
    );
    await clock.advance(400);
    expect(query('SELECT a FROM items')).toHaveLength(1);
    await clock.advance(200);
    expect(query('SELECT a FROM items')).toHaveLength(2);
    await clock.advance(400);
    await work;
  });

  test('has all that was written when the task is cancelled', async () => {
    const work = run(
      function* () {
        const table = yield* sqliteFile(file);
        yield* spawn(function* () {
          for (let i = 0; ; i++) {
            yield* table.write({ i }, String(i));
            if (i === 2500) yield* sleep(1e9);
          }
        });
        yield* sleep(20);
      },
      { clock: new VirtualClock() },
    );
    await new Promise((resolve) => setImmediate(resolve));
    await work.cancel();
    expect(query('SELECT count(*) AS count FROM items')).toEqual([{ count: 2501 }]);
  });

  test('says what is wrong with the file, once', async () => {
    await expect(run(() => sqliteFile(path.join(folder, 'no', 'a.db')))).rejects.toMatchObject({
      name: 'SinkError',
      code: 'SQLITE_CANTOPEN',
    });
    writeFileSync(file, 'this is a text file, and quite a long one as text files go. '.repeat(100));
    const error: unknown = await write([[{ a: 1 }, 'k']]).catch((error: unknown) => error);
    expect(error).toMatchObject({ name: 'SinkError', code: 'SQLITE_NOTADB' });
    expect((error as Error).message).toContain(`cannot write to the SQLite table '${file}#items'`);
  });

  test('with too many columns is refused, and no row of that batch is in it', async () => {
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`c${i}`, i]));
    await write([[{ a: 1 }, 'k']]);
    await expect(
      write([
        [{ a: 2 }, 'l'],
        [many, 'm'],
      ]),
    ).rejects.toMatchObject({ code: 'COLUMNS' });
    expect(query('SELECT * FROM items')).toEqual([{ _key: 'k', a: 1 }]);
  });
});
