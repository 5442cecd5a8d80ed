import { opened, type CoroutineBody } from './coroutine.ts';
import { MisuseError } from './errors.ts';
import type { Joiner } from './join.ts';
import { ready, type Operation, type Step } from './operation.ts';
import { launch } from './spawn.ts';
import { DAEMON, DEFERRED, INTERRUPT, LINKED, Task } from './task.ts';
import { fail, wake } from './trampoline.ts';
import { Wait } from './wait.ts';

/**
 * Something that is held for as long as the task (or scope) that asked for it runs. The function acquires it,
 * hands it over with `yield* provide(it)`, and stays there until that task ends, however it ends; then its
 * `finally` blocks release it, after the task's children have ended, the latest acquired first.
 *
 * @example
 * const connection = (name: string) => resource<{ name: string }>(function* (provide) {
 *   try {
 *     yield* provide({ name });
 *   } finally {
 *     yield* sleep(1); // closing it may wait
 *   }
 * });
 * const name = await run(function* () {
 *   const held = yield* connection('db');
 *   return held.name; // 'db'
 * });
 */
export function resource<T>(
  hold: (provide: (it: T) => Operation<void>) => CoroutineBody<void>,
): Operation<T> {
  return new Acquire<T>(hold);
}

class Acquire<T> extends Wait<T> implements Joiner {
  before: Joiner | null = null;
  after: Joiner | null = null;
  private readonly hold: (provide: (it: T) => Operation<void>) => CoroutineBody<void>;
  private holder: Task | null = null;
  private provided: { it: T } | null = null;

  constructor(hold: (provide: (it: T) => Operation<void>) => CoroutineBody<void>) {
    super();
    this.hold = hold;
  }

  start(task: Task): Step {
    this.provided = null;
    const { label, body } = opened(() => this.hold((it) => new Provide<T>(this, it)));
    const holder = new Task<void>(
      task,
      this.hold.name || label,
      body,
      task.env,
      DAEMON | LINKED | DEFERRED,
    ) as Task;
    this.holder = holder;
    launch(holder, false);
    const provided = this.given();
    if (provided !== null) return (task.flags & INTERRUPT) === 0 ? ready(provided.it) : this.park(task);
    if (holder.hasEnded) throw this.refusal(holder);
    holder.addJoiner(this);
    return this.park(task);
  }

  /** The holder has it. From now on it fails for its owner, like any child. */
  provide(it: T): void {
    if (this.provided !== null) throw new MisuseError('a resource was provided twice; provide it once');
    this.provided = { it };
    const holder = this.holder as Task;
    holder.flags &= ~LINKED;
    if (this.task === null) return;
    holder.joiners?.remove(this);
    wake(this, it);
  }

  joined(holder: Task): void {
    fail(this, this.refusal(holder));
  }

  abandon(): boolean {
    const holder = this.holder as Task;
    if (this.provided === null) {
      holder.joiners?.remove(this);
      // What goes wrong while it lets go, its owner throws.
      holder.flags &= ~LINKED;
      void holder.cancel();
    }
    return false;
  }

  private given(): { it: T } | null {
    return this.provided;
  }

  private refusal(holder: Task): unknown {
    return (
      holder.failure()?.error ??
      new MisuseError(`the resource '${holder.name}' ended without providing anything`)
    );
  }
}

class Provide<T> extends Wait<void> {
  private readonly acquire: Acquire<T>;
  private readonly it: T;

  constructor(acquire: Acquire<T>, it: T) {
    super();
    this.acquire = acquire;
    this.it = it;
  }

  /** Stays until the holder is cancelled. */
  start(task: Task): Step {
    this.acquire.provide(this.it);
    return this.park(task);
  }

  abandon(): boolean {
    return false;
  }
}
