import { headerOf, type HeaderList } from '../http/header-list.ts';

/** What stands in an archive where a secret was. */
const MASK = '***';

/** Names of header fields, and of fields in forms and JSON, whose values are secrets. */
const SECRET = /authori[sz]ation|cookie|token|secret|passw|pwd|api[-_]?key|session/i;

/** A request's header fields, with nothing in them by which somebody could pass for who sent them. */
export function maskedFields(headers: HeaderList): HeaderList {
  if (!headers.some((name, i) => i % 2 === 0 && SECRET.test(name))) return headers;
  return headers.map((text, i) => (i % 2 === 1 && SECRET.test(headers[i - 1] ?? '') ? MASK : text));
}

/** A Set-Cookie field without the cookie's value: its name and attributes stay (RFC 6265, 4.1.1). */
export function maskedCookie(line: string): string {
  const [, name = '', attributes = ''] = /^([^=;]*)=?[^;]*(;.*)?$/s.exec(line) ?? [];
  return `${line.includes('=') ? `${name}=` : ''}${MASK}${attributes}`;
}

/**
 * A request's body, with the passwords and tokens in it masked where it is a form or JSON. Masking what is masked
 * changes nothing, so that a request can be found again by its masked body.
 */
export function maskedBody(body: string | Uint8Array | undefined, headers: HeaderList): Buffer {
  if (body === undefined) return NOTHING;
  const bytes =
    typeof body === 'string' ? Buffer.from(body) : Buffer.from(body.buffer, body.byteOffset, body.byteLength);
  const type = headerOf(headers, 'content-type') ?? '';
  // Byte for byte: what is no UTF-8 stays what it is.
  if (/^application\/x-www-form-urlencoded\b/i.test(type))
    return Buffer.from(maskedForm(bytes.toString('latin1')), 'latin1');
  if (/^[\w.-]+\/(?:[\w.-]+\+)?json\b/i.test(type))
    return Buffer.from(maskedJson(bytes.toString('latin1')), 'latin1');
  return bytes;
}

const NOTHING = Buffer.alloc(0);

function maskedForm(text: string): string {
  return text
    .split('&')
    .map((pair) => {
      const equals = pair.indexOf('=');
      return equals > 0 && SECRET.test(pair.slice(0, equals)) ? `${pair.slice(0, equals)}=${MASK}` : pair;
    })
    .join('&');
}

/**
 * One pass over the strings of a text (RFC 8259, 7): one that comes after a colon after a secret's name is masked. Values that
 * are no strings are no passwords.
 */
function maskedJson(text: string): string {
  let masked = '';
  let copied = 0;
  let isSecret = false;
  for (let at = text.indexOf('"'); at >= 0;) {
    const end = endOfString(text, at);
    COLON.lastIndex = end;
    if (isSecret) {
      masked += `${text.slice(copied, at)}"${MASK}"`;
      copied = end;
    }
    const colon = COLON.test(text);
    isSecret = colon && !isSecret && SECRET.test(text.slice(at, end)) && text[COLON.lastIndex] === '"';
    at = text.indexOf('"', end);
  }
  return masked + text.slice(copied);
}

const COLON = /\s*:\s*/y;

/** After the quotation mark that ends it; the end of the text if there is none. */
function endOfString(text: string, start: number): number {
  for (let at = start + 1; at < text.length; at++) {
    if (text[at] === '\\') at++;
    else if (text[at] === '"') return at + 1;
  }
  return text.length;
}
