import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';

const read = (path: string): string => readFileSync(new URL(`../../../${path}`, import.meta.url), 'utf8');

/** The words of a type that is a union of them. */
function wordsOf(source: string, type: string): string[] {
  const [, union = ''] = new RegExp(`export type ${type} =([^;]*);`).exec(source) ?? [];
  return [...union.matchAll(/['`]([A-Z_]+)(?:\$\{number\})?['`]/g)].map(([, word = '']) => word);
}

test('the manual tells what every code of a failure means', () => {
  const [, section = ''] = read('docs/crawl.md').split('\n## Failures\n');
  const [tables = ''] = section.split('\n## ');
  const told = tables
    .split('\n')
    .filter((line) => line.startsWith('| `'))
    .flatMap((line) => [...(line.split('|')[1] ?? '').matchAll(/`([A-Z_]+)\d*`/g)])
    .map(([, word = '']) => word);
  const codes = [
    ...wordsOf(read('packages/gleaner/src/http/failure.ts'), 'FailureCode'),
    ...wordsOf(read('packages/gleaner/src/store/store-error.ts'), 'StoreErrorCode'),
  ];
  expect(codes.length).toBeGreaterThan(25);
  expect(told.sort()).toEqual(codes.sort());
});
