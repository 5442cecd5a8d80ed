import { until, type CoroutineBody } from '@gleaner/coroutine';
import { promisify } from 'node:util';
import {
  brotliDecompress,
  brotliDecompressSync,
  gunzip,
  gunzipSync,
  inflate,
  inflateRaw,
  inflateRawSync,
  inflateSync,
  type ZlibOptions,
} from 'node:zlib';
import { PageError } from './failure.ts';
import { MAX_ENCODINGS } from './limits.ts';

/** The encodings that are asked for and undone (RFC 9110, 8.4.1). */
export const ACCEPT_ENCODING = 'gzip, br, deflate';

/** Up to this many bytes it is quicker to unpack at once than to ask a thread. */
const SMALL = 32_768;

interface Unpacker {
  now(body: Buffer, options: ZlibOptions): Buffer;
  inThread(body: Buffer, options: ZlibOptions): Promise<Buffer>;
}

const zlib: Unpacker = { now: inflateSync, inThread: promisify<Buffer, ZlibOptions, Buffer>(inflate) };
/** What many servers send as 'deflate' in place of the zlib format: no header around it. */
const raw: Unpacker = { now: inflateRawSync, inThread: promisify<Buffer, ZlibOptions, Buffer>(inflateRaw) };
const gzip: Unpacker = { now: gunzipSync, inThread: promisify<Buffer, ZlibOptions, Buffer>(gunzip) };
const UNPACKERS: Partial<Record<string, Unpacker>> = {
  gzip,
  'x-gzip': gzip,
  deflate: zlib,
  br: { now: brotliDecompressSync, inThread: promisify<Buffer, ZlibOptions, Buffer>(brotliDecompress) },
};

/**
 * Undoes a body's Content-Encoding, never unpacking more than `maxBytes`.
 * @throws {PageError} `ENCODING` or `TOO_LARGE`
 */
export function* decode(
  url: string,
  body: Buffer,
  encoding: string | undefined,
  maxBytes: number,
): CoroutineBody<Buffer> {
  if (encoding === undefined || body.length === 0) return body;
  const layers = encoding
    .toLowerCase()
    .split(',')
    .map((layer) => layer.trim());
  if (layers.length > MAX_ENCODINGS) {
    throw new PageError('ENCODING', url, `packed ${layers.length} times over; the limit is ${MAX_ENCODINGS}`);
  }
  let decoded = body;
  // The last named was applied last.
  for (const layer of layers.reverse()) {
    if (layer === 'identity' || layer === '') continue;
    const named = UNPACKERS[layer];
    // RFC 1950, 2.2: the low four bits of a zlib header say 8.
    const unpacker = named === zlib && (Number(decoded[0]) & 0x0f) !== 8 ? raw : named;
    if (unpacker === undefined)
      throw new PageError('ENCODING', url, `the Content-Encoding '${layer}' is not known`);
    try {
      const options = { maxOutputLength: maxBytes };
      decoded =
        decoded.length <= SMALL
          ? unpacker.now(decoded, options)
          : yield* until(unpacker.inThread(decoded, options));
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ERR_BUFFER_TOO_LARGE') {
        throw new PageError('TOO_LARGE', url, `unpacks to more than the limit maxBytes of ${maxBytes}`);
      }
      throw new PageError('ENCODING', url, `the body is not valid ${layer}`, { cause: error });
    }
  }
  return decoded;
}
