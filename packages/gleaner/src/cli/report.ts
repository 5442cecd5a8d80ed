import type { FailureCount, Summary } from '../crawl/summary.ts';
import { bytes, grouped, printable, span, type Palette } from './terminal.ts';

/** The summary for people: what was done in one line, and then what failed, by reason, with an example of each. */
export function report(summary: Summary, colours: Palette): string {
  const { done, failed, started, retries, elapsed } = summary;
  const finished = done + failed;
  const unfinished = started - finished;
  const speed = elapsed > 0 ? ` · ${grouped((finished / elapsed) * 1000)} pages/s` : '';
  const counts = [
    colours.green(`${grouped(done)} done`),
    failed === 0 ? '0 failed' : colours.red(`${grouped(failed)} failed`),
    ...(unfinished > 0 ? [colours.yellow(`${grouped(unfinished)} unfinished`)] : []),
    ...(retries > 0 ? [`${grouped(retries)} ${retries === 1 ? 'retry' : 'retries'}`] : []),
  ];
  const lines = [`${counts.join(' · ')} · ${bytes(summary.bytes)} in ${span(elapsed)}${speed}`];
  return [...lines, ...failureRows(summary.failures, colours)].join('\n');
}

/** A row for each reason, the most frequent first, with an example. */
export function failureRows(
  failures: Readonly<Record<string, FailureCount | undefined>>,
  colours: Palette,
): string[] {
  const counted = Object.entries(failures).flatMap(([code, failure]) =>
    failure === undefined ? [] : [{ code, ...failure }],
  );
  counted.sort((a, b) => b.count - a.count);
  return counted.map(
    ({ code, count, example }) =>
      `  ${colours.red(String(count).padStart(6))} × ${code.padEnd(9)} ${colours.dim(printable(example.message))}`,
  );
}
