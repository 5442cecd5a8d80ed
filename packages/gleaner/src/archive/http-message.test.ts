import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { RawResponse } from '../http/exchange.ts';
import { keptResponse, responseMessage } from './http-message.ts';

const rest = { firstByte: 0, total: 0, fromCache: false } as const;

function kept({
  status,
  headers,
  body,
}: Pick<RawResponse, 'status' | 'headers' | 'body'>): ReturnType<typeof keptResponse> {
  const message = responseMessage({ status, headers, body, ...rest });
  return keptResponse(Buffer.concat([message.head, message.body]));
}

test('what is kept comes back as it was, whatever its fields and its body', () => {
  const name = fc.stringMatching(/^[a-z][a-z0-9-]{0,20}$/).filter((text) => text !== 'set-cookie');
  // Latin-1, as they came; without the spaces around it, which are no part of it (RFC 9110, 5.5).
  const value = fc.stringMatching(/^[!-~\u0080-\u00ff]([ -~\u0080-\u00ff]{0,30}[!-~])?$/);
  const fields = fc.dictionary(name, value).map((headers) => ({ ...headers }));
  const framing = fc.constantFrom({}, { 'transfer-encoding': 'chunked' }, { 'content-length': '7' });
  fc.assert(
    fc.property(
      fc.integer({ min: 200, max: 599 }),
      fields,
      framing,
      fc.uint8Array(),
      (status, given, more, bytes) => {
        const { 'transfer-encoding': _, 'content-length': __, ...own } = given as Record<string, string>;
        const headers: Record<string, string> = { ...own, ...more };
        const body = Buffer.from(bytes);
        const found = kept({ status, headers, body });
        expect(found?.status).toBe(status);
        expect({ ...found?.headers }).toEqual(headers);
        expect(found?.body).toEqual(body);
      },
    ),
  );
});

test('a character that looks like a space is part of a field', () => {
  expect(kept({ status: 200, headers: { a: '\u00a0' }, body: Buffer.alloc(0) })?.headers.a).toBe('\u00a0');
});

test('a line break in a field begins no other', () => {
  expect({ ...kept({ status: 200, headers: { a: 'b\r\nc: d' }, body: Buffer.alloc(0) })?.headers }).toEqual({
    a: 'b c: d',
  });
});

const foreign = (text: string): ReturnType<typeof keptResponse> => keptResponse(Buffer.from(text, 'latin1'));

test('a body that another program kept in pieces is put together', () => {
  const found = foreign(
    'HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n4;x=y\r\nspam\r\nA\r\n0123456789\r\n0\r\n\r\n',
  );
  expect(found?.body.toString()).toBe('spam0123456789');
});

test('one of which the pieces are put together already, with no word of it, is left as it is', () => {
  const found = foreign('HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n<p>spam');
  expect(found?.body.toString()).toBe('<p>spam');
});

test('a Content-Encoding that another program has undone stays undone', () => {
  const found = foreign('HTTP/1.1 200 OK\r\nX-Archive-Orig-Content-Encoding: gzip\r\n\r\nspam');
  expect(found?.headers['content-encoding']).toBeUndefined();
});

test('fields over several lines, lines without a carriage return, and a missing reason are read', () => {
  const found = foreign('HTTP/1.0 404\nA: b\n c\nSet-Cookie: x=1\nSet-Cookie: y=2\n\nbody\r\n\r\n');
  expect({ ...found, headers: { ...found?.headers } }).toEqual({
    status: 404,
    headers: { a: 'b c', 'set-cookie': 'x=1\ny=2' },
    body: Buffer.from('body\r\n\r\n'),
  });
});

test.each([
  '',
  'HTTP/1.1 200 OK\r\nA: b',
  'hello\r\n\r\n',
  'HTTP/1.1 2000 OK\r\n\r\n',
  'GET / HTTP/1.1\r\n\r\n',
])('%j is no response', (text) => {
  expect(foreign(text)).toBeUndefined();
});
