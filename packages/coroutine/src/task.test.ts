import { describe, expect, test } from 'vitest';
import {
  CancelledError,
  coroutine,
  run,
  scope,
  sleep,
  spawn,
  until,
  VirtualClock,
  type Task,
  type Wait,
} from './index.ts';

const autojump = (): { clock: VirtualClock } => ({ clock: new VirtualClock({ autojump: true }) });

describe('a task', () => {
  test('is running until nothing of it is left, clean-up included', async () => {
    const clock = new VirtualClock();
    const task = run(
      function* () {
        yield* spawn(sleep(10));
        return 'value';
      },
      { clock },
    );
    expect(task.status).toBe('running');
    await clock.advance(10);
    expect(task.status).toBe('done');
    expect(await task).toBe('value');
    expect(await task).toBe('value');
  });

  test('can be waited for by other tasks, of other roots too', async () => {
    const options = autojump();
    const shared = run(function* () {
      yield* sleep(10);
      return 7;
    }, options);
    const waiters = [1, 2].map(() =>
      run(function* () {
        return yield* shared;
      }, options),
    );
    expect(await Promise.all(waiters)).toEqual([7, 7]);
  });

  test('is an async disposable: leaving the block cancels it and waits', async () => {
    const log: string[] = [];
    {
      const task = run(function* () {
        try {
          yield* sleep(1e6);
        } finally {
          yield* until(new Promise((resolve) => setImmediate(resolve)));
          log.push('cleaned up');
        }
      });
      await task[Symbol.asyncDispose]();
    }
    expect(log).toEqual(['cleaned up']);
  });
});

describe('cancel', () => {
  test('begins at once; waiting for it waits until all is cleaned up; again is the same', async () => {
    const clock = new VirtualClock();
    const log: string[] = [];
    const task = run(
      function* () {
        try {
          yield* sleep(1e6);
        } finally {
          log.push('began');
          yield* sleep(10);
          log.push('cleaned up');
        }
      },
      { clock },
    );
    const first = Promise.resolve(task.cancel()).then(() => log.push('first'));
    const second = Promise.resolve(task.cancel()).then(() => log.push('second'));
    await clock.advance(5);
    expect(log).toEqual(['began']);
    await clock.advance(5);
    await Promise.all([first, second]);
    expect(log).toEqual(['began', 'cleaned up', 'first', 'second']);
    await task.cancel();
  });

  test('leaves a task alone that has ended, well or not', async () => {
    const done = run(() => until(1));
    await done.cancel();
    expect(done.status).toBe('done');
    const failed = run(function* () {
      throw new Error('failed');
    });
    await expect(failed).rejects.toThrow('failed');
    // What it failed with has been told already.
    await failed.cancel();
    await run(() => failed.cancel());
    expect(failed.status).toBe('failed');
  });

  test('a task that never waits again is simply done', async () => {
    const task: Task<string> = run(function* (): Generator<Wait, string, unknown> {
      yield* sleep(1);
      void task.cancel();
      return 'done anyway';
    });
    expect(await task).toBe('done anyway');
    expect(task.status).toBe('done');
  });

  test('from inside, the task returns at its next wait, even if that would be ready', async () => {
    const log: string[] = [];
    const task: Task<void> = run(function* (): Generator<Wait, void, unknown> {
      yield* sleep(1);
      try {
        void task.cancel();
        log.push('cancelled');
        yield* until(1);
        log.push('never');
      } finally {
        yield* until(1);
        log.push('finally');
      }
    });
    await expect(task).rejects.toThrow(CancelledError);
    expect(log).toEqual(['cancelled', 'finally']);
  });

  test('may be waited for from inside', async () => {
    const task: Task<void> = run(function* (): Generator<Wait, void, unknown> {
      yield* sleep(1);
      yield* task.cancel();
    });
    await expect(task).rejects.toThrow(CancelledError);
  });

  test('the wait throws what went wrong while cleaning up', async () => {
    const task = run(function* () {
      yield* spawn(function* () {
        try {
          yield* sleep(1e6);
        } finally {
          // eslint-disable-next-line no-unsafe-finally -- the clean-up fails
          throw new Error('child');
        }
      });
      try {
        yield* sleep(1e6);
      } finally {
        // eslint-disable-next-line no-unsafe-finally -- the clean-up fails
        throw new Error('parent');
      }
    });
    const error: unknown = await task.cancel().then(undefined, (e: unknown) => e);
    expect((error as AggregateError).errors.map(String)).toEqual(['Error: child', 'Error: parent']);
    expect(task.status).toBe('failed');
  });

  test('if the clean-up of a call fails and its caller catches that, the caller is cancelled at its next wait', async () => {
    const log: string[] = [];
    const inner = coroutine(function* () {
      try {
        yield* sleep(1e6);
      } finally {
        // eslint-disable-next-line no-unsafe-finally -- the clean-up fails
        throw new Error('clean-up');
      }
    });
    const task = run(function* () {
      try {
        try {
          yield* inner();
        } catch (error) {
          log.push((error as Error).message);
        }
        yield* sleep(1);
        log.push('never');
      } finally {
        yield* sleep(1);
        log.push('finally');
      }
    });
    await task.cancel();
    expect(log).toEqual(['clean-up', 'finally']);
  });

  test('the clean-up of a task whose child has failed is not disturbed by a cancellation either', async () => {
    const log: string[] = [];
    const clock = new VirtualClock();
    const task = run(
      function* () {
        yield* spawn(function* () {
          yield* sleep(10);
          throw new Error('child');
        });
        try {
          yield* sleep(100);
        } finally {
          yield* scope(function* () {
            yield* spawn(sleep(20));
            yield* sleep(50);
            log.push('flushed');
          });
        }
      },
      { clock },
    );
    const outcome = task.then(undefined, String);
    await clock.advance(20);
    const cancelled = task.cancel().then(undefined, String);
    await clock.advance(100);
    expect(log).toEqual(['flushed']);
    expect(await outcome).toBe('Error: child');
    expect(await cancelled).toBe('Error: child');
  });

  test('children end before the parent, deepest first, each with its own frames innermost first', async () => {
    const log: string[] = [];
    const frame = (name: string, inner: () => Generator<Wait, void, unknown>) =>
      coroutine(function* () {
        try {
          yield* inner();
        } finally {
          yield* sleep(1);
          log.push(name);
        }
      })() as unknown as Generator<Wait, void, unknown>;
    const asleep = () => sleep(1e6) as unknown as Generator<Wait, void, unknown>;
    const task = run(function* () {
      yield* spawn(function* () {
        yield* spawn(() => frame('grandchild outer', () => frame('grandchild inner', asleep)));
        yield* frame('child', asleep);
      });
      yield* frame('parent outer', () => frame('parent inner', asleep));
    });
    await task.cancel();
    expect(log).toEqual(['grandchild inner', 'grandchild outer', 'child', 'parent inner', 'parent outer']);
  });
});

test('a task that waits for itself, or for one that ends only after it, is told so', async () => {
  const task: Task<void> = run(function* () {
    yield* spawn(function* child() {
      yield* sleep(1);
      yield* task;
    });
  });
  await expect(task).rejects.toThrow("the task 'child' waits for 'anonymous', which ends only after it");
});
