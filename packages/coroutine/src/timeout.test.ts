import { describe, expect, test } from 'vitest';
import { MisuseError, run, sleep, spawn, systemClock, timeout, TimeoutError, VirtualClock } from './index.ts';

const autojump = (): { clock: VirtualClock } => ({ clock: new VirtualClock({ autojump: true }) });

describe('timeout', () => {
  test('in time: gives the value, or throws the error, and leaves no timer', async () => {
    const options = autojump();
    function* work() {
      yield* sleep(5);
      return 'value';
    }
    function* failing() {
      yield* sleep(5);
      throw new Error('failed');
    }
    expect(await run(() => timeout(10, work), options)).toBe('value');
    await expect(run(() => timeout(10, failing), options)).rejects.toThrow('failed');
    expect(await run(() => timeout(Infinity, work), options)).toBe('value');
    expect(options.clock.timers.live).toBe(0);
    await run(() => timeout(1e6, sleep(1)));
    expect(systemClock.timers.live).toBe(0);
  });

  test('too late: the work is cleaned up, and then TimeoutError is thrown', async () => {
    const log: string[] = [];
    await run(function* () {
      try {
        yield* timeout(10, function* () {
          try {
            yield* sleep(1000);
          } finally {
            yield* sleep(5);
            log.push('cleaned up');
          }
        });
      } catch (error) {
        expect(error).toBeInstanceOf(TimeoutError);
        expect(error).toMatchObject({ code: 'TIMEOUT', ms: 10 });
        log.push((error as Error).message);
      }
    }, autojump());
    expect(log).toEqual(['cleaned up', 'timed out: nothing came back within 10 ms']);
  });

  test('an error of the clean-up comes instead of TimeoutError', async () => {
    function* brittle() {
      try {
        yield* sleep(1000);
      } finally {
        // eslint-disable-next-line no-unsafe-finally -- the clean-up fails
        throw new Error('clean-up');
      }
    }
    await expect(run(() => timeout(10, brittle), autojump())).rejects.toThrow('clean-up');
  });

  test('cancelled from outside, the work is cleaned up and its errors are not swallowed', async () => {
    const log: string[] = [];
    const task = run(() =>
      timeout(1e6, function* () {
        try {
          yield* sleep(1e6);
        } finally {
          log.push('finally');
          // eslint-disable-next-line no-unsafe-finally -- the clean-up fails
          throw new Error('clean-up');
        }
      }),
    );
    await expect(task.cancel()).rejects.toThrow('clean-up');
    expect(log).toEqual(['finally']);
    expect(systemClock.timers.live).toBe(0);
  });

  test('nested ones each have their own limit', async () => {
    const error: unknown = await run(() => timeout(100, timeout(10, sleep(1000))), autojump()).then(
      undefined,
      (e: unknown) => e,
    );
    expect((error as TimeoutError).ms).toBe(10);
    const other: unknown = await run(() => timeout(10, timeout(100, sleep(1000))), autojump()).then(
      undefined,
      (e: unknown) => e,
    );
    expect((other as TimeoutError).ms).toBe(10);
  });

  test('can be waited for again, and by several at the same time', async () => {
    const options = autojump();
    const limited = timeout(10, function* () {
      yield* sleep(5);
      return 1;
    });
    await run(function* () {
      expect(yield* limited).toBe(1);
      const abandoned = yield* spawn(limited);
      const other = yield* spawn(limited);
      yield* abandoned.cancel();
      expect(yield* limited).toBe(1);
      expect(yield* other).toBe(1);
    }, options);
    expect(options.clock.now()).toBe(10);
    expect(options.clock.timers.live).toBe(0);
  });

  test('children of the work count: it is in time only when they have ended', async () => {
    const task = run(
      () =>
        timeout(10, function* () {
          yield* spawn(sleep(1000));
          return 'body';
        }),
      autojump(),
    );
    await expect(task).rejects.toThrow(TimeoutError);
  });

  test('wants milliseconds, 0 or more', () => {
    expect(() => timeout(-1, sleep(1))).toThrow(MisuseError);
    expect(() => timeout(NaN, sleep(1))).toThrow('timeout expects milliseconds, 0 or more, not NaN');
  });
});
