import type { Clock } from '@gleaner/coroutine';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { OptionError } from '../http/failure.ts';
import type { ReadAs } from '../page/page.ts';
import { count, duration, headersOf, isSchema, oneOf } from './checks.ts';

/** What happens to a page that could not be had: it is only counted, handed over as a `Failure`, or ends the loop. */
export type OnFailure = 'skip' | 'yield' | 'throw';

export interface ScrapeOptions {
  /** How many requests may be under way at a time, in all; 32 by default. */
  concurrency?: number | undefined;
  /** How many requests may be under way at a time at one host; 6 by default, as in browsers. */
  perHost?: number | undefined;
  /** The least time between the starts of two requests to one host, in milliseconds; 0 by default. */
  delay?: number | undefined;
  /** How long one attempt to fetch a page may take, in milliseconds, redirects included; 30,000 by default. */
  timeout?: number | undefined;
  /** How long the whole job may take, in milliseconds; then the loop throws `JobTimeoutError`. No limit by default. */
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
  /** Sent with every request. */
  headers?: Record<string, string> | undefined;
  /** How `data` is read: 'auto' (the default) goes by the content type, JSON first. */
  as?: ReadAs | undefined;
  /** Results in the order of the addresses rather than of arrival. */
  ordered?: boolean | undefined;
  /** What happens to pages that fail: 'skip' (the default), 'yield' or 'throw'. */
  onFailure?: OnFailure | undefined;
  /** Checks and types `data`: any Standard Schema. */
  schema?: StandardSchemaV1 | undefined;
  /** Ends the loop with the signal's reason. */
  signal?: AbortSignal | undefined;
  /**
   * Where time comes from in a `for await` over the scrape itself; a `VirtualClock` in tests. In a coroutine, and behind
   * operators (`take`, `toArray`), it is the time of the task that loops.
   */
  clock?: Clock | undefined;
}

/** The options, complete. */
export type Settings = {
  [K in Exclude<keyof ScrapeOptions, 'schema' | 'signal' | 'clock'>]-?: NonNullable<ScrapeOptions[K]>;
} & Pick<ScrapeOptions, 'schema'>;

const DEFAULTS: Omit<Settings, 'schema'> = {
  concurrency: 32,
  perHost: 6,
  delay: 0,
  timeout: 30_000,
  jobTimeout: Infinity,
  retries: 2,
  maxRedirects: 10,
  allowPrivate: false,
  maxBytes: 10 * 1024 * 1024,
  headers: {},
  as: 'auto',
  ordered: false,
  onFailure: 'skip',
};

/**
 * Fills in what was left out, and checks what was not.
 * @throws {OptionError}
 */
export function settings(options: ScrapeOptions): Settings {
  const all: Settings = { ...DEFAULTS };
  for (const [name, value] of Object.entries(options)) {
    if (!(name in DEFAULTS) && !OTHER.has(name)) throw new OptionError('an option', `one of ${KNOWN}`, name);
    if (value !== undefined) Object.assign(all, { [name]: value as unknown });
  }
  count('concurrency', all.concurrency, 1);
  count('perHost', all.perHost, 1);
  count('retries', all.retries, 0);
  count('maxRedirects', all.maxRedirects, 0);
  count('maxBytes', all.maxBytes, 1);
  duration('delay', all.delay, 0);
  if (all.delay === Infinity) throw new OptionError('delay', 'finite', all.delay);
  duration('timeout', all.timeout, 1);
  duration('jobTimeout', all.jobTimeout, 1);
  oneOf('as', all.as, ['auto', 'json', 'text', 'bytes']);
  oneOf('onFailure', all.onFailure, ['skip', 'yield', 'throw']);
  for (const name of ['ordered', 'allowPrivate'] as const)
    if (typeof all[name] !== 'boolean') throw new OptionError(name, 'true or false', all[name]);
  if (all.schema !== undefined && !isSchema(all.schema)) {
    throw new OptionError('schema', 'a Standard Schema (of zod, valibot, arktype …)', all.schema);
  }
  all.headers = headersOf(all.headers);
  return all;
}

const OTHER = new Set(['schema', 'signal', 'clock']);
const KNOWN = [...Object.keys(DEFAULTS), ...OTHER].join(', ');
