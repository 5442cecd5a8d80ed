import type { RawResponse, RequestLine } from './exchange.ts';
import { PageError } from './failure.ts';
import { withoutHeaders } from './header-list.ts';

/** 301, 302, 303, 307 and 308 with a Location (RFC 9110, 15.4). */
export function isRedirect({ status, headers }: Pick<RawResponse, 'status' | 'headers'>): boolean {
  return (
    (status === 301 || status === 302 || status === 303 || status === 307 || status === 308) &&
    'location' in headers
  );
}

/** What is sent to one origin only: credentials, and its own name. */
export const CONFIDENTIAL: readonly string[] = ['authorization', 'cookie', 'proxy-authorization', 'host'];

/** What says something about a body, and goes with it (Fetch standard, "request-body-header name"). */
const OF_THE_BODY = ['content-encoding', 'content-language', 'content-location', 'content-type'];

/**
 * The request to which a redirect leads. Method and body stay, except that a POST becomes a GET at 301 and 302, as does
 * all but HEAD at 303; credentials never cross origins (Fetch standard, 4.4).
 * @throws {PageError} `REDIRECT` if it leads nowhere that may be asked
 */
export function redirected(
  request: RequestLine,
  response: Pick<RawResponse, 'status' | 'headers'>,
): RequestLine {
  const from = request.url;
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
  const { method, body, headers } = becomesGet(request.method, status)
    ? { method: 'GET', body: undefined, headers: withoutHeaders(request.headers, OF_THE_BODY) }
    : request;
  const sent = url.origin === before.origin ? headers : withoutHeaders(headers, CONFIDENTIAL);
  return { url: url.href, method, headers: sent, body };
}

function becomesGet(method: string, status: number): boolean {
  if (status === 303) return method !== 'GET' && method !== 'HEAD';
  return (status === 301 || status === 302) && method === 'POST';
}
