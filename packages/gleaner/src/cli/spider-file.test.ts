import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { streamOf } from '@gleaner/coroutine';
import { PageError } from '../http/failure.ts';
import { Page } from '../page/page.ts';
import { isSpiderFile, loadSpiderFile } from './spider-file.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'glean-spider-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
function file(text: string, name = `spider${++files}.ts`): string {
  const made = path.join(folder, name);
  mkdirSync(path.dirname(made), { recursive: true });
  writeFileSync(made, text);
  return made;
}

/** What the spider yields on a page, as far as it does not matter which. */
async function yielded(name: string, label?: string): Promise<unknown[]> {
  const { spider } = await loadSpiderFile(name);
  return [...spider.handlerOf(label, 'http://x/')(Object.create(Page.prototype) as Page)];
}

test('a file is told from an address by how it ends', () => {
  for (const name of ['a.ts', './b.mts', '../c.js', 'd.MJS', 'e.cjs', 'f.tsx', 'C:\\x.ts'])
    expect(isSpiderFile(name)).toBe(true);
  for (const name of ['https://x/a.ts', 'HTTP://x/main.js', 'x.example', 'a.html', '-', ''])
    expect(isSpiderFile(name)).toBe(false);
});

describe('a file', () => {
  test('is TypeScript as it is, types unchecked, with files of its own beside it', async () => {
    file('export const twice = (n: number): number => n * 2;', 'more/twice.ts');
    const name = file(`
      import { twice } from './more/twice';
      import path from 'node:path';
      interface Item { n: number }
      const wrong: string = 5;
      const three = await Promise.resolve(3);
      export default function* (page: { url: string }): Generator<Item> {
        yield { n: twice(three) };
        yield { n: wrong as unknown as number, name: path.basename('a/b') } as Item;
      }`);
    expect(await yielded(name)).toEqual([{ n: 6 }, { n: 5, name: 'b' }]);
  });

  test('has the very same gleaner as the command, though none is installed beside it', async () => {
    const name = file(`
      import { PageError } from 'gleaner';
      import * as coroutine from '@gleaner/coroutine';
      export const start = coroutine.streamOf(['http://x/']);
      export default function* () { yield PageError; yield coroutine.streamOf; }`);
    expect(await yielded(name)).toEqual([PageError, streamOf]);
  });

  test('may be JavaScript', async () => {
    expect(await yielded(file('export default function* () { yield 1; }', 'plain.mjs'))).toEqual([1]);
    expect(await yielded(file('exports.default = function* () { yield 2; };', 'old.cjs'))).toEqual([2]);
  });

  test('has a handler for each label, or one', async () => {
    const name = file(`
      import { spider } from 'gleaner';
      export default { *default() { yield 'any'; }, *book() { yield 'book'; } };`);
    expect([...(await yielded(name)), ...(await yielded(name, 'book'))]).toEqual(['any', 'book']);
    await expect(yielded(name, 'cover')).rejects.toThrow("no handler for 'cover'; it has default, book");
  });

  test('may say where it starts, and how it crawls', async () => {
    const given = await loadSpiderFile(
      file(`
        export const start = 'http://x/';
        export const options = { maxDepth: 2 };
        export default function* () {}`),
    );
    expect(given).toMatchObject({ start: 'http://x/', options: { maxDepth: 2 } });
    const made = await loadSpiderFile(
      file(`
        export function* start() { yield 'http://x/1'; yield 'http://x/2'; }
        export default function* () {}`),
    );
    expect(await streamOf(made.start as Iterable<string>).toArray()).toEqual(['http://x/1', 'http://x/2']);
    const awaited = await loadSpiderFile(
      file(`
        export async function* start() { yield 'http://x/1'; }
        export default function* () {}`),
    );
    expect(await streamOf(awaited.start as AsyncIterable<string>).toArray()).toEqual(['http://x/1']);
  });
});

describe('what is wrong is told with its place:', () => {
  test.each<[string, string, RegExp]>([
    ['syntax', 'const a = 1;\nconst b = {;\n', /\d\.ts:2:1\d: Unexpected token$/],
    [
      'it throws',
      'interface X {\n  a: 1\n}\nthrow new TypeError("no\\nway");\n',
      /\d\.ts:4:7: TypeError: no$/,
    ],
    ['it throws no error', 'throw "word";', /\d\.ts: it threw word$/],
    [
      'what it imports is not there',
      'import x from "not-there";\nexport default x;',
      /\.ts(:1:\d+)?: Cannot find (module|package) 'not-there'/,
    ],
    ['no default', 'export const start = 1;', /\.ts: its default export must be a spider: .*; it has none$/],
    [
      'a default that is none',
      'export default 5;',
      /\.ts: its default export must be a spider: .*: a spider must be a generator function, .*, not 5$/,
    ],
    [
      'a handler that is none',
      'export default { default: 5 };',
      /the handler 'default' must be a generator function/,
    ],
    [
      'options that are none',
      'export const options = 5; export default function* () {}',
      /\.ts: its export 'options' must be an object/,
    ],
    [
      'a start that throws',
      'export const start = () => {\n  throw new Error("nowhere");\n};\nexport default function* () {}',
      /\.ts:2:9: nowhere$/,
    ],
  ])('%s', async (_, text, message) => {
    await expect(loadSpiderFile(file(text))).rejects.toMatchObject({
      name: 'UsageError',
      message: expect.stringMatching(message) as string,
    });
  });

  test('a start that throws on its way', async () => {
    const { start } = await loadSpiderFile(
      file(
        'export function* start() {\n  yield "http://x/";\n  throw new Error("lost");\n}\nexport default function* () {}',
      ),
    );
    await expect(streamOf(start as Iterable<string>).toArray()).rejects.toThrow(/\.ts:3:9: lost$/);
  });

  test('a spider that throws, in a file beside it too', async () => {
    file('export function fail(): never {\n  throw new RangeError("too far");\n}', 'fail.ts');
    const name = file(`
      import { fail } from './fail';
      export default function* () {
        yield 1;
        fail();
      }`);
    await expect(yielded(name)).rejects.toThrow(/^too far \(.*fail\.ts:2:9\)$/);
  });

  test('a file that is not there', async () => {
    await expect(loadSpiderFile(path.join(folder, 'none.ts'))).rejects.toMatchObject({ code: 'ENOENT' });
  });
});
