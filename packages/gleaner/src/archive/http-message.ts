import { STATUS_CODES as REASONS } from 'node:http';
import { parseHeaders, parts, type RawResponse, type RequestLine } from '../http/exchange.ts';
import { headerOf } from '../http/header-list.ts';
import { maskedBody, maskedCookie, maskedFields } from './secrets.ts';

/** An HTTP/1.1 message (RFC 9112, 2.1): its start line and fields with the empty line after them, and its body. */
export interface HttpMessage {
  readonly head: Buffer;
  readonly body: Buffer;
}

/** What a field is called that told of the message as it came and would be wrong of the message as it is kept. */
const ORIGINAL = 'x-archive-orig-';

/** More than this of fields is nobody's honest response: many times what the client takes, in bytes. */
const LONGEST_HEAD = 1024 * 1024;

/** A request as it is kept: without secrets. */
export function requestMessage({ url, method, headers, body }: RequestLine): HttpMessage {
  const { origin, path } = parts(url);
  const kept = maskedBody(body, headers);
  const lines = [`${method} ${path} HTTP/1.1`];
  if (headerOf(headers, 'host') === undefined) lines.push(`host: ${origin.slice(origin.indexOf('/') + 2)}`);
  const fields = maskedFields(headers);
  for (let i = 1; i < fields.length; i += 2) lines.push(`${fields[i - 1] ?? ''}: ${fields[i] ?? ''}`);
  if (body !== undefined && headerOf(headers, 'content-length') === undefined)
    lines.push(`content-length: ${kept.length}`);
  return { head: headOf(lines), body: kept };
}

/**
 * A response as it is kept: its body as the server packed it (Content-Encoding), but in one piece. Of the cookies that it
 * sets, the names.
 */
export function responseMessage({ status, headers, body }: RawResponse): HttpMessage {
  const lines = [`HTTP/1.1 ${status} ${REASONS[status] ?? ''}`];
  const isInPieces = headers['transfer-encoding'] !== undefined;
  for (const [name, value] of Object.entries(headers)) {
    // Of HTTP/2 (RFC 9113, 8.3).
    if (name.startsWith(':')) continue;
    if (name === 'set-cookie') {
      for (const line of value.split('\n')) lines.push(`${name}: ${maskedCookie(line)}`);
    } else if (name === 'transfer-encoding' || (isInPieces && name === 'content-length')) {
      lines.push(`${ORIGINAL}${name}: ${value}`);
    } else lines.push(`${name}: ${value}`);
  }
  if (isInPieces) lines.push(`content-length: ${body.length}`);
  return { head: headOf(lines), body };
}

function headOf(lines: readonly string[]): Buffer {
  // A line break within a field would begin another.
  return Buffer.from(
    `${lines.map((line) => line.replaceAll(/[\r\n]+/g, ' ')).join('\r\n')}\r\n\r\n`,
    'latin1',
  );
}

/** Takes a message apart; undefined for what is none. */
export function parsedMessage(
  block: Buffer,
): { start: string; headers: Record<string, string>; body: Buffer } | undefined {
  const end = endOfHead(block);
  if (end === undefined) return undefined;
  const [start = '', ...lines] = block
    .toString('latin1', 0, end)
    // A line that begins with a space goes on with the one before (RFC 9112, 5.2).
    .replaceAll(/\r?\n[ \t]+/g, ' ')
    .split(/\r?\n/);
  const raw: Buffer[] = [];
  for (const line of lines) {
    const colon = line.indexOf(':');
    if (colon > 0) raw.push(latin1(trimmed(line.slice(0, colon))), latin1(trimmed(line.slice(colon + 1))));
  }
  return { start, headers: parseHeaders(raw), body: block.subarray(end) };
}

/** Without the spaces and tabs around it (RFC 9110, 5.6.3); other characters that look like a space are part of it. */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isSpace(text.charCodeAt(start))) start++;
  while (end > start && isSpace(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isSpace(code: number): boolean {
  return code === 0x20 || code === 0x09;
}

/** Where the body begins. */
function endOfHead(block: Buffer): number | undefined {
  const within = block.subarray(0, LONGEST_HEAD);
  const end = within.indexOf('\r\n\r\n');
  const bare = within.indexOf('\n\n');
  if (bare >= 0 && (end < 0 || bare < end)) return bare + 2;
  return end < 0 ? undefined : end + 4;
}

function latin1(text: string): Buffer {
  return Buffer.from(text, 'latin1');
}

/** A response that was kept, by us or by others, as it came; undefined for what is none. */
export function keptResponse(block: Buffer): Pick<RawResponse, 'status' | 'headers' | 'body'> | undefined {
  const message = parsedMessage(block);
  const [, status] = /^HTTP\/\d(?:\.\d)? +(\d{3})(?: |$)/.exec(message?.start ?? '') ?? [];
  if (message === undefined || status === undefined) return undefined;
  const { headers, body } = message;
  const isOurs = `${ORIGINAL}transfer-encoding` in headers;
  if (isOurs) {
    // The length is that of the body in one piece.
    Reflect.deleteProperty(headers, 'content-length');
    // No others: where another program has undone a Content-Encoding, undone it is.
    for (const name of ['transfer-encoding', 'content-length']) {
      const value = headers[ORIGINAL + name];
      if (value === undefined) continue;
      headers[name] = value;
      Reflect.deleteProperty(headers, ORIGINAL + name);
    }
  }
  const isInPieces = !isOurs && /\bchunked\b/i.test(headers['transfer-encoding'] ?? '');
  return { status: Number(status), headers, body: isInPieces ? (joined(body) ?? body) : body };
}

/** The pieces of a chunked body (RFC 9112, 7.1) as one; undefined for what is not in pieces. */
function joined(body: Buffer): Buffer | undefined {
  const pieces: Buffer[] = [];
  for (let at = 0; at < body.length;) {
    const end = body.subarray(at, at + LONGEST_SIZE).indexOf('\r\n');
    const [size] =
      end < 0 ? [] : (/^[\da-f]{1,12}(?=[\s;]|$)/i.exec(body.toString('latin1', at, at + end)) ?? []);
    if (size === undefined) return undefined;
    const from = at + end + 2;
    const length = Number.parseInt(size, 16);
    if (length === 0) break;
    pieces.push(body.subarray(from, from + length));
    at = from + length + 2;
  }
  return Buffer.concat(pieces);
}

/** Of the line that says how long a piece is. */
const LONGEST_SIZE = 4096;
