import { each, stream, type Streamable, type Wait } from '@gleaner/coroutine';
import type { CrawlOptions } from '../crawl/crawl-options.ts';
import type { Start } from '../crawl/seeding.ts';
import { OptionError, PageError } from '../http/failure.ts';
import { spider as spiderOf, Spider, type PageHandler } from '../spider/spider.ts';
import { UsageError } from './arguments.ts';
import { explained, placeOf, runUserFile } from './user-file.ts';

/** What a user's file says. */
export interface SpiderFile {
  readonly spider: Spider<unknown>;
  readonly start: Start | Streamable<Start> | undefined;
  readonly options: CrawlOptions;
}

const EXTENSION = /\.[cm]?[jt]sx?$/i;

/** Whether an argument is the name of a spider's file rather than an address. */
export function isSpiderFile(argument: string): boolean {
  return !/^[a-z][a-z0-9+.-]*:\/\//i.test(argument) && EXTENSION.test(argument);
}

/**
 * Runs a spider's file, and reads what it exports.
 * @throws {UsageError} saying where in which file
 * @throws the system's error if the file cannot be read
 */
export async function loadSpiderFile(name: string): Promise<SpiderFile> {
  const { file, exports: exported } = await runUserFile(name);
  const { start, options = {} } = exported;
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new UsageError(`${name}: its export 'options' must be an object of crawl options`);
  return {
    spider: new LocatedSpider(spiderIn(exported.default, name), file),
    start: startIn(start, file, name),
    options,
  };
}

function spiderIn(exported: unknown, name: string): Spider<unknown> {
  const expected = `${name}: its default export must be a spider: export default spider(function* (page) { … })`;
  if (exported === undefined) throw new UsageError(`${expected}; it has none`);
  if (exported instanceof Spider) return exported as Spider<unknown>;
  try {
    return typeof exported === 'function'
      ? spiderOf(exported as PageHandler<unknown>)
      : spiderOf(exported as Record<string, PageHandler<unknown>>);
  } catch (error) {
    if (!(error instanceof OptionError)) throw error;
    throw new UsageError(`${expected}: ${error.message}`, { cause: error });
  }
}

/** What it exports as its start; a function is called. What goes wrong in the middle says where. */
function startIn(start: unknown, file: string, name: string): SpiderFile['start'] {
  let given = start;
  if (typeof start === 'function') {
    try {
      given = (start as () => unknown)();
    } catch (error) {
      throw new UsageError(explained(error, file, name), { cause: error });
    }
  }
  if (typeof given !== 'object' || given === null) return given as SpiderFile['start'];
  if (!(Symbol.asyncIterator in given) && !(Symbol.iterator in given)) return given as SpiderFile['start'];
  return told(given as Streamable<Start>, file, name);
}

const told = stream(function* starts(
  start: Streamable<Start>,
  file: string,
  name: string,
): Generator<Start | Wait, void> {
  const all = each(start);
  try {
    while (yield* all.next()) yield all.value;
  } catch (error) {
    throw new UsageError(explained(error, file, name), { cause: error });
  }
});

/** A spider whose errors say where in the user's files they were thrown. */
class LocatedSpider extends Spider<unknown> {
  private readonly given: Spider<unknown>;
  private readonly file: string;

  constructor(given: Spider<unknown>, file: string) {
    super(new Map());
    this.given = given;
    this.file = file;
  }

  override handlerOf(label: string | undefined, url: string): PageHandler<unknown> {
    const handler = this.given.handlerOf(label, url);
    // Neither is a spider's: the crawl says so.
    if (handler.constructor.name.startsWith('Async')) return handler;
    return (page) => located(handler(page), this.file);
  }

  override get source(): string {
    return this.given.source;
  }
}

function* located(yielded: Iterable<unknown>, file: string): Generator<unknown, void, unknown> {
  try {
    yield* yielded;
  } catch (error) {
    if (!(error instanceof Error) || error instanceof PageError || error instanceof OptionError) throw error;
    const place = placeOf(error, file);
    if (place === undefined) throw error;
    throw new Error(`${error.message} (${place})`, { cause: error });
  }
}
