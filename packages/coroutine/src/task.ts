import type { Coroutine } from './coroutine.ts';
import { CancelledError, describe } from './errors.ts';
import { Join, type Joiner } from './join.ts';
import { List, type Linked } from './list.ts';
import { ENDED_BODY, SUSPENDED, type Body, type Operation, type Step } from './operation.ts';
import { enqueue } from './run-queue.ts';
import type { Environment } from './environment.ts';
import { advance } from './trampoline.ts';
import type { Wait } from './wait.ts';

/* Where a task stands, as bits of `flags`. */

/** In the run queue. */
export const QUEUED: number = 1;
/** Its generator is on the native stack. */
export const RUNNING: number = 1 << 1;
/** When resumed: `value` is thrown. */
export const THROWING: number = 1 << 2;
/** When resumed: the generator returns, which runs its `finally` blocks. */
export const RETURNING: number = 1 << 3;
/** When resumed: its wait has yet to be started; where it has none, the task itself has. */
export const DEFERRED: number = 1 << 4;
/** It shall return instead of waiting once more. */
export const INTERRUPT: number = 1 << 5;
/** It is returning; its clean-up may wait undisturbed. */
export const UNWINDING: number = 1 << 6;
/** Somebody cancelled it. */
const CANCELLED = 1 << 7;
/** The generator has ended; children or clean-up may not have. */
export const BODY_DONE: number = 1 << 8;
/** Nothing of it is left. */
const ENDED = 1 << 9;
/** It ended with an error, which is in `value`. */
const FAILED = 1 << 10;
/** Its error goes to whoever waits for it, not to its parent. */
export const LINKED: number = 1 << 11;
/** It lives until its parent's work is done, and is cancelled then: a resource, a stream's source. */
export const DAEMON: number = 1 << 12;
/** A daemon that is not cancelled but started when its parent's work is done: clean-up. */
export const AT_EXIT: number = 1 << 15;
/** `settle` is under way. */
const SETTLING = 1 << 13;
/** The work is done, the value is there; only clean-up goes on, which nothing interrupts. */
const CLEANING = 1 << 14;

/** A name, or what has one: asking a function for its name takes longer than starting a task. @internal */
export type Label = string | { readonly name: string };

/** What few tasks have. */
class Extra {
  /** What went wrong, in order: the first is the cause. */
  readonly errors: Set<unknown> = new Set<unknown>();
  /** Daemons and deferred clean-up, the newest first. */
  readonly daemons: List<Task> = new List<Task>();
  promise: Promise<unknown> | null = null;
  reason: unknown = undefined;
}

/**
 * A running coroutine: a node in a tree that is torn down from the leaves. Wait for it with `yield*` in a
 * coroutine or `await` outside; cancel it; as an async disposable (`await using`) it is cancelled on leaving.
 */
export class Task<T = unknown> implements Operation<T>, PromiseLike<T>, Linked<Task> {
  /** What it is called in error messages: the generator function's name unless told otherwise. */
  get name(): string {
    const { label } = this;
    return (typeof label === 'string' ? label : label.name) || 'anonymous';
  }

  private readonly label: Label;
  /** @internal */
  readonly parent: Task | null;
  /** Its children that still live, the newest first. @internal */
  children: List<Task> | null = null;
  /** @internal */
  before: Task | null = null;
  /** @internal */
  after: Task | null = null;
  /** The generator it was started with. @internal */
  body: Body<unknown>;
  /** The innermost coroutine that it has called and that waits, if any. @internal */
  frame: Coroutine<unknown> | null = null;
  /** What it waits for. @internal */
  wait: Wait | null = null;
  /** With what it will be resumed; once it has ended, its value or error. @internal */
  value: unknown = undefined;
  /** @internal */
  flags: number;
  /** Who waits for it. @internal */
  joiners: List<Joiner> | null = null;
  /** @internal */
  readonly env: Environment;
  private extra: Extra | null = null;

  /** @internal */
  constructor(parent: Task | null, label: Label, body: Body<unknown>, env: Environment, flags: number) {
    this.parent = parent;
    this.label = label;
    this.body = body;
    this.env = env.place === null ? env : { ...env, place: env.place.child(this) };
    this.flags = flags;
    if (parent === null) return;
    if ((flags & DAEMON) !== 0) parent.rare().daemons.unshift(this);
    else (parent.children ??= new List<Task>()).unshift(this);
  }

  /** 'running' until nothing of it is left, children and clean-up included. */
  get status(): 'running' | 'done' | 'failed' | 'cancelled' {
    if ((this.flags & ENDED) === 0) return 'running';
    if ((this.flags & FAILED) !== 0) return 'failed';
    return (this.flags & CANCELLED) !== 0 ? 'cancelled' : 'done';
  }

  /**
   * Ends the task: its children first, then its own `finally` blocks, innermost first. Begins at once; wait
   * for the result (`yield*` or `await`) to know that all is cleaned up. An ended task is left as it is.
   * The wait throws only what went wrong while cleaning up.
   */
  cancel(reason?: unknown): Operation<void> & PromiseLike<void> {
    if ((this.flags & (CANCELLED | CLEANING)) === 0 && reason !== undefined) this.rare().reason = reason;
    const ending = new Ending(this);
    cancelTree(this);
    return ending;
  }

  /** Waits for the task, in a coroutine. Throws its error, or `CancelledError` if it was cancelled. */
  [Symbol.iterator](): Iterator<Wait, T, unknown> {
    return new Join<T>(this, false)[Symbol.iterator]();
  }

  /** Waits for the task, outside. Rejects with its error; if it was cancelled, with the reason given, or else `CancelledError`. */
  then<A = T, B = never>(
    onValue?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return this.promise().then(onValue, onError);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.cancel();
  }

  // ── What the trampoline asks of it ──────────────────────────────────────────────────────────────

  /** @internal */
  park(wait: Wait): Step {
    this.wait = wait;
    return SUSPENDED;
  }

  /** @internal */
  startPutOff(): Step {
    const wait = this.wait as Wait;
    this.wait = null;
    return wait.start(this);
  }

  /** A coroutine that it called has ended. @internal */
  leave(frame: Coroutine<unknown>, failed: boolean): void {
    this.frame = frame.caller;
    // The clean-up of a cancelled coroutine failed: whoever catches that is no less cancelled.
    if (failed && frame.unwinding) this.flags = (this.flags & ~UNWINDING) | INTERRUPT;
    frame.end();
  }

  /** The coroutine on top is about to return because of a cancellation. @internal */
  unwindTop(): void {
    this.flags = (this.flags & ~INTERRUPT) | UNWINDING;
    if (this.frame !== null) this.frame.unwinding = true;
  }

  /** Whether what it yielded plainly is an item: of a stream's. @internal */
  produces(_item: unknown): boolean {
    return false;
  }

  /** Holds an item until it is taken. @internal */
  produce(_item: unknown): void {}

  /** What it produced can be taken. @internal */
  announce(): void {}

  /** The generator has returned or thrown. @internal */
  bodyEnded(failed: boolean, value: unknown): void {
    const { flags } = this;
    this.flags = (flags | BODY_DONE) & ~INTERRUPT;
    this.body = ENDED_BODY;
    if (failed) this.addError(value);
    else this.value = value;
    if (this.children === null || this.children.first === null) {
      // Cancelled so late that nothing was cut short: it is simply done.
      if ((flags & (CANCELLED | UNWINDING)) === CANCELLED) this.flags &= ~CANCELLED;
    } else if (failed || (flags & CANCELLED) !== 0 || this.hasErrors()) {
      cancelChildren(this);
    }
    settle(this);
  }

  /** Interrupted while its generator is suspended: stops waiting, and returns when the children have ended. @internal */
  interruptParked(): void {
    const { wait } = this;
    if (wait !== null) {
      if ((this.flags & DEFERRED) !== 0) wait.drop();
      else if (wait.abandon()) return;
      this.wait = null;
    }
    this.flags &= ~DEFERRED;
    this.returnWhenAlone();
  }

  /** The wait that asked for time has been undone. @internal */
  abandoned(error?: { error: unknown }): void {
    this.wait = null;
    if (error !== undefined) this.addError(error.error);
    this.returnWhenAlone();
  }

  private returnWhenAlone(): void {
    if (this.children !== null && this.children.first !== null) return;
    this.flags |= RETURNING;
    enqueue(this);
  }

  // ── Its place in the tree ───────────────────────────────────────────────────────────────────────

  /** Whether others may still start work in it. @internal */
  get isOpen(): boolean {
    return (this.flags & (CLEANING | CANCELLED | INTERRUPT | UNWINDING)) === 0 && !this.hasErrors();
  }

  /** @internal */
  get hasEnded(): boolean {
    return (this.flags & ENDED) !== 0;
  }

  /** @internal */
  rare(): Extra {
    return (this.extra ??= new Extra());
  }

  /** @internal */
  hasErrors(): boolean {
    return this.extra !== null && this.extra.errors.size > 0;
  }

  /** @internal */
  addError(error: unknown): void {
    this.rare().errors.add(error);
  }

  /** Cancels it and its children, because of an error that it holds. */
  private interrupt(): void {
    cancelChildren(this);
    mark(this);
  }

  /** A child has ended. Answers whether this task has nothing left to wait for. @internal */
  childEnded(child: Task): boolean {
    if ((child.flags & DAEMON) !== 0) this.extra?.daemons.remove(child);
    else this.children?.remove(child);
    if ((child.flags & (FAILED | LINKED)) === FAILED) {
      this.addError(child.value);
      this.interrupt();
    }
    if (this.children !== null && this.children.first !== null) return false;
    const { flags } = this;
    if ((flags & BODY_DONE) !== 0) return (flags & SETTLING) === 0;
    // It was waiting for its children before it returns.
    if ((flags & INTERRUPT) !== 0 && (flags & (RUNNING | QUEUED)) === 0 && this.wait === null) {
      this.flags |= RETURNING;
      enqueue(this);
    }
    return false;
  }

  /** Begins what is to be done after the work, the newest first. Answers whether something still goes on. @internal */
  cleanUp(): boolean {
    this.flags |= CLEANING;
    const daemons = this.extra?.daemons;
    while (daemons !== undefined && daemons.first !== null) {
      const task = daemons.first;
      daemons.remove(task);
      task.flags &= ~DAEMON;
      (this.children ??= new List<Task>()).unshift(task);
      if ((task.flags & AT_EXIT) !== 0) advance(task);
      else cancelTree(task);
      if (this.children.first !== null) return true;
    }
    return false;
  }

  /** Nothing is left to wait for. @internal */
  end(): void {
    this.flags |= ENDED;
    this.env.place?.leave();
    const { extra } = this;
    if (extra !== null && extra.errors.size > 0) {
      this.flags |= FAILED;
      const errors = [...extra.errors];
      this.value = errors.length === 1 ? errors[0] : new AggregateError(errors, several(this.name, errors));
    } else if ((this.flags & CANCELLED) !== 0) {
      this.value = undefined;
    }
  }

  /** Has somebody told when it ends. @internal */
  addJoiner(joiner: Joiner): void {
    (this.joiners ??= new List<Joiner>()).push(joiner);
  }

  /** Tells those who wait for it. @internal */
  notify(): void {
    const { joiners } = this;
    let told = this.parent !== null || (this.flags & FAILED) === 0;
    if (joiners !== null) {
      for (let joiner = joiners.shift(); joiner !== null; joiner = joiners.shift()) {
        joiner.joined(this);
        if (!told) told = joiner.onlooker !== true;
      }
    }
    // Nobody has asked yet: as a rejected promise it reaches them, or else the host's unhandled rejections.
    if (!told) void this.promise();
  }

  /** Whether it was told to end. @internal */
  get isCancelled(): boolean {
    return (this.flags & CANCELLED) !== 0;
  }

  /** The error that whoever waits for it gets; undefined if it has a value. @internal */
  failure(): { error: unknown } | undefined {
    if ((this.flags & FAILED) !== 0) return { error: this.value };
    if ((this.flags & CANCELLED) !== 0) return { error: new CancelledError(this.name, this.extra?.reason) };
    return undefined;
  }

  /** Somebody gets its error, later than it came: it is no unhandled rejection. @internal */
  isTold(): void {
    this.extra?.promise?.catch(ignore);
  }

  private promise(): Promise<T> {
    const extra = this.rare();
    if (extra.promise === null) {
      extra.promise = new Promise<unknown>((resolve, reject) => {
        const settleWith = (): void => {
          const failure = this.failure();
          if (failure === undefined) resolve(this.value);
          else
            reject((this.flags & FAILED) === 0 && extra.reason !== undefined ? extra.reason : failure.error);
        };
        if (this.hasEnded) settleWith();
        else this.addJoiner({ before: null, after: null, joined: settleWith });
      });
      // A cancellation is not an error: nobody need catch it.
      if (!this.hasEnded || this.status === 'cancelled') extra.promise.catch(ignore);
    }
    return extra.promise as Promise<T>;
  }
}

/** The end of a task, whatever it is. */
class Ending implements Operation<void>, PromiseLike<void> {
  private readonly task: Task;
  /** It had ended before: if it had failed, that has been told already. */
  private readonly wasOver: boolean;

  constructor(task: Task) {
    this.task = task;
    this.wasOver = task.hasEnded;
  }

  [Symbol.iterator](): Iterator<Wait, void, unknown> {
    if (this.wasOver) return ENDED_BODY as Iterator<Wait, void, unknown>;
    return new Join<undefined>(this.task, true)[Symbol.iterator]();
  }

  then<A = void, B = never>(
    onValue?: ((value: void) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    const { task } = this;
    return new Promise<void>((resolve, reject) => {
      const settleWith = (): void => {
        if (task.status !== 'failed' || this.wasOver) {
          resolve();
          return;
        }
        task.isTold();
        reject(task.value);
      };
      if (task.hasEnded) settleWith();
      else task.addJoiner({ before: null, after: null, joined: settleWith });
    }).then(onValue, onError);
  }
}

function ignore(): void {}

/** Ends what has nothing left to wait for, and then its parents that had only waited for that. */
function settle(first: Task): void {
  for (let task: Task | null = first; task !== null;) {
    if (task.children !== null && task.children.first !== null) return;
    task.flags |= SETTLING;
    const busy = task.cleanUp();
    task.flags &= ~SETTLING;
    if (busy) return;
    task.end();
    const parent: Task | null = task.parent;
    const parentIsDone: boolean = parent !== null && parent.childEnded(task);
    task.notify();
    task = parentIsDone ? parent : null;
  }
}

/** Cancels a task and all below it; breadth first with a list, since trees may be deeper than the stack. */
function cancelTree(root: Task): void {
  const tasks = [root];
  for (let i = 0; i < tasks.length; i++) {
    const task = tasks[i] as Task;
    if ((task.flags & (CANCELLED | CLEANING)) !== 0) continue;
    task.flags |= CANCELLED;
    // What a task that is returning still waits for is its clean-up, which nothing interrupts.
    if ((task.flags & UNWINDING) !== 0) continue;
    for (let child = task.children?.first ?? null; child !== null; child = child.after) tasks.push(child);
    mark(task);
  }
}

function cancelChildren(task: Task): void {
  const children = task.children;
  if (children === null) return;
  // The list may shrink meanwhile: a clean-up called from here may end tasks.
  const tasks: Task[] = [];
  for (let child = children.first; child !== null; child = child.after) tasks.push(child);
  for (const child of tasks) cancelTree(child);
}

/** The task shall return at its next wait, which is now if it waits already. */
function mark(task: Task): void {
  if ((task.flags & (INTERRUPT | UNWINDING | BODY_DONE)) !== 0) return;
  task.flags |= INTERRUPT;
  if ((task.flags & (RUNNING | QUEUED)) === 0) task.interruptParked();
}

function several(name: string, errors: readonly unknown[]): string {
  const messages = errors.map((error) => (error instanceof Error ? error.message : describe(error)));
  return `${errors.length} errors in the task '${name}': ${messages.join('; ')}`;
}
