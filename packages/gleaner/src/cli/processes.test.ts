import { startBookshop } from '@gleaner/bookshop';
import { spawnSync } from 'node:child_process';
import {
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { hasTerminals, Processes } from '../../test/command.ts';
import { body, gate, startServer, type TestServer } from '../../test/server.ts';

/*
 * What only a process of its own can show: being killed, a closed pipe, a terminal, a prompt.
 */

const root = fileURLToPath(new URL('../../../../', import.meta.url));
const folder = mkdtempSync(path.join(os.tmpdir(), 'glean-processes-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** Starting a process takes its time on a busy machine. */
vi.setConfig({ testTimeout: 60_000 });
const until = async (condition: () => boolean): Promise<unknown> =>
  await vi.waitUntil(condition, { timeout: 20_000, interval: 5 });

const processes = new Processes(folder);

const html = (text: string) => body(text, { 'content-type': 'text/html' });

const HEADINGS = `
  import { follow, spider } from 'gleaner';
  export default spider(function* (page) {
    yield follow(page.links());
    yield { n: page.number('h1'), pad: 'x'.repeat(2000) };
  });`;
writeFileSync(path.join(folder, 'headings.ts'), HEADINGS);

/** Pages without end, each with a link to the next; `held` keeps back one of them. */
function endless(held?: { n: number; opened: Promise<void> }): Promise<TestServer> {
  return startServer({
    '*': ({ url = '' }, response) => {
      const n = Number(url.slice(1));
      const answer = (): void => html(`<h1>${n}</h1><a href="/${n + 1}">next</a>`)({} as never, response);
      if (n === held?.n) void held.opened.then(answer);
      else answer();
    },
  });
}

const QUICK = ['--delay', '0', '--no-robots'];

test('killed at any moment and run again, it has every item, each once', async () => {
  const held = gate();
  await using server = await endless({ n: 40, opened: held.opened });
  const args = [
    'crawl',
    'headings.ts',
    `${server.origin}/0`,
    ...QUICK,
    '--max-pages',
    '60',
    '--store',
    'k.glean',
  ];
  const first = processes.start(...args, '-o', 'k.jsonl', '-q');
  await until(() => server.paths.length === 41);
  first.child.kill('SIGKILL');
  expect((await first.ended).code).toBe(null);
  held.open();
  expect(await processes.start(...args, '-o', 'k.jsonl', '-q').ended).toEqual({
    code: 0,
    stdout: '',
    stderr: '',
  });
  const items = readFileSync(path.join(folder, 'k.jsonl'), 'utf8').trim().split('\n');
  expect(items.map((line) => (JSON.parse(line) as { n: number }).n)).toEqual(
    Array.from({ length: 60 }, (_, n) => n),
  );
  // Only what was under way is fetched again, and what came right before, if it was not yet committed.
  const again = server.paths.filter((url, at) => server.paths.indexOf(url) !== at);
  expect([['/40'], ['/39', '/40']]).toContainEqual(again);
});

test('`crawl | head` ends when head has seen enough', async () => {
  await using server = await endless();
  const { stdout, stderr, code } = await processes.shell(
    `$GLEAN crawl headings.ts ${server.origin}/0 ${QUICK.join(' ')} | head -n 1; exit \${PIPESTATUS[0]}`,
  );
  expect(JSON.parse(stdout)).toMatchObject({ n: 0 });
  expect([stderr, code]).toEqual(['', 0]);
});

test('a real SIGINT, once: finishes what is in flight; exit status 130', async () => {
  const held = gate();
  await using server = await endless({ n: 3, opened: held.opened });
  const { child, ended } = processes.start('crawl', 'headings.ts', `${server.origin}/0`, ...QUICK);
  await until(() => server.paths.length === 4);
  child.kill('SIGINT');
  await new Promise((resolve) => child.stderr.once('data', resolve));
  held.open();
  const { code, stdout, stderr } = await ended;
  expect(stdout.trim().split('\n')).toHaveLength(4);
  expect(stderr).toMatch(
    /^Finishing what is in flight; Ctrl-C again stops now\.\n4 items · 4 pages done · .* 1 left · /,
  );
  expect(code).toBe(130);
});

describe('glean shell', () => {
  test('has the page at hand, lines in order, and says what failed; exit status 1 if any did', async () => {
    await using server = await startServer({
      '/': html('<h1>One</h1><a href="/two">2</a><a href="http://x.example/">x</a>'),
      '/two': html('<h1>Two</h1><p>\u202eevil</p>'),
      '/gone': body('<h1>Gone</h1>', { 'content-type': 'text/html' }, 410),
    });
    const { child, ended } = processes.start('shell', `${server.origin}/`);
    child.stdin.end(
      [
        "page.text('h1')",
        'function twice(n) {',
        '  return n * 2;',
        '}',
        'twice(4)',
        'links()',
        "visit('/two')",
        "page.text('h1')",
        "$('p').text()",
        "const gone = await fetch('gone')",
        '[gone.status, page === gone, $$("h1").length]',
        "visit('http://[bad')",
        'nothing.there',
        "$('a[')",
        'typeof gleaner.crawl',
      ].join('\n'),
    );
    const { code, stdout, stderr } = await ended;
    const said = stdout.split('\n');
    expect(said.slice(0, 2)).toEqual(["'One'", '8']);
    expect(stdout).toContain(`'${server.origin}/two'`);
    expect(said).toContain("'Two'");
    expect(said).toContain("'�evil'");
    expect(said).toContain('[ 410, true, 1 ]');
    expect(stdout).toContain('Uncaught BAD_URL http://[bad: not an absolute address\n');
    expect(stdout).toContain('ReferenceError: nothing is not defined');
    // What is wrong with a line that was typed is told without a stack.
    expect(stdout).toMatch(/\nUncaught a selector must be a CSS selector \([^\n]+not 'a\['\n/);
    expect(said.at(-2)).toBe("'function'");
    expect(
      stderr
        .trim()
        .split('\n')
        .map((line) => line.slice(0, 3)),
    ).toEqual(['200', '200', '410']);
    expect(code).toBe(1);
  });

  test('a first page that cannot be had: exit status 1', async () => {
    const { code, stdout, stderr } = await processes.start('shell', 'http://127.0.0.1:1/').ended;
    expect({ code, stdout, stderr }).toEqual({
      code: 1,
      stdout: '',
      stderr: 'glean shell: http://127.0.0.1:1/: connection refused\n',
    });
  });

  test('an address that is none: exit status 2; no page yet: it is told how to get one', async () => {
    const [wrong, none] = await Promise.all([
      processes.run(['shell', 'books.example']),
      processes.run(['shell'], "$('h1')"),
    ]);
    expect(wrong).toEqual({
      code: 2,
      stdout: '',
      stderr: 'glean shell: books.example: not an absolute address\nAll about it: glean help shell\n',
    });
    expect(none).toMatchObject({
      code: 1,
      stdout: "Uncaught there is no page yet: visit('https://…')\n",
      stderr: '',
    });
  });
});

describe('the project that glean init makes', () => {
  const project = path.join(folder, 'starter');

  test('runs, and its items are those of the site', async () => {
    await using shop = await startBookshop({ latency: 0 });
    expect((await processes.start('init', 'starter').ended).code).toBe(0);
    const { code, stderr } = await processes.shell(
      `cd starter && $GLEAN crawl spider.ts ${shop.url} -o items.jsonl --store crawl.glean ${QUICK.join(' ')} --max-pages 3`,
    );
    expect(stderr).toContain('3 pages done · 0 failed');
    expect(code).toBe(0);
    const items = readFileSync(path.join(project, 'items.jsonl'), 'utf8').trim().split('\n');
    const titles = new Set(shop.books.map(({ title }) => title));
    for (const line of items) {
      const { title, price, url } = JSON.parse(line) as { title: string; price: number; url: string };
      expect(titles).toContain(title);
      expect(price).toBeGreaterThan(0);
      expect(url).toContain(shop.origin);
    }
    expect(items.length).toBeGreaterThan(40);
  });

  test('type-checks', () => {
    mkdirSync(path.join(project, 'node_modules', '@types'), { recursive: true });
    symlinkSync(path.join(root, 'packages', 'gleaner'), path.join(project, 'node_modules', 'gleaner'));
    symlinkSync(
      path.join(root, 'node_modules', '@types', 'node'),
      path.join(project, 'node_modules', '@types', 'node'),
    );
    const compiler = path.join(root, 'node_modules', 'typescript-7', 'bin', 'tsc');
    const { stdout, status } = spawnSync(process.execPath, [compiler, '-p', project], { encoding: 'utf8' });
    expect([stdout, status]).toEqual(['', 0]);
  });
});

describe.skipIf(!hasTerminals())('on a terminal', () => {
  const GREEN = '\u001b[32m';
  const ERASE = new RegExp(String.raw`\r\u001b\[K|\r\u001b\[\d+A\u001b\[J`);

  test('live rows tell how far a crawl is and how its hosts stand, make way for what is printed, and go', async () => {
    const held = gate();
    await using server = await endless({ n: 2, opened: held.opened });
    const { child, ended } = processes.onTerminal(
      120,
      `crawl headings.ts ${server.origin}/0 ${QUICK.join(' ')} --max-pages 4`,
    );
    let seen = '';
    child.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()));
    await until(() => seen.split('2 done · 1 in flight').length > 3);
    held.open();
    const drawn = (await ended).stdout.split(ERASE);
    const rows = drawn.find((text) => text.startsWith('2 done')) ?? '';
    const [figures = '', host = ''] = rows.split('\r\n');
    expect(figures).toMatch(
      /^2 done · 1 in flight · 0 pending · 0 failed · 2 items · [\d.,]+ pages\/s · [\d.]+ k?B\/s$/,
    );
    expect(host).toContain(`  ${server.origin}  1 active`);
    // Nothing of the rows is left beside what was printed.
    expect(drawn.filter((text) => text.startsWith('{"n":'))).toHaveLength(4);
    for (const text of drawn.filter((text) => text.startsWith('{"n":')))
      expect(text.trimEnd()).toMatch(/^\{.*\}$/);
    expect(drawn.at(-1)?.replace(GREEN, '')).toMatch(/^4 items.* · 4 pages done/);
  });

  test('a shell greets, completes what a page can do, and keeps its history', async () => {
    await using server = await endless();
    const { child, ended } = processes.onTerminal(100, `shell ${server.origin}/5`, {
      XDG_STATE_HOME: path.join(folder, 'state'),
    });
    let seen = '';
    child.stdout.on('data', (chunk: Buffer) => (seen += chunk.toString()));
    await until(() => seen.includes('glean> '));
    // Typed, not pasted: a pasted Tab is a Tab.
    child.stdin.write('page.selectA');
    await until(() => seen.includes('page.selectA'));
    child.stdin.write('\t');
    // What is completed, and neither what is proposed (in grey, or behind slashes) nor the function's name.
    await until(() => /(?<!90m|A|\/\/ )ll/.test(seen.slice(seen.indexOf('page.selectA'))));
    child.stdin.write("('h1').length\r");
    await until(() => seen.split('glean> ').length > 3 || /\b1\b/.test(seen.split('.length').at(-1) ?? ''));
    child.stdin.write('.exit\r');
    const { stdout } = await ended;
    expect(stdout).toContain("page, $('css')");
    const history = path.join(folder, 'state', 'gleaner', 'history');
    expect(existsSync(history)).toBe(true);
    expect(readFileSync(history, 'utf8')).toContain("page.selectAll('h1').length");
  });
});
