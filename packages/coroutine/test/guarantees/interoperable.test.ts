import { Readable } from 'node:stream';
import { ReadableStream } from 'node:stream/web';
import { describe, expect, test } from 'vitest';
import { call, coroutine, each, run, sleep, spawn, stream, streamOf, until } from '@gleaner/coroutine';

const counted = stream(function* (log: string[] = []) {
  try {
    for (let n = 0; ; n++) {
      yield n;
      yield* until(Promise.resolve());
    }
  } finally {
    yield* sleep(1);
    log.push('closed');
  }
});

describe('interoperable', () => {
  test('a coroutine and a task are awaitable, and work in Promise.all', async () => {
    const one = coroutine(function* () {
      yield* sleep(1);
      return 1;
    });
    expect(await Promise.all([one(), run(one), run(one())])).toEqual([1, 1, 1]);
  });

  test('signals: one from outside cancels a task, and a task aborts the one it gave out', async () => {
    const controller = new AbortController();
    const aborted: unknown[] = [];
    const task = run(
      () =>
        call(
          (signal) =>
            new Promise((_, reject) => {
              signal.addEventListener('abort', () => {
                aborted.push(signal.aborted);
                reject(signal.reason as Error);
              });
            }),
        ),
      { signal: controller.signal },
    );
    controller.abort(new Error('outside'));
    await expect(task).rejects.toThrow('outside');
    expect(aborted).toEqual([true]);
    await expect(run(() => sleep(1e6), { signal: AbortSignal.timeout(1) })).rejects.toThrow(/timeout/);
  });

  test('a Node Readable is looped over, and destroyed when the loop is left', async () => {
    expect(await streamOf(Readable.from(['a', 'b', 'c'])).toArray()).toEqual(['a', 'b', 'c']);
    const endless = Readable.from(counted());
    await run(function* () {
      const cursor = each(endless as AsyncIterable<number>);
      yield* cursor.next();
      yield* cursor.next();
      expect(cursor.value).toBe(1);
    });
    expect(endless.destroyed).toBe(true);
  });

  test('an error of a Node Readable is thrown', async () => {
    const broken = new Readable({
      read() {
        this.destroy(new Error('broken pipe'));
      },
    });
    await expect(streamOf(broken).toArray()).rejects.toThrow('broken pipe');
  });

  test('a Web ReadableStream is looped over, and cancelled when the loop is left', async () => {
    let cancelled = 0;
    const web = () =>
      new ReadableStream<number>(
        {
          pull: (controller) => controller.enqueue(1),
          cancel: () => {
            cancelled++;
          },
        },
        { highWaterMark: 0 },
      );
    expect(await streamOf(web()).take(3).toArray()).toEqual([1, 1, 1]);
    expect(cancelled).toBe(1);
    await run(function* () {
      const cursor = each(web());
      yield* cursor.next();
    });
    expect(cancelled).toBe(2);
  });

  test('a stream becomes a Node Readable, which closes it when destroyed', async () => {
    const log: string[] = [];
    const readable = Readable.from(counted(log));
    const seen: unknown[] = [];
    for await (const n of readable) {
      seen.push(n);
      if (seen.length === 3) break;
    }
    expect(seen).toEqual([0, 1, 2]);
    await sleepUntil(() => log.length > 0);
    expect(log).toEqual(['closed']);
  });

  test('a stream becomes a Web ReadableStream, which closes it when cancelled', async () => {
    const log: string[] = [];
    const web = ReadableStream.from(counted(log)) as ReadableStream<number>;
    const reader = web.getReader();
    expect(await reader.read()).toEqual({ done: false, value: 0 });
    expect(await reader.read()).toEqual({ done: false, value: 1 });
    await reader.cancel();
    expect(log).toEqual(['closed']);
    const short = ReadableStream.from(streamOf([1, 2]));
    const items: unknown[] = [];
    for await (const item of short) items.push(item);
    expect(items).toEqual([1, 2]);
  });

  test('async iterables go in, async iterables come out', async () => {
    async function* plus(items: AsyncIterable<number>) {
      for await (const n of items) yield n + 1;
    }
    expect(await streamOf(plus(plus(streamOf([1, 2])))).toArray()).toEqual([3, 4]);
    const log: string[] = [];
    for await (const n of plus(counted(log))) if (n > 2) break;
    expect(log).toEqual(['closed']);
  });

  test('tasks started from ordinary callbacks and coroutines live together', async () => {
    const results: number[] = [];
    await new Promise<void>((resolve) => {
      setTimeout(() => {
        run(function* () {
          const child = yield* spawn(function* () {
            yield* sleep(1);
            return 1;
          });
          results.push(yield* child);
          resolve();
        });
      }, 1);
    });
    expect(results).toEqual([1]);
  });
});

async function sleepUntil(holds: () => boolean): Promise<void> {
  while (!holds()) await new Promise((resolve) => setTimeout(resolve, 1));
}
