import { resource, until, type Operation } from '@gleaner/coroutine';
import type pg from 'pg';
import { SinkError } from './sink.ts';

/** What a `Pool`, a `PoolClient` and a `Client` of the package pg have in common. */
export interface Queryable {
  query(text: string, values?: unknown[]): Promise<{ rows: unknown[] }>;
}

/**
 * A connection of our own, closed when the current task or scope has ended; what is the user's is left as it is.
 * @throws {SinkError}
 */
export function connected(database: string | Queryable, target: string): Operation<Queryable> {
  return resource(function* connection(provide) {
    if (typeof database !== 'string') {
      yield* provide(database);
      return;
    }
    const { Client } = yield* until(driver(target));
    let client: pg.Client;
    try {
      client = new Client({ connectionString: database, application_name: 'gleaner' });
    } catch {
      // The parser's own message holds the string, which holds the password.
      throw new SinkError('ERR_INVALID_URL', target, 'the connection string is not a postgres:// URL');
    }
    // A connection that is lost between two queries: the next query says so.
    client.on('error', () => {});
    try {
      yield* until(
        client.connect().catch((error: unknown) => {
          throw postgresError(error, target);
        }),
      );
      yield* provide(client);
    } finally {
      // What was lost is closed.
      yield* until(client.end().catch(() => {}));
    }
  });
}

async function driver(target: string): Promise<typeof pg> {
  try {
    return (await import('pg')).default;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== 'ERR_MODULE_NOT_FOUND') throw error;
    const reason = `writing to PostgreSQL needs the package pg, which is not installed: npm install pg`;
    throw new SinkError('NO_DRIVER', target, reason, { cause: error });
  }
}

/** What PostgreSQL, or the way there, said, with the table's name. */
export function postgresError(error: unknown, target: string): SinkError {
  if (error instanceof SinkError) return error;
  // Several addresses that were tried in vain come as one error without a message.
  const inner: unknown = error instanceof AggregateError && !error.message ? error.errors[0] : error;
  const { message, code, column } = inner as Error & { code?: string; column?: string };
  const where = column === undefined ? '' : ` (column "${column}")`;
  const reason = `cannot write to the PostgreSQL table '${target}': ${message}${where}`;
  return new SinkError(code ?? 'POSTGRES', target, reason, { cause: error });
}
