import { isAscii } from 'node:buffer';
import { createRequire } from 'node:module';
import type * as Sniffer from 'encoding-sniffer';

/** Loaded when first needed: its tables take as long to load as all of ours, and most pages are plain UTF-8. */
let sniffer: typeof Sniffer | undefined;

const CHARSET = /charset\s*=\s*["']?([^\s;"']+)/i;
const HTML = /html|xml/i;

/**
 * Decodes a body, as the WHATWG Encoding standard says: a byte-order mark counts most, then the Content-Type's charset,
 * then, for HTML and XML, what the document itself declares; UTF-8 otherwise.
 */
export function decodeText(body: Buffer, contentType = ''): string {
  const declared = CHARSET.exec(contentType)?.[1]?.toLowerCase();
  const isUtf8 = declared === 'utf-8' || declared === 'utf8';
  const startsWithMark = body[0] === 0xef || body[0] === 0xfe || body[0] === 0xff;
  // By far the most common case, and the fastest way.
  if (!startsWithMark && (isUtf8 || (declared === undefined && !HTML.test(contentType)))) return utf8(body);
  try {
    sniffer ??= createRequire(import.meta.url)('encoding-sniffer') as typeof Sniffer;
    const options = {
      ...(declared !== undefined && { transportLayerEncodingLabel: declared }),
      defaultEncoding: 'utf-8',
    };
    if (!startsWithMark && sniffer.getEncoding(body, options) === 'utf-8') return utf8(body);
    return sniffer.decodeBuffer(body, options);
  } catch {
    // The encoding 'replacement': what an attacker could hide something in is not read at all (Encoding standard, 14.1).
    return '\ufffd';
  }
}

/** Bytes that are all ASCII, which is soon seen, are copied three times as fast as they are decoded. */
function utf8(body: Buffer): string {
  return isAscii(body) ? body.toString('latin1') : body.toString('utf8');
}
