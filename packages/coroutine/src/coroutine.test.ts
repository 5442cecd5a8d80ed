import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  coroutine,
  MisuseError,
  run,
  sleep,
  spawn,
  VirtualClock,
  type Coroutine,
  type Operation,
  type Wait,
} from './index.ts';

const autojump = (): { clock: VirtualClock } => ({ clock: new VirtualClock({ autojump: true }) });

describe('coroutine', () => {
  test('calling it runs nothing; each wait for it runs it anew', async () => {
    let runs = 0;
    const count = coroutine(function* () {
      return ++runs;
    });
    const call = count();
    expect(runs).toBe(0);
    expect(await call).toBe(1);
    expect(await call).toBe(2);
    expect(await run(call)).toBe(3);
    expect(
      await run(function* () {
        return [yield* call, yield* call];
      }),
    ).toEqual([4, 5]);
  });

  test('one call can run several times at once', async () => {
    let active = 0;
    let most = 0;
    const busy = coroutine(function* () {
      most = Math.max(most, ++active);
      yield* sleep(10);
      active--;
      return active;
    })();
    const values = await run(function* () {
      const tasks = [yield* spawn(busy), yield* spawn(busy), yield* spawn(busy)];
      const values: number[] = [];
      for (const task of tasks) values.push(yield* task);
      return values;
    }, autojump());
    expect(most).toBe(3);
    expect(values).toEqual([2, 1, 0]);
  });

  test('a call may wait for itself, anew', async () => {
    let depth = 0;
    const again: Coroutine<number> = coroutine(function* (): Generator<Wait, number, unknown> {
      if (++depth === 100) return 0;
      if (depth % 2 === 0) yield* sleep(1);
      return (yield* again) + 1;
    })();
    expect(await run(again, autojump())).toBe(99);
  });

  test('keeps arguments, this and the name', async () => {
    const named = coroutine(function* greet(this: { word: string }, name: string) {
      return `${this.word}, ${name}`;
    });
    expect(named.name).toBe('greet');
    expect(named.call({ word: 'Hello' }, 'Ada').name).toBe('greet');
    expect(await named.call({ word: 'Hello' }, 'Ada')).toBe('Hello, Ada');
  });

  test('is a decorator of methods, static ones and private ones too', async () => {
    class Counter {
      static #start = 10;
      #count = 0;
      @coroutine
      *next(by: number) {
        yield* sleep(1);
        this.#count += by;
        return this.#count;
      }
      @coroutine
      static *start() {
        return this.#start;
      }
      @coroutine
      *#twice() {
        yield* this.next(1);
        return yield* this.next(1);
      }
      twice(): Operation<number> {
        return this.#twice();
      }
    }
    const counter = new Counter();
    const options = autojump();
    expect(await run(counter.next(2), options)).toBe(2);
    expect(await run(counter.next(3), options)).toBe(5);
    expect(await run(counter.twice(), options)).toBe(7);
    expect(await run(Counter.start())).toBe(10);
    expect(counter.next(1)).toHaveProperty('then');
    expectTypeOf<ReturnType<Counter['next']>>().toExtend<Operation<number>>();
  });

  test('errors go through callers, who may catch them; finally runs on the way', async () => {
    const log: string[] = [];
    const inner = coroutine(function* (ms: number) {
      try {
        if (ms > 0) yield* sleep(ms);
        throw new Error('inner');
      } finally {
        log.push('inner finally');
      }
    });
    const middle = coroutine(function* (ms: number) {
      try {
        yield* inner(ms);
      } finally {
        if (ms > 0) yield* sleep(ms);
        log.push('middle finally');
      }
    });
    for (const ms of [0, 5]) {
      await run(function* () {
        try {
          yield* middle(ms);
        } catch (error) {
          log.push((error as Error).message);
        }
        yield* sleep(1);
      }, autojump());
      expect(log.splice(0)).toEqual(['inner finally', 'middle finally', 'inner']);
    }
  });

  test('a plain yield throws there, and says what to write', async () => {
    const plain = coroutine(function* () {
      yield 5 as never;
    });
    await expect(plain()).rejects.toThrow(MisuseError);
    await expect(plain()).rejects.toThrow('mark the function with stream(…)');
    const starless = coroutine(function* () {
      yield sleep(5) as never;
    });
    await expect(starless()).rejects.toThrow('write yield* (with a star)');
    const caught = coroutine(function* () {
      try {
        yield 1 as never;
      } catch {
        yield* sleep(1);
        return 'caught there';
      }
      return 'not thrown';
    });
    expect(await run(() => caught(), autojump())).toBe('caught there');
  });

  test('only takes a function', () => {
    expect(() => coroutine(5 as never)).toThrow('coroutine expects a generator function, not 5');
  });

  test('an operation outside a coroutine says what to do', () => {
    expect(() => [...(sleep(1) as unknown as Iterable<unknown>)]).toThrow('outside a coroutine');
  });

  test('100,000 calls deep, waiting at the bottom', async () => {
    const deep: (n: number) => Coroutine<number> = coroutine(function* (
      n: number,
    ): Generator<Wait, number, unknown> {
      if (n === 0) {
        yield* sleep(1);
        return 0;
      }
      return (yield* deep(n - 1)) + 1;
    });
    expect(await run(deep(100_000), autojump())).toBe(100_000);
  });

  test('100,000 calls deep without a wait, failing at the bottom, caught at the top', async () => {
    let finallys = 0;
    const deep: (n: number) => Coroutine<number> = coroutine(function* (
      n: number,
    ): Generator<Wait, number, unknown> {
      if (n === 0) throw new Error('bottom');
      try {
        return yield* deep(n - 1);
      } finally {
        finallys++;
      }
    });
    await expect(deep(100_000)).rejects.toThrow('bottom');
    expect(finallys).toBe(100_000);
  });

  test('the type of yield* is the type of what is waited for', () => {
    coroutine(function* () {
      expectTypeOf(yield* sleep(1)).toEqualTypeOf<void>();
      const length = coroutine(function* (text: string) {
        return text.length;
      });
      expectTypeOf(yield* length('')).toEqualTypeOf<number>();
      // @ts-expect-error the argument is a string
      length(5);
    });
    // @ts-expect-error a coroutine yields nothing of its own
    coroutine(function* () {
      yield 5;
    });
    // @ts-expect-error without the star nothing is waited for
    coroutine(function* () {
      // eslint-disable-next-line @typescript-eslint/no-unsafe-class-instance-assignment -- the mistake in question
      yield sleep(5);
    });
    expectTypeOf<Coroutine<number>>().toExtend<Operation<number>>();
    expectTypeOf<Coroutine<number>>().toExtend<PromiseLike<number>>();
  });
});
