import { describe, expect, test } from 'vitest';
import { MisuseError, run, scope, sleep, spawn, VirtualClock, type Scope, type Wait } from './index.ts';

const autojump = (): { clock: VirtualClock } => ({ clock: new VirtualClock({ autojump: true }) });

describe('scope', () => {
  test('leaves only when all its children have ended', async () => {
    const options = autojump();
    const value = await run(
      () =>
        scope(function* () {
          yield* spawn(sleep(100));
          yield* spawn(sleep(200));
          return 'body';
        }),
      options,
    );
    expect(value).toBe('body');
    expect(options.clock.now()).toBe(200);
  });

  test("a child's error cancels the others and the body, and is caught around the scope", async () => {
    const log: string[] = [];
    await run(function* () {
      try {
        yield* scope(function* () {
          yield* spawn(function* () {
            try {
              yield* sleep(1000);
            } finally {
              yield* sleep(1);
              log.push('sibling');
            }
          });
          yield* spawn(function* () {
            yield* sleep(10);
            throw new Error('child');
          });
          try {
            yield* sleep(1000);
          } catch {
            log.push('never');
          } finally {
            log.push('body');
          }
        });
      } catch (error) {
        log.push((error as Error).message);
      }
    }, autojump());
    expect(log).toEqual(['sibling', 'body', 'child']);
  });

  test('others may start work in it while it is open', async () => {
    const log: string[] = [];
    await run(function* () {
      yield* scope(function* (s) {
        yield* spawn(function* () {
          yield* sleep(10);
          // Runs in the scope, so this task may end before it.
          yield* s.spawn(function* () {
            yield* sleep(100);
            log.push('guest');
          });
          log.push('host');
        });
      });
      log.push('left');
    }, autojump());
    expect(log).toEqual(['host', 'guest', 'left']);
  });

  test('nothing can be started in one that is closed, however early the operation was made', async () => {
    await run(function* () {
      let kept: Scope | undefined;
      let made: unknown;
      yield* scope(function* (s) {
        kept = s;
        made = s.spawn(function* () {
          yield* sleep(1);
        });
      });
      for (const late of [kept?.spawn(sleep(1)), made]) {
        let error: unknown;
        try {
          yield* late as ReturnType<typeof sleep>;
        } catch (e) {
          error = e;
        }
        expect(error).toBeInstanceOf(MisuseError);
        expect(String(error)).toContain('is closed: nothing can be started in it any more');
      }
    });
  });

  test('nor in one that is failing', async () => {
    const errors: string[] = [];
    const task = run(function* () {
      yield* scope(function* (s) {
        yield* spawn(function* () {
          try {
            yield* sleep(1000);
          } finally {
            try {
              yield* s.spawn(sleep(1000));
            } catch (error) {
              errors.push((error as Error).name);
            }
          }
        });
        yield* spawn(function* () {
          yield* sleep(1);
          throw new Error('failed');
        });
      });
    }, autojump());
    await expect(task).rejects.toThrow('failed');
    expect(errors).toEqual(['MisuseError']);
  });

  test('cancelled from inside or outside, it ends with CancelledError, and the task around it goes on', async () => {
    await run(function* () {
      for (const inside of [true, false]) {
        let finallys = 0;
        let caught: unknown;
        try {
          yield* scope(function* (s) {
            try {
              if (inside) {
                yield* s.cancel();
              } else {
                yield* spawn(function* () {
                  yield* sleep(1);
                  void s.cancel();
                });
                yield* sleep(1000);
              }
            } finally {
              finallys++;
            }
          });
        } catch (error) {
          caught = error;
        }
        expect(caught).toMatchObject({ code: 'CANCELLED' });
        expect(finallys).toBe(1);
        yield* sleep(1);
      }
    }, autojump());
  });

  test('cancelled from outside, an error of its clean-up reaches whoever cancels', async () => {
    const task = run(() =>
      scope(() =>
        scope(function* () {
          try {
            yield* sleep(1e6);
          } finally {
            // eslint-disable-next-line no-unsafe-finally -- the clean-up fails
            throw new Error('clean-up');
          }
        }),
      ),
    );
    await expect(task.cancel()).rejects.toThrow('clean-up');
  });

  test('100,000 nested', async () => {
    function* nest(n: number): Generator<Wait, number, unknown> {
      if (n === 0) return 0;
      return (yield* scope(() => nest(n - 1))) + 1;
    }
    expect(await run(() => nest(100_000))).toBe(100_000);
  });
});
