import type { Binding } from './environment.ts';
import { MisuseError } from './errors.ts';
import { ready, type Operation, type Step, type Work } from './operation.ts';
import { Enter } from './scope.ts';
import type { Task } from './task.ts';
import { Wait } from './wait.ts';

/** A value that children inherit: waiting for it (`yield*`) gives the one in force. */
export interface Context<T> extends Operation<T> {
  readonly name: string;
  /** Runs work in which, and below which, the context has this value. */
  with<R>(value: T, work: Work<R>): Operation<R>;
}

/**
 * A context: a value handed down the tree of tasks without passing it through every call, as React's contexts and
 * Python's `contextvars` do. Asked for where it has no value, it gives `fallback`, or throws if that was left out.
 *
 * @example
 * const user = context<string>('user');
 * const name = await run(() => user.with('Ada', function* () {
 *   return yield* user; // 'Ada'
 * }));
 */
export function context<T>(name: string, ...fallback: [T?]): Context<T> {
  return new Key<T>(name, fallback.length === 0 ? undefined : { value: fallback[0] as T });
}

class Key<T> implements Context<T> {
  readonly name: string;
  readonly fallback: { value: T } | undefined;

  constructor(name: string, fallback: { value: T } | undefined) {
    this.name = name;
    this.fallback = fallback;
  }

  with<R>(value: T, work: Work<R>): Operation<R> {
    const run = (): Operation<R> => (typeof work === 'function' ? work() : work);
    return new Enter<R>(run, (outer) => ({
      ...outer,
      bindings: { key: this, value, outer: outer.bindings },
    }));
  }

  [Symbol.iterator](): Iterator<Wait, T, unknown> {
    return new Lookup<T>(this)[Symbol.iterator]();
  }
}

class Lookup<T> extends Wait<T> {
  private readonly key: Key<T>;

  constructor(key: Key<T>) {
    super();
    this.key = key;
  }

  start(task: Task): Step {
    const { key } = this;
    for (let binding: Binding | null = task.env.bindings; binding !== null; binding = binding.outer) {
      if (binding.key === key) return ready(binding.value);
    }
    if (key.fallback !== undefined) return ready(key.fallback.value);
    throw new MisuseError(`the context '${key.name}' has no value here: give it one with .with(value, …)`);
  }

  abandon(): boolean {
    return false;
  }
}
