import { describe, expect, test } from 'vitest';
import { all, run, sleep, until, VirtualClock } from './index.ts';

const autojump = (): { clock: VirtualClock } => ({ clock: new VirtualClock({ autojump: true }) });

describe('all', () => {
  test('gives all values in the order given, however they end', async () => {
    function* after(ms: number) {
      yield* sleep(ms);
      return ms;
    }
    expect(await run(() => all([after(30), after(10), after(20)]), autojump())).toEqual([30, 10, 20]);
  });

  test('runs them at the same time', async () => {
    const options = autojump();
    await run(() => all([sleep(1000), sleep(1000), sleep(1000)]), options);
    expect(options.clock.now()).toBe(1000);
  });

  test('of nothing is nothing', async () => {
    expect(await run(() => all([]))).toEqual([]);
  });

  test('one that fails has the others cancelled and cleaned up before its error is thrown', async () => {
    const log: string[] = [];
    function* other() {
      try {
        yield* sleep(1000);
      } finally {
        yield* sleep(5);
        log.push('cleaned up');
      }
    }
    function* failing() {
      yield* sleep(10);
      throw new Error('failed');
    }
    await run(function* () {
      try {
        yield* all([other(), failing()]);
      } catch (error) {
        log.push((error as Error).message);
      }
    }, autojump());
    expect(log).toEqual(['cleaned up', 'failed']);
  });

  test('several errors come as one, the cause first', async () => {
    function* failing() {
      yield* sleep(10);
      throw new Error('the cause');
    }
    function* brittle() {
      try {
        yield* sleep(1000);
      } finally {
        // eslint-disable-next-line no-unsafe-finally -- the clean-up fails
        throw new Error('the consequence');
      }
    }
    const error = await run(() => all([brittle(), failing()]), autojump()).then(undefined, (e: unknown) => e);
    expect(error).toBeInstanceOf(AggregateError);
    expect((error as AggregateError).errors.map(String)).toEqual([
      'Error: the cause',
      'Error: the consequence',
    ]);
    expect((error as AggregateError).message).toContain('the cause; the consequence');
  });

  test('its description can be run again', async () => {
    const both = all([until(1), sleep(1)]);
    expect(await run(() => both, autojump())).toEqual([1, undefined]);
    expect(await run(() => both, autojump())).toEqual([1, undefined]);
    expect(await both).toEqual([1, undefined]);
  });
});
