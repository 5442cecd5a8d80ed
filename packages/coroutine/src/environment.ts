import type { Clock } from './clock.ts';
import type { Place } from './place.ts';

/** What a task inherits from the one that started it. Never changed: a different value makes a new one. */
export interface Environment {
  readonly clock: Clock;
  /** The innermost value of each context comes first. */
  readonly bindings: Binding | null;
  /** Where in a journaled coroutine it is; null outside of such. */
  readonly place: Place | null;
}

/** One context's value, for all that is started below it. */
export interface Binding {
  readonly key: object;
  readonly value: unknown;
  readonly outer: Binding | null;
}
