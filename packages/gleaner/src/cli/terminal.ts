/*
 * What goes to a terminal. Text that came from elsewhere loses what a terminal would obey: C0 and C1 controls
 * (ECMA-48) and the controls of bidirectional text (Unicode, UAX 9).
 */
// eslint-disable-next-line no-control-regex
const CONTROLS = /[\u0000-\u001f\u007f-\u009f\u200e\u200f\u202a-\u202e\u2066-\u2069]/g;

/** A text that is safe to print, on one line. */
export function printable(text: string): string {
  return text.replace(CONTROLS, '�');
}

/** The controls of bidirectional text, which `util.inspect` leaves as they are; it escapes the others. */
export function withoutBidi(text: string): string {
  return text.replace(/[\u200e\u200f\u202a-\u202e\u2066-\u2069]/g, '�');
}

/** JSON that is safe to print; for a program it is the same. */
export function printableJson(item: unknown): string {
  return JSON.stringify(item).replace(
    CONTROLS,
    (control) => `\\u${control.charCodeAt(0).toString(16).padStart(4, '0')}`,
  );
}

/** What takes back the line that stands on a terminal. */
export const CLEAR_LINE = '\r\u001b[K';

/** A text cut to a number of columns. (Wide characters count as one: the line may be a little too long.) */
export function fit(text: string, columns: number): string {
  return text.length <= columns ? text : `${text.slice(0, Math.max(0, columns - 1))}…`;
}

type Paint = (text: string) => string;

export interface Palette {
  bold: Paint;
  dim: Paint;
  green: Paint;
  red: Paint;
  yellow: Paint;
  cyan: Paint;
}

/** Colours if the stream is a terminal that wants them (NO_COLOR, no-color.org), else none. */
export function palette(stream: { isTTY?: boolean }): Palette {
  const wanted = stream.isTTY === true && !process.env.NO_COLOR && process.env.TERM !== 'dumb';
  const sgr = (on: number, off: number): Paint =>
    wanted ? (text) => `\u001b[${on}m${text}\u001b[${off}m` : String;
  return {
    bold: sgr(1, 22),
    dim: sgr(2, 22),
    green: sgr(32, 39),
    red: sgr(31, 39),
    yellow: sgr(33, 39),
    cyan: sgr(36, 39),
  };
}

/** 1234567 → '1,234,567'. */
export function grouped(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}

/** A number of bytes: '512 B', '1.5 MB' (powers of 1000). */
export function bytes(count: number): string {
  if (count < 1000) return `${count} B`;
  const units = ['kB', 'MB', 'GB', 'TB'];
  let value = count;
  let unit = 'B';
  for (const next of units) {
    if (value < 999.5) break;
    value /= 1000;
    unit = next;
  }
  return `${value < 9.95 ? value.toFixed(1) : Math.round(value)} ${unit}`;
}

/** Milliseconds for people: '850 ms', '2.5 s', '3 min 20 s', '2 h 5 min'. */
export function span(ms: number): string {
  if (ms < 1000) return `${Math.round(ms)} ms`;
  if (ms < 59_950) return `${(ms / 1000).toFixed(1)} s`;
  const seconds = Math.round(ms / 1000);
  const minutes = Math.floor(seconds / 60);
  if (minutes < 60) return `${minutes} min ${seconds % 60} s`;
  return `${Math.floor(minutes / 60)} h ${minutes % 60} min`;
}
