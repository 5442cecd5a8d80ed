import { describe, MisuseError } from './errors.ts';
import { ENDED_BODY, type Body, type Operation, type Step, type Work } from './operation.ts';
import { run } from './run.ts';
import { Task, type Label } from './task.ts';
import { MAX_DEPTH, running, suspendUnstarted } from './trampoline.ts';
import { Wait } from './wait.ts';

/** What a coroutine's generator function gives: it yields nothing of its own, and returns `T`. */
export type CoroutineBody<T> = Generator<Wait, T, unknown>;

/**
 * A call of a coroutine that has not begun: `yield*` it inside another coroutine, `await` it outside, or
 * start it with `run` or `spawn`. Each of these runs it anew.
 */
export class Coroutine<T> extends Wait<T> implements PromiseLike<T> {
  /** @internal */
  readonly fn: (...args: unknown[]) => CoroutineBody<T>;
  private readonly self: unknown;
  /* Its arguments: nearly all calls have at most two, and an array for each call is dear. */
  private readonly count: number;
  private readonly first: unknown;
  private readonly second: unknown;
  private readonly all: readonly unknown[] | null;
  /** While it waits as a call: its generator, who called it, and whether it is returning. @internal */
  body: Body<unknown> = ENDED_BODY;
  /** @internal */
  caller: Coroutine<unknown> | null = null;
  /** @internal */
  unwinding = false;

  /** @internal */
  constructor(fn: (...args: unknown[]) => CoroutineBody<T>, self: unknown, args: readonly unknown[]) {
    super();
    const count = args.length;
    this.fn = fn;
    this.self = self;
    this.count = count;
    this.first = count > 0 ? args[0] : undefined;
    this.second = count > 1 ? args[1] : undefined;
    this.all = count > 2 ? args : null;
  }

  /** A generator that was called without `coroutine` and is returning, as a frame of its own. @internal */
  static returning(body: Body<unknown>, caller: Coroutine<unknown> | null): Coroutine<unknown> {
    const frame = new Coroutine<unknown>(cleanUp, undefined, []);
    frame.body = body;
    frame.caller = caller;
    frame.unwinding = true;
    return frame;
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
    const { fn, self, count } = this;
    if (count === 1) return fn.call(self, this.first);
    if (count === 0) return fn.call(self);
    if (count === 2) return fn.call(self, this.first, this.second);
    return fn.apply(self, this.all as unknown[]);
  }

  /**
   * A call: begins on the native stack, nested in the caller's `yield*`. If it ends without waiting, that was
   * all. If it waits, everything native suspends, the innermost first; each call then becomes a frame of the
   * task, below the ones that have become so before it and above the one that the trampoline had resumed.
   * @internal
   */
  start(task: Task): Step {
    const { depth } = running;
    if (depth >= MAX_DEPTH) return suspendUnstarted(task, this);
    const body = this.open();
    // Set, not counted up: an error that comes through here need not be caught to put it right.
    running.depth = depth + 1;
    const step = body.next() as Step;
    running.depth = depth;
    if (!step.done) {
      this.task = task;
      this.body = body;
      this.unwinding = false;
      const { outermost } = running;
      if (outermost === null) {
        this.caller = task.frame;
        task.frame = this;
      } else {
        this.caller = outermost.caller;
        outermost.caller = this;
      }
      running.outermost = this;
    }
    return step;
  }

  /** Its call is over. @internal */
  end(): void {
    this.body = ENDED_BODY;
    this.caller = null;
  }

  /** While it is called, what waits is the innermost wait; the frames return one by one. @internal */
  abandon(): boolean {
    return false;
  }
}

function* cleanUp(): CoroutineBody<void> {}

// A decorator cannot change the type of a method: for the compiler it stays a generator, which is an operation, too.
export function coroutine<Method extends (...args: never[]) => CoroutineBody<unknown>>(
  method: Method,
  context: { kind: 'method' },
): Method;
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
): (this: This, ...args: Args) => Coroutine<T>;
export function coroutine<This, Args extends unknown[], T>(
  fn: (this: This, ...args: Args) => CoroutineBody<T>,
): (this: This, ...args: Args) => Coroutine<T> | CoroutineBody<T> {
  if (typeof fn !== 'function' || fn.constructor.name.startsWith('Async'))
    throw new MisuseError(`coroutine expects a generator function, not ${describe(fn)}`);
  const plain = fn as unknown as (...args: unknown[]) => CoroutineBody<T>;
  const marked = function (this: This, ...args: Args): Coroutine<T> {
    return new Coroutine<T>(plain, this, args);
  };
  return Object.defineProperty(marked, 'name', { value: fn.name, configurable: true });
}

/** What is to run, and what it is called. @internal */
export function opened<T>(work: Work<T>): { label: Label; body: Body<T> } {
  const made: unknown = typeof work === 'function' ? work() : work;
  const name = typeof work === 'function' ? work.name : '';
  if (made instanceof Coroutine) return { label: name || made.fn, body: made.open() as Body<T> };
  if (isGenerator<T>(made)) return { label: name, body: made };
  if (!isIterable<T>(made)) {
    throw new MisuseError(
      `expected an operation, or a generator function that makes one, not ${describe(made)}`,
    );
  }
  return { label: name || made.constructor.name.toLowerCase(), body: delegate(made) };
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
