import { describe, expect, expectTypeOf, test } from 'vitest';
import { CancelledError, run, sleep, spawn, VirtualClock, type Task, type Wait } from './index.ts';

const autojump = (): { clock: VirtualClock } => ({ clock: new VirtualClock({ autojump: true }) });

describe('spawn', () => {
  test('runs the child up to its first wait, before the parent goes on', async () => {
    const log: string[] = [];
    await run(function* () {
      yield* spawn(function* () {
        log.push('child');
        yield* sleep(1);
        log.push('child later');
      });
      log.push('parent');
    }, autojump());
    expect(log).toEqual(['child', 'parent', 'child later']);
  });

  test('later: the child begins when its turn comes', async () => {
    const log: string[] = [];
    await run(function* () {
      yield* spawn(
        function* () {
          log.push('child');
        },
        { start: 'later' },
      );
      log.push('parent');
    });
    expect(log).toEqual(['parent', 'child']);
  });

  test('a child that is cancelled before it began never begins', async () => {
    let begun = false;
    await run(function* () {
      const child = yield* spawn(
        function* () {
          begun = true;
        },
        { start: 'later', name: 'late' },
      );
      expect(child.name).toBe('late');
      yield* child.cancel();
      expect(child.status).toBe('cancelled');
    });
    expect(begun).toBe(false);
  });

  test('waiting for the child gives its value, and waiting for a cancelled one throws CancelledError', async () => {
    await run(function* () {
      const child = yield* spawn(function* () {
        yield* sleep(1);
        return 5;
      });
      expectTypeOf(child).toEqualTypeOf<Task<number>>();
      expect(yield* child).toBe(5);
      expect(yield* child).toBe(5);
      const cancelled = yield* spawn(sleep(1000));
      void cancelled.cancel('why');
      let error: unknown;
      try {
        yield* cancelled;
      } catch (e) {
        error = e;
      }
      expect(error).toBeInstanceOf(CancelledError);
      expect((error as CancelledError).cause).toBe('why');
    }, autojump());
  });

  test('a child that fails at once: the parent does not go on, and fails with its error', async () => {
    const log: string[] = [];
    const task = run(function* () {
      try {
        yield* spawn(function* () {
          throw new Error('at once');
        });
        log.push('went on');
      } catch {
        log.push('caught');
      } finally {
        log.push('finally');
      }
    });
    await expect(task).rejects.toThrow('at once');
    expect(log).toEqual(['finally']);
  });

  test('100,000 tasks in a chain, each waiting for the next', async () => {
    function* link(n: number): Generator<Wait, number, unknown> {
      if (n === 0) {
        yield* sleep(1);
        return 0;
      }
      const child = yield* spawn(() => link(n - 1));
      return (yield* child) + 1;
    }
    expect(await run(() => link(100_000), autojump())).toBe(100_000);
  });
});
