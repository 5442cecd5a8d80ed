import { expectTypeOf, test } from 'vitest';
import {
  action,
  all,
  any,
  call,
  channel,
  context,
  coroutine,
  each,
  event,
  now,
  race,
  resource,
  run,
  scope,
  semaphore,
  settled,
  sleep,
  spawn,
  stream,
  streamOf,
  timeout,
  until,
  type Coroutine,
  type Operation,
  type Settled,
  type Stream,
  type Task,
} from '@gleaner/coroutine';

test('what yield* gives has the type of the operation', () => {
  coroutine(function* () {
    expectTypeOf(yield* sleep(1)).toEqualTypeOf<void>();
    expectTypeOf(yield* now()).toEqualTypeOf<number>();
    expectTypeOf(yield* until(Promise.resolve('text'))).toEqualTypeOf<string>();
    expectTypeOf(yield* call(() => Promise.resolve(1))).toEqualTypeOf<number>();
    expectTypeOf(yield* action<Date>(() => {})).toEqualTypeOf<Date>();
    expectTypeOf(yield* spawn(until(1))).toEqualTypeOf<Task<number>>();
    expectTypeOf(yield* yield* spawn(until(1))).toEqualTypeOf<number>();
    expectTypeOf(yield* scope(() => until(1))).toEqualTypeOf<number>();
    expectTypeOf(yield* timeout(5, until('text'))).toEqualTypeOf<string>();
    expectTypeOf(yield* all([until(1), until('text'), sleep(1)])).toEqualTypeOf<[number, string, void]>();
    expectTypeOf(yield* all([1, 2].map((n) => until(n)))).toEqualTypeOf<number[]>();
    expectTypeOf(yield* race([until(1), until('text')])).toEqualTypeOf<number | string>();
    expectTypeOf(yield* any([until(1), until(true)])).toEqualTypeOf<number | boolean>();
    expectTypeOf(yield* settled([until(1), until('text')])).toEqualTypeOf<
      [Settled<number>, Settled<string>]
    >();
    expectTypeOf(yield* channel<number>().receive()).toEqualTypeOf<number>();
    expectTypeOf(yield* event<Date>()).toEqualTypeOf<Date>();
    expectTypeOf(yield* context<URL>('url')).toEqualTypeOf<URL>();
    expectTypeOf(yield* context<URL>('url').with(new URL('a:b'), until(1))).toEqualTypeOf<number>();
    expectTypeOf(yield* semaphore(1).hold(until(1))).toEqualTypeOf<number>();
    expectTypeOf(
      yield* resource<number>(function* (provide) {
        yield* provide(1);
      }),
    ).toEqualTypeOf<number>();
    expectTypeOf(yield* streamOf([1]).toArray()).toEqualTypeOf<number[]>();
    expectTypeOf(yield* each([1]).next()).toEqualTypeOf<boolean>();
  });
});

test('coroutines keep the types of their arguments, their value and this', () => {
  const add = coroutine(function* (a: number, b: number | undefined, ...rest: number[]) {
    yield* sleep(1);
    return a + (b ?? 1) + rest.length;
  });
  expectTypeOf(add).parameters.toEqualTypeOf<[a: number, b: number | undefined, ...rest: number[]]>();
  expectTypeOf(add(1, 2)).toEqualTypeOf<Coroutine<number>>();
  expectTypeOf<Awaited<ReturnType<typeof add>>>().toEqualTypeOf<number>();
  const method = coroutine(function* (this: { n: number }) {
    return this.n;
  });
  expectTypeOf(method.call({ n: 1 })).toEqualTypeOf<Coroutine<number>>();
  // @ts-expect-error it needs its object
  method.call({ m: 1 });
});

test('what a stream yields is inferred, waits excluded', () => {
  const mixed = stream(function* (n: number) {
    yield n;
    yield* sleep(1);
    const text = yield* until('text');
    yield text;
    yield* streamOf([true]);
    yield { n };
  });
  expectTypeOf(mixed(1)).toEqualTypeOf<Stream<number | string | boolean | { n: number }>>();
  expectTypeOf(mixed(1).filter((item) => typeof item === 'string')).toEqualTypeOf<Stream<string>>();
  expectTypeOf(mixed(1).map(String)).toEqualTypeOf<Stream<string>>();
  expectTypeOf(mixed(1).map(() => until(1))).toEqualTypeOf<Stream<number>>();
  expectTypeOf(mixed(1).map(() => Promise.resolve(1))).toEqualTypeOf<Stream<number>>();
  expectTypeOf(streamOf('text').batch(2)).toEqualTypeOf<Stream<string[]>>();
  expectTypeOf(streamOf([1]).flatMap((n) => new Set([String(n)]))).toEqualTypeOf<Stream<string>>();
});

test('mistakes are found by the compiler', () => {
  // @ts-expect-error a plain yield in a coroutine
  coroutine(function* () {
    yield 'item';
  });
  // @ts-expect-error an operation without the star
  coroutine(function* () {
    // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- the mistake in question
    yield until(1);
  });
  // @ts-expect-error a promise is not an operation
  expectTypeOf(() => run(Promise.resolve(1)));
  // @ts-expect-error a promise is not an operation, nor is a function that gives one
  expectTypeOf(() => spawn(async () => 1));
  // @ts-expect-error an async function is not a generator function
  expectTypeOf(() => coroutine(async () => 1));
  // @ts-expect-error all takes operations
  expectTypeOf(() => all([1, 2]));
  // @ts-expect-error the channel's items are numbers
  channel<number>().send('text');
  // @ts-expect-error a stream is no operation
  expectTypeOf(() => run(streamOf([1])));
});

test('a generator function that waits is an operation by itself', () => {
  function* plain() {
    yield* sleep(1);
    return 5;
  }
  expectTypeOf(plain()).toExtend<Operation<number>>();
  expectTypeOf(run(plain)).toEqualTypeOf<Task<number>>();
});
