import { setImmediate as turn } from 'node:timers/promises';
import { describe, expect, test, vi } from 'vitest';
import {
  action,
  call,
  channel,
  each,
  event,
  race,
  run,
  semaphore,
  sleep,
  spawn,
  stream,
  streamOf,
  systemClock,
  timeout,
  until,
  VirtualClock,
} from '@gleaner/coroutine';
import { isIdle } from '../../src/run-queue.ts';

const timeouts = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;

describe('nothing leaks', () => {
  test('no host timer is left, whether the sleeper woke, was cancelled, or lost a race', async () => {
    await turn();
    const before = timeouts();
    await run(() => sleep(1));
    await run(() => sleep(1e6)).cancel();
    await run(() => race([sleep(1e6), sleep(1)]));
    await run(() => timeout(1e6, sleep(1)));
    for await (const _ of stream(function* () {
      yield 1;
      yield* sleep(1e6);
    })()) {
      break;
    }
    expect(timeouts()).toBe(before);
    expect(systemClock.timers.live).toBe(0);
    expect(isIdle()).toBe(true);
  });

  test('no listener is left on a signal that outlives its tasks', async () => {
    const { signal } = new AbortController();
    const add = vi.spyOn(signal, 'addEventListener');
    const remove = vi.spyOn(signal, 'removeEventListener');
    await run(() => until(1), { signal });
    await run(
      function* () {
        throw new Error('failed');
      },
      { signal },
    ).then(undefined, () => {});
    await run(() => sleep(1e6), { signal }).cancel();
    for await (const _ of streamOf([1, 2]).iterate({ signal })) break;
    expect(add).toHaveBeenCalledTimes(4);
    expect(remove).toHaveBeenCalledTimes(4);
  });

  test('no waiter is left in line at a channel, a semaphore or an event', async () => {
    const pipe = channel<number>();
    const full = channel<number>();
    const door = semaphore(1);
    const never = event() as ReturnType<typeof event> & { waiters: { first: unknown } };
    await run(() => door.acquire());
    const task = run(function* () {
      for (const wait of [pipe.receive(), full.send(1), door.acquire(), never, each(pipe).next()]) {
        yield* spawn(function* () {
          yield* wait;
        });
      }
      yield* spawn(pipe.map((n) => n, { concurrency: 5 }).toArray());
      yield* spawn(pipe.buffer(5).toArray());
      yield* spawn(
        pipe
          .merge(full.map((n) => n))
          .batch(3)
          .flatMap((n) => n)
          .toArray(),
      );
      yield* sleep(1e6);
    });
    expect(pipe.receivers.first).not.toBe(null);
    await task.cancel();
    expect([
      pipe.receivers.first,
      full.senders.first,
      full.receivers.first,
      door.waiters.first,
      never.waiters.first,
    ]).toEqual([null, null, null, null, null]);
  });

  test('what callbacks and abortable functions hold is taken back', async () => {
    let held = 0;
    const hold = () =>
      action(() => {
        held++;
        return () => held--;
      });
    let signal: AbortSignal | undefined;
    const task = run(function* () {
      yield* spawn(hold());
      yield* spawn(
        call((s) => {
          signal = s;
          return new Promise((_, reject) => s.addEventListener('abort', () => reject(s.reason as Error)));
        }),
      );
      yield* hold();
    });
    expect(held).toBe(2);
    await task.cancel();
    expect(held).toBe(0);
    expect(signal?.aborted).toBe(true);
  });

  test('a long task forgets its children, its loops and its resources when they have ended', async () => {
    const clock = new VirtualClock({ autojump: true });
    await run(
      function* () {
        const self = yield* spawn(function* () {
          for (let n = 0; n < 100; n++) {
            yield* spawn(sleep(1));
            const cursor = each([1, 2]);
            while (yield* cursor.next());
            const left = each([1, 2]);
            yield* left.next();
            yield* left.close();
            yield* sleep(2);
          }
          expect(self.children?.first ?? null).toBe(null);
          expect(self.rare().daemons.first).toBe(null);
        });
      },
      { clock },
    );
    expect(clock.timers.live).toBe(0);
    expect(clock.outside).toBe(0);
  });

  test('an item that a task had is not kept alive by the task that has ended', async () => {
    const collect = (globalThis as { gc?: () => void }).gc;
    if (collect === undefined) return;
    let item: object | null = {};
    const reference = new WeakRef(item);
    const task = run(function* () {
      const kept = item;
      yield* sleep(0);
      return kept === null;
    });
    item = null;
    await task;
    await turn();
    collect();
    expect(reference.deref()).toBe(undefined);
  });
});
