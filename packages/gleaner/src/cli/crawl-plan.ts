import type { Streamable } from '@gleaner/coroutine';
import path from 'node:path';
import { crawl, type Crawl } from '../crawl/crawl.ts';
import type { CrawlOptions } from '../crawl/crawl-options.ts';
import type { Start } from '../crawl/seeding.ts';
import type { Damage } from '../archive/warc-file.ts';
import { sinkFor } from '../sinks/sink-for.ts';
import type { Spider } from '../spider/spider.ts';
import { parsed, UsageError } from './arguments.ts';
import type { Checking } from './checking.ts';
import { ASKING, CRAWLING, crawlOptions, merged, type Values } from './crawl-options.ts';
import { parseFields } from './field.ts';
import { outputs, type Outputs } from './outputs.ts';
import { loadSchemaFile } from './schema-file.ts';
import { selectorSpider } from './selector-spider.ts';
import { isSpiderFile, loadSpiderFile, type SpiderFile } from './spider-file.ts';

/** What a crawl finds, where that goes, and what is said of it. */
export const FINDING = {
  follow: { type: 'string', multiple: true },
  item: { type: 'string' },
  field: { type: 'string', multiple: true },
  schema: { type: 'string' },
  invalid: { type: 'string' },
  output: { type: 'string', short: 'o', multiple: true },
  quiet: { type: 'boolean', short: 'q' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

const OPTIONS = { ...ASKING, ...CRAWLING, ...FINDING } as const;

/** What a command line asks of a crawl. */
export interface CrawlPlan extends Found {
  readonly command: 'crawl' | 'replay';
  /** @param onDamage told of each place in an archive that cannot be read */
  readonly begin: (onDamage: (damage: Damage) => void) => Crawl<unknown>;
}

/** What a command line says of items, and of how they are found. */
interface Found {
  /** Those of the command line. */
  readonly addresses: readonly string[];
  readonly file: string | undefined;
  readonly written: SpiderFile | undefined;
  readonly spider: Spider<unknown>;
  /** The selector of items, where there is one and no spider's file. */
  readonly item: string | undefined;
  readonly options: CrawlOptions;
  readonly outputs: Outputs;
  /** undefined where items are taken as they come. */
  readonly checking: Checking | undefined;
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
  const found = await foundBy(values, positionals, crawlOptions(values));
  const { spider, options } = found;
  const start = startOf(found);
  return { ...found, command: 'crawl', begin: () => crawl(start, spider, options) };
}

/**
 * @param said the options of the crawl that the command line says
 * @throws {UsageError}
 * @throws {OptionError}
 */
export async function foundBy(
  values: Values<typeof FINDING>,
  positionals: readonly string[],
  said: CrawlOptions,
): Promise<Found> {
  const files = positionals.filter(isSpiderFile);
  const addresses = positionals.filter((argument) => !isSpiderFile(argument)).map(address);
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
  const { schema, invalid } = values;
  if (invalid !== undefined && schema === undefined)
    throw new UsageError('--invalid names a file for items that do not fit --schema FILE: there is none');
  const taken: (readonly [string, string])[] = [
    ...(options.store === undefined ? [] : [[options.store, 'what the crawl keeps in its store'] as const]),
    ...(options.cache === undefined ? [] : [[options.cache, 'the cache'] as const]),
    ...(file === undefined ? [] : [[file, 'the spider'] as const]),
    ...(schema === undefined ? [] : [[schema, 'the schema'] as const]),
  ];
  const checking: Checking | undefined =
    schema === undefined
      ? undefined
      : { schema: await loadSchemaFile(schema), name: schema, invalid: invalidTo(invalid, taken) };
  return {
    addresses,
    file,
    written,
    spider: written?.spider ?? selectorSpider({ follow, item, fields: parseFields(field) }),
    item,
    options,
    outputs: outputs(values.output ?? [], [
      ...taken,
      ...(invalid === undefined ? [] : [[invalid, 'the items that do not fit the schema'] as const]),
    ]),
    checking,
    quiet: values.quiet ?? false,
    json: values.json ?? false,
  };
}

/** Where items go that do not fit. @throws {UsageError | OptionError} */
function invalidTo(
  target: string | undefined,
  taken: readonly (readonly [string, string])[],
): Checking['invalid'] {
  if (target === undefined) return undefined;
  const what = taken.find(([file]) => path.resolve(file) === path.resolve(target))?.[1];
  if (what !== undefined) throw new UsageError(`--invalid ${target} would overwrite ${what}`);
  return { name: target, sink: sinkFor(target) };
}

function startOf({ addresses, written, file }: Found): Start | Streamable<Start> {
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
