import { describe, expect, expectTypeOf, test } from 'vitest';
import {
  CancelledError,
  event,
  run,
  sleep,
  spawn,
  until,
  VirtualClock,
  type Operation,
  type Task,
  type Wait,
} from './index.ts';

describe('until', () => {
  test('gives what a promise resolves to, and throws what it rejects with', async () => {
    expect(await run(() => until(Promise.resolve(1)))).toBe(1);
    await expect(run(() => until(Promise.reject(new Error('no'))))).rejects.toThrow('no');
  });

  test('any thenable will do, and any other value is ready at once', async () => {
    const thenable: PromiseLike<string> = {
      then: ((resolve: (value: string) => void) => resolve('then')) as never,
    };
    expect(await run(() => until(thenable))).toBe('then');
    const log: unknown[] = [];
    const task = run(function* () {
      log.push(yield* until(5), yield* until(null), yield* until(undefined));
    });
    expect(log).toEqual([5, null, undefined]);
    await task;
    expectTypeOf(until(Promise.resolve(1))).toEqualTypeOf<Operation<number>>();
  });

  test('a series of promises, some failing', async () => {
    const log: unknown[] = [];
    await run(function* () {
      for (let n = 0; n < 6; n++) {
        try {
          log.push(yield* until(n % 2 === 0 ? Promise.resolve(n) : Promise.reject(new Error(String(n)))));
        } catch (error) {
          log.push((error as Error).message);
        }
      }
    });
    expect(log).toEqual([0, '1', 2, '3', 4, '5']);
  });

  test('cancelled meanwhile, the task stops listening, and may wait for the same promise in its clean-up', async () => {
    let resolve: (value: string) => void = () => {};
    const wait = until(new Promise<string>((r) => (resolve = r)));
    const log: string[] = [];
    const clock = new VirtualClock();
    const task = run(
      function* () {
        try {
          yield* wait;
          log.push('went on');
        } finally {
          log.push(yield* wait);
        }
      },
      { clock },
    );
    const cancelled = Promise.resolve(task.cancel());
    resolve('clean-up');
    await cancelled;
    expect(log).toEqual(['clean-up']);
    expect(clock.outside).toBe(0);
  });

  test('one description can be waited for by several', async () => {
    const wait = until(new Promise<number>((resolve) => setImmediate(resolve, 1)));
    const sum = run(function* () {
      const [a, b] = [yield* spawn(wait), yield* spawn(wait)];
      return (yield* a) + (yield* b) + (yield* wait);
    });
    expect(await sum).toBe(3);
  });

  test('a rejection that comes after the task has gone is no unhandled one', async () => {
    let reject: (error: Error) => void = () => {};
    const task = run(() => until(new Promise((_, r) => (reject = r))));
    await task.cancel();
    reject(new Error('late'));
    await new Promise((resolve) => setImmediate(resolve));
  });

  test('nor is one that it waited for after another promise, and was cancelled in the same turn', async () => {
    const door = event();
    const task: Task<void> = run(function* (): Generator<Wait, void, unknown> {
      yield* spawn(function* () {
        yield* door;
        void task.cancel();
      });
      yield* until(Promise.resolve());
      door.set();
      yield* until(new Promise((_, reject) => setImmediate(reject, new Error('late'))));
    });
    await expect(task).rejects.toThrow(CancelledError);
    for (let n = 0; n < 3; n++) await new Promise((resolve) => setImmediate(resolve));
  });

  test('nor is one of a promise that a cancelled task never came to wait for', async () => {
    const task: Task<void> = run(function* (): Generator<Wait, void, unknown> {
      yield* until(Promise.resolve());
      void task.cancel();
      yield* until(Promise.reject(new Error('never waited for')));
    });
    await task.cancel();
    await new Promise((resolve) => setImmediate(resolve));
  });

  test('waiting for a promise holds up a clock that jumps', async () => {
    const clock = new VirtualClock({ autojump: true });
    const log: string[] = [];
    await run(
      function* () {
        yield* spawn(function* () {
          yield* sleep(1000);
          log.push('slept');
        });
        yield* until(new Promise((resolve) => setTimeout(resolve, 3)));
        log.push('promise');
      },
      { clock },
    );
    expect(log).toEqual(['promise', 'slept']);
  });
});
