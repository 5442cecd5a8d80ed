import { describe, expect, expectTypeOf, test } from 'vitest';
import { run, settled, sleep, until, VirtualClock, type Settled } from './index.ts';

describe('settled', () => {
  test('tells of each how it ended, in the order given; a failure cancels nobody', async () => {
    const error = new Error('failed');
    function* failing() {
      yield* sleep(1);
      throw error;
    }
    function* slow() {
      yield* sleep(100);
      return 'slow';
    }
    const outcomes = await run(() => settled([slow(), failing(), until(1)]), {
      clock: new VirtualClock({ autojump: true }),
    });
    expect(outcomes).toEqual([
      { status: 'fulfilled', value: 'slow' },
      { status: 'rejected', reason: error },
      { status: 'fulfilled', value: 1 },
    ]);
    expectTypeOf(outcomes[2]).toEqualTypeOf<Settled<number>>();
  });

  test('a cancellation from outside is not an outcome', async () => {
    let gone = false;
    const task = run(function* () {
      yield* settled([sleep(1e6)]);
      gone = true;
    });
    await task.cancel();
    expect(gone).toBe(false);
  });
});
