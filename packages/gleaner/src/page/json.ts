import { MAX_JSON_DEPTH } from '../http/limits.ts';

const QUOTE = 34;
const BACKSLASH = 92;
const ARRAY = 91;
const ARRAY_END = 93;
const OBJECT = 123;
const OBJECT_END = 125;

/**
 * Parses JSON that a page sends. What is nested deeper than 1,000 levels is refused: `JSON.parse` would read it, but hardly
 * anything could be done with it that does not recurse, `JSON.stringify` for one.
 * @throws {SyntaxError}
 */
export function parsedJson(text: string): unknown {
  if (mayBeDeep(text) && isTooDeep(text))
    throw new SyntaxError(`it is nested deeper than the limit of ${MAX_JSON_DEPTH} levels`);
  return JSON.parse(text) as unknown;
}

/** Whether there are as many beginnings as that takes: most JSON has fewer, and need not be looked at closely. */
function mayBeDeep(text: string): boolean {
  let most = MAX_JSON_DEPTH;
  for (const beginning of '[{')
    for (let at = text.indexOf(beginning); at >= 0; at = text.indexOf(beginning, at + 1))
      if (--most < 0) return true;
  return false;
}

/** Of what is no JSON it may say anything: that is refused either way. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let at = 0; at < text.length; at++) {
    const code = text.charCodeAt(at);
    if (code === QUOTE) {
      at = endOfString(text, at);
      if (at < 0) return false;
    } else if (code === ARRAY || code === OBJECT) {
      if (++depth > MAX_JSON_DEPTH) return true;
    } else if (code === ARRAY_END || code === OBJECT_END) depth--;
  }
  return false;
}

/** Where the quotation mark is that ends a string; -1 if there is none. */
function endOfString(text: string, start: number): number {
  for (let end = text.indexOf('"', start + 1); end >= 0; end = text.indexOf('"', end + 1)) {
    let backslashes = 0;
    while (text.charCodeAt(end - 1 - backslashes) === BACKSLASH) backslashes++;
    if (backslashes % 2 === 0) return end;
  }
  return -1;
}
