import { parts } from '../http/exchange.ts';
import { PageError } from '../http/failure.ts';

/** An address that is to be fetched. */
export interface Target {
  /** As it was given. */
  readonly given: string;
  readonly url: URL;
  /** Scheme, host and port: what politeness goes by. */
  readonly origin: string;
}

/**
 * Reads an address.
 * @throws {PageError} `BAD_URL` unless it is an absolute http: or https: address
 */
export function target(address: string | URL): Target {
  const given = String(address);
  let url: URL;
  try {
    url = address instanceof URL ? address : new URL(given);
  } catch {
    throw new PageError('BAD_URL', given.slice(0, 500), 'not an absolute address');
  }
  if (url.protocol !== 'http:' && url.protocol !== 'https:') {
    throw new PageError(
      'BAD_URL',
      given.slice(0, 500),
      `only http: and https: are fetched, not ${url.protocol}`,
    );
  }
  return { given, url, origin: parts(url.href).origin };
}
