import type { Bookshop } from '@gleaner/bookshop';
import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

/** The TypeScript examples of a document, by its path from the repository's root. */
export async function examplesIn(document: string): Promise<string[]> {
  const text = await readFile(fileURLToPath(new URL(`../../../${document}`, import.meta.url)), 'utf8');
  return [...text.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = '']) => code);
}

/** Runs an example against the sample site, in a folder of its own: what it prints. */
export async function runExample(code: string, shop: Bookshop): Promise<unknown[][]> {
  const folder = await mkdtemp(fileURLToPath(new URL('example-', import.meta.url)));
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    const file = path.join(folder, 'example.ts');
    const stores = code.replaceAll(
      /store: '([^']+)'/g,
      (_, name: string) => `store: ${JSON.stringify(path.join(folder, name))}`,
    );
    await writeFile(file, stores.replaceAll('http://localhost:8080', shop.origin));
    await import(file);
    return log.mock.calls;
  } finally {
    log.mockRestore();
    await rm(folder, { recursive: true });
  }
}
