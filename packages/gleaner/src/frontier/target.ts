import { parts } from '../http/exchange.ts';
import { PageError } from '../http/failure.ts';

/** An address that is to be fetched. */
export interface Target {
  /** As it was given. */
  readonly given: string;
  /** As the URL standard serialises it. */
  readonly url: string;
  /** Scheme, host and port: what politeness goes by. */
  readonly origin: string;
}

/**
 * Addresses that the URL standard would leave just as they are, as nearly all of a list's are: a name in small letters
 * or a dotted IPv4 address, no default port, no dot segments, and only characters that are never encoded. To see that
 * takes a fifth of the time of parsing. Whatever is not seen to be so, is parsed.
 */
const BYTE = '(?:25[0-5]|2[0-4]\\d|1\\d\\d|[1-9]?\\d)';
const NAME = '(?:[a-z0-9](?:[a-z0-9-]*[a-z0-9])?\\.)*[a-z](?:[a-z0-9-]*[a-z0-9])?';
const CHARACTERS = '\\w\\-~!$&()*+,;=:@/.';
const SERIALISED = new RegExp(
  `^https?://(?!xn--|[^/]*\\.xn--)(?:${NAME}|${BYTE}(?:\\.${BYTE}){3})(?::(?!(?:80|443)/)[1-9]\\d{1,3}|:[1-5]\\d{4})?` +
    `/(?!\\.|[^?]*/\\.)[${CHARACTERS}]*(?:\\?[${CHARACTERS}?]*)?$`,
);

/** Longer than this, an address is parsed without a look: the look takes time that grows with the length. */
const LONG = 1000;

/**
 * Reads an address.
 * @throws {PageError} `BAD_URL` unless it is an absolute http: or https: address
 */
export function target(address: string | URL): Target {
  const given = String(address);
  const url = serialised(given);
  return { given, url, origin: parts(url).origin };
}

/**
 * An address as the URL standard serialises it.
 * @param base what a relative one is relative to
 * @throws {PageError} `BAD_URL` unless it is an http: or https: address
 */
export function serialised(given: string, base?: string): string {
  if (given.length <= LONG && SERIALISED.test(given)) return given;
  let url: URL;
  try {
    url = new URL(given, base);
  } catch {
    const expected = base === undefined ? 'not an absolute address' : 'not an address';
    throw new PageError('BAD_URL', given.slice(0, 500), expected);
  }
  if (url.protocol === 'http:' || url.protocol === 'https:') return url.href;
  throw new PageError(
    'BAD_URL',
    given.slice(0, 500),
    `only http: and https: are fetched, not ${url.protocol}`,
  );
}
