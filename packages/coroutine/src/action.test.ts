import { describe, expect, test } from 'vitest';
import { action, run, sleep, spawn, VirtualClock } from './index.ts';

describe('action', () => {
  test('waits for the callback, and cleans up as soon as the value has come', async () => {
    const log: string[] = [];
    const value = await run(function* () {
      const value = yield* action<number>((resolve) => {
        setImmediate(() => resolve(1));
        return () => log.push('clean-up');
      });
      log.push('value');
      return value;
    });
    expect(value).toBe(1);
    expect(log).toEqual(['clean-up', 'value']);
  });

  test('a value that comes at once is given without a wait, and cleaned up after', async () => {
    const log: string[] = [];
    const begin = (resolve: (value: string) => void) => {
      resolve('first');
      resolve('second');
      return () => log.push('clean-up');
    };
    expect(await run(() => action(begin))).toBe('first');
    expect(log).toEqual(['clean-up']);
  });

  test('throws what it is rejected with, early or late', async () => {
    await expect(run(() => action((_, reject) => reject(new Error('early'))))).rejects.toThrow('early');
    const late = action((_, reject) => void setImmediate(() => reject(new Error('late'))));
    await expect(run(() => late)).rejects.toThrow('late');
  });

  test('throws what beginning throws, and what cleaning up throws', async () => {
    const begin = () => {
      throw new Error('begin');
    };
    await expect(run(() => action(begin))).rejects.toThrow('begin');
    const broken = action((resolve) => {
      setImmediate(() => resolve(1));
      return () => {
        throw new Error('clean-up');
      };
    });
    await expect(run(() => broken)).rejects.toThrow('clean-up');
  });

  test('cancelled, it cleans up once, and what comes later is too late', async () => {
    let cleanUps = 0;
    let late: (value: number) => void = () => {};
    const task = run(() =>
      action<number>((resolve) => {
        late = resolve;
        return () => cleanUps++;
      }),
    );
    await task.cancel();
    late(1);
    late(2);
    expect(cleanUps).toBe(1);
    expect(task.status).toBe('cancelled');
  });

  test('an error of its clean-up while being cancelled reaches whoever cancels', async () => {
    const task = run(() =>
      action(() => () => {
        throw new Error('clean-up');
      }),
    );
    await expect(task.cancel()).rejects.toThrow('clean-up');
  });

  test('can be waited for again, and by several at the same time', async () => {
    const clock = new VirtualClock();
    let begun = 0;
    const resolves: ((value: number) => void)[] = [];
    const one = action<number>((resolve) => {
      begun++;
      resolves.push(resolve);
    });
    const task = run(
      function* () {
        const first = yield* spawn(one);
        const second = yield* spawn(one);
        yield* sleep(1);
        resolves.forEach((resolve, place) => resolve(place));
        return [yield* first, yield* second];
      },
      { clock },
    );
    await clock.advance(1);
    expect(await task).toEqual([0, 1]);
    expect(begun).toBe(2);
  });
});
