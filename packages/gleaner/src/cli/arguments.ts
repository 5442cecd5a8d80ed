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
    throw new UsageError(explained((error as Error).message));
  }
}

/** Node's words, without its advice on quoting. */
function explained(message: string): string {
  const ambiguous = /^Option '([^']*)' argument is ambiguous/.exec(message);
  if (ambiguous !== null) return `${ambiguous[1] ?? ''} expects a value that does not begin with a dash`;
  return message.split('\n')[0]?.replace(/\. To specify a positional.*/, '') ?? '';
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
