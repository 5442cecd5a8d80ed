import type { Bookshop } from '@gleaner/bookshop';
import { mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';

/** The TypeScript examples of a document, by its path from the repository's root. */
export async function examplesIn(document: string): Promise<string[]> {
  const text = await readFile(fileURLToPath(new URL(`../../../${document}`, import.meta.url)), 'utf8');
  return [...text.matchAll(/^```ts\n(.*?)^```/gms)].map(([, code = '']) => code);
}

/** Runs an example against the sample site: what it prints. */
export async function runExample(code: string, shop: Bookshop): Promise<unknown[][]> {
  return (await runWithFiles(code, shop)).printed;
}

/** Runs an example against the sample site, in a folder of its own: what it prints, and the files that it leaves. */
export async function runWithFiles(
  code: string,
  shop: Bookshop,
): Promise<{ printed: unknown[][]; files: Record<string, string> }> {
  const folder = await mkdtemp(fileURLToPath(new URL('example-', import.meta.url)));
  const log = vi.spyOn(console, 'log').mockImplementation(() => undefined);
  try {
    const file = path.join(folder, 'example.ts');
    const here = code.replaceAll(/'([\w-]+\.(?:archive|glean|csv|jsonl))'/g, (_, name: string) =>
      JSON.stringify(path.join(folder, name)),
    );
    await writeFile(file, here.replaceAll('http://localhost:8080', shop.origin));
    await import(file);
    const entries = await readdir(folder, { withFileTypes: true });
    const names = entries.filter((entry) => entry.isFile()).map(({ name }) => name);
    const texts = await Promise.all(names.map((name) => readFile(path.join(folder, name), 'utf8')));
    return {
      printed: log.mock.calls,
      files: Object.fromEntries(names.map((name, i) => [name, texts[i] ?? ''])),
    };
  } finally {
    log.mockRestore();
    await rm(folder, { recursive: true });
  }
}
