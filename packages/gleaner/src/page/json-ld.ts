import { parsedJson } from './json.ts';

/**
 * What a `<script type="application/ld+json">` holds (JSON-LD 1.1, 7): the values of an array one by one. What is not
 * JSON, but was meant to be, is read all the same: with comments, the marks of HTML comments and CDATA, commas too many,
 * line breaks in strings. What cannot be read gives no value.
 */
export function readJsonLd(script: string): unknown[] {
  let value: unknown;
  try {
    value = parsedJson(script);
  } catch {
    try {
      value = parsedJson(repaired(script));
    } catch {
      return [];
    }
  }
  return Array.isArray(value) ? (value as unknown[]) : [value];
}

/** What scripts are wrapped in, to hide them from old browsers and from XML parsers. */
const OPENING = /^(?:\/\/|\/\*)?\s*(?:<!\[CDATA\[|<!--)\s*(?:\*\/)?/;
const CLOSING = ['*/', ']]>', '-->', '//', '/*', ';'];

/** A string up to its end, and what might stand between two tokens where it should not. */
const STRING = String.raw`"[^"\\]*(?:\\[^][^"\\]*)*"?`;
const STRING_OR_COMMENT = new RegExp(String.raw`${STRING}|\/\/[^\n]*|\/\*[^]*?(?:\*\/|$)|<!--|-->`, 'g');
const STRING_OR_COMMAS = new RegExp(String.raw`${STRING}|,[\s,]*`, 'g');

function repaired(text: string): string {
  let bare = text.trim().replace(OPENING, '').trimEnd();
  for (;;) {
    const mark = CLOSING.find((one) => bare.endsWith(one));
    if (mark === undefined) break;
    bare = bare.slice(0, -mark.length).trimEnd();
  }
  return bare
    .replace(STRING_OR_COMMENT, (piece) =>
      piece.startsWith('"') ? piece.replace(/\p{Cc}/gu, escapedControl) : ' ',
    )
    .replace(STRING_OR_COMMAS, (piece, offset: number, whole: string) => {
      if (piece.startsWith('"')) return piece;
      return /^[}\]]?$/.test(whole.charAt(offset + piece.length)) ? '' : ',';
    });
}

const ESCAPES: Partial<Record<string, string>> = { '\n': '\\n', '\r': '\\r', '\t': '\\t' };

function escapedControl(character: string): string {
  return ESCAPES[character] ?? (character < ' ' ? ' ' : character);
}
