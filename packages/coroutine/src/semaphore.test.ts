import { describe, expect, test } from 'vitest';
import { all, checkpoint, MisuseError, run, semaphore, sleep, spawn, VirtualClock } from './index.ts';

const autojump = (): { clock: VirtualClock } => ({ clock: new VirtualClock({ autojump: true }) });

describe('semaphore', () => {
  test('lets so many past at a time, first come, first served', async () => {
    const door = semaphore(2);
    const log: number[] = [];
    let inside = 0;
    let most = 0;
    await run(
      () =>
        all(
          [0, 1, 2, 3, 4, 5].map((n) =>
            door.hold(function* () {
              most = Math.max(most, ++inside);
              log.push(n);
              yield* sleep(10 + n);
              inside--;
            }),
          ),
        ),
      autojump(),
    );
    expect(most).toBe(2);
    expect(log).toEqual([0, 1, 2, 3, 4, 5]);
    expect(door.available).toBe(2);
  });

  test('hold gives what the work gives, and releases when it fails or is cancelled', async () => {
    const door = semaphore(1);
    expect(
      await run(() =>
        door.hold(function* () {
          return door.available;
        }),
      ),
    ).toBe(0);
    await expect(
      run(() =>
        door.hold(function* () {
          throw new Error('failed');
        }),
      ),
    ).rejects.toThrow('failed');
    await run(() => door.hold(sleep(1e6))).cancel();
    expect(door.available).toBe(1);
  });

  test('cancelled while waiting, nothing has changed', async () => {
    const door = semaphore(1);
    const log: string[] = [];
    await run(function* () {
      yield* door.acquire();
      const first = yield* spawn(door.hold(sleep(1)));
      yield* spawn(
        door.hold(function* () {
          log.push('second');
        }),
      );
      yield* first.cancel();
      expect(log).toEqual([]);
      door.release();
    }, autojump());
    expect(log).toEqual(['second']);
    expect(door.available).toBe(1);
  });

  test('cancelled after it was handed the permit, it still gets it and gives it back', async () => {
    const door = semaphore(1);
    await run(function* () {
      yield* door.acquire();
      const waiting = yield* spawn(door.hold(sleep(1000)));
      yield* checkpoint();
      door.release();
      yield* waiting.cancel();
    }, autojump());
    expect(door.available).toBe(1);
  });

  test('cannot be released more often than acquired; its permits are a whole number', () => {
    expect(() => semaphore(1).release()).toThrow(MisuseError);
    expect(() => semaphore(0)).toThrow('the number of permits must be a whole number of at least 1, not 0');
  });
});
