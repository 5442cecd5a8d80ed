import { run } from '@gleaner/coroutine';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { jsonFile } from './json-array.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'gleaner-array-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, 'a.json');

describe('a file with a JSON array', () => {
  test('is valid with no items, with one, and with many', async () => {
    for (const count of [0, 1, 2, 5000]) {
      const items = Array.from({ length: count }, (_, i) => ({ i, text: 'é\n' }));
      await run(function* () {
        const array = yield* jsonFile(file);
        for (const item of items) yield* array.write(item);
      });
      expect(JSON.parse(readFileSync(file, 'utf8'))).toEqual(items);
    }
  });

  test('is valid when the task fails, and says null for what has no JSON', async () => {
    const work = run(function* () {
      const array = yield* jsonFile(file);
      yield* array.write(undefined);
      yield* array.write(() => 1);
      throw new Error('mine');
    });
    await expect(work).rejects.toThrow('mine');
    expect(readFileSync(file, 'utf8')).toBe('[\nnull,\nnull\n]\n');
  });

  test('has an item a line as soon as it is flushed: a killed process leaves all but the bracket', async () => {
    await run(function* () {
      const array = yield* jsonFile(file);
      yield* array.write({ a: 1 });
      yield* array.write({ a: 2 });
      if (array.flush !== undefined) yield* array.flush();
      expect(readFileSync(file, 'utf8')).toBe('[\n{"a":1},\n{"a":2}');
    });
  });
});
