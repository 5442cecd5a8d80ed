import { createHash, randomUUID } from 'node:crypto';

/** A record of a WARC file (ISO 28500:2017, 4), before it is written. */
export interface WarcRecord {
  /** Named fields, without the version line and Content-Length. */
  readonly fields: readonly (readonly [name: string, value: string])[];
  /** The content block, in parts. */
  readonly block: readonly Buffer[];
}

/** The profile of revisits of the same content (ISO 28500:2017, 6.7.2). */
export const IDENTICAL = 'http://netpreserve.org/warc/1.1/revisit/identical-payload-digest';

/** A new WARC-Record-ID. */
export function recordId(): string {
  return `<urn:uuid:${randomUUID()}>`;
}

/** A time as WARC-Date has it (W3C-DTF, UTC). @param time milliseconds since 1970 */
export function warcDate(time: number): string {
  return new Date(time).toISOString();
}

/** A digest as WARC-Block-Digest and WARC-Payload-Digest have it, in the way of warcio and pywb. */
export function labelledDigest(...parts: readonly Buffer[]): string {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return `sha256:${base32(hash.digest())}`;
}

const ALPHABET = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567';

/** RFC 4648, 6. */
function base32(bytes: Uint8Array): string {
  let text = '';
  let bits = 0;
  let held = 0;
  for (const byte of bytes) {
    held = (held << 8) | byte;
    for (bits += 8; bits >= 5; bits -= 5) text += ALPHABET.charAt((held >>> (bits - 5)) & 31);
    held &= 0xff;
  }
  if (bits > 0) text += ALPHABET.charAt((held << (5 - bits)) & 31);
  return text.padEnd(Math.ceil(text.length / 8) * 8, '=');
}

/** A record as it stands in a file, not yet packed. */
export function serialisedRecord({ fields, block }: WarcRecord): Buffer {
  const length = block.reduce((sum, part) => sum + part.length, 0);
  const lines = fields.map(([name, value]) => `${name}: ${value.replaceAll(/[\r\n]+/g, ' ')}\r\n`);
  const head = Buffer.from(`WARC/1.1\r\n${lines.join('')}Content-Length: ${length}\r\n\r\n`);
  return Buffer.concat([head, ...block, END]);
}

const END = Buffer.from('\r\n\r\n');

/** More than this of named fields is no record, in bytes. */
export const LONGEST_FIELDS = 65_536;

/** The head of a record: its fields by lower-case name, repeated ones joined with '\n', and where its block begins and ends. */
export interface WarcHead {
  readonly fields: ReadonlyMap<string, string>;
  readonly blockAt: number;
  readonly blockLength: number;
}

/** Reads the head of a record; what is wrong with it, if it is none. */
export function parsedHead(bytes: Buffer): WarcHead | string {
  if (!/^WARC\/1\.[01]\r?\n/.test(bytes.toString('latin1', 0, 10)))
    return 'no record begins here (WARC/1.0 or WARC/1.1)';
  const within = bytes.subarray(0, LONGEST_FIELDS);
  const crlf = within.indexOf('\r\n\r\n');
  const end = crlf >= 0 ? crlf : within.indexOf('\n\n');
  if (end < 0) return 'its fields have no end';
  const fields = new Map<string, string>();
  for (const line of within.toString('utf8', 0, end).split(/\r?\n/).slice(1)) {
    const colon = line.indexOf(':');
    if (colon < 1) continue;
    const name = line.slice(0, colon).trim().toLowerCase();
    const value = line.slice(colon + 1).trim();
    const before = fields.get(name);
    fields.set(name, before === undefined ? value : `${before}\n${value}`);
  }
  const length = fields.get('content-length') ?? '';
  if (!/^\d{1,15}$/.test(length)) return 'it does not say how long it is (Content-Length)';
  return { fields, blockAt: end + (crlf >= 0 ? 4 : 2), blockLength: Number(length) };
}
