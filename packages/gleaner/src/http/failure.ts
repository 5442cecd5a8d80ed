import { MAX_HEADER_BYTES } from './limits.ts';

/**
 * Why a page could not be had. Stable: programs may compare with these.
 *
 * | code | meaning |
 * |---|---|
 * | `HTTP_404` … | the server answered with that status, which is not 2xx |
 * | `BAD_URL` | not an absolute http: or https: address |
 * | `DNS` | the host's name could not be resolved |
 * | `CONNECT` | no connection: refused, unreachable, or not made in time |
 * | `TLS` | the certificate or the TLS handshake was refused |
 * | `RESET` | the connection was lost before the response was complete |
 * | `PROTOCOL` | what came is not HTTP as RFC 9110 and 9112 define it |
 * | `PROXY` | the proxy could not be reached, or refused to forward; the message says which, without its credentials |
 * | `TIMEOUT` | no complete response within the time limit |
 * | `TOO_LARGE` | the response is larger than the limit, on the wire or unpacked |
 * | `REDIRECT` | too many redirects, or one to nowhere |
 * | `ENCODING` | the body is not what its Content-Encoding says |
 * | `PRIVATE` | a page or a redirect leads to a host that is not on the public internet, and that is no start page's |
 * | `ROBOTS` | the robots.txt of the host forbids it |
 * | `HOST_DOWN` | the host was in trouble so often that it is left alone |
 * | `NOT_ARCHIVED` | a replay asked for what is not in the archive; the message says which |
 * | `NOT_JSON` | JSON was expected and something else came |
 * | `NOT_A_FEED` | a feed was expected (RSS, Atom, JSON Feed) and something else came |
 * | `SCHEMA` | the data does not have the shape that the schema asks for |
 * | `LINK` | the page has no such link, and it was to be visited |
 * | `HANDLER` | the handler threw; `cause` is what it threw |
 * | `SPIDER` | the spider threw; `cause` is what it threw |
 */
export type FailureCode =
  | `HTTP_${number}`
  | 'BAD_URL'
  | 'DNS'
  | 'CONNECT'
  | 'TLS'
  | 'RESET'
  | 'PROTOCOL'
  | 'PROXY'
  | 'TIMEOUT'
  | 'TOO_LARGE'
  | 'REDIRECT'
  | 'ENCODING'
  | 'PRIVATE'
  | 'ROBOTS'
  | 'HOST_DOWN'
  | 'NOT_ARCHIVED'
  | 'NOT_JSON'
  | 'NOT_A_FEED'
  | 'SCHEMA'
  | 'LINK'
  | 'HANDLER'
  | 'SPIDER';

export interface FailureDetails extends ErrorOptions {
  /** The status of the response, where there was one. */
  status?: number | undefined;
  /** How long the server asks to be left alone, in milliseconds (Retry-After). */
  retryAfter?: number | undefined;
}

/** A page that could not be had: `code` says why, `url` which one, `message` both. */
export class PageError extends Error {
  override readonly name = 'PageError';
  readonly code: FailureCode;
  readonly url: string;
  /** The message without the address. */
  readonly reason: string;
  readonly status: number | undefined;
  /** How long the server asks to be left alone, in milliseconds. */
  readonly retryAfter: number | undefined;

  constructor(code: FailureCode, url: string, reason: string, details: FailureDetails = {}) {
    super(`${withoutCredentials(url)}: ${reason}`, details);
    this.reason = reason;
    this.code = code;
    this.url = url;
    this.status = details.status;
    this.retryAfter = details.retryAfter;
  }
}

/** An address as it may be shown: messages end up in logs. */
function withoutCredentials(url: string): string {
  return url.replace(/^(\w+:\/\/)[^/?#]*@/, '$1');
}

/** An option has a value that cannot be. */
export class OptionError extends Error {
  override readonly name = 'OptionError';
  readonly code = 'BAD_OPTION';

  constructor(option: string, expected: string, came: unknown) {
    super(`${option} must be ${expected}, not ${typeof came === 'string' ? `'${came}'` : String(came)}`);
  }
}

/** The whole job was given a time, and it is over. What had been handed over by then stays valid. */
export class JobTimeoutError extends Error {
  override readonly name = 'JobTimeoutError';
  readonly code = 'JOB_TIMEOUT';

  constructor(ms: number) {
    super(`the whole job took longer than its limit of ${ms} ms`);
  }
}

/** Turns what undici or Node threw into a `PageError`. */
export function networkFailure(error: unknown, url: string): PageError {
  const { code, message } = describe(error);
  // undici does not always say which of llhttp's errors it was.
  const isProtocol = error instanceof Error && error.name === 'HTTPParserError';
  return new PageError(isProtocol ? 'PROTOCOL' : classify(code), url, reason(code, message), {
    cause: error,
  });
}

/** Codes of the system's resolver (getaddrinfo(3)) and of Node's own (`node:dns`). */
const DNS = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'ENODATA',
  'ESERVFAIL',
  'EAI_NODATA',
  'EAI_NONAME',
]);
const CONNECT = new Set([
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'EADDRNOTAVAIL',
  'EHOSTDOWN',
  'ENETDOWN',
  'ETIMEDOUT',
  'UND_ERR_CONNECT_TIMEOUT',
]);
/** Codes of OpenSSL's certificate verification (verify(1)) that carry no common prefix. */
const CERTIFICATE =
  /^(ERR_TLS_|ERR_SSL_|CERT_|CRL_|UNABLE_TO_|DEPTH_ZERO_|SELF_SIGNED_|HOSTNAME_|INVALID_|PATH_LENGTH_|ERROR_IN_C|EPROTO$)/;

function classify(code: string): FailureCode {
  if (DNS.has(code)) return 'DNS';
  if (CONNECT.has(code)) return 'CONNECT';
  if (CERTIFICATE.test(code)) return 'TLS';
  if (code === 'ERR_PRIVATE_ADDRESS') return 'PRIVATE';
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return 'PROTOCOL';
  return 'RESET';
}

/** Said here of HTTP/1.1, and by those who gather a response of HTTP/2. */
export const WRONG_LENGTH: string = 'the response is shorter or longer than its Content-Length';

const REASONS: Partial<Record<string, string>> = {
  ENOTFOUND: 'no such host',
  EAI_AGAIN: 'the name server did not answer',
  ECONNREFUSED: 'connection refused',
  ECONNRESET: 'the connection was reset',
  EPIPE: 'the connection was reset',
  UND_ERR_SOCKET: 'the connection was closed before the response was complete',
  UND_ERR_CONNECT_TIMEOUT: 'no connection was made in time',
  UND_ERR_RES_CONTENT_LENGTH_MISMATCH: WRONG_LENGTH,
  UND_ERR_HEADERS_OVERFLOW: `the response has more than ${MAX_HEADER_BYTES} bytes of headers (the limit)`,
};

function reason(code: string, message: string): string {
  const known = REASONS[code];
  if (known !== undefined) return known;
  if (code === 'ERR_PRIVATE_ADDRESS') return message;
  // OpenSSL's own text: a stack of numbers and file names.
  if (code.startsWith('ERR_SSL_') || message.includes(':SSL routines:'))
    return `the TLS handshake failed (${code})`;
  return code === '' || message.includes(code) ? message : `${message} (${code})`;
}

/** Node wraps the errors of several attempted addresses in an `AggregateError`, whose first is as good as any. */
function describe(error: unknown): { code: string; message: string } {
  if (!(error instanceof Error)) return { code: '', message: String(error) };
  const inner: unknown = error instanceof AggregateError && !error.message ? error.errors[0] : error;
  const { code, message } = inner as { code?: unknown; message: string };
  return { code: typeof code === 'string' ? code : '', message: message || error.message };
}
