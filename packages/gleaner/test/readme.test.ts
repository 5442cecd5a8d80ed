import { startBookshop, type Bookshop } from '@gleaner/bookshop';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import path from 'node:path';
import { afterAll, beforeAll, describe, expect, it, vi } from 'vitest';

const readme = await readFile(fileURLToPath(new URL('../../../README.md', import.meta.url)), 'utf8');
const examples = [...readme.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = '']) => code);

describe('the README', () => {
  let shop: Bookshop;
  let folder: string;
  beforeAll(async () => {
    shop = await startBookshop({ latency: 0 });
    folder = await mkdtemp(fileURLToPath(new URL('readme-', import.meta.url)));
  });
  afterAll(async () => {
    await shop.close();
    await rm(folder, { recursive: true });
  });

  /** Runs an example against the sample site: what it prints. */
  async function run(code: string, name: string): Promise<unknown[][]> {
    const file = path.join(folder, `${name}.ts`);
    await writeFile(file, code.replaceAll('http://localhost:8080', shop.origin));
    const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
    try {
      await import(file);
      return log.mock.calls;
    } finally {
      log.mockRestore();
    }
  }

  it('has three examples', () => {
    expect(examples).toHaveLength(3);
  });

  it('scrapes a list of pages as it says', async () => {
    const printed = await run(examples[0] ?? '', 'list');
    expect(printed.map(([url]) => url).sort()).toEqual(
      [1, 2, 3, 4, 5, 6, 7, 8].map((id) => `${shop.origin}/api/books/${id}.json`),
    );
    for (const [, data] of printed) expect(data).toHaveProperty('title');
  });

  it('scrapes with a generator as it says', async () => {
    const printed = (await run(examples[1] ?? '', 'generator')).flat();
    expect(printed).toHaveLength(41);
    expect(printed.at(-1)).toMatchObject({ done: 2, failed: 0, items: 40 });
  });

  it('runs coroutines as it says', async () => {
    expect(await run(examples[2] ?? '', 'coroutines')).toEqual([[shop.books[2]?.title]]);
  });
});
