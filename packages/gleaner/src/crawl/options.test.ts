import { describe, expect, test } from 'vitest';
import { startServer } from '../../test/server.ts';
import { OptionError, scrape, type ScrapeOptions } from '../index.ts';
import { VERSION } from '../version.ts';

describe('options that cannot be are told at once', () => {
  test.each<[unknown, string]>([
    [{ concurency: 5 }, 'an option must be one of concurrency, perHost,'],
    [{ concurrency: 0 }, 'concurrency must be a whole number of at least 1, not 0'],
    [{ perHost: 1.5 }, 'perHost must be'],
    [{ perHost: '6' }, "perHost must be a whole number of at least 1, not '6'"],
    [{ retries: -1 }, 'retries must be'],
    [{ maxRedirects: NaN }, 'maxRedirects must be'],
    [{ maxBytes: Infinity }, 'maxBytes must be'],
    [{ delay: -1 }, 'delay must be milliseconds, at least 0, not -1'],
    [{ delay: Infinity }, 'delay must be finite'],
    [{ timeout: 0 }, 'timeout must be milliseconds, at least 1, not 0'],
    [{ jobTimeout: '1h' }, "jobTimeout must be milliseconds, at least 1, not '1h'"],
    [{ as: 'html' }, 'as must be one of auto, json, text, bytes'],
    [{ ordered: 'yes' }, "ordered must be true or false, not 'yes'"],
    [{ onFailure: 'ignore' }, 'onFailure must be one of skip, yield, throw'],
    [{ schema: {} }, 'schema must be a Standard Schema'],
    [{ schema: null }, 'schema must be a Standard Schema'],
    [{ headers: null }, 'headers must be an object of names and values'],
    [{ headers: new Headers({ a: 'b' }) }, 'headers must be an object of names and values'],
    [{ headers: { 'a b': 'x' } }, "the name of the header 'a b' must be a token"],
    [{ headers: { a: 'x\r\nb: y' } }, "the header 'a' must be one line of text"],
    [{ headers: { a: 1 } }, "the header 'a' must be one line of text"],
    [{ headers: { a: '€' } }, "the header 'a' must be one line of text"],
    [
      { headers: { 'Transfer-Encoding': 'chunked' } },
      "the header 'Transfer-Encoding' must be left to the HTTP client",
    ],
    [{ headers: { 'content-length': '5' } }, "the header 'content-length' must be left"],
  ])('%j', (options, message) => {
    const act = (): unknown => scrape([], options as ScrapeOptions);
    expect(act).toThrow(OptionError);
    expect(act).toThrow(message);
  });

  test.each([['http://example.com/'], [undefined], [null], [{}], [5], [new URL('http://example.com/')]])(
    'a list of addresses that is none: %s',
    (urls) => {
      expect(() => scrape(urls as string[])).toThrow(
        'urls must be an iterable or async iterable of addresses',
      );
    },
  );

  test('a schema beside a handler', () => {
    const schema = {
      '~standard': { version: 1 as const, vendor: 'test', validate: (value: unknown) => ({ value }) },
    };
    expect(() => scrape([], function* () {}, { schema })).toThrow('schema must be left out where a handler');
  });
});

test('undefined is as good as nothing', async () => {
  const options = { concurrency: undefined, headers: undefined, signal: undefined, schema: undefined };
  expect(await scrape([], options).toArray()).toEqual([]);
});

test('headers are sent, an honest user agent unless told otherwise', async () => {
  const seen: unknown[] = [];
  await using server = await startServer({
    '*': ({ headers }, response) => {
      seen.push(headers);
      response.end();
    },
  });
  await scrape([`${server.origin}/`]).toArray();
  await scrape([`${server.origin}/`], { headers: { 'User-Agent': 'mine', 'X-A': 'ü' } }).toArray();
  expect(seen).toMatchObject([
    { 'user-agent': `Gleaner/${VERSION}`, accept: '*/*' },
    { 'user-agent': 'mine', 'x-a': 'ü' },
  ]);
});
