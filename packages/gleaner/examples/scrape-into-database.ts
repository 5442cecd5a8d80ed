import { all, call, coroutine, each } from '@gleaner/coroutine';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { scrape } from 'gleaner';
import type { Client } from 'pg';
import Cursor from 'pg-cursor';

interface Book {
  title: string;
  price: number;
}

/**
 * Fetches the pages that a SQLite database lists and writes what they say into Postgres, while another query goes
 * through Postgres row by row: slow I/O of three kinds side by side in one task. If one fails, the others are cancelled.
 */
export const scrapeIntoDatabase = coroutine(function* (
  list: DatabaseSyncInstance,
  store: Client,
  reader: Client,
) {
  const [stored, spent] = yield* all([storing(list, store), sumOfOrders(reader)]);
  return { stored, spent };
});

const storing = coroutine(function* (list: DatabaseSyncInstance, store: Client) {
  let stored = 0;
  const pages = each(scrape(addresses(list)));
  while (yield* pages.next()) {
    const { title, price } = pages.value.data as Book;
    yield* call(() => store.query('INSERT INTO books (title, price) VALUES ($1, $2)', [title, price]));
    stored++;
  }
  return stored;
});

const sumOfOrders = coroutine(function* (reader: Client) {
  let sum = 0;
  const orders = each(rows<{ price: number }>(reader, 'SELECT price FROM orders'));
  while (yield* orders.next()) sum += orders.value.price;
  return sum;
});

/** Read from SQLite as they are needed. */
function* addresses(list: DatabaseSyncInstance): Generator<string> {
  // The statement is named: this driver frees it under its own iterator if nothing refers to it any more.
  const statement = list.prepare('SELECT url FROM pages');
  for (const row of statement.iterate()) yield (row as { url: string }).url;
  statement.setReadBigInts(false);
}

/** A query's rows, a hundred at a time; the cursor is closed when the loop is left. */
export async function* rows<Row>(client: Client, sql: string): AsyncGenerator<Row> {
  const cursor = client.query(new Cursor<Row>(sql));
  try {
    for (let batch = await cursor.read(100); batch.length > 0; batch = await cursor.read(100)) yield* batch;
  } finally {
    await cursor.close();
  }
}
