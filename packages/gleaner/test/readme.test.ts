import { startBookshop, type Bookshop } from '@gleaner/bookshop';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { examplesIn, runExample, runWithFiles } from './documents.ts';

let shop: Bookshop;
beforeAll(async () => {
  shop = await startBookshop({ latency: 0 });
});
afterAll(() => shop.close());

describe('the README', async () => {
  const examples = await examplesIn('README.md');
  const run = (index: number): Promise<unknown[][]> => runExample(examples[index] ?? '', shop);

  it('has four examples', () => {
    expect(examples).toHaveLength(4);
  });

  it('scrapes a list of pages as it says', async () => {
    const printed = await run(0);
    expect(printed.map(([url]) => url).sort()).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((id) => `${shop.origin}/api/books/${id}.json`),
    );
    for (const [, data] of printed) expect(data).toHaveProperty('title');
  });

  it('crawls a whole site as it says', { timeout: 60_000 }, async () => {
    const printed = (await run(1)).flat() as { title: string; price: number; upc: string }[];
    expect(printed.map(({ title }) => title).sort()).toEqual(shop.books.map(({ title }) => title).sort());
  });

  it('scrapes with a generator as it says', async () => {
    const printed = (await run(2)).flat();
    expect(printed).toHaveLength(41);
    expect(printed.at(-1)).toMatchObject({ done: 2, failed: 0, items: 40 });
  });

  it('runs coroutines as it says', async () => {
    expect(await run(3)).toEqual([[shop.books[2]?.title]]);
  });
});

describe('how a crawl works', async () => {
  const examples = await examplesIn('docs/crawl.md');
  const run = (index: number): Promise<unknown[][]> => runExample(examples[index] ?? '', shop);

  it('has five examples', () => {
    expect(examples).toHaveLength(5);
  });

  it('leads pages to handlers by label', async () => {
    const printed = await run(0);
    expect(printed).toHaveLength(31);
    expect(printed[0]?.[0]).toMatchObject({
      title: expect.any(String) as string,
      category: { category: expect.any(String) as string },
    });
    expect(printed.at(-1)?.[0]).toBe(30);
  });

  it('extracts by a shape', async () => {
    expect(await run(1)).toEqual([[expect.any(String), 20, `${shop.origin}/catalogue/page-2.html`]]);
  });

  it('keeps a store', async () => {
    expect(await run(2)).toHaveLength(60);
  });

  it('writes into sinks', async () => {
    const { files } = await runWithFiles(examples[3] ?? '', shop);
    expect(files['books.csv']?.split('\r\n')).toHaveLength(22);
    expect(files['books.jsonl']?.trim().split('\n')).toHaveLength(20);
  });

  it('replays an archive', async () => {
    const printed = (await run(4)).flat();
    expect(printed).toHaveLength(3 + 20);
    expect(printed[3]).toBe(shop.books[0]?.title);
  });
});

describe('nothing lost, nothing twice', async () => {
  const examples = await examplesIn('docs/durable.md');
  const run = (index: number): Promise<unknown[][]> => runExample(examples[index] ?? '', shop);

  it('has two examples', () => {
    expect(examples).toHaveLength(2);
  });

  it('gives items with their keys', async () => {
    const printed = await run(0);
    expect(printed).toHaveLength(20);
    expect(new Set(printed.map(([key]) => key)).size).toBe(20);
  });

  it('runs a coroutine durably', async () => {
    expect(await run(1)).toEqual([[{ id: 'r-2', waited: true }]]);
  });
});
