import { sleep, type CoroutineBody } from '@gleaner/coroutine';
import type { CrawlSummary } from '../crawl/crawl-summary.ts';
import type { HostStatus } from '../frontier/frontier.ts';
import type { LiveArea } from './live-area.ts';
import { MACHINE_INTERVAL, TERMINAL_INTERVAL } from './progress.ts';
import { Speed } from './speed.ts';
import { bytes, grouped, printable, printableJson, span, type Palette } from './terminal.ts';

/** With more hosts than these there is no row for each. */
const MOST_ROWS = 5;

/** A crawl's live rows on a terminal: how far it is, and its hosts where they are few. Run it as a task; cancel it. */
export function* crawlRows(
  summary: () => CrawlSummary,
  area: LiveArea,
  colours: Palette,
): CoroutineBody<void> {
  const speed = new Speed();
  try {
    for (;;) {
      yield* sleep(TERMINAL_INTERVAL);
      const now = summary();
      const hosts = hostRows(now.hosts);
      area.draw([row(now, speed), ...hosts], [undefined, ...hosts.map(() => colours.dim)]);
    }
  } finally {
    area.clear();
  }
}

/** The same for machines: a JSON line a second. */
export function* crawlJson(summary: () => CrawlSummary, out: NodeJS.WritableStream): CoroutineBody<void> {
  for (;;) {
    yield* sleep(MACHINE_INTERVAL);
    out.write(`${printableJson({ type: 'progress', ...summary() })}\n`);
  }
}

function row(summary: CrawlSummary, measured: Speed): string {
  const { done, inFlight, pending, failed, forbidden, items } = summary;
  const speed = measured.measure(done + failed + forbidden, summary.bytes);
  return [
    `${grouped(done)} done`,
    `${grouped(inFlight)} in flight`,
    `${grouped(pending)} pending`,
    `${grouped(failed)} failed`,
    `${grouped(items)} ${items === 1 ? 'item' : 'items'}`,
    `${speed.pages < 9.95 ? speed.pages.toFixed(1) : grouped(speed.pages)} pages/s`,
    `${bytes(Math.round(speed.bytes))}/s`,
  ].join(' · ');
}

/** Always in the same order, so that a row is where the eye has left it. */
function hostRows(hosts: readonly HostStatus[]): string[] {
  if (hosts.length > MOST_ROWS) return [];
  const width = Math.max(...hosts.map(({ origin }) => origin.length));
  return [...hosts]
    .sort((a, b) => (a.origin < b.origin ? -1 : 1))
    .map((host) => `  ${printable(host.origin).padEnd(width)}  ${stateOf(host)}`);
}

function stateOf({ active, nextAt, delay, failures }: HostStatus): string {
  const rest = nextAt - Date.now();
  return [
    active > 0 ? `${active} active` : rest >= 1 ? `next in ${span(rest)}` : 'ready',
    ...(delay >= 1 ? [`${span(delay)} apart`] : []),
    ...(failures > 0 ? [`in trouble ${failures} ${failures === 1 ? 'time' : 'times'} in a row`] : []),
  ].join(' · ');
}
