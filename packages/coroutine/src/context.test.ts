import { describe, expect, test } from 'vitest';
import { context, run, sleep, spawn, scope, VirtualClock } from './index.ts';

describe('context', () => {
  test('is inherited by children, calls and scopes', async () => {
    const user = context<string>('user');
    function* ask() {
      return yield* user;
    }
    const names = await run(() =>
      user.with('Ada', function* () {
        const child = yield* spawn(ask);
        return [yield* ask(), yield* child, yield* scope(ask)];
      }),
    );
    expect(names).toEqual(['Ada', 'Ada', 'Ada']);
  });

  test('the innermost value is in force, and only within', async () => {
    const depth = context('depth', 0);
    const depths = await run(function* () {
      const outside = yield* depth;
      const inner = yield* depth.with(1, function* () {
        return [yield* depth, yield* depth.with(2, depth), yield* depth];
      });
      return [outside, ...inner, yield* depth];
    });
    expect(depths).toEqual([0, 1, 2, 1, 0]);
  });

  test('without a value or a fallback, asking throws and says what to do', async () => {
    const missing = context<string>('missing');
    await expect(run(() => missing)).rejects.toThrow("the context 'missing' has no value here");
  });

  test('a fallback may be undefined', async () => {
    expect(await run(() => context<string | undefined>('maybe', undefined))).toBe(undefined);
  });

  test('tasks that run at the same time keep their own', async () => {
    const id = context<number>('id');
    function* wait(ms: number) {
      yield* sleep(ms);
      return yield* id;
    }
    const task = run(
      function* () {
        const one = yield* spawn(id.with(1, () => wait(2)));
        const two = yield* spawn(id.with(2, () => wait(1)));
        return [yield* one, yield* two];
      },
      { clock: new VirtualClock({ autojump: true }) },
    );
    expect(await task).toEqual([1, 2]);
  });

  test('an error in it can be caught around it', async () => {
    const key = context('key', 1);
    await run(function* () {
      let caught: unknown;
      try {
        yield* key.with(2, function* () {
          yield* spawn(function* () {
            throw new Error('inside');
          });
          yield* sleep(1000);
        });
      } catch (error) {
        caught = error;
      }
      expect(String(caught)).toBe('Error: inside');
    });
  });
});
