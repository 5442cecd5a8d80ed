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
  const rest: Rest = {
    ...(method !== 'GET' && { method }),
    ...(Object.keys(headers).length > 0 && { headers }),
    ...(body !== undefined && {
      body: typeof body === 'string' ? body : { base64: Buffer.from(body).toString('base64') },
    }),
    ...(label !== undefined && { label }),
    ...(data !== undefined && { data }),
    ...(session !== undefined && { session }),
  };
  return Object.keys(rest).length === 0 ? null : JSON.stringify(rest);
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
  return { url, key: key ?? url, method, headers, body: bytes, priority, depth, label, data, session };
}
