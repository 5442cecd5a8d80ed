import { sleep } from '@gleaner/coroutine';
import { type } from 'arktype';
import * as v from 'valibot';
import { expect, expectTypeOf, test } from 'vitest';
import { z } from 'zod';
import { scrape, type Failure, type Page, type Result, type Scrape, type ScrapeOptions } from '../index.ts';

const urls: string[] = [];

test('data has the type that the options give it', () => {
  expectTypeOf(scrape(urls)).toEqualTypeOf<Scrape<Result<unknown>>>();
  expectTypeOf(scrape(urls, { as: 'text' })).toEqualTypeOf<Scrape<Result<string>>>();
  expectTypeOf(scrape(urls, { as: 'bytes' })).toEqualTypeOf<Scrape<Result<Uint8Array>>>();
  expectTypeOf(scrape(urls, { as: 'json' })).toEqualTypeOf<Scrape<Result<unknown>>>();
});

test('a schema of any library types data', () => {
  interface Book {
    title: string;
    price: number;
  }
  const ofZod = scrape(urls, { schema: z.object({ title: z.string(), price: z.number() }) });
  expectTypeOf(ofZod).toEqualTypeOf<Scrape<Result<Book>>>();
  const ofValibot = scrape(urls, { schema: v.object({ title: v.string(), price: v.number() }) });
  expectTypeOf(ofValibot).toEqualTypeOf<Scrape<Result<Book>>>();
  const ofArktype = scrape(urls, { schema: type({ title: 'string', price: 'number' }) });
  expectTypeOf(ofArktype).toEqualTypeOf<Scrape<Result<Book>>>();
  // What the schema makes of it, not what it takes.
  const dates = scrape(urls, { schema: z.string().transform((text) => new Date(text)) });
  expectTypeOf(dates).toEqualTypeOf<Scrape<Result<Date>>>();
});

test('failures are in the type where they may come', () => {
  expectTypeOf(scrape(urls, { onFailure: 'yield' })).toEqualTypeOf<Scrape<Result<unknown> | Failure>>();
  expectTypeOf(scrape(urls, { onFailure: 'throw' })).toEqualTypeOf<Scrape<Result<unknown>>>();
  const options: ScrapeOptions = {};
  expectTypeOf(scrape(urls, options)).toEqualTypeOf<Scrape<Result<unknown> | Failure>>();
  expectTypeOf(scrape(urls, { onFailure: 'yield', as: 'text' })).toEqualTypeOf<
    Scrape<Result<string> | Failure>
  >();
});

test('a handler’s items are what it yields, waits left out', () => {
  const items = scrape(urls, function* (page) {
    expectTypeOf(page).toEqualTypeOf<Page>();
    yield* sleep(1);
    yield { n: page.json<number>() };
    yield 'text';
  });
  expectTypeOf(items).toEqualTypeOf<Scrape<{ n: number } | 'text'>>();
  const withFailures = scrape(
    urls,
    function* () {
      yield Date.now();
    },
    { onFailure: 'yield' },
  );
  expectTypeOf(withFailures).toEqualTypeOf<Scrape<number | Failure>>();
});

test('addresses are strings or URLs in anything that can be looped over', () => {
  expectTypeOf(scrape).toBeCallableWith(new Set([new URL('http://x/')]));
  expectTypeOf(scrape).toBeCallableWith(
    (async function* () {
      yield 'http://x/';
    })(),
  );
  // @ts-expect-error numbers are no addresses
  scrape([1]);
  // @ts-expect-error there is no such option
  expect(() => scrape(urls, { concurency: 5 })).toThrow();
});
