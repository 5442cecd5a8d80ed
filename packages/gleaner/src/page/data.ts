import { isUtf8 } from 'node:buffer';
import { PageError } from '../http/failure.ts';
import { parsedJson } from './json.ts';
import type { Page, ReadAs } from './page.ts';

const JSON_TYPE = /^(?:(?:application|text)\/(?:x-)?|[^;]*\+)json\s*(?:;|$)/i;
/** JSON lines and the like are text, too. */
const TEXT_TYPE = /^(?:text\/(?!plain)|[^;]*(?:xml|json|javascript|yaml|x-www-form-urlencoded))/i;
/** Types that servers send for want of a better one. */
const VAGUE_TYPE = /^$|^text\/plain/i;
const VAGUE_BINARY_TYPE = /^application\/octet-stream|^binary\//i;

/** Reads a page's data by its content type, or as told. */
export function readData(page: Page, as: ReadAs): unknown {
  const type = page.headers['content-type'] ?? '';
  switch (as) {
    case 'json':
      return page.json();
    case 'text':
      return page.text();
    case 'bytes':
      return page.bytes();
    case 'auto':
      // 204 and 205 have no content (RFC 9110, 15.3); any other page that is said to be JSON and is empty is broken.
      if (JSON_TYPE.test(type) && page.status !== 204 && page.status !== 205) return page.json();
      if (page.bytes().length === 0) return undefined;
      if (TEXT_TYPE.test(type)) return page.text();
      if (VAGUE_TYPE.test(type) || (VAGUE_BINARY_TYPE.test(type) && isUtf8(page.bytes())))
        return jsonOrText(page);
      return page.bytes();
  }
}

function jsonOrText(page: Page): unknown {
  const text = page.text();
  try {
    return parsedJson(text);
  } catch {
    return text;
  }
}

/** @throws {PageError} `NOT_JSON`, with the place and what stands there */
export function parseJson(url: string, text: string): unknown {
  try {
    return parsedJson(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text);
  } catch (error) {
    const { message } = error as SyntaxError;
    const start = text.trimStart().slice(0, 24).replace(/\s+/g, ' ');
    const what = start === '' ? 'nothing came' : start.startsWith('<') ? `HTML came: ${start}…` : message;
    throw new PageError('NOT_JSON', url, `expected JSON, but ${what}`, { cause: error });
  }
}
