import { coroutine, type CoroutineBody } from './coroutine.ts';
import { MisuseError } from './errors.ts';
import type { Journal } from './journal.ts';
import { ready, type Operation, type Step, type Work } from './operation.ts';
import { Recorder } from './recorder.ts';
import { Enter, scope } from './scope.ts';
import type { Task } from './task.ts';
import { Wait } from './wait.ts';

/**
 * Runs a coroutine from a journal: each of its effects (`effect`, `sleep`, `timeout`, `now`, `random`) is done once and
 * what comes of it is written down before the coroutine goes on. Run anew with the same journal, after a crash, it gets
 * all that again, comes to where it was with all its variables, and goes on from there. Its tasks may be as concurrent as
 * they like: what comes from outside reaches them in the same order each time.
 *
 * It must do the same each time it is run. What it does otherwise (`until`, `call`, another clock, another coroutine's
 * channel) is not written down, and happens anew.
 *
 * @throws {MisuseError} inside of another one, but for its effects
 * @throws {NonDeterminismError} if it asks for something else than its journal has in that place
 * @throws whatever the journal's `append` reports
 *
 * @example
 * const entries: Entry[] = []; // in memory: a real one is a file
 * const journal: Journal = {
 *   startedAt: null,
 *   entries: () => [...entries],
 *   append(more, written) {
 *     entries.push(...more);
 *     queueMicrotask(written);
 *   },
 * };
 * let asked = 0;
 * const work = () => effect('ask', { for: 'a number' }, function* () {
 *   return ++asked;
 * });
 * const first = await run(() => journaled(journal, work)); // 1
 * const second = await run(() => journaled(journal, work)); // 1
 */
export function journaled<T>(journal: Journal, work: Work<T>): Operation<T> {
  return recorded(journal, work) as Operation<T>;
}

const recorded = coroutine(function* journaled(
  journal: Journal,
  work: Work<unknown>,
): CoroutineBody<unknown> {
  return yield* scope(function* journaled() {
    const around = yield* new Self();
    if (around.env.place !== null) {
      throw new MisuseError(
        'a journaled coroutine is run inside another one, whose journal knows nothing of it: run it inside of an effect()',
      );
    }
    const recorder = new Recorder(journal, around);
    const run = (): Operation<unknown> => (typeof work === 'function' ? work() : work);
    let value: unknown;
    try {
      value = yield* new Enter<unknown>(run, (outer) => ({
        ...outer,
        clock: recorder.recordedClock,
        place: recorder.root,
      }));
    } catch (error) {
      throw recorder.broken === undefined ? error : recorder.broken.error;
    }
    recorder.end();
    return value;
  });
});

/** The task that asks. */
class Self extends Wait<Task> {
  start(task: Task): Step {
    return ready(task);
  }

  abandon(): boolean {
    return false;
  }
}
