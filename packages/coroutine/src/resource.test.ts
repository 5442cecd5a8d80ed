import { describe, expect, expectTypeOf, test } from 'vitest';
import { MisuseError, resource, run, scope, sleep, spawn, VirtualClock } from './index.ts';

const autojump = (): { clock: VirtualClock } => ({ clock: new VirtualClock({ autojump: true }) });

const held = (name: string, log: string[], wait = 0) =>
  resource<string>(function* (provide) {
    if (wait > 0) yield* sleep(wait);
    log.push(`${name} acquired`);
    try {
      yield* provide(name);
    } finally {
      if (wait > 0) yield* sleep(wait);
      log.push(`${name} released`);
    }
  });

describe('resource', () => {
  test('is released when the task ends, the latest first, after the children', async () => {
    for (const wait of [0, 5]) {
      const log: string[] = [];
      await run(function* () {
        yield* held('a', log, wait);
        yield* held('b', log, wait);
        yield* spawn(function* () {
          yield* sleep(50);
          log.push('child');
        });
        log.push('body');
      }, autojump());
      expect(log).toEqual(['a acquired', 'b acquired', 'body', 'child', 'b released', 'a released']);
    }
  });

  test('is released when the task fails or is cancelled', async () => {
    const log: string[] = [];
    const failing = run(function* () {
      yield* held('a', log);
      throw new Error('failed');
    });
    await expect(failing).rejects.toThrow('failed');
    const cancelled = run(function* () {
      yield* held('b', log);
      yield* sleep(1e6);
    });
    await cancelled.cancel();
    expect(log).toEqual(['a acquired', 'a released', 'b acquired', 'b released']);
  });

  test('failing to acquire throws at the yield*, where it can be caught', async () => {
    const broken = resource<number>(function* () {
      yield* sleep(1);
      throw new Error('refused');
    });
    const task = run(function* () {
      try {
        return yield* broken;
      } catch (error) {
        return (error as Error).message;
      }
    }, autojump());
    expect(await task).toBe('refused');
  });

  test('must provide, and once', async () => {
    await expect(run(() => resource(function* () {}))).rejects.toThrow('ended without providing anything');
    const twice = resource<number>(function* (provide) {
      const once = provide(1);
      yield* spawn(once);
      yield* sleep(1);
      yield* provide(2);
    });
    await expect(
      run(function* () {
        yield* twice;
        yield* sleep(10);
      }, autojump()),
    ).rejects.toThrow(MisuseError);
  });

  test('cancelled while it is being acquired, it lets go, and an error of that is not swallowed', async () => {
    const log: string[] = [];
    const slow = (error?: Error) =>
      resource<number>(function* (provide) {
        try {
          yield* sleep(1000);
          yield* provide(1);
        } finally {
          log.push('let go');
          // eslint-disable-next-line no-unsafe-finally -- the clean-up fails
          if (error !== undefined) throw error;
        }
      });
    const task = run(() => slow());
    await task.cancel();
    expect(log).toEqual(['let go']);
    await expect(run(() => slow(new Error('cannot let go'))).cancel()).rejects.toThrow('cannot let go');
  });

  test('what goes wrong in it later, or when it is released, its owner throws', async () => {
    const later = resource<number>(function* (provide) {
      yield* spawn(function* () {
        yield* sleep(10);
        throw new Error('connection lost');
      });
      yield* provide(1);
    });
    let finished = false;
    await expect(
      run(function* () {
        yield* later;
        yield* sleep(100);
        finished = true;
      }, autojump()),
    ).rejects.toThrow('connection lost');
    expect(finished).toBe(false);
    const brittle = resource<number>(function* (provide) {
      try {
        yield* provide(1);
      } finally {
        // eslint-disable-next-line no-unsafe-finally -- the clean-up fails
        throw new Error('cannot release');
      }
    });
    await expect(run(() => brittle)).rejects.toThrow('cannot release');
  });

  test('belongs to the innermost scope, and one description gives as many as asked for', async () => {
    const log: string[] = [];
    const one = held('r', log, 1);
    await run(function* () {
      yield* one;
      yield* scope(function* () {
        yield* one;
      });
      log.push('after the scope');
    }, autojump());
    expect(log).toEqual(['r acquired', 'r acquired', 'r released', 'after the scope', 'r released']);
  });

  test('a resource can hold others', async () => {
    const log: string[] = [];
    const outer = resource<string>(function* (provide) {
      const inner = yield* held('inner', log);
      try {
        yield* provide(`outer of ${inner}`);
      } finally {
        log.push('outer released');
      }
    });
    const value = await run(function* () {
      const value = yield* outer;
      expectTypeOf(value).toEqualTypeOf<string>();
      return value;
    });
    expect(value).toBe('outer of inner');
    expect(log).toEqual(['inner acquired', 'outer released', 'inner released']);
  });
});
