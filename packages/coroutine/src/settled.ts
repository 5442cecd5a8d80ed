import { all, type Values } from './all.ts';
import { coroutine, type Coroutine } from './coroutine.ts';
import type { Operation } from './operation.ts';

/** How an operation ended, in the shape that `Promise.allSettled` uses. */
export type Settled<T> =
  { status: 'fulfilled'; value: T; reason?: never } | { status: 'rejected'; reason: unknown; value?: never };

/**
 * Runs operations at the same time and tells of each how it ended, in the order given, as `Promise.allSettled` does.
 *
 * @example
 * const [good, bad] = await run(() => settled([until(1), until(Promise.reject(new Error('no')))]));
 * good.status; // 'fulfilled'
 * bad.status; // 'rejected'
 */
export function settled<const Operations extends readonly Operation<unknown>[]>(
  operations: Operations,
): Coroutine<{ -readonly [I in keyof Values<Operations>]: Settled<Values<Operations>[I]> }> {
  return all(operations.map((operation) => attempt(operation))) as unknown as ReturnType<
    typeof settled<Operations>
  >;
}

/** @internal */
export const attempt: <T>(operation: Operation<T>) => Coroutine<Settled<T>> = coroutine(function* attempt<T>(
  operation: Operation<T>,
) {
  try {
    return { status: 'fulfilled', value: yield* operation } satisfies Settled<T>;
  } catch (reason) {
    return { status: 'rejected', reason } satisfies Settled<T>;
  }
});
