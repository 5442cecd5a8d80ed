/* eslint-disable @typescript-eslint/only-throw-error -- anything may be thrown */
import { describe, expect, test } from 'vitest';
import {
  coroutine,
  run,
  scope,
  sleep,
  spawn,
  until,
  VirtualClock,
  type Coroutine,
  type Wait,
} from '@gleaner/coroutine';

const autojump = (): { clock: VirtualClock } => ({ clock: new VirtualClock({ autojump: true }) });

async function stackOf(failing: PromiseLike<unknown>): Promise<string> {
  const error: unknown = await failing.then(undefined, (e: unknown) => e);
  return error instanceof Error ? (error.stack ?? '') : '';
}

describe('readable errors', () => {
  test('the stack names the coroutines that were waiting, innermost first, and the tasks', async () => {
    const download = coroutine(function* download() {
      yield* sleep(1);
      throw new Error('no answer');
    });
    const page = coroutine(function* page() {
      yield* download();
    });
    const stack = await stackOf(
      run(
        function* site() {
          yield* spawn(function* worker() {
            yield* page();
          });
        },
        { ...autojump(), name: 'crawl' },
      ),
    );
    expect(stack).toMatch(/^Error: no answer\n/);
    expect(stack).toMatch(/at coroutine page\n\s+at task worker\n\s+at task crawl$/);
    expect(stack.match(/at task worker/g)).toHaveLength(1);
  });

  test('an error that a promise rejects with is named where it was waited for', async () => {
    const asking = coroutine(function* asking() {
      yield* until(Promise.reject(new Error('refused')));
    });
    const stack = await stackOf(run(asking(), { name: 'main' }));
    expect(stack).toContain('at task main');
  });

  test('a deep one is cut', async () => {
    const deep: (n: number) => Coroutine<void> = coroutine(function* deep(
      n: number,
    ): Generator<Wait, void, unknown> {
      if (n === 0) {
        yield* sleep(1);
        throw new Error('bottom');
      }
      yield* deep(n - 1);
    });
    const stack = await stackOf(run(deep(10_000), autojump()));
    expect(stack.length).toBeLessThan(4000);
  });

  test('an error without a stack, or a frozen one, is left as it is', async () => {
    const frozen = Object.freeze(new Error('frozen'));
    const failing = run(function* () {
      yield* sleep(1);
      throw frozen;
    }, autojump());
    await expect(failing).rejects.toBe(frozen);
    await expect(
      run(function* () {
        throw 'text';
      }),
    ).rejects.toBe('text');
  });

  test('an AggregateError says in how many places and why', async () => {
    const failing = run(function* () {
      yield* scope(function* deliveries() {
        for (const name of ['a', 'b']) {
          yield* spawn(function* () {
            try {
              yield* sleep(10);
            } finally {
              // eslint-disable-next-line no-unsafe-finally -- the clean-up fails
              throw new Error(`lost ${name}`);
            }
          });
        }
      });
    }, autojump());
    const error: unknown = await failing.then(undefined, (e: unknown) => e);
    expect((error as Error).message).toBe("2 errors in the task 'deliveries': lost a; lost b");
  });
});
