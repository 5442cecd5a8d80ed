import { describe, expect, expectTypeOf, test, vi } from 'vitest';
import { CancelledError, coroutine, now, run, sleep, until, VirtualClock, type Task } from './index.ts';

/** What the process would be told of as unhandled rejections until the event loop has turned a few times. */
async function unhandled(provoke: () => void): Promise<unknown[]> {
  const listeners = process.listeners('unhandledRejection');
  const seen: unknown[] = [];
  process.removeAllListeners('unhandledRejection');
  process.on('unhandledRejection', (error) => seen.push(error));
  try {
    provoke();
    for (let n = 0; n < 3; n++) await new Promise((resolve) => setImmediate(resolve));
  } finally {
    process.removeAllListeners('unhandledRejection');
    for (const listener of listeners) process.on('unhandledRejection', listener);
  }
  return seen;
}

describe('run', () => {
  test('starts at once, up to the first wait', async () => {
    const log: string[] = [];
    const task = run(function* () {
      log.push('begun');
      yield* until(Promise.resolve());
      log.push('resumed');
    });
    log.push('running');
    await task;
    expect(log).toEqual(['begun', 'running', 'resumed']);
  });

  test('takes operations, coroutines, generators and generator functions', async () => {
    const one = coroutine(function* () {
      return 1;
    });
    function* two() {
      return 2;
    }
    expect(await run(one)).toBe(1);
    expect(await run(one())).toBe(1);
    expect(await run(two)).toBe(2);
    expect(await run(two())).toBe(2);
    expect(await run(until(3))).toBe(3);
    expectTypeOf(run(one)).toEqualTypeOf<Task<number>>();
  });

  test('anything else is a mistake, and says so', () => {
    expect(() => run(5 as never)).toThrow(
      'expected an operation, or a generator function that makes one, not 5',
    );
    expect(() => run((() => undefined) as never)).toThrow('not undefined');
    expect(() => run(async function* () {} as never)).toThrow('expected an operation');
  });

  test('the task rejects with what it throws', async () => {
    const error = new Error('failed');
    const task = run(function* () {
      yield* until(Promise.resolve());
      throw error;
    });
    await expect(task).rejects.toBe(error);
    expect(task.status).toBe('failed');
  });

  test('a signal cancels it, and awaiting it rejects with the reason, as fetch does', async () => {
    const controller = new AbortController();
    const log: string[] = [];
    const task = run(
      function* () {
        try {
          yield* sleep(1e6);
        } finally {
          log.push('finally');
        }
      },
      { signal: controller.signal },
    );
    const reason = new Error('enough');
    controller.abort(reason);
    await expect(task).rejects.toBe(reason);
    expect(task.status).toBe('cancelled');
    expect(log).toEqual(['finally']);
  });

  test('with a signal that has aborted, nothing begins', async () => {
    let begun = false;
    const task = run(
      function* () {
        begun = true;
      },
      { signal: AbortSignal.abort(new Error('before')) },
    );
    await expect(task).rejects.toThrow('before');
    expect(begun).toBe(false);
    expect(task.status).toBe('cancelled');
  });

  test('leaves no listener on the signal', async () => {
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, 'addEventListener');
    const remove = vi.spyOn(signal, 'removeEventListener');
    await run(() => sleep(0), { signal });
    await run(() => sleep(0), { signal }).cancel();
    expect(add).toHaveBeenCalledTimes(2);
    expect(remove).toHaveBeenCalledTimes(2);
    expect(remove.mock.calls.map((call) => call[1])).toEqual(add.mock.calls.map((call) => call[1]));
  });

  test('time comes from its clock, and a name can be given', async () => {
    const task = run(() => now(), { clock: new VirtualClock({ start: 7 }), name: 'seven' });
    expect(task.name).toBe('seven');
    expect(await task).toBe(7);
    expect(run(function* walk() {}).name).toBe('walk');
  });

  test('a failure that nobody awaits is an unhandled rejection, with a signal too', async () => {
    const error = new Error('lost');
    const failing = function* () {
      throw error;
    };
    expect(await unhandled(() => void run(failing))).toEqual([error]);
    expect(await unhandled(() => void run(failing, { signal: new AbortController().signal }))).toEqual([
      error,
    ]);
  });

  test('a failure of a task that was only waited for by one that was cancelled is unhandled, too', async () => {
    const error = new Error('lost');
    const seen = await unhandled(() => {
      const clock = new VirtualClock();
      const task = run(
        function* () {
          yield* sleep(1);
          throw error;
        },
        { clock },
      );
      const waiting = run(() => task);
      void waiting.cancel();
      void clock.advance(1);
    });
    expect(seen).toEqual([error]);
  });

  test('a cancelled task that nobody awaits is not unhandled; nor is an error that whoever cancels is told', async () => {
    const brittle = function* () {
      try {
        yield* sleep(1e6);
      } finally {
        // eslint-disable-next-line no-unsafe-finally -- the clean-up fails
        throw new Error('clean-up');
      }
    };
    const told: string[] = [];
    const tell = (error: unknown) => void told.push(String(error));
    const seen = await unhandled(() => {
      void run(() => sleep(1e6)).cancel();
      run(() => sleep(1e6), { signal: AbortSignal.abort() });
      // Awaited natively, the thenable is asked a microtask later, when the task has ended already.
      (async () => {
        await run(brittle).cancel();
      })().catch(tell);
      run(function* () {
        yield* run(brittle).cancel();
      }).then(undefined, tell);
    });
    expect(seen).toEqual([]);
    expect(told).toEqual(['Error: clean-up', 'Error: clean-up']);
  });

  test('an error of clean-up is unhandled if nobody waits for the cancellation', async () => {
    const error = new Error('clean-up');
    const seen = await unhandled(() => {
      void run(function* () {
        try {
          yield* sleep(1e6);
        } finally {
          // eslint-disable-next-line no-unsafe-finally -- the clean-up fails
          throw error;
        }
      }).cancel();
    });
    expect(seen).toEqual([error]);
  });

  test('may be called inside a coroutine: a root of its own', async () => {
    const log: string[] = [];
    const clock = new VirtualClock();
    let inner: Task<void> | undefined;
    const outer = run(
      function* () {
        inner = run(
          function* () {
            log.push('inner begun');
            yield* sleep(10);
            log.push('inner done');
          },
          { clock },
        );
        log.push('outer done');
      },
      { clock },
    );
    await outer;
    expect(log).toEqual(['inner begun', 'outer done']);
    await clock.advance(10);
    expect(log.at(-1)).toBe('inner done');
    expect(inner?.status).toBe('done');
  });

  test('awaiting a task cancelled without a reason rejects with CancelledError', async () => {
    const task = run(() => sleep(1e6), { name: 'sleeper' });
    await task.cancel();
    await expect(task).rejects.toThrow(CancelledError);
    await expect(task).rejects.toThrow("the task 'sleeper' was cancelled");
  });
});
