import type { Clock } from './clock.ts';

/** What a task inherits from the one that started it. Never changed: a different value makes a new one. */
export interface Environment {
  readonly clock: Clock;
  /** The innermost value of each context comes first. */
  readonly bindings: Binding | null;
}

/** One context's value, for all that is started below it. */
export interface Binding {
  readonly key: object;
  readonly value: unknown;
  readonly outer: Binding | null;
}
