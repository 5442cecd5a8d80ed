import type { FailureCode, PageError } from '../http/failure.ts';

/** Failures of one kind. */
export interface FailureCount {
  count: number;
  /** The first of them, to look at. */
  example: { url: string; message: string };
}

/** How a job went, or goes: the figures move while it runs. */
export interface Summary {
  /** Addresses begun: those done, failed and in flight. */
  started: number;
  /** Pages that were had. */
  done: number;
  /** Pages that could not be had. */
  failed: number;
  /** What failed, by its code. */
  failures: Partial<Record<FailureCode, FailureCount>>;
  /** Items handed over: results, or what the handler yielded. */
  items: number;
  /** Attempts beyond the first. */
  retries: number;
  /** Bytes of bodies that came over the wire. */
  bytes: number;
  /** Milliseconds since the job began; the whole time once it has ended. */
  elapsed: number;
}

export function newSummary(): Summary {
  return { started: 0, done: 0, failed: 0, failures: {}, items: 0, retries: 0, bytes: 0, elapsed: 0 };
}

export function countFailure(summary: Summary, { code, url, message }: PageError): void {
  summary.failed++;
  const known = summary.failures[code];
  if (known === undefined) summary.failures[code] = { count: 1, example: { url, message } };
  else known.count++;
}
