import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { json, startServer } from '../../test/server.ts';
import { scrape } from '../index.ts';

const GOOD = { title: 'A', tags: ['x'], price: 5 };
const BAD = { title: 7, tags: ['x', 1], price: null, more: 1 };

describe.each([
  ['zod', z.object({ title: z.string(), tags: z.array(z.string()), price: z.number() })],
  ['valibot', v.object({ title: v.string(), tags: v.array(v.string()), price: v.number() })],
  ['arktype', type({ title: 'string', tags: 'string[]', price: 'number' })],
])('a schema of %s', (_, schema) => {
  test('lets through what fits, and reports what does not and where', async () => {
    await using server = await startServer({ '/good': json(GOOD), '/bad': json(BAD) });
    const urls = ['/good', '/bad'].map((path) => server.origin + path);
    const results = await scrape(urls, { schema, onFailure: 'yield', ordered: true }).toArray();
    expect(results[0]).toMatchObject({ ok: true, data: GOOD });
    expect(results[1]).toMatchObject({ ok: false, code: 'SCHEMA' });
    const message = results[1]?.ok === false ? results[1].error.message : '';
    expect(message).toMatch(/the data does not fit the schema \(/);
    for (const place of ['title', 'tags.1', 'price']) expect(message).toContain(`${place}: `);
  });
});

test('a schema transforms, may be asynchronous, and the issues are the cause', async () => {
  await using server = await startServer({ '*': json({ n: '5' }) });
  const schema = z.object({ n: z.string().transform(async (text) => Number(text)) });
  const [page] = await scrape([`${server.origin}/`], { schema }).toArray();
  expect(page?.data.n).toBe(5);
  const none = z.object({ a: z.string(), b: z.string(), c: z.string(), d: z.string(), e: z.string() });
  const [failure] = await scrape([`${server.origin}/`], { schema: none, onFailure: 'yield' }).toArray();
  const error = failure?.ok === false ? failure.error : undefined;
  expect(error?.message).toMatch(/; and 2 more\)$/);
  expect(error?.cause).toHaveLength(5);
});

test.each([
  [
    'throws',
    () => {
      throw new TypeError('oops');
    },
  ],
  ['rejects', () => Promise.reject(new TypeError('oops'))],
])('a schema that %s fails its page, not the run', async (_, fail) => {
  await using server = await startServer({ '*': json(1) });
  const schema = { '~standard': { version: 1 as const, vendor: 'test', validate: fail } };
  const [failure] = await scrape([`${server.origin}/`], { schema, onFailure: 'yield' }).toArray();
  expect(failure).toMatchObject({ ok: false, code: 'SCHEMA', error: { cause: new TypeError('oops') } });
});
