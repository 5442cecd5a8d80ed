import { describe, expect, test } from 'vitest';
import { call, run, sleep, spawn, VirtualClock } from './index.ts';

/** A promise that settles when the signal aborts, after as many turns of the loop as a connection may take to close. */
function heeding(signal: AbortSignal, log: string[], error?: Error): Promise<never> {
  return new Promise((_, reject) => {
    signal.addEventListener('abort', () => {
      setImmediate(() => {
        log.push('stopped');
        reject(error ?? (signal.reason as Error));
      });
    });
  });
}

describe('call', () => {
  test('gives what the function gives, promise or not', async () => {
    expect(await run(() => call(() => Promise.resolve(1)))).toBe(1);
    expect(await run(() => call(() => 2))).toBe(2);
  });

  test('throws what the function throws, at once or by its promise', async () => {
    const broken = (): number => {
      throw new Error('at once');
    };
    await expect(run(() => call(broken))).rejects.toThrow('at once');
    await expect(run(() => call(() => Promise.reject(new Error('later'))))).rejects.toThrow('later');
  });

  test('cancelled, the signal aborts, and a function that takes it is waited for', async () => {
    const log: string[] = [];
    const task = run(function* () {
      try {
        yield* call((signal) => heeding(signal, log));
      } finally {
        log.push('finally');
      }
    });
    await task.cancel();
    expect(log).toEqual(['stopped', 'finally']);
    expect(task.status).toBe('cancelled');
  });

  test('an error other than the abort itself, while being cancelled, is not swallowed', async () => {
    const task = run(() => call((signal) => heeding(signal, [], new Error('cannot stop'))));
    await expect(task.cancel()).rejects.toThrow('cannot stop');
  });

  test('a function that takes no signal is left to itself, and holds no clock up', async () => {
    const clock = new VirtualClock({ autojump: true });
    await run(
      function* () {
        const left = yield* spawn(call(() => new Promise<never>(() => {})));
        yield* left.cancel();
        yield* sleep(1000);
      },
      { clock },
    );
    expect(clock.now()).toBe(1000);
    expect(clock.outside).toBe(0);
  });

  test('each run has a signal of its own', async () => {
    const signals: AbortSignal[] = [];
    const operation = call((signal) => {
      signals.push(signal);
      return Promise.resolve(signals.length);
    });
    expect(await run(() => operation)).toBe(1);
    expect(await run(() => operation)).toBe(2);
    expect(signals[0]).not.toBe(signals[1]);
    expect(signals.map((signal) => signal.aborted)).toEqual([false, false]);
  });
});
