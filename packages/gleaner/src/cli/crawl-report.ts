import type { CrawlSummary } from '../crawl/crawl-summary.ts';
import type { Checking, InvalidItems } from './checking.ts';
import { failureRows } from './report.ts';
import { bytes, grouped, printable, span, type Palette } from './terminal.ts';

/** What a report is made of, of a crawl or of what a store holds. */
export type Reported = Pick<
  CrawlSummary,
  | 'pending'
  | 'inFlight'
  | 'done'
  | 'failed'
  | 'forbidden'
  | 'failures'
  | 'statuses'
  | 'items'
  | 'retries'
  | 'bytes'
>;

/** A crawl's counts in one line: pages and items in all, those of former runs too. */
export function countsLine(summary: Reported, colours: Palette): string {
  const { done, failed, forbidden, items, pending, inFlight, retries } = summary;
  const left = pending + inFlight;
  return [
    colours.green(`${grouped(items)} ${items === 1 ? 'item' : 'items'}`),
    `${grouped(done)} ${done === 1 ? 'page' : 'pages'} done`,
    failed === 0 ? '0 failed' : colours.red(`${grouped(failed)} failed`),
    ...(forbidden > 0 ? [`${grouped(forbidden)} forbidden by robots.txt`] : []),
    ...(left > 0 ? [colours.yellow(`${grouped(left)} left`)] : []),
    ...(retries > 0 ? [`${grouped(retries)} ${retries === 1 ? 'retry' : 'retries'}`] : []),
    bytes(summary.bytes),
  ].join(' · ');
}

/** Pages by status, where not all are 200, and what failed or was forbidden, by reason with an example of each. */
export function breakdown({ statuses, failures }: Reported, colours: Palette): string[] {
  const counted = Object.entries(statuses).sort(([, a], [, b]) => b - a);
  const isPlain = counted.every(([status]) => status === '200');
  const byStatus = counted.map(([status, count]) => `${status} × ${grouped(count)}`).join(', ');
  return [...(isPlain ? [] : [`  by status: ${byStatus}`]), ...failureRows(failures, colours)];
}

/** The summary of one run for people. */
export function crawlReport(summary: CrawlSummary, pagesBefore: number, colours: Palette): string {
  const { done, failed, forbidden, elapsed, dropped, restarted } = summary;
  const finished = done + failed + forbidden - pagesBefore;
  const speed = elapsed > 0 ? ` · ${grouped((finished / elapsed) * 1000)} pages/s` : '';
  const notFollowed = Object.entries(dropped)
    .sort(([, a], [, b]) => b - a)
    .map(([reason, count]) => `${grouped(count)} ${printable(reason)}`)
    .join(', ');
  return [
    `${countsLine(summary, colours)} in ${span(elapsed)}${speed}`,
    ...breakdown(summary, colours),
    ...(restarted === undefined ? [] : [colours.yellow(restartedRow(restarted))]),
    ...(notFollowed === '' ? [] : [colours.dim(`  links not followed: ${notFollowed}`)]),
  ].join('\n');
}

function restartedRow({ count, reason }: NonNullable<CrawlSummary['restarted']>): string {
  const pages = `${grouped(count)} ${count === 1 ? 'page' : 'pages'}`;
  return `  ${pages} that a former run had read in part began anew: ${printable(reason)}`;
}

/** The items that did not fit their schema, by reason, and where they are. */
export function invalidRows(
  { count, reasons }: InvalidItems,
  { name, invalid }: Pick<Checking, 'name' | 'invalid'>,
  colours: Palette,
): string[] {
  const items = count === 1 ? '1 item does' : `${grouped(count)} items do`;
  const kept = invalid === undefined ? '--invalid FILE keeps them' : `kept in ${printable(invalid.name)}`;
  return [
    `${colours.red(`${items} not fit ${printable(name)}`)}; ${kept}`,
    ...reasons.map(
      (one) => `  ${colours.red(String(one.count).padStart(6))} × ${colours.dim(printable(one.reason))}`,
    ),
  ];
}
