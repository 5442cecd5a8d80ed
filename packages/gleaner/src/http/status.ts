import { STATUS_CODES as REASONS } from 'node:http';
import { PageError } from './failure.ts';
import { retryAfter } from './retry.ts';

/**
 * The failure that a response is by its status.
 * @param time milliseconds since 1970: what a Retry-After that is a date counts from
 */
export function statusFailure(
  { url, status, headers }: { url: string; status: number; headers: Readonly<Record<string, string>> },
  time: number,
): PageError {
  const text = REASONS[status];
  const details = { status, retryAfter: retryAfter(headers['retry-after'], time) };
  return new PageError(
    `HTTP_${status}`,
    url,
    `the server answered ${status}${text === undefined ? '' : ` ${text}`}`,
    details,
  );
}
