import { describe, MisuseError } from './errors.ts';
import type { Body, Operation, Step, Work } from './operation.ts';
import { run } from './run.ts';
import { Task } from './task.ts';
import { MAX_DEPTH, running, suspendUnstarted } from './trampoline.ts';
import { Wait } from './wait.ts';

/** What a coroutine's generator function gives: it yields nothing of its own, and returns `T`. */
export type CoroutineBody<T> = Generator<Wait, T, unknown>;

/**
 * A call of a coroutine that has not begun: `yield*` it inside another coroutine, `await` it outside, or
 * start it with `run` or `spawn`. Each of these runs it anew.
 */
export class Coroutine<T> extends Wait<T> implements PromiseLike<T> {
  private readonly fn: (...args: never[]) => CoroutineBody<T>;
  private readonly self: unknown;
  private readonly args: readonly unknown[];
  /** While it runs as a call: its generator, who called it, and whether it is returning. @internal */
  body: Body<unknown> = NO_BODY;
  /** @internal */
  caller: Coroutine<unknown> | null = null;
  /** @internal */
  unwinding = false;

  /** @internal */
  constructor(fn: (...args: never[]) => CoroutineBody<T>, self: unknown, args: readonly unknown[]) {
    super();
    this.fn = fn;
    this.self = self;
    this.args = args;
  }

  /** The name of its generator function. */
  get name(): string {
    return this.fn.name || 'anonymous';
  }

  /** Runs it and waits for it, outside of coroutines. */
  then<A = T, B = never>(
    onValue?: ((value: T) => A | PromiseLike<A>) | null,
    onError?: ((error: unknown) => B | PromiseLike<B>) | null,
  ): Promise<A | B> {
    return run(this).then(onValue, onError);
  }

  /** A generator of its own for this run. @internal */
  open(): Body<T> {
    return this.fn.apply(this.self, this.args as never[]);
  }

  /**
   * A call: begins on the native stack, nested in the caller's `yield*`. If it ends without waiting, that was
   * all. If it waits, everything native suspends, and the trampoline resumes this frame directly from then on.
   * @internal
   */
  start(task: Task): Step {
    if (running.depth >= MAX_DEPTH) return suspendUnstarted(task, this);
    const putOff = this.task;
    const body = (this.body = this.open());
    this.caller = task.frame;
    this.unwinding = false;
    this.task = task;
    task.frame = this as Coroutine<unknown>;
    running.depth++;
    let step: Step;
    try {
      step = body.next() as Step;
    } catch (error) {
      running.depth--;
      task.frame = this.caller;
      this.end();
      this.task = putOff;
      throw error;
    }
    running.depth--;
    if (step.done) {
      task.frame = this.caller;
      this.end();
      this.task = putOff;
    }
    return step;
  }

  /** Its call is over. @internal */
  end(): void {
    this.body = NO_BODY;
    this.caller = null;
  }

  /** While it is called, what waits is the innermost wait; the frames return one by one. @internal */
  abandon(): boolean {
    return false;
  }
}

const NO_BODY: Body<unknown> = (function* (): Generator<never, undefined, unknown> {})();

/**
 * Marks a generator function as a coroutine: it runs concurrently with others and hands control back at each
 * `yield*` until what it waits for is there. What Python's `@asyncio.coroutine` was. Calling it runs nothing
 * yet and gives a `Coroutine`. Also a decorator of methods (TC39): `@coroutine *load() { … }`.
 *
 * Coroutines that call coroutines may do so 100,000 deep, and a step costs the same at any depth.
 *
 * @example
 * const greet = coroutine(function* (name: string) {
 *   yield* sleep(10);
 *   return `Hello, ${name}`;
 * });
 * const greeting = await greet('world'); // 'Hello, world'
 */
export function coroutine<This, Args extends unknown[], T>(
  fn: (this: This, ...args: Args) => CoroutineBody<T>,
  _context?: ClassMethodDecoratorContext,
): (this: This, ...args: Args) => Coroutine<T> {
  if (typeof fn !== 'function') throw new MisuseError(`coroutine expects a generator function, not ${describe(fn)}`);
  const marked = function (this: This, ...args: Args): Coroutine<T> {
    return new Coroutine<T>(fn as unknown as (...args: never[]) => CoroutineBody<T>, this, args);
  };
  return Object.defineProperty(marked, 'name', { value: fn.name, configurable: true });
}

/** What is to run, and what it is called. @internal */
export function opened<T>(work: Work<T>): { name: string; body: Body<T> } {
  let name = '';
  let operation: unknown = work;
  if (typeof work === 'function') {
    name = work.name;
    operation = work();
  }
  if (operation instanceof Coroutine) {
    return { name: name || operation.name, body: (operation as Coroutine<T>).open() };
  }
  if (isGenerator<T>(operation)) return { name: name || 'anonymous', body: operation };
  if (!isIterable<T>(operation)) {
    throw new MisuseError(`expected an operation, or a generator function that makes one, not ${describe(operation)}`);
  }
  const kind = operation.constructor.name;
  return { name: name || kind.toLowerCase(), body: delegate(operation) };
}

function* delegate<T>(operation: Operation<T>): CoroutineBody<T> {
  return yield* operation;
}

function isIterable<T>(value: unknown): value is Operation<T> {
  return typeof value === 'object' && value !== null && Symbol.iterator in value;
}

function isGenerator<T>(value: unknown): value is Body<T> {
  return Object.prototype.toString.call(value) === '[object Generator]';
}

/** Whether a value is something to wait for, as opposed to a plain value that happens to be iterable. @internal */
export function isOperation<T>(value: unknown): value is Operation<T> {
  return value instanceof Wait || value instanceof Task || isGenerator(value);
}
