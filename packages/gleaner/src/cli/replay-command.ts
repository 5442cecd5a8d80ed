import { replay, REPLAY_OPTIONS, type ReplayOptions } from '../crawl/replay.ts';
import type { CrawlOptions } from '../crawl/crawl-options.ts';
import { parsed, UsageError } from './arguments.ts';
import { carriedOut } from './crawl-command.ts';
import { ASKING, CRAWLING, crawlOptions } from './crawl-options.ts';
import { FINDING, foundBy, type CrawlPlan } from './crawl-plan.ts';
import { REPLAY_HELP } from './help/replay.ts';
import { isSpiderFile } from './spider-file.ts';

/** `glean replay`: gives the exit status. */
export function replayCommand(argv: readonly string[]): Promise<number> {
  return carriedOut('replay', REPLAY_HELP, () => replayPlan(argv));
}

/** Those of a crawl that are not about how servers are asked. */
const OPTIONS = {
  'max-bytes': ASKING['max-bytes'],
  'max-redirects': ASKING['max-redirects'],
  store: CRAWLING.store,
  fresh: CRAWLING.fresh,
  within: CRAWLING.within,
  allow: CRAWLING.allow,
  deny: CRAWLING.deny,
  'max-depth': CRAWLING['max-depth'],
  'max-pages': CRAWLING['max-pages'],
  'max-items': CRAWLING['max-items'],
  order: CRAWLING.order,
  'sort-query': CRAWLING['sort-query'],
  'drop-param': CRAWLING['drop-param'],
  sitemap: CRAWLING.sitemap,
  sitemaps: CRAWLING.sitemaps,
  since: CRAWLING.since,
  concurrency: CRAWLING.concurrency,
  'max-time': CRAWLING['max-time'],
  accept: CRAWLING.accept,
  ...FINDING,
} as const;

async function replayPlan(argv: readonly string[]): Promise<CrawlPlan | undefined> {
  const { values, positionals } = parsed(argv, OPTIONS);
  if (values.help === true) return undefined;
  const [folder, ...rest] = positionals;
  if (folder === undefined || isSpiderFile(folder) || /^https?:/i.test(folder))
    throw new UsageError('name the folder of the archive first: glean replay DIR spider.ts');
  const found = await foundBy(values, rest, crawlOptions(values));
  const { spider, addresses } = found;
  const start = addresses.length > 0 ? addresses : undefined;
  const options = shared(found.options);
  const begin: CrawlPlan['begin'] = (onDamage) => replay(folder, spider, { ...options, start, onDamage });
  return { ...found, command: 'replay', begin };
}

/** What a spider's file says of how servers are asked is for crawls. */
function shared(options: CrawlOptions): ReplayOptions {
  const known: ReadonlySet<string> = new Set(REPLAY_OPTIONS);
  return Object.fromEntries(Object.entries(options).filter(([name]) => known.has(name)));
}
