import { opened, type CoroutineBody } from './coroutine.ts';
import { ready, type Operation, type Step, type Work } from './operation.ts';
import { AT_EXIT, DAEMON, DEFERRED, Task } from './task.ts';
import { Wait } from './wait.ts';

/**
 * Has work done when the current task (or scope) ends, however it ends: after its children have ended, the latest
 * deferred first. The work may wait. What it throws, the task throws.
 *
 * @example
 * const log: string[] = [];
 * await run(function* () {
 *   yield* defer(function* () {
 *     log.push('closed');
 *   });
 *   log.push('used');
 * });
 * log; // ['used', 'closed']
 */
export function defer(work: Work<void>): Operation<void> {
  return new Defer(work);
}

class Defer extends Wait<void> {
  private readonly work: Work<void>;

  constructor(work: Work<void>) {
    super();
    this.work = work;
  }

  start(task: Task): Step {
    const { work } = this;
    // A function is called when the time has come, not now: it may do the work itself.
    const { label, body } =
      typeof work === 'function' ? { label: work.name || 'defer', body: later(work) } : opened(work);
    // It registers itself with its parent, which starts it when the time has come.
    new Task<void>(task, label, body, task.env, DAEMON | AT_EXIT | DEFERRED);
    return ready(undefined);
  }

  abandon(): boolean {
    return false;
  }
}

function* later(work: () => Operation<void>): CoroutineBody<void> {
  yield* work();
}
