import { describe, expect, test } from 'vitest';
import { sleep, stream, streamOf, systemClock, VirtualClock } from './index.ts';

const counted = stream(function* (log: string[], ms?: number) {
  try {
    for (let n = 0; ; n++) {
      log.push(`made ${n}`);
      yield n;
      if (ms !== undefined) yield* sleep(ms);
    }
  } finally {
    yield* sleep(1);
    log.push('closed');
  }
});

describe('for await over a stream', () => {
  test('moves nothing before the next item is asked for, and leaving it cleans up first', async () => {
    const log: string[] = [];
    for await (const n of counted(log)) {
      log.push(`got ${n}`);
      await new Promise((resolve) => setImmediate(resolve));
      if (n === 1) break;
    }
    log.push('after');
    expect(log).toEqual(['made 0', 'got 0', 'made 1', 'got 1', 'closed', 'after']);
  });

  test('an error in the loop closes the stream, too', async () => {
    const log: string[] = [];
    const looping = (async () => {
      for await (const _ of counted(log)) throw new Error('in the loop');
    })();
    await expect(looping).rejects.toThrow('in the loop');
    expect(log).toEqual(['made 0', 'closed']);
  });

  test('throws what the stream throws, after it is cleaned up', async () => {
    const log: string[] = [];
    const broken = stream(function* () {
      try {
        yield 1;
        throw new Error('broken');
      } finally {
        yield* sleep(1);
        log.push('cleaned up');
      }
    });
    const looping = (async () => {
      for await (const n of broken()) log.push(String(n));
    })();
    await expect(looping).rejects.toThrow('broken');
    expect(log).toEqual(['1', 'cleaned up']);
  });

  test('throws what closing it throws', async () => {
    const brittle = stream(function* () {
      try {
        yield 1;
      } finally {
        // eslint-disable-next-line no-unsafe-finally -- the clean-up fails
        throw new Error('cannot close');
      }
    });
    const looping = (async () => {
      for await (const _ of brittle()) break;
    })();
    await expect(looping).rejects.toThrow('cannot close');
    const taking = (async () => {
      for await (const _ of brittle().take(1));
    })();
    await expect(taking).rejects.toThrow('cannot close');
  });

  test('each loop runs the stream anew', async () => {
    const two = streamOf([1, 2]);
    const seen: number[] = [];
    for await (const n of two) for await (const m of two) seen.push(n * 10 + m);
    expect(seen).toEqual([11, 12, 21, 22]);
  });
});

describe('iterate', () => {
  test('serves several requests at once in order, and says when it has ended', async () => {
    const iterator = streamOf([1, 2]).iterate();
    const results = await Promise.all([iterator.next(), iterator.next(), iterator.next(), iterator.next()]);
    expect(results.map((result) => result.value)).toEqual([1, 2, undefined, undefined]);
    expect(results.map((result) => result.done)).toEqual([false, false, true, true]);
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
  });

  test('returning answers the requests that wait', async () => {
    const clock = new VirtualClock();
    const iterator = counted([], 1000).iterate({ clock });
    await iterator.next();
    const waiting = iterator.next();
    const left = iterator.return?.();
    await clock.advance(1);
    expect(await waiting).toEqual({ done: true, value: undefined });
    expect(await left).toEqual({ done: true, value: undefined });
  });

  test('a signal ends the loop with its reason, whether it waits or is idle', async () => {
    for (const idle of [true, false]) {
      const controller = new AbortController();
      const log: string[] = [];
      const reason = new Error('enough');
      const looping = (async () => {
        for await (const n of counted(log, idle ? undefined : 1e6).iterate({ signal: controller.signal })) {
          if (idle) controller.abort(reason);
          else setImmediate(() => controller.abort(reason));
          log.push(`got ${n}`);
        }
      })();
      await expect(looping).rejects.toBe(reason);
      expect(log).toEqual(['made 0', 'got 0', 'closed']);
    }
    expect(systemClock.timers.live).toBe(0);
  });

  test('returning before the first item begins nothing', async () => {
    const log: string[] = [];
    const iterator = counted(log).iterate();
    await iterator.return?.();
    expect(await iterator.next()).toEqual({ done: true, value: undefined });
    expect(log).toEqual([]);
  });

  test('is an async disposable', async () => {
    const log: string[] = [];
    const iterator = counted(log).iterate();
    await iterator.next();
    await (iterator as unknown as AsyncDisposable)[Symbol.asyncDispose]();
    expect(log).toEqual(['made 0', 'closed']);
  });
});
