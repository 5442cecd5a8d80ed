import type { Clock } from '@gleaner/coroutine';
import type { ArchiveOptions } from '../archive/archive.ts';
import type { Auth } from '../http/auth.ts';
import { OptionError } from '../http/failure.ts';
import type { Pattern } from '../http/patterns.ts';
import type { ProxyChoice } from '../http/proxies.ts';
import type { Order } from '../store/store.ts';
import { count, duration, headersOf, oneOf } from './checks.ts';
import type { OnFailure } from './options.ts';

/** Which pages belong to a crawl, as against the start pages: of the same origin, host, registrable domain, or any. */
export type Within = 'origin' | 'host' | 'domain' | 'any';

export interface CrawlOptions {
  /**
   * The file that keeps the crawl's state: what is to be fetched, what was, the items, the failures. A crawl that finds
   * its file goes on where it stopped. In memory if none is named.
   */
  store?: string | undefined;
  /** Begins anew, whatever the file holds. */
  fresh?: boolean | undefined;

  /** Which pages are followed: those of the start pages' 'host' (the default), 'origin', 'domain', or 'any'. */
  within?: Within | undefined;
  /** Only what matches is followed: globs or regular expressions over the whole address. */
  allow?: Pattern | readonly Pattern[] | undefined;
  /** What matches is not followed. */
  deny?: Pattern | readonly Pattern[] | undefined;
  /** How many links away from the start pages is followed; no limit by default. */
  maxDepth?: number | undefined;
  /** How many pages are fetched in all, for the frontier; no limit by default. */
  maxPages?: number | undefined;
  /** How many items are had in all; no limit by default. */
  maxItems?: number | undefined;
  /** Which of a host's requests of the same priority comes first: as found ('breadth', the default), or the deepest. */
  order?: Order | undefined;
  /** Addresses that differ only in the order of their query are one. */
  sortQuery?: boolean | undefined;
  /** Query parameters that do not matter: names, or beginnings of names with `*`, as in `utm_*`. */
  dropParams?: readonly string[] | undefined;
  /** Follows the pages in sitemaps too: those that robots.txt names (`true`), or these. */
  sitemaps?: boolean | readonly string[] | undefined;
  /** Of the sitemaps' pages only those that changed since, or of which it is not known. */
  since?: Date | undefined;

  /** How many requests may be under way at a time, in all; 32 by default. */
  concurrency?: number | undefined;
  /** How many requests may be under way at a time at one host; 1 by default. */
  perHost?: number | undefined;
  /**
   * The least time between the starts of two requests to one host, in milliseconds; 'auto' (the default) rests as
   * long as the host took to answer. A robots.txt may ask for more.
   */
  delay?: number | 'auto' | undefined;
  /** Whether robots.txt is obeyed (RFC 9309); true by default. */
  robots?: boolean | undefined;
  /** How long one attempt to fetch a page may take, in milliseconds, redirects included; 30,000 by default. */
  timeout?: number | undefined;
  /** How long the whole crawl may take, in milliseconds; then the loop throws `JobTimeoutError`. No limit by default. */
  jobTimeout?: number | undefined;
  /** How many more times a page is tried if its failure is one that can succeed later; 2 by default. */
  retries?: number | undefined;
  /** How many redirects are followed; 10 by default. */
  maxRedirects?: number | undefined;
  /**
   * Whether pages and redirects may lead to hosts that are not on the public internet (loopback, private networks, the
   * metadata of clouds); false by default. The hosts of addresses that are given may be anywhere.
   */
  allowPrivate?: boolean | undefined;
  /** The most bytes that a page may have, on the wire and unpacked; 10 MiB by default. */
  maxBytes?: number | undefined;
  /** Statuses besides 2xx whose pages are given to the spider instead of counted as failures. */
  accept?: readonly number[] | undefined;

  /** Sent with every request; an honest user agent unless told otherwise. */
  headers?: Record<string, string> | undefined;
  /** Whether cookies are kept and sent (RFC 6265); true by default. */
  cookies?: boolean | undefined;
  /** Credentials, by origin: never sent to another. */
  auth?: Auth | undefined;
  /** Proxies by turns, or a function that says which. */
  proxies?: readonly string[] | ProxyChoice | undefined;
  /** A file that keeps pages between crawls: what has not changed is not sent again (ETag, Last-Modified). */
  cache?: string | undefined;
  /**
   * A folder in which everything that is fetched is kept, in WARC files (ISO 28500): for `replay`, and for any other program
   * that reads them. Made if it is not there; what is in it already stays as it is. Credentials, cookies and the passwords
   * in forms are masked, other header fields are not.
   */
  archive?: string | ArchiveOptions | undefined;

  /** What happens to pages that fail, once they are counted: 'skip' (the default), 'yield' or 'throw'. */
  onFailure?: OnFailure | undefined;
  /** Ends the loop with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** Where time comes from in a `for await` over the crawl itself; a `VirtualClock` in tests. */
  clock?: Clock | undefined;
}

type Optional = 'store' | 'allow' | 'deny' | 'since' | 'auth' | 'proxies' | 'cache' | 'archive';

/** The options, complete. */
export type CrawlSettings = {
  [K in Exclude<keyof CrawlOptions, Optional | 'signal' | 'clock' | 'fresh'>]-?: NonNullable<CrawlOptions[K]>;
} & Pick<CrawlOptions, Optional> & { fresh: boolean };

const DEFAULTS: Omit<CrawlSettings, Optional> = {
  fresh: false,
  within: 'host',
  maxDepth: Infinity,
  maxPages: Infinity,
  maxItems: Infinity,
  order: 'breadth',
  sortQuery: false,
  dropParams: [],
  sitemaps: false,
  concurrency: 32,
  perHost: 1,
  delay: 'auto',
  robots: true,
  timeout: 30_000,
  jobTimeout: Infinity,
  retries: 2,
  maxRedirects: 10,
  allowPrivate: false,
  maxBytes: 10 * 1024 * 1024,
  accept: [],
  headers: {},
  cookies: true,
  onFailure: 'skip',
};

const OTHER = new Set([
  'store',
  'allow',
  'deny',
  'since',
  'auth',
  'proxies',
  'cache',
  'archive',
  'signal',
  'clock',
]);
const KNOWN = [...Object.keys(DEFAULTS), ...OTHER].join(', ');

/**
 * Fills in what was left out, and checks what was not. Patterns, credentials and proxies are checked by those who
 * read them, which is before anything is fetched.
 * @throws {OptionError}
 */
export function crawlSettings(options: CrawlOptions): CrawlSettings {
  const all: CrawlSettings = { ...DEFAULTS };
  for (const [name, value] of Object.entries(options)) {
    if (!(name in DEFAULTS) && !OTHER.has(name)) throw new OptionError('an option', `one of ${KNOWN}`, name);
    if (value !== undefined && name !== 'signal' && name !== 'clock')
      Object.assign(all, { [name]: value as unknown });
  }
  for (const name of ['maxPages', 'maxItems'] as const) if (all[name] !== Infinity) count(name, all[name], 1);
  if (all.maxDepth !== Infinity) count('maxDepth', all.maxDepth, 0);
  for (const name of ['concurrency', 'perHost', 'maxBytes'] as const) count(name, all[name], 1);
  for (const name of ['retries', 'maxRedirects'] as const) count(name, all[name], 0);
  if (all.delay !== 'auto') {
    if (typeof all.delay === 'string') throw new OptionError('delay', "milliseconds, or 'auto'", all.delay);
    duration('delay', all.delay, 0);
    if (all.delay === Infinity) throw new OptionError('delay', 'finite', all.delay);
  }
  duration('timeout', all.timeout, 1);
  duration('jobTimeout', all.jobTimeout, 1);
  oneOf('within', all.within, ['origin', 'host', 'domain', 'any']);
  oneOf('order', all.order, ['breadth', 'depth']);
  oneOf('onFailure', all.onFailure, ['skip', 'yield', 'throw']);
  for (const name of ['fresh', 'sortQuery', 'robots', 'cookies', 'allowPrivate'] as const) {
    if (typeof all[name] !== 'boolean') throw new OptionError(name, 'true or false', all[name]);
  }
  for (const name of ['store', 'cache'] as const) {
    const file: unknown = all[name];
    if (file !== undefined && (typeof file !== 'string' || file === ''))
      throw new OptionError(name, 'the name of a file', file);
  }
  checkArchive(all.archive);
  if (all.since !== undefined && !(all.since instanceof Date && !Number.isNaN(all.since.getTime()))) {
    throw new OptionError('since', 'a valid Date', all.since);
  }
  for (const status of list('accept', all.accept)) {
    if (!Number.isInteger(status) || Number(status) < 100 || Number(status) > 599)
      throw new OptionError('accept', 'a list of statuses', status);
  }
  for (const name of list('dropParams', all.dropParams)) {
    if (typeof name !== 'string' || name === '') throw new OptionError('dropParams', 'a list of names', name);
  }
  if (typeof all.sitemaps !== 'boolean') list('sitemaps', all.sitemaps);
  all.headers = headersOf(all.headers);
  return all;
}

function checkArchive(given: unknown): void {
  if (given === undefined) return;
  const options: unknown = typeof given === 'string' ? { folder: given } : given;
  if (typeof options !== 'object' || options === null)
    throw new OptionError('archive', 'the name of a folder', given);
  const { folder, fileBytes, ...rest } = options as Partial<Record<string, unknown>>;
  if (typeof folder !== 'string' || folder === '')
    throw new OptionError('archive', 'the name of a folder', folder);
  const [other] = Object.keys(rest);
  if (other !== undefined) throw new OptionError('an option of archive', 'folder or fileBytes', other);
  if (fileBytes !== undefined) count('fileBytes', fileBytes as number, 1);
}

function list(name: string, value: unknown): readonly unknown[] {
  if (Array.isArray(value)) return value as readonly unknown[];
  throw new OptionError(name, 'a list', value);
}
