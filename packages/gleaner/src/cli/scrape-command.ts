import { each, spawn, type CoroutineBody, type Task } from '@gleaner/coroutine';
import { createReadStream } from 'node:fs';
import path from 'node:path';
import type { ScrapeOptions } from '../crawl/options.ts';
import { scrape, type Result, type Scrape } from '../crawl/scrape.ts';
import { JobTimeoutError } from '../http/failure.ts';
import type { ReadAs } from '../page/page.ts';
import { JsonLines, jsonLinesFile, type Sink } from '../sinks/json-lines.ts';
import { addressesIn, countAddresses } from './addresses.ts';
import { count, duration, headers, parsed, size, UsageError } from './arguments.ts';
import { Exit, exitOf } from './exit.ts';
import { SCRAPE_HELP } from './help/scrape.ts';
import { interruptible } from './interruptible.ts';
import { progressJson, progressLine } from './progress.ts';
import { report } from './report.ts';
import { CLEAR_LINE, palette, printableJson } from './terminal.ts';

const OPTIONS = {
  from: { type: 'string' },
  output: { type: 'string', short: 'o' },
  ordered: { type: 'boolean' },
  as: { type: 'string' },
  concurrency: { type: 'string', short: 'c' },
  'per-host': { type: 'string' },
  delay: { type: 'string' },
  timeout: { type: 'string' },
  retries: { type: 'string' },
  'max-bytes': { type: 'string' },
  'max-redirects': { type: 'string' },
  'allow-private': { type: 'boolean' },
  'max-time': { type: 'string' },
  header: { type: 'string', short: 'H', multiple: true },
  quiet: { type: 'boolean', short: 'q' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

type PlannedOptions = Omit<ScrapeOptions, 'onFailure' | 'schema'>;

interface Plan {
  addresses: AsyncIterable<string> | readonly string[];
  /** How many they are, where that is known. */
  total: number | undefined;
  /** Lets go of where they come from, which may be a terminal that never ends. */
  close(): void;
  options: PlannedOptions;
  output: string | undefined;
  quiet: boolean;
  json: boolean;
}

/** `glean scrape`: gives the exit status. */
export async function scrapeCommand(argv: readonly string[]): Promise<number> {
  try {
    const plan = await planned(argv);
    if (plan === undefined) {
      process.stdout.write(SCRAPE_HELP);
      return Exit.Done;
    }
    return await carriedOut(plan);
  } catch (error) {
    return exitOf('scrape', error);
  }
}

/** Reads the command line; undefined if it asks for help. */
async function planned(argv: readonly string[]): Promise<Plan | undefined> {
  const { values, positionals } = parsed(argv, OPTIONS);
  if (values.help === true) return undefined;
  const options: PlannedOptions = {
    concurrency: count('concurrency', values.concurrency, 1),
    perHost: count('per-host', values['per-host'], 1),
    delay: duration('delay', values.delay),
    timeout: duration('timeout', values.timeout, 1),
    jobTimeout: duration('max-time', values['max-time'], 1),
    retries: count('retries', values.retries, 0),
    maxBytes: size('max-bytes', values['max-bytes']),
    maxRedirects: count('max-redirects', values['max-redirects'], 0),
    headers: headers('header', values.header ?? []),
    allowPrivate: values['allow-private'],
    ordered: values.ordered ?? false,
    as: reading(values.as ?? 'auto'),
  };
  const { from } = values;
  const fromInput = positionals.includes('-');
  const ways = [from !== undefined, fromInput, positionals.length > Number(fromInput)].filter(Boolean).length;
  if (ways === 0) throw new UsageError('no addresses: give some, or --from FILE, or - for standard input');
  if (ways > 1)
    throw new UsageError(
      'addresses come one way at a time: as arguments, --from FILE, or - for standard input',
    );
  if (
    from !== undefined &&
    values.output !== undefined &&
    path.resolve(from) === path.resolve(values.output)
  ) {
    throw new UsageError(`--output ${from} would overwrite the addresses that it is to be made from`);
  }
  return {
    ...(await source(positionals, from, fromInput)),
    options,
    output: values.output,
    quiet: values.quiet ?? false,
    json: values.json ?? false,
  };
}

async function source(
  positionals: readonly string[],
  from: string | undefined,
  fromInput: boolean,
): Promise<Pick<Plan, 'addresses' | 'total' | 'close'>> {
  if (fromInput) {
    const close = (): void => void process.stdin.destroy();
    return { addresses: addressesIn(() => process.stdin), total: undefined, close };
  }
  if (from === undefined) return { addresses: positionals, total: positionals.length, close() {} };
  const total = await countAddresses(from);
  return { addresses: addressesIn(() => createReadStream(from)), total, close() {} };
}

function reading(kind: string): ReadAs {
  if (kind === 'auto' || kind === 'json' || kind === 'text') return kind;
  throw new UsageError(`--as expects auto, json or text, not '${kind}'`);
}

async function carriedOut(plan: Plan): Promise<number> {
  const job = scrape(plan.addresses, plan.options);
  let interrupts: number;
  try {
    interrupts = await interruptible(() => scraping(plan, job), {
      name: 'glean scrape',
      finish: () => job.stop(),
      say: (sentence) => say(plan, sentence),
    });
  } catch (error) {
    if (error instanceof JobTimeoutError) tell(plan, job);
    throw error;
  } finally {
    plan.close();
  }
  tell(plan, job);
  if (interrupts > 0) return Exit.Interrupted;
  return job.summary.failed > 0 ? Exit.SomeFailed : Exit.Done;
}

function* scraping(plan: Plan, job: Scrape<Result<unknown>>): CoroutineBody<void> {
  const { stdout, stderr } = process;
  const beside: Task<void>[] = [];
  let sink: Sink;
  if (plan.output === undefined) {
    const lines = new JsonLines(stdout, stdout.isTTY ? printableJson : undefined);
    beside.push(yield* spawn(lines.broken()));
    sink = lines;
  } else {
    sink = yield* jsonLinesFile(plan.output);
  }
  const progress = { summary: () => job.summary, total: plan.total };
  const live = stderr.isTTY && !plan.quiet && !plan.json && process.env.TERM !== 'dumb';
  if (live) beside.push(yield* spawn(progressLine(progress, stderr)));
  if (plan.json && !plan.quiet) beside.push(yield* spawn(progressJson(progress, stderr)));
  // Both may be the same terminal: the line makes way for the lines of JSON.
  const clears = live && stdout.isTTY && plan.output === undefined;
  const pages = each(job);
  try {
    while (yield* pages.next()) {
      if (clears) stderr.write(CLEAR_LINE);
      yield* sink.write(record(pages.value));
    }
  } finally {
    yield* pages.close();
    for (const task of beside) yield* task.cancel();
  }
}

function record({ url, status, data }: Result<unknown>): object {
  return data instanceof Uint8Array
    ? { url, status, base64: Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString('base64') }
    : { url, status, data: data ?? null };
}

function say({ quiet, json }: Plan, sentence: string): void {
  if (!quiet && !json) process.stderr.write(`${process.stderr.isTTY ? CLEAR_LINE : ''}${sentence}\n`);
}

function tell(plan: Plan, job: Scrape<unknown>): void {
  if (plan.quiet) return;
  if (plan.json) process.stderr.write(`${printableJson({ type: 'summary', ...job.summary })}\n`);
  else process.stderr.write(`${report(job.summary, palette(process.stderr))}\n`);
}
