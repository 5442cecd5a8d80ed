/*
 * The little that the runtime needs of the program it runs in. Browsers, Node, Deno and workers all have it;
 * the types of none of them are assumed.
 */

interface Host {
  queueMicrotask(job: () => void): void;
  setTimeout(job: () => void, ms: number): HostTimer;
  clearTimeout(timer: HostTimer): void;
  performance: { now(): number; timeOrigin: number };
  AbortController: new () => AbortControllerLike;
  setImmediate?: (job: () => void) => void;
  MessageChannel?: new () => {
    port1: { onmessage: (() => void) | null };
    port2: { postMessage(x: null): void };
  };
}

/** What `setTimeout` gives: a number in browsers, an object in Node. */
export type HostTimer = object | number;

declare global {
  // Where neither the DOM's types nor Node's are loaded, it is at least a name; where they are, it is theirs.
  // eslint-disable-next-line @typescript-eslint/no-empty-object-type
  interface AbortSignal {}
}

/** The part of an `AbortSignal` that the runtime uses. */
export interface AbortSignalLike {
  readonly aborted: boolean;
  readonly reason?: unknown;
  addEventListener(type: 'abort', listener: () => void, options?: { once?: boolean }): void;
  removeEventListener(type: 'abort', listener: () => void): void;
}

export interface AbortControllerLike {
  readonly signal: AbortSignal & AbortSignalLike;
  abort(reason?: unknown): void;
}

const host = globalThis as unknown as Host;

export const microtask = (job: () => void): void => host.queueMicrotask(job);

export const startTimer = (job: () => void, ms: number): HostTimer => host.setTimeout(job, ms);
export const stopTimer = (timer: HostTimer): void => host.clearTimeout(timer);

/** Milliseconds since some fixed point, never going back. */
export const monotonic = (): number => host.performance.now();
/** What to add to `monotonic()` for milliseconds since 1970. */
export const epoch: number = host.performance.timeOrigin;

export const newAbortController = (): AbortControllerLike => new host.AbortController();

/** Runs a job after the event loop has turned: timers and I/O that are due go first. */
export const afterLoopTurn: (job: () => void) => void = loopTurner();

function loopTurner(): (job: () => void) => void {
  if (host.setImmediate !== undefined) return host.setImmediate;
  if (host.MessageChannel === undefined) return (job) => void host.setTimeout(job, 0);
  const { port1, port2 } = new host.MessageChannel();
  const jobs: (() => void)[] = [];
  port1.onmessage = () => jobs.shift()?.();
  return (job) => {
    jobs.push(job);
    port2.postMessage(null);
  };
}
