import { describe, expect, test } from 'vitest';
import { event, run, sleep, spawn, VirtualClock } from './index.ts';

describe('event', () => {
  test('all who wait go on, in the order in which they came; who comes later does not wait', async () => {
    const opened = event<string>();
    const log: string[] = [];
    await run(function* () {
      for (const name of ['a', 'b']) {
        yield* spawn(function* () {
          log.push(name + (yield* opened));
        });
      }
      expect(opened.isSet).toBe(false);
      opened.set('!');
      expect(opened.isSet).toBe(true);
      log.push(`c${yield* opened}`);
    });
    expect(log).toEqual(['c!', 'a!', 'b!']);
  });

  test('only the first time counts', async () => {
    const once = event<number>();
    once.set(1);
    once.set(2);
    expect(await run(() => once)).toBe(1);
  });

  test('may be set from ordinary code', async () => {
    const opened = event();
    const task = run(() => opened);
    opened.set();
    await task;
  });

  test('who is cancelled while waiting leaves the line', async () => {
    const never = event();
    const log: string[] = [];
    await run(
      function* () {
        const first = yield* spawn(function* () {
          yield* never;
          log.push('first');
        });
        yield* spawn(function* () {
          yield* never;
          log.push('second');
        });
        yield* first.cancel();
        yield* sleep(1);
        never.set();
      },
      { clock: new VirtualClock({ autojump: true }) },
    );
    expect(log).toEqual(['second']);
  });
});
