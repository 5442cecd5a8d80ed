import type { Streamable } from '@gleaner/coroutine';
import type { CrawlOptions } from '../crawl/crawl-options.ts';
import type { Start } from '../crawl/seeding.ts';
import type { Spider } from '../spider/spider.ts';
import { parsed, UsageError } from './arguments.ts';
import { ASKING, CRAWLING, crawlOptions, merged } from './crawl-options.ts';
import { parseFields } from './field.ts';
import { outputs, type Outputs } from './outputs.ts';
import { selectorSpider } from './selector-spider.ts';
import { isSpiderFile, loadSpiderFile, type SpiderFile } from './spider-file.ts';

const OPTIONS = {
  ...ASKING,
  ...CRAWLING,
  follow: { type: 'string', multiple: true },
  item: { type: 'string' },
  field: { type: 'string', multiple: true },
  output: { type: 'string', short: 'o', multiple: true },
  quiet: { type: 'boolean', short: 'q' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** What a command line asks of a crawl. */
export interface CrawlPlan {
  readonly start: Start | Streamable<Start>;
  readonly spider: Spider<unknown>;
  readonly options: CrawlOptions;
  readonly outputs: Outputs;
  readonly quiet: boolean;
  readonly json: boolean;
}

/**
 * Reads a command line, and the user's file if it names one; undefined if it asks for help.
 * @throws {UsageError}
 * @throws {OptionError}
 */
export async function crawlPlan(argv: readonly string[]): Promise<CrawlPlan | undefined> {
  const { values, positionals } = parsed(argv, OPTIONS);
  if (values.help === true) return undefined;
  const files = positionals.filter(isSpiderFile);
  const addresses = positionals.filter((argument) => !isSpiderFile(argument)).map(address);
  const said = crawlOptions(values);
  const { follow = [], item, field = [] } = values;
  const describes = follow.length > 0 || item !== undefined || field.length > 0;
  const [file] = files;
  if (files.length > 1) throw new UsageError(`one spider at a time, not ${files.join(' and ')}`);
  if (file !== undefined && describes)
    throw new UsageError(
      `--follow, --item and --field are for crawls without a spider's file: ${file} says it all`,
    );
  const written = file === undefined ? undefined : await loadSpiderFile(file);
  const options = merged(written?.options ?? {}, said);
  if (options.fresh === true && options.store === undefined)
    throw new UsageError('--fresh begins anew what --store FILE holds: there is none');
  return {
    start: startOf(addresses, written, file),
    spider: written?.spider ?? selectorSpider({ follow, item, fields: parseFields(field) }),
    options,
    outputs: outputs(values.output ?? [], [
      ...(options.store === undefined ? [] : [[options.store, 'what the crawl keeps in its store'] as const]),
      ...(options.cache === undefined ? [] : [[options.cache, 'the cache'] as const]),
      ...(file === undefined ? [] : [[file, 'the spider'] as const]),
    ]),
    quiet: values.quiet ?? false,
    json: values.json ?? false,
  };
}

function startOf(
  addresses: readonly string[],
  written: SpiderFile | undefined,
  file: string | undefined,
): CrawlPlan['start'] {
  if (addresses.length > 0) return addresses;
  if (written?.start !== undefined) return written.start;
  throw new UsageError(
    file === undefined
      ? 'no addresses: give some, or a spider’s file'
      : `no addresses: give some after ${file}, or have it say where it starts: export const start = 'https://…'`,
  );
}

/** What is no address is best told before anything is fetched. */
function address(text: string): string {
  if (/^https?:\/\//i.test(text) && URL.canParse(text)) return text;
  const guess = /^[\w-]+(\.[\w-]+)+(:\d+)?([/?#].*)?$/.test(text) ? `; is it https://${text}?` : '';
  throw new UsageError(
    `'${text}' is neither an address (https://…) nor a spider's file (.ts, .mts, .js, .mjs …)${guess}`,
  );
}
