import { sleep, type CoroutineBody } from '@gleaner/coroutine';
import type { Summary } from '../crawl/summary.ts';
import { Speed } from './speed.ts';
import { bytes, fit, grouped, palette, printableJson, span, type Palette } from './terminal.ts';

/** How often the line is drawn anew, in milliseconds. */
export const TERMINAL_INTERVAL: number = 100;
export const MACHINE_INTERVAL: number = 1000;

/** What the progress is of. */
export interface Progressing {
  /** The figures, which move. */
  summary(): Summary;
  /** How many addresses there are, where that is known. */
  total: number | undefined;
}

/** One live line on a terminal: drawn over itself, gone in the end. Run it as a task beside the work; cancel it. */
export function* progressLine(of: Progressing, terminal: NodeJS.WriteStream): CoroutineBody<void> {
  const colours = palette(terminal);
  const speed = new Speed();
  try {
    for (;;) {
      yield* sleep(TERMINAL_INTERVAL);
      terminal.write(`\r\u001b[K${line(of, speed, terminal.columns, colours)}`);
    }
  } finally {
    terminal.write('\r\u001b[K');
  }
}

/** The same for machines: a JSON line a second. */
export function* progressJson(of: Progressing, out: NodeJS.WritableStream): CoroutineBody<void> {
  for (;;) {
    yield* sleep(MACHINE_INTERVAL);
    const { total } = of;
    out.write(
      `${printableJson({ type: 'progress', ...(total !== undefined && { total }), ...of.summary() })}\n`,
    );
  }
}

function line(of: Progressing, measured: Speed, columns: number, colours: Palette): string {
  const { started, done, failed, bytes: received } = of.summary();
  const { total } = of;
  const finished = done + failed;
  const speed = measured.measure(finished, received);
  const left = total !== undefined && speed.pages > 0 ? Math.ceil((total - finished) / speed.pages) : 0;
  const parts = [
    total === undefined ? `${grouped(done)} done` : `${grouped(done)} of ${grouped(total)} done`,
    `${grouped(started - finished)} in flight`,
    `${grouped(failed)} failed`,
    `${grouped(speed.pages)} pages/s`,
    ...(left > 0 ? [`${left < 60 ? `${left} s` : span(left * 1000)} left`] : []),
    `${bytes(Math.round(speed.bytes))}/s`,
  ];
  const width = Math.max(20, (columns || 80) - 1);
  const text = parts.join(' · ');
  const bar = total === undefined || total === 0 ? '' : `${gauge(finished / total)} `;
  // Where there is no room for all, the bar goes first.
  return bar.length + text.length <= width ? colours.cyan(bar) + text : fit(text, width);
}

const WIDTH = 20;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

function gauge(share: number): string {
  const eighths = Math.round(Math.min(1, share) * WIDTH * 8);
  const full = '█'.repeat(eighths >> 3) + (EIGHTHS[eighths & 7] ?? '');
  return full.padEnd(WIDTH, '·');
}
