import { createHash } from 'node:crypto';
import { createReadStream, readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import path from 'node:path';
import { gunzipSync } from 'node:zlib';

/** What is used of `warcio`: its own types ask for those of other packages, and of the DOM. */
interface Warcio {
  readonly WARCParser: {
    iterRecords(
      source: AsyncIterable<Uint8Array>,
      options?: { parseHttp: boolean },
    ): AsyncIterable<WarcioRecord>;
  };
}

interface WarcioRecord {
  readonly warcType: string;
  readonly warcTargetURI: string | null | undefined;
  readonly warcHeaders: { readonly headers: Pick<Map<string, string>, 'get'> };
  readonly httpHeaders: {
    readonly statusCode: string | number | undefined;
    readonly headers: Pick<Map<string, string>, 'get'>;
  } | null;
  readFully(isContent: boolean): Promise<Uint8Array>;
}

const { WARCParser } = createRequire(import.meta.url)('warcio') as Warcio;

/** A record as npm's `warcio` reads it, which knows nothing of this package. */
export interface ForeignRecord {
  readonly type: string;
  readonly url: string | undefined;
  /** The record's own fields. */
  readonly field: (name: string) => string | undefined;
  readonly status: number | undefined;
  readonly header: (name: string) => string | undefined;
  /** All of the block. */
  readonly block: Buffer;
  /** The body, its encodings undone. */
  readonly content: Buffer;
}

/** The names of the WARC files in a folder, in order. */
export function warcFiles(folder: string): string[] {
  return readdirSync(folder)
    .filter((name) => name.includes('.warc'))
    .sort()
    .map((name) => path.join(folder, name));
}

/** What is in a folder's files, as another program sees it. */
export async function foreignRecords(folder: string): Promise<ForeignRecord[]> {
  const all: ForeignRecord[] = [];
  for (const file of warcFiles(folder)) {
    const blocks: Buffer[] = [];
    for await (const record of WARCParser.iterRecords(createReadStream(file), { parseHttp: false }))
      blocks.push(Buffer.from(await record.readFully(false)));
    for await (const record of WARCParser.iterRecords(createReadStream(file))) {
      const content = Buffer.from(await record.readFully(true));
      const { warcHeaders, httpHeaders } = record;
      all.push({
        type: record.warcType,
        url: record.warcTargetURI ?? undefined,
        field: (name) => warcHeaders.headers.get(name) ?? undefined,
        status: record.warcType === 'request' ? undefined : Number(httpHeaders?.statusCode ?? Number.NaN),
        header: (name) => httpHeaders?.headers.get(name) ?? undefined,
        block: blocks.shift() ?? Buffer.alloc(0),
        content,
      });
    }
  }
  return all;
}

/** Which records have a digest that is not that of what they hold. */
export function wrongDigests(records: readonly ForeignRecord[]): string[] {
  return records.flatMap(({ type, url = '', field, block }) => {
    const body = block.subarray(block.indexOf('\r\n\r\n') + 4);
    const wanted = {
      'WARC-Block-Digest': block,
      ...(type === 'revisit' ? {} : { 'WARC-Payload-Digest': body }),
    };
    return Object.entries(wanted).flatMap(([name, bytes]) => {
      const said = field(name);
      if (said === undefined) return name === 'WARC-Block-Digest' ? [`${type} ${url}: no ${name}`] : [];
      return said === `sha256:${base32(createHash('sha256').update(bytes).digest())}`
        ? []
        : [`${type} ${url}: ${name}`];
    });
  });
}

/** RFC 4648, 6, by way of one large number. */
function base32(bytes: Buffer): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, '0')).join('');
  const groups = bits.match(/.{1,5}/g) ?? [];
  const letters = groups.map(
    (group) => 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'[Number.parseInt(group.padEnd(5, '0'), 2)],
  );
  return letters.join('').padEnd(Math.ceil(letters.length / 8) * 8, '=');
}

/** All of an archive's text, unpacked. */
export function archiveText(folder: string): string {
  return warcFiles(folder)
    .map((file) => gunzipSync(readFileSync(file)).toString('latin1'))
    .join('');
}
