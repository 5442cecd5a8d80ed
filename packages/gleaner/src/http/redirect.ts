import type { RawResponse } from './exchange.ts';
import { PageError } from './failure.ts';

/** 301, 302, 303, 307 and 308 with a Location (RFC 9110, 15.4). */
export function isRedirect({ status, headers }: RawResponse): boolean {
  return (
    (status === 301 || status === 302 || status === 303 || status === 307 || status === 308) &&
    'location' in headers
  );
}

/** What is sent to one origin only: credentials, and its own name. */
const CONFIDENTIAL = ['authorization', 'cookie', 'proxy-authorization', 'host'];

/**
 * Where a redirect leads, and what is sent there: credentials never cross origins (Fetch standard, 4.4).
 * @throws {PageError} `REDIRECT` if it leads nowhere that may be asked
 */
export function redirected(
  from: string,
  headers: readonly string[],
  response: RawResponse,
): { url: string; headers: readonly string[] } {
  // Headers are bytes; those that are not ASCII are UTF-8, as browsers have it.
  const location = Buffer.from(response.headers.location ?? '', 'latin1').toString();
  const { status } = response;
  if (!URL.canParse(location, from)) {
    throw new PageError('REDIRECT', from, `redirects to '${location.slice(0, 200)}', which is no address`, {
      status,
    });
  }
  const url = new URL(location, from);
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new PageError(
      'REDIRECT',
      from,
      `redirects to a ${url.protocol} address; only http: and https: are fetched`,
      { status },
    );
  }
  const before = new URL(from);
  if (url.hash === '') url.hash = before.hash;
  if (url.origin === before.origin) return { url: url.href, headers };
  const isOpen = (name: string): boolean => !CONFIDENTIAL.includes(name.toLowerCase());
  return { url: url.href, headers: headers.filter((_, i) => isOpen(headers[i - (i % 2)] ?? '')) };
}
