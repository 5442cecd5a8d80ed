import { PageError } from '../http/failure.ts';
import type { Page, ReadAs } from './page.ts';

const JSON_TYPE = /^application\/json|[+/]json\b|^text\/json/i;
const TEXT_TYPE = /^text\/(?!plain)|xml|javascript|yaml|x-www-form-urlencoded/i;
/** Types that servers send for want of a better one. */
const VAGUE_TYPE = /^$|^text\/plain|^application\/octet-stream|^binary\//i;

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
      if (page.bytes().length === 0) return undefined;
      if (JSON_TYPE.test(type)) return page.json();
      if (TEXT_TYPE.test(type)) return page.text();
      return VAGUE_TYPE.test(type) ? jsonOrText(page) : page.bytes();
  }
}

function jsonOrText(page: Page): unknown {
  const text = page.text();
  try {
    return JSON.parse(text) as unknown;
  } catch {
    return text;
  }
}

/** @throws {PageError} `NOT_JSON`, with the place and what stands there */
export function parseJson(url: string, text: string): unknown {
  try {
    return JSON.parse(text.charCodeAt(0) === 0xfeff ? text.slice(1) : text) as unknown;
  } catch (error) {
    const { message } = error as SyntaxError;
    const start = text.trimStart().slice(0, 40).replace(/\s+/g, ' ');
    const what = start === '' ? 'nothing came' : start.startsWith('<') ? `HTML came: ${start}…` : message;
    throw new PageError('NOT_JSON', url, `expected JSON, but ${what}`, { cause: error });
  }
}
