import type { CoroutineBody } from '@gleaner/coroutine';
import { createHash } from 'node:crypto';
import type { RawResponse, RequestLine } from './exchange.ts';
import { headerOf } from './header-list.ts';

/** A response that is kept. */
export interface CachedResponse {
  /** By lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  /** As it came over the wire. */
  readonly body: Uint8Array;
  /** Of the request's headers that its Vary names, a digest: it is an answer to such requests only. */
  readonly variant: string;
}

/** Where responses are kept between crawls. The client asks and tells; whoever opened it closes it, after the client. */
export interface ResponseCache {
  get(key: string): CoroutineBody<CachedResponse | undefined>;
  /** Replaces what was kept under the key. */
  put(key: string, response: CachedResponse): CoroutineBody<void>;
  close(): void;
}

/** A request with one of these asks for something other than the whole page as it is now, and knows what it does. */
const CONDITIONS = [
  'if-match',
  'if-none-match',
  'if-modified-since',
  'if-unmodified-since',
  'if-range',
  'range',
];

/**
 * What a request's response is kept under; undefined if it is not to be kept. Sessions do not share pages: a server may
 * show each another one without saying so.
 */
export function cacheKey(
  { url, method, headers }: RequestLine,
  session: string | undefined,
): string | undefined {
  if (method !== 'GET') return undefined;
  for (const name of CONDITIONS) if (headerOf(headers, name) !== undefined) return undefined;
  if (forbidsStoring(headerOf(headers, 'cache-control'))) return undefined;
  const hash = url.indexOf('#');
  const page = `GET ${hash < 0 ? url : url.slice(0, hash)}`;
  return session === undefined ? page : `${page}\n${session}`;
}

/**
 * What to keep of a response, as a private cache (RFC 9111, 3): pages of status 200 that can be asked for again with a
 * condition; undefined for others.
 */
export function cached(
  request: RequestLine,
  { status, headers, body }: RawResponse,
): CachedResponse | undefined {
  const { etag, 'last-modified': lastModified, vary = '', 'cache-control': control } = headers;
  if (status !== 200 || (etag === undefined && lastModified === undefined)) return undefined;
  if (forbidsStoring(control) || vary.includes('*')) return undefined;
  // Cookies have been set, and are nobody's after that.
  const { 'set-cookie': _, ...kept } = headers;
  return { headers: kept, body, variant: variantOf(request, vary) };
}

/** Whether what is kept is an answer to this request (RFC 9111, 4.1). */
export function answers({ headers, variant }: CachedResponse, request: RequestLine): boolean {
  return variant === variantOf(request, headers.vary ?? '');
}

/** Asks for the page only if it has changed (RFC 9110, 13.1). */
export function conditional(request: RequestLine, { headers }: CachedResponse): RequestLine {
  const { etag, 'last-modified': lastModified } = headers;
  const conditions = [
    ...(etag === undefined ? [] : ['if-none-match', etag]),
    ...(lastModified === undefined ? [] : ['if-modified-since', lastModified]),
  ];
  return { ...request, headers: [...request.headers, ...conditions] };
}

/** Whether both are asked for with the same conditions. */
export function hasSameValidators(kept: CachedResponse, { headers }: RawResponse): boolean {
  return headers.etag === kept.headers.etag && headers['last-modified'] === kept.headers['last-modified'];
}

/** What belongs to the connection or to the body that was not sent again (RFC 9111, 3.2). */
const NOT_UPDATED = /^(content-.*|connection|keep-alive|proxy-.*|te|trailer|transfer-encoding|upgrade)$/;

/** The page as it was, after a 304: with the headers that came just now (RFC 9111, 4.3.4). */
export function revived(kept: CachedResponse, response: RawResponse): RawResponse {
  const headers: Record<string, string> = { ...kept.headers };
  for (const [name, value] of Object.entries(response.headers)) {
    if (!NOT_UPDATED.test(name)) headers[name] = value;
  }
  const { buffer, byteOffset, byteLength } = kept.body;
  const body = Buffer.from(buffer, byteOffset, byteLength);
  return { ...response, status: 200, headers, body, fromCache: true };
}

function forbidsStoring(control: string | undefined): boolean {
  return control !== undefined && /(^|[\s,])no-store($|[\s,;])/i.test(control);
}

/** A digest, since the headers may be secrets: cookies, credentials. */
function variantOf({ headers }: RequestLine, vary: string): string {
  if (vary === '') return '';
  const names = vary.split(',').map((name) => name.trim().toLowerCase());
  const values = names.sort().map((name) => [name, headerOf(headers, name) ?? null]);
  return createHash('sha256').update(JSON.stringify(values)).digest('base64');
}
