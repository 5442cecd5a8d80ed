/** Base of every error that the runtime itself raises. `code` is stable; the message is for people. */
export class CoroutineError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.name = new.target.name;
    this.code = code;
  }
}

/** Somebody asked for the value of a task that was cancelled, so there is none. `cause` is the reason given. */
export class CancelledError extends CoroutineError {
  constructor(task: string, reason?: unknown) {
    super(
      'CANCELLED',
      `the task '${task}' was cancelled`,
      reason === undefined ? undefined : { cause: reason },
    );
  }
}

/** An operation took longer than `timeout` allowed. */
export class TimeoutError extends CoroutineError {
  /** The limit that was hit, in milliseconds. */
  readonly ms: number;

  constructor(ms: number) {
    super('TIMEOUT', `timed out: nothing came back within ${ms} ms`);
    this.ms = ms;
  }
}

/** Sending to, or receiving from, a channel that has been closed (and, for receiving, emptied). */
export class ChannelClosedError extends CoroutineError {
  constructor(verb: 'send to' | 'receive from') {
    super('CHANNEL_CLOSED', `cannot ${verb} a closed channel`);
  }
}

/** What an effect failed with, as the journal has it: the same whether it happened now or before. */
export class EffectError extends CoroutineError {
  /** The error's own name, code (if it has one) and message. */
  readonly original: { readonly name: string; readonly code?: string | undefined; readonly message: string };

  constructor(effect: string, original: EffectError['original'], options?: ErrorOptions) {
    super('EFFECT', `${effect} failed: ${original.message}`, options);
    this.original = original;
  }
}

/** A journaled coroutine, run anew, asked for something else than its journal has in that place. */
export class NonDeterminismError extends CoroutineError {
  /** The place: which task, and the how-manieth of its effects. */
  readonly place: string;
  /** What the journal has there; undefined where it has nothing. */
  readonly recorded: string | undefined;
  /** What the code asked for; undefined where it asked for nothing. */
  readonly asked: string | undefined;

  constructor(
    name: string | undefined,
    place: string,
    recorded: string | undefined,
    asked: string | undefined,
  ) {
    super(
      'NON_DETERMINISM',
      `run anew, the coroutine ${name === undefined ? '' : `'${name}' `}does not do what its journal says: at ${place} the journal has ${recorded ?? 'nothing'}, ` +
        `and the code ${asked === undefined ? 'does not ask for it' : `asks for ${asked}`}. ` +
        'It must do the same each time: let it take the time from now(), chance from random(), and all else that comes ' +
        'from outside through effect(); if its code was changed on purpose, begin with a new journal',
    );
    this.place = place;
    this.recorded = recorded;
    this.asked = asked;
  }
}

/** Code used the runtime in a way it cannot serve; the message says what was expected and what came. */
export class MisuseError extends CoroutineError {
  constructor(message: string) {
    super('MISUSE', message);
  }
}

/** Names what came for an error message: `5`, `'text'`, `undefined`, `a function`, `a Map`. */
export function describe(value: unknown): string {
  if (typeof value === 'string') return value.length > 40 ? `'${value.slice(0, 40)}…'` : `'${value}'`;
  if (typeof value === 'function') return value.name === '' ? 'a function' : `the function '${value.name}'`;
  if (typeof value !== 'object' || value === null) return String(value);
  const proto: unknown = Object.getPrototypeOf(value);
  const name: unknown =
    proto === null ? undefined : (proto as { constructor?: { name?: unknown } }).constructor?.name;
  return typeof name === 'string' && name !== '' && name !== 'Object' ? `a ${name}` : 'an object';
}

/** Throws unless `value` is a whole number of at least `least` (and finite: every bound is a bound). */
export function requireCount(what: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least) {
    throw new MisuseError(`${what} must be a whole number of at least ${least}, not ${describe(value)}`);
  }
}
