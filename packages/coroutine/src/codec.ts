import { describe, EffectError, MisuseError } from './errors.ts';

/** What a value or an error is written down as. */
export interface Written {
  readonly text: string;
  readonly bytes: Uint8Array | null;
}

/** How what an effect gives is written down, and made of that again. */
export interface Codec<T> {
  encode(value: T): Written;
  decode(written: Written): T;
  /** `undefined` for an error that is nothing special: then its name, code and message are kept, for an `EffectError`. */
  encodeError?(error: unknown): string | undefined;
  decodeError?(text: string): unknown;
}

/** Values that are JSON, `undefined` included. */
export const JSON_CODEC: Codec<unknown> = {
  encode(value) {
    if (value === undefined) return { text: '', bytes: null };
    requireJson(value);
    return { text: JSON.stringify(value), bytes: null };
  },
  decode({ text }) {
    return text === '' ? undefined : (JSON.parse(text) as unknown);
  },
};

/** An error as it is written down: what the codec makes of it, behind a '!', or else what there is to say of any. */
export function encodeError(error: unknown, codec: Codec<never>): string {
  const special = codec.encodeError?.(error);
  if (special !== undefined) return `!${special}`;
  const { name, message, code } =
    error instanceof Error ? (error as Error & { code?: unknown }) : { name: '', message: String(error) };
  return JSON.stringify({ name, message, ...(typeof code === 'string' && { code }) });
}

export function decodeError(effect: string, text: string, codec: Codec<never>, cause?: unknown): unknown {
  if (text.startsWith('!') && codec.decodeError !== undefined) return codec.decodeError(text.slice(1));
  const original = JSON.parse(text) as EffectError['original'];
  return new EffectError(effect, original, cause === undefined ? undefined : { cause });
}

/** How deep a value may be nested, so that nothing here and in JSON overflows the stack. */
const DEEPEST = 500;

/** What comes back from JSON must be what went in. @throws {MisuseError} */
function requireJson(value: unknown): void {
  const waiting: { value: unknown; path: string; depth: number }[] = [{ value, path: 'its value', depth: 0 }];
  for (let at = waiting.pop(); at !== undefined; at = waiting.pop()) {
    const { value: one, path, depth } = at;
    if (one === null || typeof one === 'string' || typeof one === 'boolean') continue;
    if (typeof one === 'number' && Number.isFinite(one)) continue;
    const isPlain = typeof one === 'object' && (Array.isArray(one) || isPlainObject(one));
    if (!isPlain || depth >= DEEPEST) {
      throw new MisuseError(
        `what an effect gives is written down as JSON, and ${path} is ${isPlain ? `nested deeper than ${DEEPEST}` : describe(one)}`,
      );
    }
    for (const [key, inner] of Object.entries(one)) {
      if (inner === undefined && !Array.isArray(one)) continue;
      waiting.push({ value: inner, path: `${path}.${key}`, depth: depth + 1 });
    }
  }
}

function isPlainObject(value: object): boolean {
  const proto: unknown = Object.getPrototypeOf(value);
  return proto === null || proto === Object.prototype;
}
