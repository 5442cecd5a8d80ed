import { describe, expect, test } from 'vitest';
import {
  action,
  all,
  any,
  call,
  channel,
  checkpoint,
  coroutine,
  each,
  event,
  race,
  resource,
  run,
  scope,
  semaphore,
  settled,
  sleep,
  spawn,
  stream,
  streamOf,
  timeout,
  until,
  VirtualClock,
  type Coroutine,
  type Operation,
  type Wait,
} from '@gleaner/coroutine';

const never = (): Promise<never> => new Promise(() => {});

/** Everything that can be waited for, so that it waits. */
const waits: Record<string, () => Operation<unknown>> = {
  sleep: () => sleep(1e6),
  until: () => until(never()),
  call: () => call(never),
  'call with a signal': () =>
    call(
      (signal) =>
        new Promise((_, reject) => signal.addEventListener('abort', () => reject(signal.reason as Error))),
    ),
  action: () => action(() => {}),
  event: () => event(),
  send: () => channel<number>().send(1),
  receive: () => channel<number>().receive(),
  semaphore: () => {
    const door = semaphore(1);
    door.available = 0;
    return door.acquire();
  },
  timeout: () => timeout(1e7, sleep(1e6)),
  scope: () => scope(() => sleep(1e6)),
  all: () => all([sleep(1e6), until(never())]),
  race: () => race([sleep(1e6), until(never())]),
  any: () => any([sleep(1e6), until(never())]),
  settled: () => settled([sleep(1e6)]),
  resource: () =>
    resource<void>(function* (provide) {
      yield* sleep(1e6);
      yield* provide();
    }),
  coroutine: () =>
    coroutine(function* () {
      yield* sleep(1e6);
    })(),
  'a generator': function* () {
    yield* sleep(1e6);
  },
  'the next item': () =>
    each(
      stream(function* () {
        yield* sleep(1e6);
        yield 1;
      })(),
    ).next(),
  'the next item of a promise': () =>
    each({
      [Symbol.asyncIterator]: () => ({ next: never }),
    } as AsyncIterable<number>).next(),
  'a task': function* () {
    const child = yield* spawn(sleep(1e6));
    yield* child;
  },
};

describe('cancellation is a return, not an error', () => {
  test.each(Object.entries(waits))(
    'at %s: finally runs, catch does not, and clean-up may wait',
    async (_, wait) => {
      const log: string[] = [];
      const clock = new VirtualClock();
      const task = run(
        function* () {
          try {
            yield* wait();
            log.push('went on');
          } catch {
            log.push('catch');
          } finally {
            log.push('finally');
            yield* sleep(10);
            yield* until(Promise.resolve());
            log.push('cleaned up');
          }
          log.push('after');
        },
        { clock },
      );
      expect(log).toEqual([]);
      const cancelled = Promise.resolve(task.cancel());
      await clock.advance(9);
      expect(log).toEqual(['finally']);
      await clock.advance(1);
      await cancelled;
      expect(log).toEqual(['finally', 'cleaned up']);
      expect(task.status).toBe('cancelled');
      expect(clock.timers.live).toBe(0);
    },
  );

  test.each(Object.entries(waits))(
    'at %s, within clean-up, nothing is disturbed by cancelling again',
    async (_, wait) => {
      const log: string[] = [];
      const clock = new VirtualClock();
      const task = run(
        function* () {
          try {
            yield* sleep(1);
          } finally {
            const waiting = yield* spawn(function* () {
              yield* wait();
            });
            yield* sleep(10);
            log.push(waiting.status);
            yield* waiting.cancel();
          }
        },
        { clock },
      );
      void task.cancel();
      await clock.advance(5);
      void task.cancel();
      await clock.advance(5);
      await task.cancel();
      expect(log).toEqual(['running']);
    },
  );

  test('at a plain yield of a stream', async () => {
    const log: string[] = [];
    const source = stream(function* () {
      try {
        yield 1;
        log.push('went on');
      } catch {
        log.push('catch');
      } finally {
        log.push('finally');
      }
    });
    for await (const _ of source()) break;
    expect(log).toEqual(['finally']);
  });

  test('frames return innermost first, 100,000 deep', async () => {
    let returned = 0;
    let inOrder = true;
    const deep: (n: number) => Coroutine<void> = coroutine(function* (
      n: number,
    ): Generator<Wait, void, unknown> {
      try {
        yield* n === 0 ? sleep(1e6) : deep(n - 1);
      } finally {
        inOrder &&= n === returned++;
      }
    });
    const clock = new VirtualClock();
    const task = run(deep(100_000), { clock });
    await clock.advance(0);
    await task.cancel();
    expect(returned).toBe(100_001);
    expect(inOrder).toBe(true);
  });

  test('through plain generators whose clean-up waits, none of them goes on', async () => {
    const log: string[] = [];
    const clock = new VirtualClock();
    function* layer(name: string, inner: () => Operation<unknown>) {
      try {
        yield* inner();
        log.push(`${name} went on`);
      } catch {
        log.push(`${name} caught`);
      } finally {
        log.push(`${name} begins`);
        yield* sleep(1);
        yield* plain();
        yield* marked();
        log.push(`${name} ends`);
      }
      log.push(`${name} went on`);
    }
    function* plain() {
      yield* sleep(1);
    }
    const marked = coroutine(plain);
    const layered = coroutine(layer);
    const task = run(
      () =>
        layer('a', () =>
          layer('b', () =>
            layered('c', () => layer('d', () => each(streamOf([1]).map(() => sleep(1e6))).next())),
          ),
        ),
      { clock },
    );
    void task.cancel();
    await clock.advance(11);
    expect(task.status).toBe('running');
    await clock.advance(1);
    expect(task.status).toBe('cancelled');
    expect(log).toEqual(['d', 'c', 'b', 'a'].flatMap((name) => [`${name} begins`, `${name} ends`]));
  });

  test('through plain generators, an error of clean-up that waits is thrown in the one around it', async () => {
    const log: string[] = [];
    function* inner() {
      try {
        yield* sleep(1e6);
      } finally {
        yield* until(Promise.resolve());
        // eslint-disable-next-line no-unsafe-finally -- the clean-up fails
        throw new Error('clean-up');
      }
    }
    function* outer() {
      try {
        yield* inner();
      } catch (error) {
        log.push((error as Error).message);
      }
      yield* sleep(1e6);
      log.push('went on');
    }
    const task = run(outer);
    await task.cancel();
    expect(log).toEqual(['clean-up']);
  });

  test('an operation that has completed is delivered first; the cancellation takes effect at the next wait', async () => {
    const clock = new VirtualClock();
    const log: unknown[] = [];
    const completions: Operation<unknown>[] = [sleep(0), until(Promise.resolve('promise')), checkpoint()];
    for (const [place, operation] of completions.entries()) {
      const door = event();
      const task = run(
        function* () {
          try {
            yield* operation;
            log.push(`delivered ${place}`);
            yield* door;
            log.push('went on');
          } finally {
            log.push('finally');
          }
        },
        { clock },
      );
      const canceller = run(
        function* () {
          yield* operation;
          void task.cancel();
        },
        { clock },
      );
      await clock.advance(0);
      await canceller;
      await task.cancel();
    }
    expect(log).toEqual([0, 1, 2].flatMap((place) => [`delivered ${place}`, 'finally']));
  });

  test('100,000 sleepers are cancelled in linear time', async () => {
    const clock = new VirtualClock();
    const time = async (count: number): Promise<number> => {
      const task = run(
        function* () {
          for (let n = 0; n < count; n++) yield* spawn(sleep(n));
          yield* sleep(1e9);
        },
        { clock },
      );
      await clock.advance(0);
      const begun = performance.now();
      await task.cancel();
      return performance.now() - begun;
    };
    await time(20_000);
    const few = await time(20_000);
    const many = await time(100_000);
    // Quadratic would be 25 times as long; garbage collection alone may make it 10.
    expect(many).toBeLessThan(few * 18 + 50);
    expect(clock.timers.live).toBe(0);
  });

  test('whoever leaves a for await waits until all is cleaned up, however deep the pipeline', async () => {
    const log: string[] = [];
    const source = stream(function* (name: string) {
      try {
        for (let n = 0; ; n++) {
          yield n;
          yield* checkpoint();
        }
      } finally {
        yield* sleep(1);
        log.push(name);
      }
    });
    const pipeline = source('a')
      .merge(source('b'))
      .map((n) => until(Promise.resolve(n)), { concurrency: 4 })
      .filter((n) => n > 1)
      .flatMap(
        (n) =>
          source('c')
            .take(1)
            .map((m) => n + m),
        { concurrency: 2, ordered: false },
      )
      .buffer(2)
      .batch(2)
      .take(10);
    for await (const [n] of pipeline) if ((n ?? 0) > 2) break;
    expect(log.filter((name) => name !== 'c').sort()).toEqual(['a', 'b']);
  });
});
