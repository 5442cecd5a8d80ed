import { Page } from '../src/page/page.ts';

/** A page of a text, as if it had been fetched. */
export function pageOf(
  text: string | Uint8Array,
  type: string = 'text/html; charset=utf-8',
  url: string = 'https://shop.example/books/page.html',
): Page {
  return new Page({
    url,
    status: 200,
    headers: { 'content-type': type },
    body: Buffer.from(text),
    wireBytes: 0,
    firstByte: 0,
    total: 0,
    fromCache: false,
  });
}
