import { describe, expect, expectTypeOf, test } from 'vitest';
import { any, coroutine, event, MisuseError, race, run, sleep, until, VirtualClock } from './index.ts';

const autojump = (): { clock: VirtualClock } => ({ clock: new VirtualClock({ autojump: true }) });

function* loser(log: string[]) {
  try {
    yield* sleep(1000);
    return 'loser';
  } finally {
    yield* sleep(10);
    log.push('cleaned up');
  }
}
function* after<T>(ms: number, value: T) {
  yield* sleep(ms);
  return value;
}
function* failing(ms: number, message: string) {
  yield* sleep(ms);
  throw new Error(message);
}

describe('race', () => {
  test('gives the first value, when the others are cancelled and cleaned up', async () => {
    const log: string[] = [];
    const options = autojump();
    expect(await run(() => race([loser(log), after(5, 'winner')]), options)).toBe('winner');
    expect(log).toEqual(['cleaned up']);
    expect(options.clock.now()).toBe(15);
  });

  test('throws the first error, when the others are cleaned up', async () => {
    const log: string[] = [];
    await expect(run(() => race([loser(log), failing(5, 'failed')]), autojump())).rejects.toThrow('failed');
    expect(log).toEqual(['cleaned up']);
  });

  test('takes a generator function as spawn does', async () => {
    const operation = (() => after(1, 'made')) as unknown as ReturnType<typeof after<string>>;
    expect(await run(() => race([operation, sleep(5)]), autojump())).toBe('made');
  });

  test('one that fails in the moment after another has won has simply lost', async () => {
    expect(await run(() => race([after(5, 'winner'), failing(5, 'too late')]), autojump())).toBe('winner');
  });

  test('when one has won at once, those after it do not begin', async () => {
    let begun = false;
    function* late() {
      begun = true;
      yield* sleep(1);
    }
    expect(await run(() => race([until('at once'), late()]))).toBe('at once');
    expect(begun).toBe(false);
  });

  test('an error of a loser that cleans up is not swallowed', async () => {
    function* brittle() {
      try {
        yield* sleep(1000);
      } finally {
        // eslint-disable-next-line no-unsafe-finally -- the clean-up fails
        throw new Error('cannot clean up');
      }
    }
    await expect(run(() => race([brittle(), after(5, 1)]), autojump())).rejects.toThrow('cannot clean up');
  });

  test('cancelled from outside, all are cleaned up', async () => {
    const log: string[] = [];
    const clock = new VirtualClock();
    const task = run(() => race([loser(log), loser(log)]), { clock });
    const cancelled = Promise.resolve(task.cancel());
    await clock.advance(10);
    await cancelled;
    expect(log).toEqual(['cleaned up', 'cleaned up']);
  });

  test('of nothing would never end, so it throws', () => {
    expect(() => race([])).toThrow(MisuseError);
  });

  test('its type is the union', () => {
    coroutine(function* () {
      expectTypeOf(yield* race([until(1), until('')])).toEqualTypeOf<number | string>();
      expectTypeOf(yield* any([event<boolean>(), until('')])).toEqualTypeOf<boolean | string>();
    });
  });
});

describe('any', () => {
  test('gives the first value; failures before it do not count', async () => {
    const log: string[] = [];
    expect(await run(() => any([failing(1, 'no'), loser(log), after(5, 'yes')]), autojump())).toBe('yes');
    expect(log).toEqual(['cleaned up']);
  });

  test('if all fail, throws all errors in the order given', async () => {
    const all = [failing(3, 'a'), failing(1, 'b'), failing(2, 'c')];
    const error: unknown = await run(() => any(all), autojump()).then(undefined, (e: unknown) => e);
    expect(error).toBeInstanceOf(AggregateError);
    expect((error as AggregateError).errors.map(String)).toEqual(['Error: a', 'Error: b', 'Error: c']);
    expect((error as AggregateError).message).toBe('all 3 operations failed');
  });

  test('of nothing fails, as Promise.any does', async () => {
    await expect(run(() => any([]))).rejects.toBeInstanceOf(AggregateError);
  });
});
