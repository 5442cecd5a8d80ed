import { mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test } from 'vitest';
import { glean, linesOfJson } from '../../test/command.ts';
import { body, startServer, type TestServer } from '../../test/server.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'glean-schema-'));
afterAll(() => rmSync(folder, { recursive: true }));
// So that the schemas in it find their libraries.
symlinkSync(
  fileURLToPath(new URL('../../../../node_modules', import.meta.url)),
  path.join(folder, 'node_modules'),
);

let files = 0;
function fileOf(text: string, extension = 'ts'): string {
  const file = path.join(folder, `${++files}.${extension}`);
  writeFileSync(file, text);
  return file;
}
const output = (extension: string): string => path.join(folder, `${++files}.${extension}`);
const read = (file: string): unknown[] => linesOfJson(readFileSync(file, 'utf8'));

const ZOD = `import { z } from 'zod';
  export default z.object({ title: z.string().toUpperCase(), price: z.number().positive() });`;

const QUICK = ['--delay', '0', '--no-robots'];
const FIELDS = ['--item', 'li', '--field', 'title=b', '--field', 'price=i|number'];

/** Three books, of which the second has no price, and a second page with one without a title. */
function shop(): Promise<TestServer> {
  const html = (text: string) => body(text, { 'content-type': 'text/html' });
  return startServer({
    '/1': html(
      '<li><b>a</b><i>1</i></li><li><b>b</b><i>free</i></li><li><b>c</b><i>3</i></li><a href="/2">2</a>',
    ),
    '/2': html('<li><i>4</i></li>'),
  });
}

describe('glean crawl --schema', () => {
  test.each([
    ['zod', ZOD],
    [
      'valibot',
      `import * as v from 'valibot';
       const title = v.pipe(v.string(), v.toUpperCase());
       export default v.object({ title, price: v.pipe(v.number(), v.minValue(1)) });`,
    ],
    [
      'arktype',
      `import { type } from 'arktype';
       export default type({ title: 'string.upper', price: 'number > 0' });`,
    ],
  ])(
    'lets through what a schema of %s makes of the items, and counts the rest; exit status 1',
    async (_, text) => {
      await using server = await shop();
      const schema = fileOf(text);
      const url = `${server.origin}/1`;
      const { code, stdout, stderr } = await glean('crawl', url, ...FIELDS, '--schema', schema, ...QUICK);
      expect(linesOfJson(stdout)).toEqual([
        { title: 'A', price: 1 },
        { title: 'C', price: 3 },
      ]);
      const [counts = '', said = '', reason = '', ...more] = stderr.trim().split('\n');
      expect(counts).toMatch(/^3 items · 1 page done · 0 failed · /);
      expect(said).toContain('1 item does not fit ');
      expect(said).toMatch(/\.ts; --invalid FILE keeps them$/);
      expect(reason).toMatch(/^ {7}1 × price: .*number/);
      expect(more).toEqual([]);
      expect(code).toBe(1);
    },
  );

  test('keeps apart what does not fit in the file that is named, with the reason and the page', async () => {
    await using server = await shop();
    const invalid = output('jsonl');
    const spider = fileOf(`import { follow, spider } from 'gleaner';
      export default spider(function* (page) {
        yield follow(page.links('a'));
        for (const li of page.selectAll('li')) yield { title: li.text('b'), price: li.number('i') };
      });`);
    const args = ['--schema', fileOf(ZOD), '--invalid', invalid];
    const { code, stdout, stderr } = await glean('crawl', spider, `${server.origin}/1`, ...args, ...QUICK);
    expect(linesOfJson(stdout)).toHaveLength(2);
    expect(read(invalid)).toMatchObject([
      {
        url: `${server.origin}/1`,
        reason: expect.stringContaining('price: ') as string,
        issues: [{ path: ['price'] }],
        item: { title: 'b', price: null },
      },
      { url: `${server.origin}/2`, item: { title: null, price: 4 } },
    ]);
    expect(stderr).toContain(`2 items do not fit `);
    expect(stderr).toContain(`; kept in ${invalid}\n`);
    expect(stderr).toMatch(/ 1 × price: [^\n]+\n {7}1 × title: /);
    expect(code).toBe(1);
  });

  test('with a store: files of both kinds hold the items of former runs as well; all are in the store', async () => {
    await using server = await shop();
    const [store, good, bad, all] = [output('glean'), output('jsonl'), output('jsonl'), output('jsonl')];
    const args = [`${server.origin}/1`, '--follow', 'a', ...FIELDS, ...QUICK, '--schema', fileOf(ZOD)];
    const kept = ['--store', store, '-o', good, '--invalid', bad];
    const first = await glean('crawl', ...args, ...kept, '--max-pages', '1');
    expect([first.code, read(good).length, read(bad).length]).toEqual([1, 2, 1]);
    const second = await glean('crawl', ...args, ...kept);
    expect([second.code, read(good).length, read(bad).length]).toEqual([1, 2, 2]);
    expect(second.stderr).toContain('2 items do not fit ');
    const again = await glean('crawl', ...args, ...kept);
    expect(again.stderr).toContain('already finished');
    expect([read(good).length, read(bad).length]).toEqual([2, 2]);
    expect((await glean('export', store, '-o', all, '-q')).code).toBe(0);
    expect(read(all)).toHaveLength(4);
  });

  test('for machines the summary has the same figures; of items that all fit there is nothing to say', async () => {
    await using server = await shop();
    const args = [`${server.origin}/1`, ...FIELDS, ...QUICK];
    const some = await glean('crawl', ...args, '--json', '--schema', fileOf(ZOD));
    expect(linesOfJson(some.stderr).at(-1)).toMatchObject({
      type: 'summary',
      items: 3,
      invalid: { count: 1, reasons: [{ count: 1, reason: expect.stringContaining('price: ') as string }] },
    });
    const lax = fileOf(`import { z } from 'zod'; export default z.any();`);
    const none = await glean('crawl', ...args, '--schema', lax);
    expect([none.code, none.stderr.trim().split('\n').length]).toEqual([0, 1]);
    const { stderr } = await glean('crawl', ...args, '--json');
    expect(linesOfJson(stderr).at(-1)).not.toHaveProperty('invalid');
  });

  test('what a page can name does not make the summary long', async () => {
    await using server = await startServer({
      '/': body(Array.from({ length: 60 }, (_, n) => `<script>{"key${n}": 1}</script>`).join(''), {
        'content-type': 'text/html',
      }),
    });
    const schema = fileOf(
      `import { z } from 'zod'; export default z.object({ v: z.record(z.string(), z.null()) });`,
    );
    const args = [`${server.origin}/`, '--item', 'script', '--field', 'v=|json', '--schema', schema];
    const { stderr } = await glean('crawl', ...args, ...QUICK);
    const rows = stderr.split('\n').filter((line) => line.includes(' × '));
    expect(rows).toHaveLength(20);
    expect(rows[0]).toMatch(/^ {6}41 × /);
  });

  test.each([
    ['ts', 'export const schema = 1;', 'as export default z.object({ … }); it has none'],
    ['ts', 'export default { title: String };', 'it is an object without ~standard'],
    ['ts', 'export default (item: unknown) => item;', 'it is a function'],
    ['mjs', 'export default null;', 'it is null'],
    ['ts', `import 'no-such-library';`, "Cannot find module 'no-such-library'"],
    ['ts', 'export default z.object();', 'ReferenceError: z is not defined'],
    ['ts', 'export default {', ':1:16: Unexpected token'],
  ])('a file of %s without a schema, %s: it is told why; exit status 2', async (extension, text, message) => {
    const schema = fileOf(text, extension);
    const { code, stdout, stderr } = await glean('crawl', 'http://127.0.0.1:1/', '--schema', schema);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(path.basename(schema));
    expect(stderr).toContain(message);
    expect(stderr).toMatch(/\nAll about it: glean help crawl\n$/);
  });

  test('a schema in a CommonJS file', async () => {
    await using server = await shop();
    const schema = fileOf(
      `const { z } = require('zod'); module.exports = z.object({ title: z.string(), price: z.number() });`,
      'cjs',
    );
    const { stdout } = await glean('crawl', `${server.origin}/1`, ...FIELDS, '--schema', schema, ...QUICK);
    expect(linesOfJson(stdout)).toHaveLength(2);
  });

  test('a file that is not there is status 3; --invalid alone, or over another file, is status 2', async () => {
    const url = 'http://127.0.0.1:1/';
    const none = await glean('crawl', url, '--schema', path.join(folder, 'none.ts'));
    expect([none.code, none.stderr]).toEqual([
      3,
      `glean crawl: ${path.join(folder, 'none.ts')}: there is no such file\n`,
    ]);
    const alone = await glean('crawl', url, '--invalid', 'x.jsonl');
    expect(alone.code).toBe(2);
    expect(alone.stderr).toContain('--invalid names a file for items that do not fit --schema FILE');
    const schema = fileOf(ZOD);
    const over = await glean('crawl', url, '--schema', schema, '--invalid', schema);
    expect(over.stderr).toContain(`--invalid ${schema} would overwrite the schema`);
    const both = await glean('crawl', url, '--schema', schema, '--invalid', 'x.jsonl', '-o', './x.jsonl');
    expect(both.stderr).toContain('--output ./x.jsonl would overwrite the items that do not fit the schema');
    const odd = await glean('crawl', url, '--schema', schema, '--invalid', 'x.odd');
    expect([over.code, both.code, odd.code]).toEqual([2, 2, 2]);
    expect(odd.stderr).toContain('the output must be a file that ends in .jsonl');
  });
});
