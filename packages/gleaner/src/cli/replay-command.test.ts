import { startBookshop } from '@gleaner/bookshop';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, truncateSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test, vi } from 'vitest';
import { warcFiles } from '../../test/archives.ts';
import { glean, linesOfJson, Processes } from '../../test/command.ts';
import { body, startServer, type TestServer } from '../../test/server.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'glean-replay-'));
afterAll(() => rmSync(root, { recursive: true }));

vi.setConfig({ testTimeout: 30_000 });

let names = 0;
const newName = (extension = ''): string => path.join(root, `${++names}${extension}`);
const QUICK = ['--delay', '0', '--no-robots'];

/** Pages /0 … /(count − 1), each with a link to the next. */
function chain(count: number): Promise<TestServer> {
  return startServer({
    '*': ({ url = '' }, response) => {
      const n = Number(url.slice(1));
      const next = n + 1 < count ? `<a href="/${n + 1}">next</a>` : '';
      body(`<h1>${n}</h1>${next}`, { 'content-type': 'text/html' })({} as never, response);
    },
  });
}

test('what glean crawl --archive has kept is read again with other selectors, the server being gone', async () => {
  const shop = await startBookshop({ latency: 0 });
  const dir = newName();
  const next = ['--follow', 'li.next a', '--max-pages', '5'];
  const books = [
    ...next,
    '--item',
    'article.product_pod',
    '--field',
    'title=h3 a@title',
    '--field',
    'price=.price_color|number',
  ];
  expect(await glean('crawl', shop.url, ...QUICK, ...next, '--archive', dir, '-q')).toMatchObject({
    code: 0,
  });
  const wanted = await glean('crawl', shop.url, ...QUICK, ...books, '-q');
  await shop.close();
  const { code, stdout, stderr } = await glean('replay', dir, ...books);
  expect(linesOfJson(stdout)).toEqual(linesOfJson(wanted.stdout));
  expect(linesOfJson(stdout)).toHaveLength(100);
  // There was one more page than the crawl was to have.
  expect(stderr).toMatch(/^100 items · 5 pages done · 0 failed · 1 left · [\d.]+ kB in /);
  expect(code).toBe(0);
});

test('a spider’s file is run over the archive, whatever its start and how it asks, into a file', async () => {
  const server = await chain(3);
  const dir = newName();
  await glean('crawl', `${server.origin}/0`, ...QUICK, '--follow', 'a', '--archive', dir, '-q');
  await server[Symbol.asyncDispose]();
  const spider = newName('.ts');
  writeFileSync(
    spider,
    `import { follow, spider } from 'gleaner';
     export const start = 'http://nowhere.example/';
     export const options = { delay: 1000, perHost: 2, proxies: ['http://127.0.0.1:9'], maxDepth: 1 };
     export default spider(function* (page) { yield follow(page.links()); yield { n: page.number('h1') }; });`,
  );
  const out = newName('.csv');
  expect(await glean('replay', dir, spider, '-o', out, '-q')).toEqual({ code: 0, stdout: '', stderr: '' });
  expect(readFileSync(out, 'utf8')).toBe('n\r\n0\r\n1\r\n');
});

test('pages that are not in the archive are reported with their code, and make the exit status 1', async () => {
  await using server = await chain(3);
  const dir = newName();
  await glean('crawl', `${server.origin}/0`, ...QUICK, '--archive', dir, '-q');
  const asked = server.paths.length;
  const { code, stderr } = await glean('replay', dir, '--follow', 'a');
  expect(code).toBe(1);
  expect(stderr).toMatch(/1 × NOT_ARCHIVED.*\/1: it is not in the archive |NOT_ARCHIVED\s+1 .*\/1/);
  expect(server.paths.length).toBe(asked);
});

test('damaged records are told of one by one, in words or as JSON, and the rest is read', async () => {
  await using server = await chain(3);
  const dir = newName();
  await glean('crawl', `${server.origin}/0`, ...QUICK, '--follow', 'a', '--archive', dir, '-q');
  const [file = ''] = warcFiles(dir);
  truncateSync(file, readFileSync(file).length - 3);
  const said = await glean('replay', dir, '--follow', 'a');
  expect(said.code).toBe(1);
  expect(linesOfJson(said.stdout)).toHaveLength(2);
  expect(said.stderr).toMatch(/^\S+\.warc\.gz: a damaged record at byte \d+ was skipped: it is cut short\n/);
  const { stderr } = await glean('replay', dir, '--follow', 'a', '--json');
  expect(linesOfJson(stderr)[0]).toEqual({
    type: 'damaged',
    file,
    offset: expect.any(Number) as number,
    reason: 'it is cut short',
  });
});

test.each([
  [[], 2, 'name the folder of the archive first: glean replay DIR spider.ts'],
  [['spider.ts'], 2, 'name the folder of the archive first'],
  [['https://a.example/'], 2, 'name the folder of the archive first'],
  [['DIR', 'other'], 2, "'other' is neither an address"],
  [['DIR', '--delay', '1'], 2, 'option --delay'],
  [['DIR', '--fresh'], 2, '--fresh begins anew what --store FILE holds: there is none'],
  [['DIR'], 3, 'there is no *.warc.gz or *.warc file in it'],
  [['nowhere'], 3, 'the archive nowhere: there is no such folder (ENOENT)'],
])('glean replay %j ends with %i and says why', async (args, status, message) => {
  const dir = newName();
  mkdirSync(dir);
  const { code, stdout, stderr } = await glean(
    'replay',
    ...args.map((word) => (word === 'DIR' ? dir : word)),
  );
  expect({ code, stdout }).toEqual({ code: status, stdout: '' });
  expect(stderr).toContain(`glean replay: `);
  expect(stderr).toContain(message);
});

test('a crawl that was killed and run again has an archive from which all can be replayed', async () => {
  const processes = new Processes(root);
  const dir = newName();
  let killed: (() => void) | undefined;
  const pages = 30;
  await using server = await startServer({
    '*': ({ url = '' }, response) => {
      const n = Number(url.slice(1));
      if (n === 20) killed?.();
      const next = n + 1 < pages ? `<a href="/${n + 1}">next</a>` : '';
      body(`<h1>${n}</h1>${next}${'x'.repeat(3000)}`, { 'content-type': 'text/html' })({} as never, response);
    },
  });
  const args = [
    'crawl',
    `${server.origin}/0`,
    ...QUICK,
    '--follow',
    'a',
    '--archive',
    dir,
    '--store',
    newName('.glean'),
  ];
  const { child, ended } = processes.start(...args);
  killed = () => child.kill('SIGKILL');
  await ended;
  killed = undefined;
  expect(await processes.run(args)).toMatchObject({ code: 0 });
  expect(warcFiles(dir).length).toBe(2);
  const { code, stdout } = await glean('replay', dir, '--follow', 'a', '--field', 'n=h1|number');
  expect(code).toBe(0);
  expect(linesOfJson(stdout)).toEqual(Array.from({ length: pages }, (_, n) => ({ n })));
});

test('a crawl whose archive cannot be written ends with 3; what was written before can be replayed', async () => {
  const processes = new Processes(root);
  const dir = newName();
  await using server = await chain(1000);
  // So many kilobytes may a file have.
  const line = `ulimit -f 20; $GLEAN crawl ${server.origin}/0 --delay 0 --no-robots --follow a --archive ${dir} -q`;
  const { code, stderr } = await processes.shell(line);
  expect(stderr).toBe(
    `glean crawl: the archive ${warcFiles(dir)[0] ?? ''}: the file is larger than files may be (EFBIG)\n`,
  );
  expect(code).toBe(3);
  const { stdout } = await glean('replay', dir, '--follow', 'a', '--field', 'n=h1|number', '-q');
  const had = linesOfJson(stdout);
  expect(had).toEqual(Array.from(had, (_, n) => ({ n })));
  expect(had.length).toBeGreaterThan(5);
});

test('its help says what NOT_ARCHIVED is, in lines that fit a terminal', async () => {
  const { code, stdout } = await glean('help', 'replay');
  expect(code).toBe(0);
  expect(stdout).toContain('NOT_ARCHIVED');
  for (const line of stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(120);
});
