import { sleep, type CoroutineBody } from '@gleaner/coroutine';
import type { Summary } from '../crawl/summary.ts';
import { bytes, fit, grouped, palette, printableJson, span, type Palette } from './terminal.ts';

/** How often the line is drawn anew, in milliseconds. */
const TERMINAL_INTERVAL = 100;
const MACHINE_INTERVAL = 1000;
/** Speeds are means over about this time, in milliseconds. */
const WINDOW = 3000;

/** What the progress is of. */
export interface Progressing {
  /** The figures, which move. */
  summary(): Summary;
  /** How many addresses there are, where that is known. */
  total: number | undefined;
}

interface Sample {
  time: number;
  pages: number;
  bytes: number;
}

/** One live line on a terminal: drawn over itself, gone in the end. Run it as a task beside the work; cancel it. */
export function* progressLine(of: Progressing, terminal: NodeJS.WriteStream): CoroutineBody<void> {
  const colours = palette(terminal);
  const samples: Sample[] = [];
  try {
    for (;;) {
      yield* sleep(TERMINAL_INTERVAL);
      terminal.write(`\r\u001b[K${line(of, samples, terminal.columns, colours)}`);
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

function line(of: Progressing, samples: Sample[], columns: number, colours: Palette): string {
  const { started, done, failed, bytes: received } = of.summary();
  const { total } = of;
  const finished = done + failed;
  const speed = measure(samples, { time: performance.now(), pages: finished, bytes: received });
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

/** Pages and bytes a second, over the last few seconds. */
function measure(samples: Sample[], latest: Sample): { pages: number; bytes: number } {
  samples.push(latest);
  while (samples.length > 2 && latest.time - (samples[0]?.time ?? 0) > WINDOW) samples.shift();
  const first = samples[0] ?? latest;
  const seconds = (latest.time - first.time) / 1000;
  if (seconds === 0) return { pages: 0, bytes: 0 };
  return { pages: (latest.pages - first.pages) / seconds, bytes: (latest.bytes - first.bytes) / seconds };
}

const WIDTH = 20;
const EIGHTHS = ['', '▏', '▎', '▍', '▌', '▋', '▊', '▉'];

function gauge(share: number): string {
  const eighths = Math.round(Math.min(1, share) * WIDTH * 8);
  const full = '█'.repeat(eighths >> 3) + (EIGHTHS[eighths & 7] ?? '');
  return full.padEnd(WIDTH, '·');
}
