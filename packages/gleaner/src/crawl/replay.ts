import { defer, type Streamable } from '@gleaner/coroutine';
import type { RecordedStart } from '../archive/archive.ts';
import { ArchiveError } from '../archive/archive-error.ts';
import { indexOf } from '../archive/archive-index.ts';
import { Recorded } from '../archive/recorded.ts';
import type { Damage } from '../archive/warc-file.ts';
import { Client } from '../http/client.ts';
import { OptionError } from '../http/failure.ts';
import { follow, type Follow } from '../spider/follow.ts';
import type { ItemIn, PageHandler, Spider } from '../spider/spider.ts';
import { crawlOver, startsIn, type Crawl } from './crawl.ts';
import { crawlSettings, type CrawlOptions } from './crawl-options.ts';
import type { FailureOf } from './scrape.ts';
import type { Start } from './seeding.ts';
import type { OpenSource } from './source.ts';

/** The options of a crawl that matter where nobody is asked. */
export const REPLAY_OPTIONS = [
  'store',
  'fresh',
  'within',
  'allow',
  'deny',
  'maxDepth',
  'maxPages',
  'maxItems',
  'order',
  'sortQuery',
  'dropParams',
  'sitemaps',
  'since',
  'concurrency',
  'jobTimeout',
  'maxRedirects',
  'maxBytes',
  'accept',
  'onFailure',
  'signal',
  'clock',
] as const;

/** A crawl's options, without those that say how servers are asked, and what is about the archive. */
export interface ReplayOptions extends Pick<CrawlOptions, (typeof REPLAY_OPTIONS)[number]> {
  /** Where to begin; where the crawls began that the archive is of, unless said. */
  start?: Start | Streamable<Start> | undefined;
  /** Told of each damaged place in the archive, before the first page. */
  onDamage?: ((damage: Damage) => void) | undefined;
}

/**
 * Crawls what `crawl` has kept with its option `archive`, or another program as WARC files, without ever touching the
 * network: for a spider that has changed, or another one. The latest response to each request counts. A page that is not
 * in the archive fails with the code `NOT_ARCHIVED`. Nothing is waited for, tried again or asked of a robots.txt; otherwise it is
 * the same crawl: one page of each host at a time, in the same order, and with the same items.
 *
 * @param folder with files *.warc.gz or *.warc, those of several crawls, too; their index is in memory, some 200 bytes for
 * each response
 * @throws {OptionError} at once, for an option that cannot be
 * @throws {ArchiveError} in the loop, for a folder in which there is no archive, or one that does not say where to begin
 * @throws {StoreError} in the loop, when the store cannot be opened or written
 *
 * @example
 * for await (const book of replay('books-archive', books)) console.log(book);
 */
export function replay<T, const O extends ReplayOptions = object>(
  folder: string,
  spider: Spider<T>,
  options?: O,
): Crawl<T | FailureOf<O>>;
export function replay<Y, const O extends ReplayOptions = object>(
  folder: string,
  handler: PageHandler<Y>,
  options?: O,
): Crawl<ItemIn<Y> | FailureOf<O>>;
export function replay(
  folder: string,
  spider: Spider<unknown> | PageHandler<unknown>,
  options: ReplayOptions = {},
): Crawl<unknown> {
  if (typeof folder !== 'string' || folder === '')
    throw new OptionError('the archive', 'the name of a folder', folder);
  const { start, onDamage = ignore, ...shared } = options;
  if (typeof onDamage !== 'function') throw new OptionError('onDamage', 'a function', onDamage);
  const starts = start === undefined ? undefined : startsIn(start);
  const known: ReadonlySet<string> = new Set(REPLAY_OPTIONS);
  for (const name of Object.keys(shared)) {
    if (known.has(name)) continue;
    throw new OptionError(
      'an option of replay',
      `one of start, onDamage, ${REPLAY_OPTIONS.join(', ')}`,
      name,
    );
  }
  const settings = crawlSettings({ ...shared, robots: false, delay: 0, retries: 0, cookies: false });
  return crawlOver(theArchive(folder, starts, onDamage), spider, settings, { ...options, name: 'replay' });
}

function ignore(): void {}

/** What was kept of the web. */
function theArchive(
  folder: string,
  given: Streamable<Start> | undefined,
  onDamage: (damage: Damage) => void,
): OpenSource {
  return function* archive(settings, confidants) {
    const index = yield* indexOf(folder, onDamage);
    const starts = given ?? index.starts.map(startOf);
    if (given === undefined && index.starts.length === 0) {
      throw new ArchiveError(folder, 'it does not say where its crawl began; give addresses to begin with');
    }
    const recording = new Recorded(index);
    yield* defer(() => recording.close());
    const { maxBytes, maxRedirects, timeout, headers } = settings;
    const client = new Client({
      maxBytes,
      maxRedirects,
      timeout,
      headers,
      confidants,
      recording,
      connections: 1,
    });
    yield* defer(() => client.close());
    return { client, archive: undefined, starts, isRecorded: true };
  };
}

function startOf({ url, method, body, label, data, session }: RecordedStart): Follow {
  const bytes = body === undefined ? undefined : Buffer.from(body, 'base64');
  return follow(url, { method, body: bytes, label, data, session });
}
