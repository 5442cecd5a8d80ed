import { Coroutine } from './coroutine.ts';
import { SUSPENDED, type Body, type Step } from './operation.ts';
import type { Task } from './task.ts';

/*
 * Returning a generator that delegates to others. `yield*` hands a `return()` down to the innermost generator, but if
 * the clean-up there waits, the generators around it are resumed with `next()` when that wait is over; and by the
 * letter of ECMAScript (14.4.14, `yield*`, 7.a.v) they then go on as if nothing had been returned. So a cancellation
 * would be lost as soon as a plain generator function, called without `coroutine`, waits in its `finally`.
 *
 * Therefore such generators become frames of the task when they are returned: each is resumed directly, and only when
 * it has ended the one around it is returned. Which they are only the engine knows. It tells by looking up `return`
 * on each, so while a body is returned (and at no other time) that is a function that takes notes.
 */

interface Returns {
  return(this: unknown, value?: unknown): unknown;
}

const prototype = (Object.getPrototypeOf(function* () {}) as { prototype: Returns }).prototype;
// Called with the generator as `this`, below.
// eslint-disable-next-line @typescript-eslint/unbound-method
const nativeReturn = prototype.return;
/** Where the language's own objects are frozen, nothing can be noted. */
const canNote = Object.getOwnPropertyDescriptor(prototype, 'return')?.writable === true;

/** The generators that were returned and wait in their clean-up, the innermost first; null while nobody takes notes. */
let notes: Body<unknown>[] | null = null;

function notingReturn(this: unknown, value?: unknown): unknown {
  const step = nativeReturn.call(this, value);
  if (step === SUSPENDED && notes !== null) notes.push(this as Body<unknown>);
  return step;
}

/** Returns the topmost generator of a task, which runs its `finally` blocks and those of all that it delegates to. */
export function returnTop(task: Task, body: Body<unknown>): Step {
  if (!canNote) return body.return() as Step;
  const outer = notes;
  const mine: Body<unknown>[] = (notes = []);
  if (outer === null) prototype.return = notingReturn;
  try {
    return body.return() as Step;
  } finally {
    notes = outer;
    if (outer === null) prototype.return = nativeReturn;
    // The last is `body` itself. A clean-up that has called a coroutine has frames of its own: these come on top.
    if (mine.length > 1) insertFrames(task, body, mine);
  }
}

function insertFrames(task: Task, top: Body<unknown>, returned: Body<unknown>[]): void {
  let above: Coroutine<unknown> | null = null;
  let below: Coroutine<unknown> | null = task.frame;
  while (below !== null && below.body !== top) {
    above = below;
    below = below.caller;
  }
  for (const body of returned.slice(0, -1).reverse()) below = Coroutine.returning(body, below);
  if (above === null) task.frame = below;
  else above.caller = below;
}
