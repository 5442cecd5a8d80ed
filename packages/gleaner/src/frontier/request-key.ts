import { createHash } from 'node:crypto';

/** What is taken to be the same page though the address differs. */
export interface KeyOptions {
  /** Whether the order of the query's parameters does not matter; false by default. */
  readonly sortQuery?: boolean | undefined;
  /** Parameters that do not matter: their names, or how these begin, followed by `*`, as in `utm_*`. */
  readonly dropParams?: readonly string[] | undefined;
}

/** What makes a request the same as another. */
export interface KeyParts {
  /** As the URL standard serialises it: small letters in the host, no default port, dot segments resolved. */
  readonly url: string;
  /** In capitals; GET if there is none. */
  readonly method?: string | undefined;
  readonly body?: string | Uint8Array | undefined;
}

/**
 * The key of a request: requests with the same key are one. That of a GET is its URL without the fragment, as it is.
 * Another method stands in front, and for a body 132 bits of its SHA-256 do.
 *
 * @example
 * requestKey({ url: 'https://example.com/?b=2&utm_source=x&a=1' }, { sortQuery: true, dropParams: ['utm_*'] });
 * // 'https://example.com/?a=1&b=2'
 */
export function requestKey({ url, method = 'GET', body }: KeyParts, options: KeyOptions = {}): string {
  const { sortQuery = false, dropParams = [] } = options;
  const hash = url.indexOf('#');
  let key = hash < 0 ? url : url.slice(0, hash);
  if (sortQuery || dropParams.length > 0) key = withQuery(key, sortQuery, dropParams);
  if (method !== 'GET') key = `${method} ${key}`;
  return body === undefined || body.length === 0 ? key : `${key} ${digest(body)}`;
}

function digest(body: string | Uint8Array): string {
  return createHash('sha256').update(body).digest('base64url').slice(0, 22);
}

/** Parameters are moved and dropped, and never written anew: servers tell `%20` from `+`, and `a` from `a=`. */
function withQuery(url: string, sortQuery: boolean, dropParams: readonly string[]): string {
  const start = url.indexOf('?');
  if (start < 0) return url;
  const all = url.slice(start + 1).split('&');
  const kept = dropParams.length === 0 ? all : all.filter((param) => !isDropped(param, dropParams));
  // Values of the same name keep their order, which means something in lists and forms.
  if (sortQuery) kept.sort((a, b) => compare(nameOf(a), nameOf(b)));
  const query = kept.join('&');
  return query === '' && all.length > kept.length ? url.slice(0, start) : `${url.slice(0, start)}?${query}`;
}

function isDropped(param: string, dropParams: readonly string[]): boolean {
  const raw = nameOf(param);
  const name = raw.includes('%') || raw.includes('+') ? decoded(raw) : raw;
  return dropParams.some((drop) => (drop.endsWith('*') ? name.startsWith(drop.slice(0, -1)) : name === drop));
}

/** As it was meant (URL standard, 5.1). */
function decoded(name: string): string {
  return new URLSearchParams(`${name}=`).keys().next().value ?? name;
}

function nameOf(param: string): string {
  const equals = param.indexOf('=');
  return equals < 0 ? param : param.slice(0, equals);
}

/** By code units, so that it is the same wherever it runs. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}
