import { describe, expect, test } from 'vitest';
import {
  resource,
  run,
  sleep,
  spawn,
  stream,
  streamFrom,
  streamOf,
  VirtualClock,
  type Stream,
} from './index.ts';

describe('streamFrom', () => {
  const numbers = stream(function* (log: string[]) {
    try {
      yield 1;
      yield* sleep(10);
      yield 2;
    } finally {
      yield* sleep(5);
      log.push('stream closed');
    }
  });
  const held = (log: string[]): Stream<number> =>
    streamFrom(
      resource<Stream<number>>(function* (provide) {
        log.push('opened');
        try {
          yield* provide(numbers(log));
        } finally {
          yield* sleep(5);
          log.push('released');
        }
      }),
    );
  const options = () => ({ clock: new VirtualClock({ autojump: true }) });

  test('opens with the first item asked for, anew for each loop, and releases after the stream has ended', async () => {
    const log: string[] = [];
    const items = held(log);
    expect(log).toEqual([]);
    for (let loop = 0; loop < 2; loop++) {
      expect(await run(items.toArray(), options())).toEqual([1, 2]);
      expect(log.splice(0)).toEqual(['opened', 'stream closed', 'released']);
    }
  });

  test('a loop that is left early closes the stream first, then releases', async () => {
    const log: string[] = [];
    for await (const item of held(log).iterate(options())) {
      expect(item).toBe(1);
      break;
    }
    expect(log).toEqual(['opened', 'stream closed', 'released']);
  });

  test('throws what opening throws', async () => {
    const broken = streamFrom<number>(
      resource<Stream<number>>(function* () {
        throw new Error('cannot open');
      }),
    );
    await expect(broken.toArray()).rejects.toThrow('cannot open');
  });

  test('what is held and fails meanwhile ends the loop with its error, after all is closed', async () => {
    const log: string[] = [];
    const failing = streamFrom(
      resource<Stream<number>>(function* (provide) {
        yield* spawn(function* () {
          yield* sleep(3);
          throw new Error('lost');
        });
        yield* provide(numbers(log));
      }),
    );
    await expect(run(failing.toArray(), options())).rejects.toThrow('lost');
    expect(log).toEqual(['stream closed']);
  });

  test('throws what the stream throws', async () => {
    const items = streamFrom(
      resource<Stream<number>>(function* (provide) {
        yield* provide(
          streamOf([1]).map(() => {
            throw new Error('bad item');
          }),
        );
      }),
    );
    await expect(items.toArray()).rejects.toThrow('bad item');
  });
});
