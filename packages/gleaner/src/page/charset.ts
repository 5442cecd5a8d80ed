import { decodeBuffer } from 'encoding-sniffer';

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
  if (!startsWithMark && (isUtf8 || (declared === undefined && !HTML.test(contentType))))
    return body.toString('utf8');
  try {
    return decodeBuffer(body, {
      ...(declared !== undefined && { transportLayerEncodingLabel: declared }),
      defaultEncoding: 'utf-8',
    });
  } catch {
    // The encoding 'replacement': what an attacker could hide something in is not read at all (Encoding standard, 14.1).
    return '\ufffd';
  }
}
