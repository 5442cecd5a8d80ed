import type { CrawlOptions, Within } from '../crawl/crawl-options.ts';
import type { Auth } from '../http/auth.ts';
import type { Order } from '../store/store.ts';
import { count, duration, headers, size, UsageError } from './arguments.ts';

/** How pages are asked for: what every command that fetches can be told. */
export const ASKING = {
  header: { type: 'string', short: 'H', multiple: true },
  auth: { type: 'string', multiple: true },
  proxy: { type: 'string', multiple: true },
  timeout: { type: 'string' },
  'max-bytes': { type: 'string' },
  'max-redirects': { type: 'string' },
  'no-cookies': { type: 'boolean' },
  'allow-private': { type: 'boolean' },
} as const;

/** The other options of a crawl. */
export const CRAWLING = {
  archive: { type: 'string' },
  cache: { type: 'string' },
  store: { type: 'string' },
  fresh: { type: 'boolean' },
  within: { type: 'string' },
  allow: { type: 'string', multiple: true },
  deny: { type: 'string', multiple: true },
  'max-depth': { type: 'string' },
  'max-pages': { type: 'string' },
  'max-items': { type: 'string' },
  order: { type: 'string' },
  'sort-query': { type: 'boolean' },
  'drop-param': { type: 'string', multiple: true },
  sitemap: { type: 'string', multiple: true },
  sitemaps: { type: 'boolean' },
  since: { type: 'string' },
  concurrency: { type: 'string', short: 'c' },
  'per-host': { type: 'string' },
  delay: { type: 'string' },
  'no-robots': { type: 'boolean' },
  'max-time': { type: 'string' },
  retries: { type: 'string' },
  accept: { type: 'string', multiple: true },
} as const;

/** What a command line says of options of these names. */
export type Values<O extends Readonly<Record<string, { type: string; multiple?: boolean }>>> = {
  [K in keyof O]?: O[K] extends { type: 'boolean' }
    ? boolean
    : O[K] extends { multiple: true }
      ? string[]
      : string;
};

/** @throws {UsageError} */
export function askingOptions(values: Values<typeof ASKING>): CrawlOptions {
  const { header, proxy } = values;
  return {
    headers: header === undefined ? undefined : headers('header', header),
    auth: values.auth === undefined ? undefined : credentials(values.auth),
    proxies: proxy,
    timeout: duration('timeout', values.timeout, 1),
    maxBytes: size('max-bytes', values['max-bytes']),
    maxRedirects: count('max-redirects', values['max-redirects'], 0),
    cookies: values['no-cookies'] === true ? false : undefined,
    allowPrivate: values['allow-private'],
  };
}

/**
 * A crawl's options as the command line has them; what it does not say is undefined.
 * @throws {UsageError}
 */
export function crawlOptions(values: Values<typeof ASKING & typeof CRAWLING>): CrawlOptions {
  if (values.sitemap !== undefined && values.sitemaps === true)
    throw new UsageError(
      '--sitemap names sitemaps, --sitemaps takes those of robots.txt: one of them at a time',
    );
  return {
    ...askingOptions(values),
    archive: values.archive,
    cache: values.cache,
    store: values.store,
    fresh: values.fresh,
    within: oneOf<Within>('within', values.within, ['host', 'origin', 'domain', 'any']),
    allow: values.allow,
    deny: values.deny,
    maxDepth: count('max-depth', values['max-depth'], 0),
    maxPages: count('max-pages', values['max-pages'], 1),
    maxItems: count('max-items', values['max-items'], 1),
    order: oneOf<Order>('order', values.order, ['breadth', 'depth']),
    sortQuery: values['sort-query'],
    dropParams: values['drop-param'],
    sitemaps: values.sitemap ?? values.sitemaps,
    since: date('since', values.since),
    concurrency: count('concurrency', values.concurrency, 1),
    perHost: count('per-host', values['per-host'], 1),
    delay: values.delay === 'auto' ? 'auto' : duration('delay', values.delay),
    robots: values['no-robots'] === true ? false : undefined,
    jobTimeout: duration('max-time', values['max-time'], 1),
    retries: count('retries', values.retries, 0),
    accept: values.accept?.map(status),
  };
}

/**
 * One set of options over another: what `over` says holds, headers one by one.
 */
export function merged(under: CrawlOptions, over: CrawlOptions): CrawlOptions {
  const said = Object.fromEntries(Object.entries(over).filter(([, value]) => value !== undefined));
  const all: CrawlOptions = { ...under, ...said };
  if (under.headers === undefined || over.headers === undefined) return all;
  const lower = (given: Record<string, string>): [string, string][] =>
    Object.entries(given).map(([name, value]) => [name.toLowerCase(), value]);
  return { ...all, headers: Object.fromEntries([...lower(under.headers), ...lower(over.headers)]) };
}

function oneOf<T extends string>(
  option: string,
  text: string | undefined,
  known: readonly T[],
): T | undefined {
  if (text === undefined) return undefined;
  const found = known.find((one) => one === text);
  if (found === undefined)
    throw new UsageError(`--${option} expects one of ${known.join(', ')}, not '${text}'`);
  return found;
}

function status(text: string): number {
  if (!/^[1-5]\d\d$/.test(text)) throw new UsageError(`--accept expects a status such as 404, not '${text}'`);
  return Number(text);
}

/** RFC 3339: a date, or a date and time. */
function date(option: string, text: string | undefined): Date | undefined {
  if (text === undefined) return undefined;
  const time = /^\d{4}-\d\d-\d\d(?:[T ]\d\d:\d\d.*)?$/.test(text) ? Date.parse(text) : Number.NaN;
  if (!Number.isNaN(time)) return new Date(time);
  throw new UsageError(`--${option} expects a date such as 2026-05-31 or 2026-05-31T12:00Z, not '${text}'`);
}

/** 'https://example.com=name:password' or 'https://example.com=bearer:token'; what is secret is not repeated. */
function credentials(texts: readonly string[]): Auth {
  const all: Record<string, Auth[string]> = {};
  for (const text of texts) {
    const [, origin, first, second] = /^(https?:\/\/[^=/?#@]+)\/?=([^:]+):(.*)$/su.exec(text) ?? [];
    if (origin === undefined || first === undefined || second === undefined) {
      throw new UsageError(
        "--auth expects ORIGIN=NAME:PASSWORD or ORIGIN=bearer:TOKEN, as 'https://example.com=me:secret'",
      );
    }
    all[origin] = first === 'bearer' ? { bearer: second } : { username: first, password: second };
  }
  return all;
}
