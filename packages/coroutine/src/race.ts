import { coroutine, type Coroutine, type CoroutineBody } from './coroutine.ts';
import { MisuseError } from './errors.ts';
import { event, type Event } from './event.ts';
import type { Operation } from './operation.ts';
import { scope } from './scope.ts';
import { attempt } from './settled.ts';
import { spawn } from './spawn.ts';
import type { Task } from './task.ts';

/** What one of several operations gives. */
export type OneOf<Operations extends readonly Operation<unknown>[]> =
  Operations[number] extends Operation<infer T> ? T : never;

/**
 * Runs operations at the same time and gives the value of the first to end, or throws its error, as `Promise.race`
 * does. The others are cancelled and cleaned up before it is given.
 *
 * @example
 * const first = await run(() => race([sleep(1000), until('at once')])); // 'at once'
 */
export function race<const Operations extends readonly Operation<unknown>[]>(
  operations: Operations,
): Coroutine<OneOf<Operations>> {
  if (operations.length === 0)
    throw new MisuseError('race needs at least one operation: none would never end');
  return firstToEnd(operations) as Coroutine<OneOf<Operations>>;
}

/**
 * Runs operations at the same time and gives the first value, as `Promise.any` does: failures count only if all fail,
 * and are then thrown as one `AggregateError`. The others are cancelled and cleaned up before the value is given.
 *
 * @example
 * const value = await run(() => any([until(Promise.reject(new Error('no'))), until('yes')])); // 'yes'
 */
export function any<const Operations extends readonly Operation<unknown>[]>(
  operations: Operations,
): Coroutine<OneOf<Operations>> {
  return firstToSucceed(operations) as Coroutine<OneOf<Operations>>;
}

const firstToEnd = coroutine(function* race(operations: readonly Operation<unknown>[]) {
  return yield* scope(function race() {
    return winnerOf(operations, enter);
  });
});

const firstToSucceed = coroutine(function* any(operations: readonly Operation<unknown>[]) {
  if (operations.length === 0) throw new AggregateError([], 'any of no operations: none could succeed');
  const failures: { place: number; reason: unknown }[] = [];
  const entry: Entry = (operation, won, place) =>
    enterUnlessFailed(operation, won, place, failures, operations.length);
  return yield* scope(function any() {
    return winnerOf(operations, entry);
  });
});

/** Who passes a generator function gets what `spawn` would make of it. */
function begun(operation: Operation<unknown> | (() => Operation<unknown>)): Operation<unknown> {
  return typeof operation === 'function' ? operation() : operation;
}

/** Somebody has won; and, once it is over, the others have been told to go. */
type Finish = Event<unknown> & { isOver: boolean };

type Entry = (operation: Operation<unknown>, won: Finish, place: number) => Operation<void>;

function* winnerOf(operations: readonly Operation<unknown>[], entry: Entry): CoroutineBody<unknown> {
  const won: Finish = Object.assign(event<unknown>(), { isOver: false });
  const entrants: Task<void>[] = [];
  for (const [place, operation] of operations.entries()) {
    // The others need not begin when one has won at once.
    if (!won.isSet) entrants.push(yield* spawn(entry(begun(operation), won, place)));
  }
  const value = yield* won;
  won.isOver = true;
  // The scope, being left, waits for them.
  for (const entrant of entrants) void entrant.cancel();
  return value;
}

const enter: Entry = coroutine(function* entrant(operation, won) {
  let value: unknown;
  try {
    value = yield* operation;
  } catch (error) {
    // Failed a moment after another had won, and before it could be cancelled: it has simply lost.
    if (won.isSet && !won.isOver) return;
    throw error;
  }
  won.set(value);
});

const enterUnlessFailed = coroutine(function* entrant(
  operation: Operation<unknown>,
  won: Finish,
  place: number,
  failures: { place: number; reason: unknown }[],
  entrants: number,
) {
  const outcome = yield* attempt(operation);
  if (outcome.status === 'fulfilled') {
    won.set(outcome.value);
  } else if (failures.push({ place, reason: outcome.reason }) === entrants) {
    const errors = failures.sort((a, b) => a.place - b.place).map(({ reason }) => reason);
    throw new AggregateError(errors, `all ${entrants} operations failed`);
  }
});
