import { describe, expect, test } from 'vitest';
import { MisuseError, now, run, sleep, spawn, until, VirtualClock } from './index.ts';

describe('VirtualClock', () => {
  test('no time passes until told so; then what is due happens in its order', async () => {
    const clock = new VirtualClock({ start: 100 });
    const log: string[] = [];
    const task = run(
      function* () {
        for (const ms of [30, 10, 20]) {
          yield* spawn(function* () {
            yield* sleep(ms);
            log.push(`${ms} at ${yield* now()}`);
          });
        }
      },
      { clock },
    );
    await clock.advance(9);
    expect(log).toEqual([]);
    await clock.advance(1);
    expect(log).toEqual(['10 at 110']);
    await clock.advance(1000);
    expect(log).toEqual(['10 at 110', '20 at 120', '30 at 130']);
    expect(clock.now()).toBe(1110);
    await task;
  });

  test('what is armed meanwhile happens, too, and promises get on in between', async () => {
    const clock = new VirtualClock();
    const times: number[] = [];
    const task = run(
      function* () {
        for (let n = 0; n < 5; n++) {
          yield* sleep(10);
          yield* until(Promise.resolve().then(() => undefined));
          times.push(yield* now());
        }
      },
      { clock },
    );
    await clock.advance(50);
    expect(times).toEqual([10, 20, 30, 40, 50]);
    await task;
  });

  test('with autojump, time passes whenever all wait for time alone', async () => {
    const clock = new VirtualClock({ autojump: true });
    await run(
      function* () {
        yield* spawn(sleep(86_400_000));
        yield* sleep(3_600_000);
      },
      { clock },
    );
    expect(clock.now()).toBe(86_400_000);
  });

  test('wants milliseconds, 0 or more', async () => {
    await expect(new VirtualClock().advance(-1)).rejects.toThrow(MisuseError);
  });
});
