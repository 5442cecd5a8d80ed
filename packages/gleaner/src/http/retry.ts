import type { PageError } from './failure.ts';

/** Statuses of which RFC 9110 and 6585 say that the same request may succeed later, and what gateways answer. */
const TRANSIENT = new Set([
  'HTTP_408',
  'HTTP_425',
  'HTTP_429',
  'HTTP_500',
  'HTTP_502',
  'HTTP_503',
  'HTTP_504',
]);

/** A server that asks to be left alone for longer than this is left alone for good, in milliseconds. */
const PATIENCE = 300_000;

/** Whether what failed can succeed later, and within a time that is worth waiting for. */
export function canSucceedLater({ code, cause, retryAfter }: PageError): boolean {
  if (retryAfter !== undefined && retryAfter > PATIENCE) return false;
  if (code === 'TIMEOUT' || code === 'RESET' || code === 'CONNECT' || code === 'PROXY') return true;
  // A name that does not exist will not exist in a second; a name server that is silent may answer.
  if (code === 'DNS') return (cause as { code?: unknown } | undefined)?.code === 'EAI_AGAIN';
  return TRANSIENT.has(code);
}

const FIRST = 500;
const LONGEST = 60_000;

/**
 * How long to wait before the next attempt, in milliseconds: exponential with full jitter (M. Brooker, "Exponential
 * Backoff and Jitter", AWS 2015), or what the server asks for, whichever is longer.
 * @param attempt how many attempts there have been: 1, 2, …
 * @param random from 0 up to 1
 */
export function backoff(attempt: number, random: number, retryAfter = 0): number {
  const ceiling = Math.min(FIRST * 2 ** (attempt - 1), LONGEST);
  return Math.max(Math.ceil(random * ceiling), retryAfter);
}

/**
 * What a Retry-After header asks for, in milliseconds (RFC 9110, 10.2.3: seconds, or a date); undefined if it says
 * nothing that can be understood.
 * @param now milliseconds since 1970
 */
export function retryAfter(header: string | undefined, now: number): number | undefined {
  if (header === undefined) return undefined;
  if (/^\d+$/.test(header)) return Number(header) * 1000;
  const date = Date.parse(header);
  return Number.isNaN(date) ? undefined : Math.max(0, date - now);
}
