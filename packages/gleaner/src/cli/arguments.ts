import { parseArgs, type ParseArgsConfig } from 'node:util';

/** The command was wrong: the message says how. */
export class UsageError extends Error {
  override readonly name = 'UsageError';
}

type Options = NonNullable<ParseArgsConfig['options']>;
type Parsed<O extends Options> = ReturnType<
  typeof parseArgs<{ options: O; allowPositionals: true; strict: true }>
>;

/**
 * Takes a command line apart.
 * @throws {UsageError}
 */
export function parsed<const O extends Options>(argv: readonly string[], options: O): Parsed<O> {
  try {
    return parseArgs({ args: [...argv], options, allowPositionals: true, strict: true });
  } catch (error) {
    throw new UsageError(explained((error as Error).message, Object.keys(options)));
  }
}

/** Node's words, without its advice on quoting, and with ours on options that are nearly right. */
function explained(message: string, known: readonly string[]): string {
  const ambiguous = /^Option '([^']*)' argument is ambiguous/.exec(message);
  if (ambiguous !== null) return `${ambiguous[1] ?? ''} expects a value that does not begin with a dash`;
  const missing = /^Option '(?:-\w, )?(--[^ ]+) <value>' argument missing/.exec(message);
  if (missing !== null) return `${missing[1] ?? ''} expects a value`;
  const needless = /^Option '(?:-\w, )?(--[^ ']+)' does not take an argument/.exec(message);
  if (needless !== null) return `${needless[1] ?? ''} takes no value`;
  const unknown = /^Unknown option '(-[^']*)'/.exec(message)?.[1];
  if (unknown === undefined) return message.split('\n')[0] ?? '';
  const near = unknown.startsWith('--') ? nearest(unknown.slice(2), known) : undefined;
  return `there is no option ${unknown}${near === undefined ? '' : `; is it --${near}?`}`;
}

/** Of known words the one that is meant, if one is near: by its beginning, or with a letter or two otherwise. */
export function nearest(word: string, known: readonly string[]): string | undefined {
  const beginning = word.length < 3 ? [] : known.filter((one) => one.startsWith(word));
  if (beginning.length === 1) return beginning[0];
  const most = word.length < 5 ? 1 : 2;
  return known
    .map((one) => ({ one, distance: distance(word.slice(0, 50), one) }))
    .filter((candidate) => candidate.distance <= most)
    .sort((a, b) => a.distance - b.distance)[0]?.one;
}

/** How many letters have to be put in, taken out or exchanged to make one word of the other (Levenshtein). */
function distance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, n) => n);
  for (let i = 1; i <= a.length; i++) {
    const next = [i];
    for (let j = 1; j <= b.length; j++) {
      const exchanged = (row[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1);
      next.push(Math.min(exchanged, (row[j] ?? 0) + 1, (next[j - 1] ?? 0) + 1));
    }
    row = next;
  }
  return row[b.length] ?? 0;
}

/** A whole number, as given for an option. */
export function count(option: string, text: string | undefined, least: number): number | undefined {
  if (text === undefined) return undefined;
  if (!/^\d{1,15}$/.test(text) || Number(text) < least) {
    throw new UsageError(`--${option} expects a whole number of at least ${least}, not '${text}'`);
  }
  return Number(text);
}

const UNITS: Record<string, number> = { ms: 1, s: 1000, m: 60_000, h: 3_600_000, '': 1000 };

/** A time as given for an option, in milliseconds: 500ms, 10s, 2m, 1h; a bare number is seconds. */
export function duration(option: string, text: string | undefined, least = 0): number | undefined {
  if (text === undefined) return undefined;
  const [, number, unit] = /^(\d+(?:\.\d+)?)(ms|s|m|h|)$/.exec(text) ?? [];
  const factor = UNITS[unit ?? '?'];
  if (factor === undefined)
    throw new UsageError(`--${option} expects a time such as 500ms, 10s or 2m, not '${text}'`);
  const ms = Number(number) * factor;
  if (ms < least) throw new UsageError(`--${option} expects at least ${least} ms, not '${text}'`);
  return ms;
}

const SIZES: Record<string, number> = {
  '': 1,
  b: 1,
  kb: 1e3,
  mb: 1e6,
  gb: 1e9,
  kib: 2 ** 10,
  mib: 2 ** 20,
  gib: 2 ** 30,
};

/** A number of bytes as given for an option: 512kB, 10MB (powers of 1000), 10MiB (of 1024); a bare number is bytes. */
export function size(option: string, text: string | undefined): number | undefined {
  if (text === undefined) return undefined;
  const [, number, unit] = /^(\d{1,15}(?:\.\d+)?) ?([a-z]*)$/i.exec(text) ?? [];
  const factor = SIZES[unit?.toLowerCase() ?? '?'];
  const bytes = Math.round(Number(number) * (factor ?? Number.NaN));
  if (Number.isSafeInteger(bytes) && bytes >= 1) return bytes;
  throw new UsageError(`--${option} expects a size such as 512kB, 10MB or 10MiB, not '${text}'`);
}

/** Headers as given for an option: 'Name: value'. */
export function headers(option: string, texts: readonly string[]): Record<string, string> {
  const all: Record<string, string> = {};
  for (const text of texts) {
    const colon = text.indexOf(':');
    if (colon < 1) throw new UsageError(`--${option} expects 'Name: value', not '${text}'`);
    all[text.slice(0, colon).trim()] = text.slice(colon + 1).trim();
  }
  return all;
}
