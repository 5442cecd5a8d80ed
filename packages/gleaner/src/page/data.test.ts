import { describe, expect, test } from 'vitest';
import { body, startServer } from '../../test/server.ts';
import { scrape, type ReadAs } from '../index.ts';

async function dataOf(
  content: string | Uint8Array,
  type: string | undefined,
  as?: ReadAs,
  status = 200,
): Promise<unknown> {
  const headers: Record<string, string> = type === undefined ? {} : { 'content-type': type };
  await using server = await startServer({ '*': body(content, headers, status) });
  const [result] = await scrape([`${server.origin}/`], { as, onFailure: 'yield' }).toArray();
  return result?.ok ? result.data : result?.error.message.replace(server.origin, '');
}

describe('data goes by the content type, JSON first', () => {
  test.each([
    'application/json',
    'Application/JSON; charset=utf-8',
    'application/ld+json',
    'application/problem+json;charset=utf-8',
    'text/json',
    'text/x-json',
    'text/plain',
    'application/octet-stream',
    'binary/octet-stream',
    undefined,
  ])('JSON: %s', async (type) => {
    expect(await dataOf('{"a":[1]}', type)).toEqual({ a: [1] });
  });

  test.each([
    ['<p>', 'text/html'],
    ['<a/>', 'application/xml'],
    ['<a/>', 'image/svg+xml'],
    ['{}', 'text/css'],
    ['{}', 'application/javascript'],
    ['{}\n{}', 'application/x-ndjson'],
    ['{}\n{}', 'application/jsonl'],
    ['{}\n{}', 'application/json-seq'],
    ['not JSON', 'text/plain'],
    ['not JSON', undefined],
    ['not JSON', 'application/octet-stream'],
  ])('text: %j as %s', async (text, type) => {
    expect(await dataOf(text, type)).toBe(text);
  });

  test.each(['image/png', 'application/pdf', 'application/zip', 'application/octet-stream'])(
    'bytes: %s',
    async (type) => {
      const bytes = Uint8Array.of(0x89, 0x50, 0xff, 0);
      expect(await dataOf(bytes, type)).toEqual(Buffer.from(bytes));
    },
  );

  test('nothing is undefined, or broken JSON', async () => {
    expect(await dataOf('', 'text/html')).toBeUndefined();
    expect(await dataOf('', undefined)).toBeUndefined();
    expect(await dataOf('', 'application/json', 'auto', 204)).toBeUndefined();
    expect(await dataOf('', 'application/json')).toBe('/: expected JSON, but nothing came');
  });

  test('or as told', async () => {
    expect(await dataOf('5', 'text/html', 'json')).toBe(5);
    expect(await dataOf('5', 'application/json', 'text')).toBe('5');
    expect(await dataOf('5', 'application/json', 'bytes')).toEqual(Buffer.from('5'));
  });
});

test.each([
  ['<!doctype html>\n<title>x', '/: expected JSON, but HTML came: <!doctype html> <title>x…'],
  ['  \n', '/: expected JSON, but nothing came'],
  ['{"a":}', /^\/: expected JSON, but Unexpected token.*/],
  ['{"a":1', /^\/: expected JSON, but .*position 6/],
])('NOT_JSON says what came: %j', async (text, message) => {
  expect(await dataOf(text, 'application/json')).toMatch(message);
});
