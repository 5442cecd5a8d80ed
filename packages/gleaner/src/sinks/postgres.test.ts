import { all, run, sleep, spawn, until, VirtualClock } from '@gleaner/coroutine';
import pg from 'pg';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { postgresPrograms, startPostgres } from '../../test/postgres.ts';
import { postgresTable, type PostgresOptions } from './postgres.ts';
import { sinkFor } from './sink-for.ts';

const programs = postgresPrograms();
const suite = describe.skipIf(programs === undefined);
if (programs === undefined) console.warn('PostgreSQL is not installed: the tests of its sink are skipped');

suite('a table in PostgreSQL', () => {
  let server: ReturnType<typeof startPostgres>;
  let client: pg.Client;
  let url: string;

  beforeAll(async () => {
    server = startPostgres(programs as string);
    url = `postgres://${server.user}@/${server.database}?host=${encodeURIComponent(server.host)}`;
    client = new pg.Client(server);
    await client.connect();
  }, 60_000);
  afterAll(async () => {
    await client.end();
    server[Symbol.dispose]();
  });
  beforeEach(async () => {
    await client.query('DROP TABLE IF EXISTS books');
  });

  async function write(items: readonly (readonly [unknown, string?])[], options?: Partial<PostgresOptions>) {
    await run(function* () {
      const table = yield* postgresTable(client, { table: 'books', ...options });
      for (const [item, key] of items) yield* table.write(item, key);
    });
  }

  const query = async (sql: string): Promise<unknown[]> => (await client.query<object>(sql)).rows;
  const types = (table: string): Promise<unknown[]> =>
    query(
      `SELECT column_name || ' ' || data_type AS c FROM information_schema.columns
       WHERE table_name = '${table}' ORDER BY ordinal_position`,
    ).then((rows) => rows.map((row) => (row as { c: string }).c));

  test('is made with a column for each field, of the type of its values', async () => {
    const at = new Date(1e12);
    await write([
      [{ text: 'x', n: 1.5, yes: true, at, list: [1, { a: null }], none: null, mixed: 1 }, 'a'],
      [{ text: '=1', n: -1e300, mixed: 'x', sometimes: at }, 'b'],
    ]);
    expect(await types('books')).toEqual([
      '_key text',
      'text text',
      'n double precision',
      'yes boolean',
      'at timestamp with time zone',
      'list jsonb',
      'mixed text',
      'sometimes timestamp with time zone',
    ]);
    const rest = { yes: null, at: null, list: null };
    expect(await query('SELECT * FROM books ORDER BY _key')).toEqual([
      { _key: 'a', text: 'x', n: 1.5, yes: true, at, list: [1, { a: null }], mixed: '1', sometimes: null },
      { _key: 'b', text: '=1', n: -1e300, ...rest, mixed: 'x', sometimes: at },
    ]);
  });

  test('replaces the row of an item that comes again, in the same batch or in another run', async () => {
    await write([[{ a: 1 }, 'k'], [{ a: 2 }, 'k'], [{ a: 3 }, 'other'], [{ a: 4 }], [{ a: 4 }]]);
    await write(
      [
        [{ b: 1 }, 'k'],
        [{ a: 5 }, 'other'],
      ],
      { batch: 1 },
    );
    expect(await query('SELECT * FROM books ORDER BY _key, a')).toEqual([
      { _key: 'k', a: 2, b: 1 },
      { _key: 'other', a: 5, b: null },
      { _key: null, a: 4, b: null },
      { _key: null, a: 4, b: null },
    ]);
    expect(await query("SELECT 1 FROM pg_indexes WHERE tablename = 'books'")).toHaveLength(1);
  });

  test('that is the user’s keeps its columns and their types, and is written to by its own key', async () => {
    await client.query(`CREATE TABLE books (id integer PRIMARY KEY, price numeric(10, 2), day date, tags text[], note text);
      INSERT INTO books VALUES (1, 5, NULL, NULL, 'mine')`);
    const item = { id: 1, price: '19.90', day: '2026-11-22', tags: ['a', 'b'] };
    await write([[item], [{ id: 2, extra: { a: 1 } }]], { key: 'id' });
    expect(await query('SELECT id, price, day::text, tags, note, extra FROM books ORDER BY id')).toEqual([
      { ...item, note: 'mine', extra: null },
      { id: 2, price: null, day: null, tags: null, note: null, extra: { a: 1 } },
    ]);
    const error: unknown = await write([[{ id: 3, price: 'n/a' }]], { key: 'id' }).catch((e: unknown) => e);
    expect(error).toMatchObject({ name: 'SinkError', code: '22P02', target: 'books' });
    expect((error as Error).message).toContain("cannot write to the PostgreSQL table 'books': ");
  });

  test('makes text of a column of its own that gets something else later', async () => {
    const at = '2026-11-22T10:00:00.000Z';
    await write(
      [
        [{ price: 5, at, yes: true, list: [1] }, 'a'],
        [{ price: 'n/a', at: 'soon', yes: 'maybe', list: 'none' }, 'b'],
        [{ price: 7.5 }, 'c'],
      ],
      { batch: 1 },
    );
    expect(await query('SELECT price, yes, list FROM books ORDER BY _key')).toEqual([
      { price: '5', yes: 'true', list: [1] },
      { price: 'n/a', yes: 'maybe', list: 'none' },
      { price: '7.5', yes: null, list: null },
    ]);
    const [first] = (await query('SELECT at FROM books ORDER BY _key')) as { at: string }[];
    expect(new Date(first?.at ?? '').toISOString()).toBe(at);
  });

  test('finds columns for fields with any name, and text for what it cannot hold', async () => {
    const item = {
      ctid: 1,
      _key: 2,
      '': 3,
      'x"; DROP TABLE books; --': 4,
      ['é'.repeat(40)]: 5,
      ['é'.repeat(41)]: 6,
      A: 7,
      a: 8,
      nul: 'a\0\0b\ud800c\\u0000',
      nested: { 'k\0': '\udfff😀' },
    };
    await write([[item, 'k']]);
    await write([[Object.fromEntries(Object.entries(item).reverse()), 'l']]);
    const [first, second] = (await query('SELECT * FROM books ORDER BY _key')) as Record<string, unknown>[];
    expect(Object.keys(first ?? {})).toHaveLength(11);
    expect({ ...second, _key: 'k' }).toEqual(first);
    expect(first).toMatchObject({
      A: 7,
      a: 8,
      nul: 'a\ufffd\ufffdb\ufffdc\\u0000',
      nested: { 'k\ufffd': '\ufffd😀' },
    });
  });

  test('is shared by several writers at once, who make it together', async () => {
    const pool = new pg.Pool({ ...server, max: 4 });
    await run(function* () {
      const writer = (w: number) =>
        function* () {
          const table = yield* postgresTable(pool, { table: 'public.books', batch: 10 });
          for (let i = 0; i < 50; i++) yield* table.write({ i, [`by${w}`]: true }, `${w}/${i}`);
        };
      yield* all([0, 1, 2, 3].map((w) => writer(w)()));
      yield* until(pool.end());
    });
    expect(await query('SELECT count(*)::int AS n, count(by3)::int AS by3 FROM books')).toEqual([
      { n: 200, by3: 50 },
    ]);
  });

  test('takes a URL, whose connection is closed in the end', async () => {
    await run(function* () {
      const table = yield* sinkFor(`${url}&table=books`);
      for (let i = 0; i < 2500; i++) yield* table.write({ i, half: i / 2 }, String(i));
    });
    expect(await query('SELECT count(*)::int AS n, sum(half) AS sum FROM books')).toEqual([
      { n: 2500, sum: 1561875 },
    ]);
    expect(await query("SELECT 1 FROM pg_stat_activity WHERE application_name = 'gleaner'")).toEqual([]);
  });

  test('is written to at least twice a second, and has all when the task is cancelled', async () => {
    const clock = new VirtualClock();
    const work = run(
      function* () {
        const table = yield* postgresTable(client, { table: 'books' });
        yield* spawn(function* () {
          yield* table.write({ i: 0 }, 'a');
          yield* sleep(600);
          yield* table.write({ i: 1 }, 'b');
        });
        yield* sleep(1e9);
      },
      { clock },
    );
    await clock.advance(600);
    // A query behind those of the sink, on the same connection, as often as the sink has some.
    for (let i = 0; i < 10; i++) await client.query('SELECT 1');
    expect(await query('SELECT i FROM books')).toEqual([{ i: 0 }]);
    await work.cancel();
    expect(await query('SELECT i FROM books ORDER BY i')).toEqual([{ i: 0 }, { i: 1 }]);
  });

  test('says that a connection was lost, or refused, once', async () => {
    const work = run(function* () {
      const table = yield* postgresTable(url, { table: 'books', batch: 1 });
      yield* table.write({ a: 1 }, 'a');
      yield* until(
        client.query(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE application_name = 'gleaner'",
        ),
      );
      yield* table.write({ a: 2 }, 'b');
    });
    await expect(work).rejects.toMatchObject({ name: 'SinkError', target: 'books' });
    expect(await query('SELECT a FROM books')).toEqual([{ a: 1 }]);
    const nonsense = run(() => postgresTable('postgres://user:secret@host:port/', { table: 'books' }));
    await expect(nonsense).rejects.toThrow('the connection string is not a postgres:// URL');
    const refused = run(() => postgresTable('postgres://user:secret@127.0.0.1:1/db', { table: 'books' }));
    const error: unknown = await refused.then(undefined, (error: unknown) => error);
    expect(error).toMatchObject({ name: 'SinkError', code: 'ECONNREFUSED' });
    expect((error as Error).message).not.toContain('secret');
  });

  test('refuses options that cannot be', () => {
    for (const table of ['', 'a.b.c', '.a'])
      expect(() => postgresTable(client, { table })).toThrow("a table's name, or schema.table");
    expect(() => postgresTable(client, { table: 'a', batch: 0 })).toThrow('batch must be');
  });
});
