import { isAscii } from 'node:buffer';
import { createRequire } from 'node:module';
import type * as Sniffer from 'encoding-sniffer';

/** Loaded when first needed: its tables take as long to load as all of ours, and most pages are plain UTF-8. */
let sniffer: typeof Sniffer | undefined;

const CHARSET = /charset\s*=\s*["']?([^\s;"']+)/i;
const HTML = /html|xml/i;

/** So many bytes are searched for what a document declares (HTML standard, 13.2.3.2). */
const SEARCHED = 1024;
/** A tag or doctype that says nothing of an encoding, and in whose quotes no other can stand; or a `<meta>` with a name. */
const TAG = /<(?!!--|meta[\s/]|\?xml)[^<>"']*(?:(?:"[^"<>]*"|'[^'<>]*')[^<>"']*)*>/.source;
const NAMED = /<meta name="[^"<>]*" content="[^"<>]*" ?\/?>/.source;
/** A `<meta>` that declares UTF-8. */
const UTF8 =
  /<meta\s+(?:charset\s*=\s*(?:"utf-8"|'utf-8'|utf-8(?=[\s/>]))|http-equiv="content-type"\s+content="text\/html;\s*charset=utf-8")/
    .source;
/**
 * The first `<meta>` that may declare something declares UTF-8, and so does the XML declaration, if there is one; no comment
 * is before it, in which another might stand: nothing else is to be looked for.
 */
const PLAIN = new RegExp(
  `^(?:<\\?xml[^<>]*\\sencoding="utf-8"[^<>]*\\?>)?(?:[^<]|${TAG}|${NAMED})*${UTF8}`,
  'i',
);

/**
 * The bytes of a body that is UTF-8, without its byte-order mark; undefined if it is anything else. `decodeText` says how
 * that is decided.
 */
export function utf8Of(body: Buffer, contentType = ''): Buffer | undefined {
  if (body[0] === 0xef && body[1] === 0xbb && body[2] === 0xbf) return body.subarray(3);
  return isUtf8(body, contentType) ? body : undefined;
}

/**
 * Decodes a body, as the WHATWG Encoding standard says: a byte-order mark counts most, then the Content-Type's charset,
 * then, for HTML and XML, what the document itself declares; UTF-8 otherwise.
 */
export function decodeText(body: Buffer, contentType = ''): string {
  if (isUtf8(body, contentType)) return utf8(body);
  try {
    return loaded().decodeBuffer(body, optionsFor(contentType));
  } catch {
    // The encoding 'replacement': what an attacker could hide something in is not read at all (Encoding standard, 14.1).
    return '\ufffd';
  }
}

/** Whether a body without a byte-order mark is UTF-8. */
function isUtf8(body: Buffer, contentType: string): boolean {
  if (body[0] === 0xef || body[0] === 0xfe || body[0] === 0xff) return false;
  const declared = declaredIn(contentType);
  // By far the most common case, and the fastest way.
  if (declared === 'utf-8' || declared === 'utf8') return true;
  if (declared === undefined && !HTML.test(contentType)) return true;
  if (declared === undefined && PLAIN.test(body.toString('latin1', 0, SEARCHED))) return true;
  return loaded().getEncoding(body, optionsFor(contentType)).toLowerCase() === 'utf-8';
}

function declaredIn(contentType: string): string | undefined {
  return CHARSET.exec(contentType)?.[1]?.toLowerCase();
}

function optionsFor(contentType: string): Sniffer.SnifferOptions {
  const declared = declaredIn(contentType);
  return {
    ...(declared !== undefined && { transportLayerEncodingLabel: declared }),
    defaultEncoding: 'utf-8',
  };
}

function loaded(): typeof Sniffer {
  return (sniffer ??= createRequire(import.meta.url)('encoding-sniffer') as typeof Sniffer);
}

/** Bytes that are all ASCII, which is soon seen, are copied three times as fast as they are decoded. */
function utf8(body: Buffer): string {
  return isAscii(body) ? body.toString('latin1') : body.toString('utf8');
}
