import { startBookshop } from '@gleaner/bookshop';
import { all, coroutine, each, resource, run, until, type Operation } from '@gleaner/coroutine';
import { DatabaseSync } from '@photostructure/sqlite';
import { scrape } from 'gleaner';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { rows, scrapeIntoDatabase } from '../examples/scrape-into-database.ts';
import { postgresPrograms, startPostgres } from './postgres.ts';

const COUNT = 200;

/** Notes which of several coroutines went on, and when. */
function steps() {
  const taken: string[] = [];
  const changes = (): number => taken.filter((step, i) => step !== taken[i - 1]).length;
  return { taken, changes };
}

test('rows of a SQLite query are read by a coroutine, as they are needed, while pages are fetched', async () => {
  await using shop = await startBookshop({ latency: 0 });
  using database = new DatabaseSync(':memory:');
  database.exec('CREATE TABLE books (id INTEGER PRIMARY KEY, url TEXT, title TEXT)');
  const insert = database.prepare('INSERT INTO books (id, url) VALUES (?, ?)');
  for (const { id } of shop.books.slice(0, COUNT)) insert.run(id, `${shop.origin}/api/books/${id}.json`);

  const { taken, changes } = steps();
  const fetching = coroutine(function* () {
    const select = database.prepare('SELECT url FROM books');
    const urls = select.iterate() as Iterable<{ url: string }>;
    const addresses = (function* () {
      for (const { url } of urls) yield url;
      // The driver frees a statement under its own iterator if nothing refers to it any more.
      select.setReadBigInts(false);
    })();
    const update = database.prepare('UPDATE books SET title = ? WHERE url = ?');
    const titles: [string, string][] = [];
    const pages = each(scrape(addresses));
    while (yield* pages.next()) {
      taken.push('page');
      titles.push([(pages.value.data as { title: string }).title, pages.value.url]);
    }
    for (const [title, url] of titles) update.run(title, url);
    return titles.length;
  });
  const counting = coroutine(function* () {
    let sum = 0;
    const query = database.prepare(
      'WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 50000) SELECT i FROM n',
    );
    const numbers = each(query.iterate());
    while (yield* numbers.next()) {
      taken.push('row');
      sum += (numbers.value as { i: number }).i;
    }
    query.setReadBigInts(false);
    return sum;
  });
  expect(await run(() => all([fetching(), counting()]))).toEqual([COUNT, (50_000 * 50_001) / 2]);
  // A query whose rows are all there gives way to the pages all the same.
  expect(changes()).toBeGreaterThan(3);
  expect(database.prepare('SELECT count(title) AS n FROM books').get()).toMatchObject({ n: COUNT });
});

const programs = postgresPrograms();
if (programs === undefined) {
  if (process.env.GLEANER_REQUIRE_ALL === '1')
    throw new Error('PostgreSQL is required: initdb was not found');
  console.log('skipped: tests with PostgreSQL, whose programs (initdb, pg_ctl) were not found');
}

describe.skipIf(programs === undefined)('PostgreSQL', () => {
  let server: ReturnType<typeof startPostgres>;
  beforeAll(() => {
    server = startPostgres(programs ?? '');
  }, 30_000);
  afterAll(() => server[Symbol.dispose]());

  /** A connection that is held as long as the task that asked for it. */
  const connection = (): Operation<pg.Client> =>
    resource<pg.Client>(function* (provide) {
      const { host, user, database } = server;
      const client = new pg.Client({ host, user, database });
      yield* until(client.connect());
      try {
        yield* provide(client);
      } finally {
        yield* until(client.end());
      }
    });

  test('rows of a query and pages come side by side, in one task, into one table', async () => {
    await using shop = await startBookshop({ latency: 0 });
    using list = new DatabaseSync(':memory:');
    list.exec('CREATE TABLE pages (url TEXT)');
    const insert = list.prepare('INSERT INTO pages VALUES (?)');
    for (const { id } of shop.books.slice(0, COUNT)) insert.run(`${shop.origin}/api/books/${id}.json`);

    const outcome = await run(function* () {
      const store = yield* connection();
      const reader = yield* connection();
      yield* until(store.query('CREATE TABLE books (title TEXT, price NUMERIC)'));
      yield* until(
        store.query('CREATE TABLE orders AS SELECT 2::int AS price FROM generate_series(1, 5000)'),
      );
      const done = yield* scrapeIntoDatabase(list, store, reader);
      const { rows: found } = yield* until(
        store.query<{ n: number }>('SELECT count(*)::int AS n FROM books'),
      );
      return { ...done, inTable: found[0]?.n };
    });
    expect(outcome).toEqual({ stored: COUNT, spent: 10_000, inTable: COUNT });
  });

  test('pages arrive between the rows', async () => {
    await using shop = await startBookshop({ latency: 0 });
    const urls = shop.books.slice(0, COUNT).map(({ id }) => `${shop.origin}/api/books/${id}.json`);
    const { taken, changes } = steps();
    const fetching = coroutine(function* () {
      const pages = each(scrape(urls));
      while (yield* pages.next()) taken.push('page');
    });
    const querying = coroutine(function* (client: pg.Client) {
      const numbers = each(rows(client, 'SELECT generate_series(1, 20000)'));
      while (yield* numbers.next()) taken.push('row');
    });
    await run(function* () {
      const client = yield* connection();
      yield* all([fetching(), querying(client)]);
    });
    expect(taken.filter((step) => step === 'page')).toHaveLength(COUNT);
    expect(taken.filter((step) => step === 'row')).toHaveLength(20_000);
    expect(changes()).toBeGreaterThan(3);
  });

  test('a loop over rows that is left early closes its cursor: the connection is free', async () => {
    const answer = await run(function* () {
      const client = yield* connection();
      const numbers = each(rows<{ n: number }>(client, 'SELECT generate_series(1, 1000000) AS n'));
      yield* numbers.next();
      const first = numbers.value.n;
      yield* numbers.close();
      const { rows: found } = yield* until(client.query<{ n: number }>('SELECT 2 AS n'));
      return [first, found[0]?.n];
    });
    expect(answer).toEqual([1, 2]);
  });

  test('a query that fails cancels the scrape beside it', async () => {
    await using shop = await startBookshop({ latency: 0 });
    const urls = shop.books.map(({ id }) => `${shop.origin}/api/books/${id}.json`);
    const work = run(function* () {
      const client = yield* connection();
      yield* all([scrape(urls).toArray(), until(client.query('SELECT nonsense'))]);
    });
    await expect(work).rejects.toThrow('column "nonsense" does not exist');
    expect(shop.stats.requests).toBeLessThan(1000);
    expect(shop.stats.inFlight).toBe(0);
  });
});
