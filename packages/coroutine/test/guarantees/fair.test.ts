import { describe, expect, test } from 'vitest';
import { checkpoint, coroutine, run, sleep, spawn, stream, until, type Operation } from '@gleaner/coroutine';

/** In milliseconds. A slice is 4 ms; the rest is for a machine that does something else as well. */
const MOST = 15;

const nothing = coroutine(function* () {});

const busy: Record<string, () => Operation<unknown>> = {
  'ready operations': function* () {
    for (;;) yield* until(1);
  },
  'a storm of calls': function* () {
    for (;;) yield* nothing();
  },
  checkpoints: function* () {
    for (;;) yield* checkpoint();
  },
  'promises that are there': function* () {
    for (;;) yield* until(Promise.resolve());
  },
  'children that end at once': function* () {
    for (;;) yield* spawn(nothing());
  },
  'a stream that never waits': () =>
    stream(function* () {
      for (let n = 0; ; n++) yield n;
    })().forEach(() => {}),
  'a filter that keeps nothing': () =>
    stream(function* () {
      for (let n = 0; ; n++) yield n;
    })()
      .filter(() => false)
      .toArray(),
  'work that takes its time between operations': function* () {
    for (;;) {
      const until_ = performance.now() + 0.3;
      while (performance.now() < until_);
      yield* until(1);
    }
  },
};

describe('fair', () => {
  test.each(Object.entries(busy))(
    '%s: timers and I/O have their turn within a few milliseconds',
    async (_, work) => {
      // Compiling takes its time at first; and once without a disturbance from outside is enough.
      const lags: number[] = [];
      for (let round = 0; round < 10 && !lags.some((lag) => lag < MOST); round++) {
        const task = run(work);
        let worst = 0;
        for (let n = 0; n < 4; n++) {
          const due = performance.now() + 2;
          await new Promise((resolve) => setTimeout(resolve, 2));
          // By then the runtime knows how long this task's operations take.
          if (n > 0) worst = Math.max(worst, performance.now() - due);
        }
        await task.cancel();
        lags.push(worst);
      }
      expect(Math.min(...lags)).toBeLessThan(MOST);
    },
  );

  test.each(Object.entries(busy))('%s: it does not starve other tasks', async (_, work) => {
    const task = run(work);
    await run(function* () {
      yield* sleep(1);
      for (let n = 0; n < 3; n++) yield* checkpoint();
    });
    await task.cancel();
  });

  test('a for await over items that are there does not starve timers', async () => {
    const timer = { fired: false };
    setTimeout(() => (timer.fired = true), 2);
    const endless = stream(function* () {
      for (let n = 0; ; n++) yield n;
    });
    for await (const _ of endless()) if (timer.fired) break;
    expect(timer.fired).toBe(true);
  });

  test('a task gives way to others after 256 operations', async () => {
    const log: string[] = [];
    await run(function* () {
      for (const name of ['a', 'b']) {
        yield* spawn(function* () {
          yield* checkpoint();
          for (let n = 0; n < 600; n++) {
            yield* until(n);
            log.push(name);
          }
        });
      }
    });
    const runs =
      log
        .join('')
        .match(/a+|b+/g)
        ?.map((same) => same.length) ?? [];
    expect(runs.length).toBeGreaterThanOrEqual(4);
    expect(Math.max(...runs)).toBeLessThanOrEqual(256);
  });
});
