import type { Wait } from './wait.ts';

/**
 * Anything a coroutine can wait for with `yield*`. It is a description: nothing happens until it is
 * waited for, and it may be waited for again (it then happens again).
 *
 * A generator function that waits for operations gives an operation; so composing needs no vocabulary.
 */
export interface Operation<T> {
  [Symbol.iterator](): Iterator<Wait, T, unknown>;
}

/** The generator that a coroutine's body is: it yields waits, and returns `T`. */
export type Body<T> = Iterator<Wait, T, unknown> & {
  return(value?: unknown): IteratorResult<Wait, T>;
  throw(error: unknown): IteratorResult<Wait, T>;
};

/** What a body is replaced with when it has ended: it keeps nothing alive. @internal */
export const ENDED_BODY: Body<unknown> = (function* (): Generator<never, undefined, unknown> {})();

/** What the runtime accepts where work is to be started: an operation, or a generator function that makes one. */
export type Work<T> = Operation<T> | (() => Operation<T>);

/**
 * The answer of an operation whose value is ready: `yield*` takes `value` from it at once, so that one
 * object serves all answers and the scheduler is never asked (ECMAScript 27.5.3.7, `yield*`: an inner
 * result that is done is read and dropped).
 */
export const READY: { done: true; value: unknown } = { done: true, value: undefined };

/** Fills in `READY`. */
export function ready(value: unknown): typeof READY {
  READY.value = value;
  return READY;
}

/**
 * The answer of an operation that must wait. `yield*` hands this very object on to whoever resumed the
 * generator, through any number of delegating generators; so the trampoline tells a wait from an item
 * that a stream produced with a plain `yield` by identity alone.
 */
export const SUSPENDED: { readonly done: false; readonly value: undefined } = {
  done: false,
  value: undefined,
};

export type Step = typeof READY | typeof SUSPENDED;
