import type { CrawlRequest, Json } from '../http/request.ts';

/** What a row of requests says besides its columns: only what is not as it is in most requests. */
interface Rest {
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | { base64: string };
  label?: string;
  data?: Json;
  session?: string;
}

/** The rest of a request as JSON; null if there is none. */
export function restOf({ method, headers, body, label, data, session }: CrawlRequest): string | null {
  const hasHeaders = Object.keys(headers).length > 0;
  if (
    method === 'GET' &&
    !hasHeaders &&
    body === undefined &&
    label === undefined &&
    data === undefined &&
    session === undefined
  ) {
    return null;
  }
  const rest: Rest = {
    ...(method !== 'GET' && { method }),
    ...(hasHeaders && { headers }),
    ...(body !== undefined && {
      body: typeof body === 'string' ? body : { base64: Buffer.from(body).toString('base64') },
    }),
    ...(label !== undefined && { label }),
    ...(data !== undefined && { data }),
    ...(session !== undefined && { session }),
  };
  return JSON.stringify(rest);
}

export interface RequestRow {
  url: string;
  key: string | null;
  priority: number;
  depth: number;
  rest: string | null;
}

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

export function requestIn({ url, key, priority, depth, rest }: RequestRow): CrawlRequest {
  const {
    method = 'GET',
    headers = NO_HEADERS,
    body,
    label,
    data,
    session,
  } = rest === null ? {} : (JSON.parse(rest) as Rest);
  const bytes = typeof body === 'object' ? Buffer.from(body.base64, 'base64') : body;
  return {
    url,
    key: keyIn(url, key),
    method,
    headers,
    body: bytes,
    priority,
    depth,
    label,
    data,
    session,
  };
}

/**
 * A key as it is stored: null if it is the URL. SQLite's text ends at a NUL and holds no half surrogate pairs, so that a key
 * with one is stored as JSON, by its quotation mark.
 */
export function storedKey({ url, key }: CrawlRequest): string | null {
  if (key === url) return null;
  return UNSTORABLE.test(key) ? JSON.stringify(key) : key;
}

// eslint-disable-next-line no-control-regex
const UNSTORABLE = /^"|\0|\p{Surrogate}/u;

export function keyIn(url: string, stored: string | null): string {
  if (stored === null) return url;
  return stored.startsWith('"') ? (JSON.parse(stored) as string) : stored;
}
