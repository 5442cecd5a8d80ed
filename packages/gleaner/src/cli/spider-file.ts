import { each, stream, type Streamable, type Wait } from '@gleaner/coroutine';
import { realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import type { CrawlOptions } from '../crawl/crawl-options.ts';
import type { Start } from '../crawl/seeding.ts';
import { OptionError, PageError } from '../http/failure.ts';
import { spider as spiderOf, Spider, type PageHandler } from '../spider/spider.ts';
import { UsageError } from './arguments.ts';

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
 * Runs a user's file, TypeScript or JavaScript, as it is: types are taken away and not checked. What it imports from
 * 'gleaner' is this very package, whether or not one is installed beside the file.
 * @throws {UsageError} saying where in which file
 * @throws the system's error if the file cannot be read
 */
export async function loadSpiderFile(name: string): Promise<SpiderFile> {
  // What it throws is the system's own: there is no such file, or it may not be read.
  const file = realpathSync(path.resolve(name));
  const exported = await evaluated(file, name);
  const { start, options = {} } = exported;
  if (typeof options !== 'object' || options === null || Array.isArray(options))
    throw new UsageError(`${name}: its export 'options' must be an object of crawl options`);
  return {
    spider: new LocatedSpider(spiderIn(exported.default, name), file),
    start: startIn(start, file, name),
    options,
  };
}

type Exports = Readonly<Record<string, unknown>>;

async function evaluated(file: string, name: string): Promise<Exports> {
  const [{ createJiti }, gleaner, coroutine] = await Promise.all([
    import('jiti'),
    import('../index.ts'),
    import('@gleaner/coroutine'),
  ]);
  const jiti = createJiti(import.meta.url, {
    virtualModules: { gleaner, '@gleaner/coroutine': coroutine },
    interopDefault: false,
    // Its place is a folder that anybody may write to.
    fsCache: false,
  });
  try {
    return await jiti.import<Exports>(file);
  } catch (error) {
    throw new UsageError(explained(error, file, name), { cause: error });
  }
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

/** What was wrong with a user's file, in one line that begins with the place. */
function explained(error: unknown, file: string, name: string): string {
  if (!(error instanceof Error)) return `${name}: it threw ${String(error)}`;
  // The compiler's own errors have no stack, and the place in their second line.
  const syntax = /^(?:ParseError: )?(.*?)\s*\n\s*(\/.*|[a-z]:\\.*):(\d+):(\d+)\s*$/is.exec(error.message);
  if (syntax !== null) {
    const [, reason = '', where = '', line = '', column = ''] = syntax;
    return `${shown(where)}:${line}:${column}: ${reason}`;
  }
  const [message = ''] = error.message.split('\n');
  const what = error.name === 'Error' ? message : `${error.name}: ${message}`;
  return `${placeOf(error, file) ?? name}: ${what}`;
}

/** Where in the user's own files an error was thrown: 'spider.ts:12:9'. */
function placeOf(error: Error, file: string): string | undefined {
  const folder = path.dirname(file) + path.sep;
  for (const frame of (error.stack ?? '').split('\n')) {
    const [, where = '', line = '', column = ''] = /([^\s(]+):(\d+):(\d+)\)?$/.exec(frame) ?? [];
    const place = where.startsWith('file:') ? fileURLToPath(where) : where;
    if (!place.startsWith(folder) || place.slice(folder.length).includes('node_modules')) continue;
    return `${shown(place)}:${line}:${column}`;
  }
  return undefined;
}

function shown(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') ? file : relative;
}
