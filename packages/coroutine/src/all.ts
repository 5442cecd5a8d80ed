import { coroutine, type Coroutine, type CoroutineBody } from './coroutine.ts';
import type { Operation } from './operation.ts';
import { scope } from './scope.ts';
import { spawn } from './spawn.ts';
import type { Task } from './task.ts';

/** The values of operations, place by place. */
export type Values<Operations extends readonly Operation<unknown>[]> = {
  -readonly [I in keyof Operations]: Operations[I] extends Operation<infer T> ? T : never;
};

/**
 * Runs operations at the same time and gives all their values, in the order given, as `Promise.all` does. If one
 * fails, the others are cancelled and cleaned up before its error is thrown.
 *
 * @example
 * const [a, b] = await run(() => all([until(Promise.resolve(1)), until('two')])); // 1, 'two'
 */
export function all<const Operations extends readonly Operation<unknown>[]>(
  operations: Operations,
): Coroutine<Values<Operations>> {
  return gather(operations) as unknown as Coroutine<Values<Operations>>;
}

const gather = coroutine(function* all<T>(operations: readonly Operation<T>[]) {
  return yield* scope(function all() {
    return valuesOf(operations);
  });
});

function* valuesOf<T>(operations: readonly Operation<T>[]): CoroutineBody<T[]> {
  const tasks: Task<T>[] = [];
  for (const operation of operations) tasks.push(yield* spawn(operation));
  const values: T[] = [];
  for (const task of tasks) values.push(yield* task);
  return values;
}
