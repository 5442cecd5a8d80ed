import { describe, expect, test } from 'vitest';
import { checkpoint, MisuseError, now, run, sleep, spawn, systemClock, VirtualClock } from './index.ts';

describe('sleep', () => {
  test('passes no less than its time, by the clock of the system', async () => {
    for (const ms of [0, 1, 5.5, 12]) {
      const begun = performance.now();
      await run(() => sleep(ms));
      expect(performance.now() - begun).toBeGreaterThanOrEqual(ms);
    }
  });

  test('one that begins just when another ends does not hold up a third that is due before it', async () => {
    const begun = performance.now();
    await run(function* () {
      const long = yield* spawn(function* () {
        yield* sleep(5);
        yield* sleep(10_000);
      });
      yield* sleep(30);
      yield* long.cancel();
    });
    expect(performance.now() - begun).toBeLessThan(5000);
  });

  test('those that are due earlier wake first; those due together in the order in which they fell asleep', async () => {
    const log: string[] = [];
    await run(
      function* () {
        for (const [name, ms] of [
          ['d', 30],
          ['b', 20],
          ['a', 10],
          ['c', 20],
        ] as const) {
          yield* spawn(function* () {
            yield* sleep(ms);
            log.push(name);
          });
        }
      },
      { clock: new VirtualClock({ autojump: true }) },
    );
    expect(log).toEqual(['a', 'b', 'c', 'd']);
  });

  test('one description can be slept again, also after it was abandoned', async () => {
    const log: string[] = [];
    const clock = new VirtualClock({ autojump: true });
    await run(
      function* () {
        const nap = sleep(10);
        const abandoned = yield* spawn(nap);
        for (const ms of [15, 16]) {
          yield* spawn(function* () {
            yield* sleep(ms);
            log.push(String(ms));
          });
        }
        yield* sleep(8);
        yield* abandoned.cancel();
        yield* nap;
        log.push('18');
        yield* nap;
        expect(clock.now()).toBe(28);
      },
      { clock },
    );
    expect(log).toEqual(['15', '16', '18']);
    expect(clock.timers.live).toBe(0);
  });

  test('a sleep longer than what a host timer takes does not end at once', async () => {
    const task = run(() => sleep(2 ** 32));
    await new Promise((resolve) => setTimeout(resolve, 5));
    expect(task.status).toBe('running');
    await task.cancel();
    expect(systemClock.timers.live).toBe(0);
  });

  test('wants a finite number, 0 or more', () => {
    for (const ms of [-1, NaN, Infinity, '5' as unknown as number].slice(0, 3)) {
      expect(() => sleep(ms)).toThrow(MisuseError);
    }
  });
});

describe('now and checkpoint', () => {
  test('the time of the system is milliseconds since 1970', async () => {
    expect(Math.abs((await run(() => now())) - Date.now())).toBeLessThan(1000);
  });

  test('at a checkpoint every other task that can go on has its turn', async () => {
    const log: string[] = [];
    function* walk(name: string) {
      for (let n = 0; n < 3; n++) {
        log.push(name + String(n));
        yield* checkpoint();
      }
    }
    await run(function* () {
      yield* spawn(walk('a'));
      yield* spawn(walk('b'));
    });
    expect(log).toEqual(['a0', 'b0', 'a1', 'b1', 'a2', 'b2']);
  });
});
