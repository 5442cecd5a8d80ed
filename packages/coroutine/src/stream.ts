import { Batched } from './batched.ts';
import { Buffered } from './buffered.ts';
import { coroutine, isOperation, type Coroutine } from './coroutine.ts';
import { Opened } from './each.ts';
import { describe, MisuseError, requireCount } from './errors.ts';
import { FlatMapped } from './flat-mapped.ts';
import { iterate } from './iterate.ts';
import { Mapped, SKIP } from './mapped.ts';
import { Merged } from './merged.ts';
import type { Body, Operation } from './operation.ts';
import type { RunOptions } from './run.ts';
import { Produced, type Source } from './source.ts';
import { DEFERRED, Task } from './task.ts';
import { Taken } from './taken.ts';
import { Tapped } from './tapped.ts';
import { isThenable, until } from './until.ts';
import { Unwrapped } from './unwrapped.ts';
import type { Wait } from './wait.ts';

/** What a function of an item gives, once waited for: an operation's or a promise's value, or the value itself. */
export type Outcome<R> = R extends Operation<infer T> ? T : R extends PromiseLike<infer T> ? T : R;

export interface MapOptions {
  /** How many items may be worked on at a time, those included that are done and wait to be taken; 1 by default. */
  concurrency?: number;
  /** Whether results keep the order of the items (the default), or come as they are done. */
  ordered?: boolean;
}

export interface BatchOptions {
  /** After how many milliseconds a batch is handed over though it is not full; never by default. */
  within?: number;
}

/** What can be looped over as a stream. Node's and the Web's readable streams are async iterables. */
export type Streamable<T> = AsyncIterable<T> | Iterable<T>;

/** The items of what can be looped over. */
export type ItemOf<S> =
  S extends AsyncIterable<infer T> ? T : S extends Iterable<infer T> ? Exclude<T, Wait> : never;

/**
 * Items that come over time. It is a description: a stream that nobody loops over does nothing, and each loop runs it
 * anew. Loop over it with `for await` outside of coroutines, with `each` inside, with `yield*` inside another stream
 * (which passes its items on). Nothing moves before the next item is asked for, except where an operator says so.
 * Leaving a loop early is a cancellation: everything upstream is cleaned up.
 */
export class Stream<T> implements AsyncIterable<T> {
  /** @internal */
  readonly open: (host: Task) => Source<T>;

  /** @internal */
  constructor(open: (host: Task) => Source<T>) {
    this.open = open;
  }

  /**
   * Applies a function to each item. The function may give a value, an operation (it may be a generator function), or
   * a promise; up to `concurrency` of those run at a time.
   *
   * @example
   * const squares = streamOf([1, 2, 3]).map(function* (n) {
   *   yield* sleep(1);
   *   return n * n;
   * }, { concurrency: 2 });
   * await squares.toArray(); // [1, 4, 9]
   */
  map<R>(fn: (item: T, index: number) => R, options: MapOptions = {}): Stream<Outcome<R>> {
    const { concurrency = 1, ordered = true } = options;
    requireCount('concurrency', concurrency, 1);
    return new Stream((host) => new Mapped(this.open(host), host, fn, concurrency, ordered));
  }

  /**
   * Makes a stream of each item and hands on what these give: up to `concurrency` of them are open at a time, and each
   * waits at its first item that has not been taken.
   *
   * @example
   * await streamOf([1, 2]).flatMap((n) => [n, n * 10]).toArray(); // [1, 10, 2, 20]
   */
  flatMap<S extends Streamable<unknown>>(
    fn: (item: T, index: number) => S,
    options: MapOptions = {},
  ): Stream<ItemOf<S>> {
    const { concurrency = 1, ordered = true } = options;
    requireCount('concurrency', concurrency, 1);
    return new Stream((host) => {
      const open = (item: T, index: number): Source<ItemOf<S>> => streamOf(fn(item, index)).open(host);
      return new FlatMapped(this.open(host), host, open, concurrency, ordered);
    });
  }

  /**
   * Keeps the items for which a function gives true (or an operation or promise of it).
   *
   * @example
   * await streamOf([1, 2, 3]).filter((n) => n !== 2).toArray(); // [1, 3]
   */
  filter<S extends T>(fn: (item: T, index: number) => item is S): Stream<S>;
  filter(fn: (item: T, index: number) => unknown, options?: MapOptions): Stream<T>;
  filter(fn: (item: T, index: number) => unknown, options: MapOptions = {}): Stream<T> {
    const keep = (item: T, index: number): unknown => {
      const verdict = fn(item, index);
      if (isOperation(verdict)) return itemIf(verdict, item);
      if (isThenable(verdict)) return itemIf(until(verdict), item);
      return verdict ? item : SKIP;
    };
    return this.map(keep, options) as Stream<T>;
  }

  /**
   * The first `count` items; then everything upstream is cancelled.
   *
   * @example
   * await streamOf([1, 2, 3]).take(2).toArray(); // [1, 2]
   */
  take(count: number): Stream<T> {
    requireCount('the count of items to take', count, 0);
    return new Stream((host) => {
      const below = new Task<void>(host, 'take', idle(), host.env, DEFERRED) as Task;
      return new Taken(this.open(below), below, count);
    });
  }

  /**
   * Items in arrays of `size`, the last may be shorter.
   *
   * @example
   * await streamOf([1, 2, 3]).batch(2).toArray(); // [[1, 2], [3]]
   */
  batch(size: number, { within = Infinity }: BatchOptions = {}): Stream<T[]> {
    requireCount('the size of a batch', size, 1);
    if (!(within >= 0))
      throw new MisuseError(`within must be milliseconds, 0 or more, not ${describe(within)}`);
    return new Stream((host) => new Batched(this.open(host), host, size, within));
  }

  /**
   * Lets what is upstream run ahead of the loop by up to `size` items.
   *
   * @example
   * await streamOf([1, 2, 3]).buffer(2).toArray(); // [1, 2, 3]
   */
  buffer(size: number): Stream<T> {
    requireCount('the size of a buffer', size, 1);
    return new Stream((host) => new Buffered(this.open(host), host, size));
  }

  /**
   * The items of this stream and of others, as they come.
   *
   * @example
   * await streamOf([1, 2]).merge(streamOf(['a'])).toArray(); // [1, 'a', 2]
   */
  merge<S extends Streamable<unknown>[]>(...others: S): Stream<T | ItemOf<S[number]>> {
    type Item = T | ItemOf<S[number]>;
    const streams = [this, ...others.map((other) => streamOf(other))] as Stream<Item>[];
    return new Stream<Item>((host) => new Merged<Item>(streams.map((stream) => stream.open(host))));
  }

  /**
   * Calls a function with each item as it passes; what that gives is not waited for.
   *
   * @example
   * let count = 0;
   * await streamOf(['a', 'b']).tap(() => count++).toArray();
   * count; // 2
   */
  tap(see: (item: T) => void): Stream<T> {
    return new Stream((host) => new Tapped(this.open(host), see));
  }

  /** All items, when the stream has ended. */
  toArray(): Coroutine<T[]> {
    return collect(this);
  }

  /** Waits for `fn` of one item after the other, and for the end of the stream. */
  forEach(fn: (item: T, index: number) => unknown): Coroutine<void> {
    return drain(this.map(fn));
  }

  /** Loops from outside of coroutines with a clock, a name, or a signal that ends the loop with its reason. */
  iterate(options: RunOptions = {}): AsyncIterableIterator<T, undefined> {
    return iterate(this, options);
  }

  [Symbol.asyncIterator](): AsyncIterableIterator<T, undefined> {
    return iterate(this, {});
  }

  /** Inside another stream's generator: passes all items on. */
  *[Symbol.iterator](): Generator<T | Wait, void, unknown> {
    const items = new Opened<T>(this);
    while (yield* items.next()) yield items.value;
  }
}

// A decorator cannot change the type of a method: for the compiler it stays a generator; `streamOf` tells it better.
export function stream<Method extends (...args: never[]) => Generator<unknown, void, unknown>>(
  method: Method,
  context: { kind: 'method' },
): Method;
/**
 * Marks a generator function as a stream: plain `yield` hands an item to whoever loops and pauses there until the next
 * is asked for, `yield*` waits, `return` ends it. Calling it runs nothing and gives a `Stream`. Also a decorator of
 * methods.
 *
 * @example
 * const countdown = stream(function* (from: number) {
 *   for (let n = from; n > 0; n--) {
 *     yield n;
 *     yield* sleep(10);
 *   }
 * });
 * for await (const n of countdown(3)) console.log(n); // 3, 2, 1
 */
export function stream<This, Args extends unknown[], Y>(
  fn: (this: This, ...args: Args) => Generator<Y, void, unknown>,
): (this: This, ...args: Args) => Stream<Exclude<Y, Wait>>;
export function stream<This, Args extends unknown[], Y>(
  fn: (this: This, ...args: Args) => Generator<Y, void, unknown>,
): (this: This, ...args: Args) => Stream<Exclude<Y, Wait>> | Generator<Y, void, unknown> {
  if (typeof fn !== 'function')
    throw new MisuseError(`stream expects a generator function, not ${describe(fn)}`);
  const marked = function (this: This, ...args: Args): Stream<Exclude<Y, Wait>> {
    const open = (): Body<unknown> => fn.apply(this, args) as unknown as Body<unknown>;
    return new Stream((host) => new Produced(host, fn.name || 'stream', open));
  };
  return Object.defineProperty(marked, 'name', { value: fn.name, configurable: true });
}

/**
 * A stream of what can be looped over: an (async) iterable, a Web or Node stream. Nothing is read before it is asked for.
 *
 * @example
 * await streamOf(new Set([1, 2])).toArray(); // [1, 2]
 */
export function streamOf<S extends Streamable<unknown>>(items: S): Stream<ItemOf<S>> {
  if (items instanceof Stream) return items as Stream<ItemOf<S>>;
  if (typeof items === 'object' && items !== null && Symbol.asyncIterator in items)
    return fromAsync(items) as Stream<ItemOf<S>>;
  if (
    typeof items === 'string' ||
    (typeof items === 'object' && items !== null && Symbol.iterator in items)
  ) {
    return fromIterable(items as Iterable<unknown>) as Stream<ItemOf<S>>;
  }
  throw new MisuseError(`expected a stream, an iterable or an async iterable, not ${describe(items)}`);
}

/**
 * A stream that an operation makes anew for each loop. What the operation holds (with `resource`), it holds for as long
 * as the loop goes on; when that has ended, first the stream's own tasks end, then it is released.
 *
 * @example
 * const lines = streamFrom(resource<Stream<string>>(function* (provide) {
 *   const file = ['one', 'two']; // opened
 *   yield* provide(streamOf(file)); // … and closed after this, in a `finally`
 * }));
 * await lines.toArray(); // ['one', 'two']
 */
export function streamFrom<T>(operation: Operation<Stream<T>>): Stream<T> {
  return new Stream((host) => new Unwrapped<T>(operation, host));
}

const fromIterable = stream(function* iterable<T>(items: Iterable<T>) {
  for (const item of items) yield item;
});

const fromAsync = stream(function* asyncIterable<T>(items: AsyncIterable<T>) {
  const iterator = items[Symbol.asyncIterator]();
  let asking = false;
  let ended = false;
  try {
    for (;;) {
      asking = true;
      const result = yield* until(iterator.next());
      asking = false;
      if (result.done === true) break;
      yield result.value;
    }
    ended = true;
  } catch (error) {
    // An iterator that has thrown has ended.
    ended = asking;
    throw error;
  } finally {
    // An async generator that is busy returns only when it has come to its next item, which may be never.
    const left = ended ? undefined : iterator.return?.();
    if (left !== undefined && !asking) yield* until(left);
    else left?.then(undefined, ignore);
  }
});

const collect = coroutine(function* toArray<T>(items: Stream<T>) {
  const all: T[] = [];
  const cursor = new Opened<T>(items);
  try {
    while (yield* cursor.next()) all.push(cursor.value);
    return all;
  } finally {
    yield* cursor.close();
  }
});

const drain = coroutine(function* forEach(items: Stream<unknown>) {
  const cursor = new Opened<unknown>(items);
  try {
    while (yield* cursor.next());
  } finally {
    yield* cursor.close();
  }
});

const itemIf = coroutine(function* filter<T>(verdict: Operation<unknown>, item: T) {
  return (yield* verdict) ? item : SKIP;
});

function* idle(): Generator<Wait, void, unknown> {}

function ignore(): void {}
