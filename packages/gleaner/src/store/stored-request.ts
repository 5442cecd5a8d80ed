import type { CrawlRequest, Json } from '../http/request.ts';
import { parsed } from './store-error.ts';

/** What a row of requests says besides its columns: only what is not as it is in most requests. */
interface Rest {
  method?: string;
  headers?: Readonly<Record<string, string>>;
  body?: string | { base64: string };
  label?: string;
  data?: Json;
  session?: string;
}

/**
 * The rest of a request as JSON; null if there is none.
 * @throws {TypeError} if its data has no JSON
 */
export function restOf({ url, method, headers, body, label, data, session }: CrawlRequest): string | null {
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
  return jsonOf(rest, `the request for ${url}`);
}

/**
 * A value as JSON.
 * @param what it is, for the error
 * @throws {TypeError} if it has none: a function, a bigint, a cycle, a `toJSON` that throws
 */
export function jsonOf(value: unknown, what: string): string {
  let text: string | undefined;
  try {
    text = JSON.stringify(value);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new TypeError(`${what} has no JSON: ${reason}`, { cause: error });
  }
  if (text === undefined) throw new TypeError(`${what} has no JSON: it is ${typeof value}`);
  return text;
}

export interface RequestRow {
  url: string;
  key: string | null;
  priority: number;
  depth: number;
  rest: string | null;
}

const NO_HEADERS: Readonly<Record<string, string>> = Object.freeze({});

/**
 * @param file what the store is called in an error
 * @throws {StoreError} `STORE_DAMAGED`
 */
export function requestIn({ url, key, priority, depth, rest }: RequestRow, file: string): CrawlRequest {
  const {
    method = 'GET',
    headers = NO_HEADERS,
    body,
    label,
    data,
    session,
  } = rest === null ? {} : (parsed(rest, file) as Rest);
  const bytes = typeof body === 'object' ? Buffer.from(body.base64, 'base64') : body;
  return {
    url,
    key: keyIn(url, key, file),
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

const UNSTORABLE = /^"|\0|\p{Surrogate}/u;

export function keyIn(url: string, stored: string | null, file: string): string {
  if (stored === null) return url;
  return stored.startsWith('"') ? (parsed(stored, file) as string) : stored;
}
