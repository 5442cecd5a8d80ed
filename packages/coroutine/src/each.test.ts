import { describe, expect, expectTypeOf, test } from 'vitest';
import { each, run, scope, sleep, spawn, stream, VirtualClock } from './index.ts';

const autojump = (): { clock: VirtualClock } => ({ clock: new VirtualClock({ autojump: true }) });

describe('each', () => {
  test('loops over streams, iterables and async iterables', async () => {
    async function* async_() {
      yield 'a';
      yield 'b';
    }
    const numbers = stream(function* () {
      yield 1;
      yield* sleep(1);
      yield 2;
    });
    const items = await run(function* () {
      const items: (string | number)[] = [];
      for (const source of [numbers(), ['x'], new Set(['y']), 'zz', async_()]) {
        const cursor = each(source);
        while (yield* cursor.next()) items.push(cursor.value);
      }
      return items;
    }, autojump());
    expect(items).toEqual([1, 2, 'x', 'y', 'z', 'z', 'a', 'b']);
  });

  test('asks for nothing before the first next', async () => {
    let begun = false;
    const source = stream(function* () {
      begun = true;
      yield 1;
    });
    await run(function* () {
      const cursor = each(source());
      yield* sleep(1);
      expect(begun).toBe(false);
      yield* cursor.next();
      expect(begun).toBe(true);
    }, autojump());
  });

  test('after the end it keeps saying so', async () => {
    await run(function* () {
      const cursor = each([1]);
      expect(yield* cursor.next()).toBe(true);
      expect(yield* cursor.next()).toBe(false);
      expect(yield* cursor.next()).toBe(false);
      yield* cursor.close();
    });
  });

  test('throws what the stream throws, once', async () => {
    const broken = stream(function* () {
      yield 1;
      throw new Error('broken');
    });
    await run(function* () {
      const cursor = each(broken());
      yield* cursor.next();
      let caught: unknown;
      try {
        yield* cursor.next();
      } catch (error) {
        caught = error;
      }
      expect(String(caught)).toBe('Error: broken');
      expect(yield* cursor.next()).toBe(false);
    });
  });

  test('close waits until the stream is cleaned up, and throws what that throws', async () => {
    const log: string[] = [];
    const source = stream(function* (error?: Error) {
      try {
        yield 1;
      } finally {
        yield* sleep(10);
        log.push('closed');
        // eslint-disable-next-line no-unsafe-finally -- the clean-up fails
        if (error !== undefined) throw error;
      }
    });
    await run(function* () {
      const cursor = each(source());
      yield* cursor.next();
      yield* cursor.close();
      log.push('after');
      const brittle = each(source(new Error('cannot close')));
      yield* brittle.next();
      try {
        yield* brittle.close();
      } catch (error) {
        log.push((error as Error).message);
      }
    }, autojump());
    expect(log).toEqual(['closed', 'after', 'closed', 'cannot close']);
  });

  test('left early, the stream is closed when the task or scope ends, before whoever waits goes on', async () => {
    const log: string[] = [];
    const source = stream(function* () {
      try {
        for (let n = 0; ; n++) yield n;
      } finally {
        yield* sleep(10);
        log.push('closed');
      }
    });
    await run(function* () {
      yield* scope(function* () {
        const cursor = each(source());
        yield* cursor.next();
        log.push('left');
      });
      log.push('after');
    }, autojump());
    expect(log).toEqual(['left', 'closed', 'after']);
  });

  test('left early, an error of closing it is the error of the task', async () => {
    const source = stream(function* () {
      try {
        yield 1;
      } finally {
        // eslint-disable-next-line no-unsafe-finally -- the clean-up fails
        throw new Error('cannot close');
      }
    });
    const task = run(function* () {
      yield* each(source()).next();
    });
    await expect(task).rejects.toThrow('cannot close');
  });

  test('a child that is cancelled while it asks for the next item loses none: the loop is that of the maker', async () => {
    const source = stream(function* () {
      for (let n = 0; ; n++) {
        yield* sleep(10);
        yield n;
      }
    });
    const items = await run(function* () {
      const cursor = each(source());
      const items: number[] = [];
      while (items.length < 3) {
        const asking = yield* spawn(function* () {
          if (yield* cursor.next()) items.push(cursor.value);
        });
        yield* sleep(4);
        yield* asking.cancel();
      }
      return items;
    }, autojump());
    expect(items).toEqual([0, 1, 2]);
  });

  test('if its maker has ended, the loop is that of whoever asks first', async () => {
    const log: string[] = [];
    const source = stream(function* () {
      try {
        for (let n = 0; ; n++) yield n;
      } finally {
        log.push('closed');
      }
    });
    await run(function* () {
      const cursor = yield* scope(function* () {
        return each(source());
      });
      yield* cursor.next();
      log.push('left');
    });
    expect(log).toEqual(['left', 'closed']);
  });

  test('the type of the items is inferred', () => {
    expectTypeOf(each([1, 2]).value).toEqualTypeOf<number>();
    const mixed = stream(function* () {
      yield 'text';
      yield* sleep(1);
      yield 5;
    });
    expectTypeOf(each(mixed()).value).toEqualTypeOf<string | number>();
  });
});
