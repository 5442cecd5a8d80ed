import { run, type CoroutineBody } from '@gleaner/coroutine';
import { crawlSummary, type CrawlSummary } from '../crawl/crawl-summary.ts';
import { openStoreForReading } from '../store/sqlite-store.ts';
import type { WaitingAtHost } from '../store/stored-crawl.ts';
import { parsed, UsageError } from './arguments.ts';
import { breakdown, countsLine, type Reported } from './crawl-report.ts';
import { Exit, exitOf } from './exit.ts';
import { STATUS_HELP } from './help/status.ts';
import { printing } from './outputs.ts';
import { grouped, palette, printable, printableJson } from './terminal.ts';

const OPTIONS = {
  failures: { type: 'boolean' },
  json: { type: 'boolean' },
  help: { type: 'boolean', short: 'h' },
} as const;

/** `glean status`: gives the exit status. */
export async function statusCommand(argv: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parsed(argv, OPTIONS);
    if (values.help === true) {
      process.stdout.write(STATUS_HELP);
      return Exit.Done;
    }
    const [file] = positionals;
    if (file === undefined || positionals.length > 1)
      throw new UsageError('name one store: glean status FILE');
    if (values.failures === true && values.json === true)
      throw new UsageError('--failures are lines of JSON as it is; --json is for the counts');
    await run(() => telling(file, values.failures === true, values.json === true), { name: 'glean status' });
    return Exit.Done;
  } catch (error) {
    return exitOf('status', error);
  }
}

function* telling(file: string, listsFailures: boolean, asJson: boolean): CoroutineBody<void> {
  const held = yield* openStoreForReading(file);
  const { stdout } = process;
  try {
    if (listsFailures) {
      const { sink, watching } = yield* printing();
      for (const failure of held.failures()) yield* sink.write(failure);
      yield* watching.cancel();
      return;
    }
    const { dropped: _, elapsed: __, hosts: ___, ...counts } = crawlSummary(held.counts(), NO_RUN);
    const waiting = held.hosts(MOST_HOSTS);
    if (asJson) stdout.write(`${printableJson({ store: file, ...counts, waiting })}\n`);
    else stdout.write(`${report(file, counts, waiting)}\n`);
  } finally {
    yield* held.close();
  }
}

/** Of so many hosts it is told how many requests wait, of those for which most do. */
const MOST_HOSTS = 10;

/** What a store does not hold: it is of one run. */
const NO_RUN: Pick<CrawlSummary, 'dropped' | 'elapsed' | 'hosts'> = { dropped: {}, elapsed: 0, hosts: [] };

function report(file: string, counts: Reported, waiting: readonly WaitingAtHost[]): string {
  const colours = palette(process.stdout);
  const { pending, inFlight, done, failed, forbidden } = counts;
  const state =
    done + failed + forbidden + pending + inFlight === 0
      ? 'nothing yet'
      : inFlight > 0
        ? `${grouped(inFlight)} in flight, or were when it was killed; ${grouped(pending)} pending`
        : pending > 0
          ? `${grouped(pending)} pending`
          : 'finished';
  return [
    `${colours.bold(printable(file))}: ${state}`,
    countsLine(counts, colours),
    ...breakdown(counts, colours),
    ...waitingRows(waiting),
  ].join('\n');
}

function waitingRows(hosts: readonly WaitingAtHost[]): string[] {
  if (hosts.length === 0) return [];
  const rows = hosts.map(({ origin, waiting }) => `${grouped(waiting).padStart(10)} × ${printable(origin)}`);
  return [
    hosts.length < MOST_HOSTS ? '  waiting by host:' : `  waiting by host, the first ${MOST_HOSTS}:`,
    ...rows,
  ];
}
