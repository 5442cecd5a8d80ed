import { describe, expect, test } from 'vitest';
import { defer, run, scope, sleep, spawn, VirtualClock, type Wait } from './index.ts';

const autojump = (): { clock: VirtualClock } => ({ clock: new VirtualClock({ autojump: true }) });

describe('defer', () => {
  test('runs the latest first, after the children, before the task ends', async () => {
    const log: string[] = [];
    const note = (word: string) =>
      function* () {
        yield* sleep(1);
        log.push(word);
      };
    await run(function* () {
      yield* defer(note('first'));
      yield* defer(note('second'));
      yield* spawn(function* () {
        yield* sleep(50);
        log.push('child');
      });
      log.push('body');
    }, autojump());
    expect(log).toEqual(['body', 'child', 'second', 'first']);
  });

  test('calls its function at the end, not when it is deferred', async () => {
    const log: string[] = [];
    await run(function* () {
      yield* defer(() => {
        log.push('called');
        return sleep(0);
      });
      log.push('body');
    }, autojump());
    expect(log).toEqual(['body', 'called']);
  });

  test('runs when the task fails, and when it is cancelled', async () => {
    const log: string[] = [];
    const note = function* () {
      yield* sleep(1);
      log.push('deferred');
    };
    const failing = run(function* () {
      yield* defer(note);
      throw new Error('failed');
    }, autojump());
    await expect(failing).rejects.toThrow('failed');
    const task = run(function* () {
      yield* defer(note);
      yield* sleep(1e6);
    });
    await task.cancel();
    expect(log).toEqual(['deferred', 'deferred']);
  });

  test('what it throws, the task throws; the others run all the same', async () => {
    let others = 0;
    const other = function* () {
      others++;
    };
    const task = run(function* () {
      yield* defer(other);
      yield* defer(function* () {
        throw new Error('one');
      });
      yield* defer(function* () {
        yield* sleep(1);
        throw new Error('two');
      });
      yield* defer(other);
    }, autojump());
    const error: unknown = await task.then(undefined, (e: unknown) => e);
    expect((error as AggregateError).errors.map(String)).toEqual(['Error: two', 'Error: one']);
    expect(others).toBe(2);
  });

  test('cancelling does not disturb it', async () => {
    const log: string[] = [];
    const clock = new VirtualClock();
    const task = run(
      function* () {
        yield* defer(function* () {
          yield* sleep(100);
          log.push('done');
        });
        return 'value';
      },
      { clock },
    );
    await clock.advance(50);
    const cancelled = Promise.resolve(task.cancel());
    await clock.advance(50);
    await cancelled;
    expect(log).toEqual(['done']);
    expect(await task).toBe('value');
  });

  test('belongs to the innermost scope', async () => {
    const log: string[] = [];
    await run(function* () {
      yield* scope(function* () {
        yield* defer(function* () {
          log.push('deferred');
        });
      });
      log.push('after the scope');
    });
    expect(log).toEqual(['deferred', 'after the scope']);
  });

  test('100,000 of them, and 100,000 deferred by one another', async () => {
    let ran = 0;
    const one = function* () {
      ran++;
    };
    await run(function* () {
      for (let n = 0; n < 100_000; n++) yield* defer(one);
    });
    expect(ran).toBe(100_000);
    let left = 100_000;
    const next = function* (): Generator<Wait, void, unknown> {
      if (--left > 0) yield* defer(next);
    };
    await run(next);
    expect(left).toBe(0);
  });
});
