import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  channel,
  each,
  MisuseError,
  run,
  sleep,
  spawn,
  stream,
  streamOf,
  systemClock,
  until,
  VirtualClock,
  type Stream,
} from './index.ts';

const autojump = (): { clock: VirtualClock } => ({ clock: new VirtualClock({ autojump: true }) });

const numbers = stream(function* (count: number, log: string[] = [], ms?: number) {
  try {
    for (let n = 0; n < count; n++) {
      log.push(`made ${n}`);
      yield n;
      if (ms !== undefined) yield* sleep(ms);
    }
  } finally {
    log.push('closed');
  }
});

function failingAt(n: number): Stream<number> {
  return numbers(100).map((item) => {
    if (item === n) throw new Error(`failed at ${n}`);
    return item;
  });
}

describe('stream', () => {
  test('yield hands an item over and pauses until the next is asked for', async () => {
    const log: string[] = [];
    await run(function* () {
      const cursor = each(numbers(3, log));
      while (yield* cursor.next()) log.push(`got ${cursor.value}`);
    });
    expect(log).toEqual(['made 0', 'got 0', 'made 1', 'got 1', 'made 2', 'got 2', 'closed']);
  });

  test('is a description: each loop runs it anew', async () => {
    const three = numbers(3);
    expect(await three.toArray()).toEqual([0, 1, 2]);
    expect(await three.toArray()).toEqual([0, 1, 2]);
  });

  test('children that it spawns are ended with it, and their errors are its own', async () => {
    const log: string[] = [];
    const parent = stream(function* (failing: boolean) {
      yield* spawn(function* () {
        try {
          yield* sleep(failing ? 10 : 1e6);
          throw new Error('child');
        } finally {
          log.push('child ended');
        }
      });
      yield 1;
      yield* sleep(1000);
      yield 2;
    });
    expect(await run(() => parent(false).take(1).toArray(), autojump())).toEqual([1]);
    await expect(run(() => parent(true).toArray(), autojump())).rejects.toThrow('child');
    expect(log).toEqual(['child ended', 'child ended']);
  });

  test('while it is cancelled by an error of a child, it does not go on because the next item is asked for', async () => {
    const log: string[] = [];
    const parent = stream(function* () {
      yield* spawn(function* () {
        try {
          yield* sleep(1e6);
        } finally {
          yield* sleep(100);
        }
      });
      yield* spawn(function* () {
        yield* sleep(10);
        throw new Error('child');
      });
      yield 1;
      log.push('went on');
      yield 2;
    });
    const task = run(function* () {
      const cursor = each(parent());
      yield* cursor.next();
      yield* sleep(50);
      yield* cursor.next();
      log.push('a second item');
    }, autojump());
    await expect(task).rejects.toThrow('child');
    expect(log).toEqual([]);
  });

  test('an operation that is yielded without the star is no item', async () => {
    const starless = stream(function* () {
      yield sleep(1) as never;
    });
    await expect(starless().toArray()).rejects.toThrow('write yield* (with a star)');
  });

  test('yield* of a stream in a stream passes its items on, and closes it when left', async () => {
    const log: string[] = [];
    const outer = stream(function* () {
      yield 'a';
      yield* numbers(3, log);
      yield 'b';
    });
    expectTypeOf(outer()).toEqualTypeOf<Stream<'a' | 'b' | number>>();
    expect(await outer().toArray()).toEqual(['a', 0, 1, 2, 'b']);
    log.length = 0;
    expect(await outer().take(2).toArray()).toEqual(['a', 0]);
    expect(log).toEqual(['made 0', 'closed']);
  });

  test('is a decorator of methods, with this', async () => {
    class Counter {
      from = 5;
      @stream
      *down(step: number) {
        for (let n = this.from; n > 0; n -= step) {
          yield n;
          yield* sleep(1);
        }
      }
    }
    const counter = new Counter();
    const down = streamOf(counter.down(2));
    expectTypeOf(down).toEqualTypeOf<Stream<number>>();
    expect(await run(() => down.toArray(), autojump())).toEqual([5, 3, 1]);
  });

  test('only takes a function', () => {
    expect(() => stream(5 as never)).toThrow(MisuseError);
  });

  test('leaves nothing behind when its loop is left', async () => {
    const log: string[] = [];
    for await (const _ of numbers(10, log, 1e6).map((n) => n, { concurrency: 3 })) break;
    expect(log.at(-1)).toBe('closed');
    expect(systemClock.timers.live).toBe(0);
  });
});

describe('map', () => {
  test('takes functions, promises, operations and generator functions', async () => {
    const three = numbers(3);
    expect(await three.map((n, index) => n * 10 + index).toArray()).toEqual([0, 11, 22]);
    expect(await three.map(async (n) => n + 1).toArray()).toEqual([1, 2, 3]);
    expect(await three.map((n) => until(Promise.resolve(n))).toArray()).toEqual([0, 1, 2]);
    const slow = three.map(function* (n) {
      yield* sleep(10 - n);
      return String(n);
    });
    expectTypeOf(slow).toEqualTypeOf<Stream<string>>();
    expect(await run(() => slow.toArray(), autojump())).toEqual(['0', '1', '2']);
  });

  test('at most so many are in work, those included that are done and not taken', async () => {
    for (const ordered of [true, false]) {
      let started = 0;
      let taken = 0;
      let most = 0;
      await run(function* () {
        // One that is taken makes room at once, a moment before the loop sees it.
        const cursor = each(
          numbers(30).map(
            function* (n) {
              started++;
              yield* sleep(1 + ((n * 7) % 5));
              return n;
            },
            { concurrency: 4, ordered },
          ),
        );
        while (yield* cursor.next()) {
          taken++;
          yield* sleep(1 + (taken % 3) * 4);
          most = Math.max(most, started - taken);
        }
      }, autojump());
      expect(started).toBe(30);
      expect(most).toBe(4);
    }
  });

  test('that many are in work while the consumer is busy, and none before the first item is asked for', async () => {
    const options = autojump();
    let begun = 0;
    await run(function* () {
      const cursor = each(
        numbers(9).map(
          function* (n) {
            begun++;
            yield* sleep(100);
            return n;
          },
          { concurrency: 3 },
        ),
      );
      yield* sleep(10);
      expect(begun).toBe(0);
      while (yield* cursor.next());
    }, options);
    expect(options.clock.now()).toBe(310);
  });

  test('with a concurrency of 1 nothing moves before it is asked for', async () => {
    const log: string[] = [];
    await run(function* () {
      const cursor = each(
        numbers(3, log).map(function* (n) {
          yield* sleep(1);
          log.push(`mapped ${n}`);
          return n;
        }),
      );
      while (yield* cursor.next()) {
        log.push(`got ${cursor.value}`);
        yield* sleep(50);
      }
    }, autojump());
    expect(log.join()).toBe('made 0,mapped 0,got 0,made 1,mapped 1,got 1,made 2,mapped 2,got 2,closed');
  });

  test('unordered: results come as they are done', async () => {
    const mapped = streamOf([30, 10, 20]).map(
      function* (ms) {
        yield* sleep(ms);
        return ms;
      },
      { concurrency: 3, ordered: false },
    );
    expect(await run(() => mapped.toArray(), autojump())).toEqual([10, 20, 30]);
  });

  test('an error comes in its place, and what is still in work is cancelled and cleaned up', async () => {
    const log: unknown[] = [];
    const task = run(function* () {
      const cursor = each(
        numbers(10).map(
          function* (n) {
            try {
              yield* sleep(n === 1 ? 1 : 10 * (n + 1));
              if (n === 1) throw new Error('failed');
              return n;
            } finally {
              log.push(`finally ${n}`);
            }
          },
          { concurrency: 3 },
        ),
      );
      while (yield* cursor.next()) log.push(cursor.value);
    }, autojump());
    await expect(task).rejects.toThrow('failed');
    expect(log).toEqual(['finally 1', 'finally 0', 0, 'finally 3', 'finally 2']);
  });

  test('an error of clean-up while the loop is left is not swallowed', async () => {
    const brittle = numbers(10).map(
      function* (n) {
        try {
          yield* sleep(n * 1000);
          return n;
        } finally {
          // eslint-disable-next-line no-unsafe-finally -- the clean-up fails
          if (n === 1) throw new Error('clean-up');
        }
      },
      { concurrency: 2 },
    );
    await expect(run(() => brittle.take(1).toArray(), autojump())).rejects.toThrow('clean-up');
  });

  test('wants a whole number of at least 1', () => {
    expect(() => numbers(1).map((n) => n, { concurrency: 0 })).toThrow('concurrency must be a whole number');
  });
});

describe('filter', () => {
  test('keeps what a function, an operation or a promise says yes to', async () => {
    expect(
      await numbers(5)
        .filter((n) => n % 2)
        .toArray(),
    ).toEqual([1, 3]);
    expect(
      await numbers(5)
        .filter(async (n) => n > 2, { concurrency: 2 })
        .toArray(),
    ).toEqual([3, 4]);
    const slow = numbers(6).filter(
      function* (n) {
        yield* sleep(10 - n);
        return n % 3 === 0;
      },
      { concurrency: 4 },
    );
    expect(await run(() => slow.toArray(), autojump())).toEqual([0, 3]);
  });

  test('narrows the type', () => {
    const mixed = streamOf<(string | number)[]>(['a', 1]);
    expectTypeOf(mixed.filter((item) => typeof item === 'string')).toEqualTypeOf<Stream<string>>();
    expectTypeOf(mixed.filter((item) => item !== 1)).toExtend<Stream<string | number>>();
  });

  test('one that keeps nothing gives way, and can be cancelled', async () => {
    const endless = stream(function* () {
      for (let n = 0; ; n++) yield n;
    });
    for (const none of [
      endless().filter(() => false),
      endless().filter(() => false, { concurrency: 3 }),
      endless().flatMap(() => []),
      endless().flatMap(() => [], { concurrency: 3, ordered: false }),
    ]) {
      const task = run(() => none.toArray());
      await new Promise((resolve) => setTimeout(resolve, 1));
      await task.cancel();
      expect(task.status).toBe('cancelled');
    }
  });
});

describe('flatMap', () => {
  test('hands on what the streams of the items give, in order', async () => {
    expect(
      await numbers(4)
        .flatMap((n) => new Array<number>(n).fill(n))
        .toArray(),
    ).toEqual([1, 2, 2, 3, 3, 3]);
  });

  test('with a concurrency, so many are open at a time; unordered, items come as they come', async () => {
    let open = 0;
    let most = 0;
    const branch = stream(function* (n: number) {
      most = Math.max(most, ++open);
      try {
        for (let i = 0; i < 3; i++) {
          yield* sleep(10 + n);
          yield n * 10 + i;
        }
      } finally {
        open--;
      }
    });
    const ordered = numbers(4).flatMap((n) => branch(n), { concurrency: 2 });
    expect(await run(() => ordered.toArray(), autojump())).toEqual([
      0, 1, 2, 10, 11, 12, 20, 21, 22, 30, 31, 32,
    ]);
    expect(most).toBe(2);
    const mixed = await run(
      () =>
        numbers(2)
          .flatMap((n) => branch(n), { concurrency: 2, ordered: false })
          .toArray(),
      autojump(),
    );
    expect(mixed).toEqual([0, 10, 1, 11, 2, 12]);
  });

  test('100,000 empty ones in a row', async () => {
    for (const options of [{}, { concurrency: 3 }, { concurrency: 3, ordered: false }]) {
      const all = numbers(100_000).flatMap((n) => (n === 99_999 ? [n] : []), options);
      expect(await all.toArray()).toEqual([99_999]);
    }
  });

  test('an error of a branch ends it', async () => {
    for (const options of [{}, { concurrency: 3 }, { concurrency: 3, ordered: false }]) {
      const broken = numbers(5).flatMap((n) => failingAt(n), options);
      await expect(broken.toArray()).rejects.toThrow('failed at');
    }
  });

  test('from a channel, a busy consumer takes nothing in advance', async () => {
    const pipe = channel<number>(10);
    await run(function* () {
      const cursor = each(pipe.flatMap((n) => [n]));
      for (const n of [1, 2]) yield* pipe.send(n);
      yield* cursor.next();
      expect(cursor.value).toBe(1);
      expect(yield* pipe.receive()).toBe(2);
    });
  });
});

describe('take', () => {
  test('gives the first so many, then everything upstream is cancelled', async () => {
    const log: string[] = [];
    expect(await numbers(100, log).take(2).toArray()).toEqual([0, 1]);
    expect(log).toEqual(['made 0', 'made 1', 'closed']);
    expect(await numbers(2).take(5).toArray()).toEqual([0, 1]);
  });

  test('of none begins nothing', async () => {
    const log: string[] = [];
    expect(await numbers(2, log).take(0).toArray()).toEqual([]);
    expect(log).toEqual([]);
  });
});

describe('batch', () => {
  test('gives arrays of a size, the last may be shorter', async () => {
    expect(await numbers(5).batch(2).toArray()).toEqual([[0, 1], [2, 3], [4]]);
    expect(await numbers(0).batch(2).toArray()).toEqual([]);
  });

  test('one that is not full is handed over in time', async () => {
    const options = autojump();
    const log: string[] = [];
    await run(function* () {
      const uneven = stream(function* () {
        for (const ms of [1, 1, 100, 1, 100]) {
          yield* sleep(ms);
          yield ms;
        }
      });
      const cursor = each(uneven().batch(3, { within: 20 }));
      while (yield* cursor.next()) log.push(`${cursor.value.join(' ')} at ${options.clock.now()}`);
    }, options);
    expect(log).toEqual(['1 1 at 21', '100 1 at 122', '100 at 203']);
    expect(options.clock.timers.live).toBe(0);
  });

  test('what came before an error is handed over before it', async () => {
    const seen: unknown[] = [];
    await run(function* () {
      const cursor = each(failingAt(3).batch(2));
      try {
        while (yield* cursor.next()) seen.push(cursor.value);
      } catch (error) {
        seen.push((error as Error).message);
      }
    });
    expect(seen).toEqual([[0, 1], [2], 'failed at 3']);
  });
});

describe('buffer', () => {
  test('lets upstream run ahead by so many, once the first is asked for', async () => {
    const log: string[] = [];
    await run(function* () {
      const cursor = each(numbers(10, log, 1).buffer(3));
      yield* sleep(100);
      expect(log).toEqual([]);
      yield* cursor.next();
      yield* sleep(100);
      expect(log).toEqual(['made 0', 'made 1', 'made 2', 'made 3']);
    }, autojump());
  });

  test('what came before an error is handed over before it', async () => {
    const seen: unknown[] = [];
    await run(function* () {
      const cursor = each(failingAt(2).buffer(10));
      try {
        while (yield* cursor.next()) seen.push(cursor.value);
      } catch (error) {
        seen.push((error as Error).message);
      }
    });
    expect(seen).toEqual([0, 1, 'failed at 2']);
  });
});

describe('merge', () => {
  test('gives the items of all as they come, and none starves the others', async () => {
    const merged = numbers(3).merge(['a', 'b', 'c'], new Set([true]));
    expectTypeOf(merged).toEqualTypeOf<Stream<number | string | boolean>>();
    expect(await merged.toArray()).toEqual([0, 'a', true, 1, 'b', 2, 'c']);
    const timed = numbers(3, [], 10).merge(numbers(3, [], 4).map((n) => n + 10));
    expect(await run(() => timed.toArray(), autojump())).toEqual([0, 10, 11, 12, 1, 2]);
  });

  test('an error of one ends it, and the others are closed', async () => {
    const log: string[] = [];
    await expect(numbers(100, log).merge(failingAt(2)).toArray()).rejects.toThrow('failed at 2');
    expect(log.at(-1)).toBe('closed');
  });

  test('a stream that feeds the channel it is merged with', async () => {
    const pipe = channel<string>(10);
    const feeding = stream(function* () {
      for (let n = 0; n < 3; n++) {
        yield* pipe.send(`sent ${n}`);
        yield* sleep(1);
        yield n;
      }
      pipe.close();
    });
    const items = await run(() => pipe.merge(feeding()).toArray(), autojump());
    expect(items.sort()).toEqual([0, 1, 2, 'sent 0', 'sent 1', 'sent 2']);
  });
});

describe('toArray and forEach', () => {
  test('forEach waits for one after the other', async () => {
    const log: string[] = [];
    const all = numbers(2).forEach(function* (n) {
      log.push(`begin ${n}`);
      yield* sleep(5);
      log.push(`end ${n}`);
    });
    await run(all, autojump());
    expect(log).toEqual(['begin 0', 'end 0', 'begin 1', 'end 1']);
  });

  test('cancelled, the stream is closed before the task goes', async () => {
    const log: string[] = [];
    const task = run(() => numbers(5, log, 1e6).toArray());
    await task.cancel();
    expect(log).toEqual(['made 0', 'closed']);
  });

  test('an error of closing can be caught around them', async () => {
    const brittle = stream(function* () {
      try {
        yield 1;
        yield 2;
      } finally {
        // eslint-disable-next-line no-unsafe-finally -- the clean-up fails
        throw new Error('cannot close');
      }
    });
    const caught = run(function* () {
      try {
        yield* brittle().toArray();
      } catch (error) {
        return (error as Error).message;
      }
      return 'not caught';
    });
    expect(await caught).toBe('cannot close');
  });
});

describe('streamOf', () => {
  test('takes what can be looped over, and reads nothing before it is asked for', async () => {
    let asked = 0;
    const lazy = {
      *[Symbol.iterator]() {
        for (;;) yield asked++;
      },
    };
    const all = streamOf(lazy);
    expect(asked).toBe(0);
    expect(await all.take(3).toArray()).toEqual([0, 1, 2]);
    expect(asked).toBe(3);
    expect(() => streamOf(5 as never)).toThrow('expected a stream, an iterable or an async iterable, not 5');
  });

  test('an iterator is told when the loop is left, and not when it has ended or thrown', async () => {
    let returned = 0;
    const source = (end: 'end' | 'throw' | 'never') => ({
      [Symbol.asyncIterator]() {
        let n = 0;
        return {
          next: async () => {
            if (n === 2 && end === 'throw') throw new Error('thrown');
            return n === 2 && end === 'end'
              ? { done: true as const, value: undefined }
              : { done: false, value: n++ };
          },
          return: async () => {
            returned++;
            return { done: true as const, value: undefined };
          },
        };
      },
    });
    expect(await streamOf(source('end')).toArray()).toEqual([0, 1]);
    expect(returned).toBe(0);
    await expect(streamOf(source('throw')).toArray()).rejects.toThrow('thrown');
    expect(returned).toBe(0);
    expect(await streamOf(source('never')).take(4).toArray()).toEqual([0, 1, 2, 3]);
    expect(returned).toBe(1);
  });

  test('left while an async generator is busy, it is not waited for', async () => {
    async function* stuck() {
      await new Promise(() => {});
      yield 1;
    }
    const task = run(() => streamOf(stuck()).toArray());
    await task.cancel();
    expect(task.status).toBe('cancelled');
  });
});

describe('leaving a stream that yields in its clean-up', () => {
  const stubborn = stream(function* (log: string[]) {
    try {
      yield 1;
      yield 2;
    } finally {
      yield 3;
      log.push('closed');
    }
  });

  test('drops what nobody takes any more, and closes', async () => {
    const log: string[] = [];
    for await (const item of stubborn(log)) {
      expect(item).toBe(1);
      break;
    }
    expect(log).toEqual(['closed']);
    expect(await stubborn(log).take(1).toArray()).toEqual([1]);
    expect(log).toEqual(['closed', 'closed']);
  });

  test('to its end, what the clean-up yields is an item like any other', async () => {
    expect(await stubborn([]).toArray()).toEqual([1, 2, 3]);
  });
});

test('gathering a large batch gives way to timers', async () => {
  const numbers = stream(function* () {
    for (let n = 0; n < 300_000; n++) yield n;
  });
  let ticks = 0;
  const ticking = setInterval(() => ticks++, 1);
  const [batch] = await numbers().batch(300_000).toArray();
  clearInterval(ticking);
  expect(batch).toHaveLength(300_000);
  expect(ticks).toBeGreaterThan(0);
});
