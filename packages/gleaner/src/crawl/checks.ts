import type { StandardSchemaV1 } from '@standard-schema/spec';
import { OptionError } from '../http/failure.ts';
import { VERSION } from '../version.ts';

export function count(name: string, value: number, least: number): void {
  if (!Number.isSafeInteger(value) || value < least)
    throw new OptionError(name, `a whole number of at least ${least}`, value);
}

export function duration(name: string, value: number, least: number): void {
  if (typeof value !== 'number' || !(value >= least))
    throw new OptionError(name, `milliseconds, at least ${least}`, value);
}

export function oneOf(name: string, value: string, values: readonly string[]): void {
  if (!values.includes(value)) throw new OptionError(name, `one of ${values.join(', ')}`, value);
}

export function isSchema(value: unknown): boolean {
  const standard = (value as Partial<StandardSchemaV1> | null)?.['~standard'];
  return typeof standard?.validate === 'function';
}

/** RFC 9110, 5.6.2: a token. */
const TOKEN = /^[!#$%&'*+.^_`|~0-9a-z-]+$/;
/** RFC 9110, 5.5: visible characters, spaces and tabs; a line break would begin another header. */
const VALUE = /^[\t\x20-\x7e\x80-\xff]*$/;

/** What belongs to one connection, or says how the message is framed, is the client's business (RFC 9110, 7.6.1). */
const FRAMING = new Set([
  'connection',
  'content-length',
  'expect',
  'keep-alive',
  'te',
  'trailer',
  'transfer-encoding',
  'upgrade',
]);

/** Headers to send with every request, by lower-case name, an honest user agent among them. */
export function headersOf(given: Record<string, string>): Record<string, string> {
  return { 'user-agent': `Gleaner/${VERSION}`, accept: '*/*', ...fieldsOf(given) };
}

/** Headers by lower-case name. @throws {OptionError} */
export function fieldsOf(given: Record<string, string>): Record<string, string> {
  if (typeof given !== 'object' || (given as unknown) === null || Symbol.iterator in given) {
    throw new OptionError('headers', 'an object of names and values', given);
  }
  const headers: Record<string, string> = {};
  for (const [name, value] of Object.entries(given)) {
    const key = name.toLowerCase();
    if (!TOKEN.test(key))
      throw new OptionError(`the name of the header '${name}'`, 'a token (RFC 9110, 5.6.2)', name);
    if (FRAMING.has(key)) throw new OptionError(`the header '${name}'`, 'left to the HTTP client', value);
    if (typeof value !== 'string' || !VALUE.test(value))
      throw new OptionError(`the header '${name}'`, 'one line of text', value);
    headers[key] = value;
  }
  return headers;
}
