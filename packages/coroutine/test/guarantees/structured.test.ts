/* eslint-disable @typescript-eslint/only-throw-error -- anything may be thrown */
import { describe, expect, test } from 'vitest';
import {
  all,
  defer,
  resource,
  run,
  scope,
  sleep,
  spawn,
  timeout,
  VirtualClock,
  type Operation,
  type Wait,
} from '@gleaner/coroutine';

const autojump = (): { clock: VirtualClock } => ({ clock: new VirtualClock({ autojump: true }) });

describe('structured', () => {
  test('a task ends only after all its children and grandchildren', async () => {
    const log: string[] = [];
    await run(function* () {
      yield* spawn(function* () {
        yield* spawn(function* () {
          yield* sleep(100);
          log.push('grandchild');
        });
        log.push('child body');
      });
      log.push('body');
    }, autojump());
    expect(log).toEqual(['child body', 'body', 'grandchild']);
  });

  test("a child's error cancels its siblings and the parent's body, and the parent fails with it", async () => {
    const log: string[] = [];
    const task = run(function* () {
      yield* spawn(function* () {
        try {
          yield* sleep(1e6);
        } catch {
          log.push('never');
        } finally {
          log.push('sibling');
        }
      });
      yield* spawn(function* () {
        yield* sleep(10);
        throw new Error('child');
      });
      try {
        yield* sleep(1e6);
      } catch {
        log.push('never');
      } finally {
        log.push('body');
      }
    }, autojump());
    await expect(task).rejects.toThrow('child');
    expect(log).toEqual(['sibling', 'body']);
  });

  test('even when the body has returned already', async () => {
    const task = run(function* () {
      yield* spawn(function* () {
        yield* sleep(10);
        throw new Error('child');
      });
      return 'value';
    }, autojump());
    await expect(task).rejects.toThrow('child');
  });

  test('catching around the wait for a child does not catch its error; around a scope it does', async () => {
    function* failing() {
      yield* sleep(10);
      throw new Error('child');
    }
    const around = run(function* () {
      const child = yield* spawn(failing);
      try {
        yield* child;
      } catch {
        return 'caught';
      }
      return 'not caught';
    }, autojump());
    await expect(around).rejects.toThrow('child');
    const scoped = run(function* () {
      for (const enter of [
        () => scope(() => spawn(failing)),
        () => all([failing()]),
        () => timeout(1000, failing),
      ] as (() => Operation<unknown>)[]) {
        try {
          yield* enter();
          return 'not caught';
        } catch (error) {
          expect((error as Error).message).toBe('child');
        }
      }
      return 'caught';
    }, autojump());
    expect(await scoped).toBe('caught');
  });

  test('several errors come as one AggregateError, in order, the cause first', async () => {
    const task = run(function* () {
      for (const name of ['one', 'two']) {
        yield* spawn(function* () {
          try {
            yield* sleep(1e6);
          } finally {
            // eslint-disable-next-line no-unsafe-finally -- the clean-up fails
            throw new Error(name);
          }
        });
      }
      yield* defer(function* () {
        throw new Error('deferred');
      });
      try {
        yield* sleep(10);
        throw new Error('cause');
      } finally {
        yield* sleep(1);
      }
    }, autojump());
    const error: unknown = await task.then(undefined, (e: unknown) => e);
    expect(error).toBeInstanceOf(AggregateError);
    expect((error as AggregateError).errors.map((e: Error) => e.message)).toEqual([
      'cause',
      'two',
      'one',
      'deferred',
    ]);
  });

  test('the same error arriving on several ways counts once', async () => {
    const error = new Error('shared');
    const task = run(function* () {
      const child = yield* spawn(function* () {
        yield* sleep(1);
        throw error;
      });
      try {
        yield* child;
      } finally {
        // eslint-disable-next-line no-unsafe-finally -- rethrows what the child threw
        throw error;
      }
    }, autojump());
    await expect(task).rejects.toBe(error);
  });

  test('any value may be thrown', async () => {
    for (const thrown of [undefined, null, 0, 'text', Object.create(null) as object]) {
      const task = run(function* () {
        yield* spawn(function* () {
          yield* sleep(1);
          throw thrown;
        });
        yield* sleep(10);
      }, autojump());
      expect(
        await task.then(
          () => 'value',
          (e: unknown) => [e],
        ),
      ).toEqual([thrown]);
    }
    const two = run(function* () {
      try {
        yield* spawn(function* () {
          throw Object.create(null);
        });
      } finally {
        // eslint-disable-next-line no-unsafe-finally -- the clean-up fails
        throw Symbol('s');
      }
    });
    expect(await two.then(undefined, (e: unknown) => e)).toBeInstanceOf(AggregateError);
  });

  test('the order at the end: body, children, then resources and deferred work, the newest first', async () => {
    const log: string[] = [];
    const held = (name: string) =>
      resource<void>(function* (provide) {
        try {
          yield* provide();
        } finally {
          yield* sleep(5);
          log.push(name);
        }
      });
    await run(function* () {
      yield* held('first');
      yield* defer(function* () {
        yield* sleep(1);
        log.push('second');
      });
      yield* held('third');
      yield* spawn(function* () {
        yield* sleep(100);
        log.push('child');
      });
      try {
        yield* sleep(1);
      } finally {
        log.push('body');
      }
    }, autojump());
    expect(log).toEqual(['body', 'child', 'third', 'second', 'first']);
  });

  test('100,000 tasks in a chain end from the leaves when the root is cancelled', async () => {
    let ended = 0;
    let last = Infinity;
    let leavesFirst = true;
    function* link(n: number): Generator<Wait, void, unknown> {
      try {
        if (n < 100_000) yield* spawn(() => link(n + 1));
        yield* sleep(1e6);
      } finally {
        ended++;
        leavesFirst &&= n < last;
        last = n;
      }
    }
    const clock = new VirtualClock();
    const task = run(() => link(1), { clock });
    await clock.advance(1);
    await task.cancel();
    expect(ended).toBe(100_000);
    expect(leavesFirst).toBe(true);
    expect(clock.timers.live).toBe(0);
  });

  test('100,000 children', async () => {
    let ended = 0;
    const task = run(function* () {
      for (let n = 0; n < 100_000; n++) {
        yield* spawn(function* () {
          yield* sleep(1);
          ended++;
        });
      }
    }, autojump());
    await task;
    expect(ended).toBe(100_000);
  });
});
