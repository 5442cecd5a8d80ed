import { journaled, now, type CoroutineBody, type Work } from '@gleaner/coroutine';
import { jsonOf } from './stored-request.ts';
import { parsed } from './store-error.ts';
import type { Store } from './store.ts';

/**
 * Runs a coroutine so that it survives: what comes of its effects (`effect`, `sleep`, `timeout`, `now`, `random`) is
 * written down under a name before it goes on. After a crash, run under the same name again, it comes to where it was,
 * with all its variables, and goes on from there. Once it has ended, its value is kept, and given to whoever runs it
 * again. A failure ends nothing: run again, with the mistake mended, it goes on.
 *
 * @param store as `openStore` gives it
 * @param name of the run; no two run under one name at the same time
 * @throws {NonDeterminismError} if it does not do what its journal says: `store.forgetRun(name)` lets it begin anew
 * @throws {StoreError}
 *
 * @example
 * const order = function* () {
 *   const id = yield* effect('reserve', { seats: 2 }, () => until(Promise.resolve('r-17')));
 *   yield* sleep(10); // or three days
 *   return { id };
 * };
 * const { id } = await run(function* () {
 *   const store = yield* openStore(':memory:');
 *   return yield* durable(store, 'order 1', order);
 * }); // 'r-17'
 */
export function* durable<T>(store: Store, name: string, work: Work<T>): CoroutineBody<T> {
  const run = store.beginRun(name, yield* now());
  try {
    if (run.outcome !== undefined) return valueOf<T>(run.outcome.text, store);
    const value = yield* journaled(run.journal, work);
    const text = value === undefined ? '' : jsonOf(value, `what the run '${name}' gives`);
    yield* run.end({ text, bytes: null });
    return valueOf<T>(text, store);
  } finally {
    run.leave();
  }
}

/** The same whether it has ended now or before. */
function valueOf<T>(text: string, store: Store): T {
  return (text === '' ? undefined : parsed(text, store.name)) as T;
}
