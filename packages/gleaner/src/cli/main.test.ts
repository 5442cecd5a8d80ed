import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { glean, linesOfJson, Processes } from '../../test/command.ts';
import { body, json, silence, startServer, until, type TestServer } from '../../test/server.ts';
import { VERSION } from '../version.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'glean-'));
afterAll(() => rmSync(folder, { recursive: true }));

const processes = new Processes(folder);

const site = (): Promise<TestServer> =>
  startServer({
    '/1': json({ n: 1 }),
    '/2': json({ n: 2 }),
    '/text': body('hello'),
    '/image': body(Uint8Array.of(0xff, 0), { 'content-type': 'image/png' }),
    '/empty': body('', {}, 204),
    '/never': silence,
  });

describe('glean', () => {
  test('tells what it can do, and its version', async () => {
    const [none, help, h, ofScrape, version] = await Promise.all([
      processes.run([]),
      processes.run(['--help']),
      processes.run(['scrape', '-h']),
      processes.run(['help', 'scrape']),
      processes.run(['--version']),
    ]);
    expect(none).toMatchObject({ code: 0, stderr: '' });
    expect(help.stdout).toBe(none.stdout);
    for (const command of ['crawl', 'scrape', 'status', 'export', 'init', 'shell'])
      expect(none.stdout).toContain(`\n  glean ${command} `);
    expect(h.stdout).toBe(ofScrape.stdout);
    for (const flag of [
      '--from',
      '--output',
      '--concurrency',
      '--per-host',
      '--delay',
      '--timeout',
      '--retries',
    ]) {
      expect(h.stdout).toContain(flag);
    }
    for (const line of h.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(110);
    expect(version.stdout).toBe(`${VERSION}\n`);
  });

  test('a command that is none', async () => {
    const { code, stdout, stderr } = await processes.run(['scr\u001b[31mape']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain("glean: there is no command 'scr�[31mape'\n");
    const near = await glean('crwal');
    expect([near.code, near.stderr.split('\n')[0]]).toEqual([
      2,
      "glean: there is no command 'crwal'; is it crawl?",
    ]);
    expect((await glean('-v')).stdout).toBe(`${VERSION}\n`);
  });
});

describe('glean scrape', () => {
  test('prints a line of JSON for each page; exit status 0', async () => {
    await using server = await site();
    const urls = ['/1', '/text', '/image', '/empty'].map((route) => server.origin + route);
    const { code, stdout, stderr } = await processes.run(['scrape', '--ordered', ...urls]);
    expect(linesOfJson(stdout)).toEqual([
      { url: urls[0], status: 200, data: { n: 1 } },
      { url: urls[1], status: 200, data: 'hello' },
      { url: urls[2], status: 200, base64: '/wA=' },
      { url: urls[3], status: 204, data: null },
    ]);
    expect(stderr).toMatch(/^4 done · 0 failed · 14 B in \d+ ms · \d+ pages\/s\n$/);
    expect(code).toBe(0);
  });

  test('reports what failed; exit status 1', async () => {
    await using server = await site();
    const { code, stdout, stderr } = await processes.run([
      'scrape',
      `${server.origin}/1`,
      `${server.origin}/missing`,
      'nonsense',
    ]);
    expect(linesOfJson(stdout)).toHaveLength(1);
    expect(stderr).toMatch(/^1 done · 2 failed · /);
    expect(stderr).toContain(
      `     1 × HTTP_404  ${server.origin}/missing: the server answered 404 Not Found\n`,
    );
    expect(stderr).toContain('     1 × BAD_URL   nonsense: not an absolute address\n');
    expect(code).toBe(1);
  });

  test('reads addresses from a file or from standard input', async () => {
    await using server = await site();
    const list = `\ufeff# two pages\r\n${server.origin}/1\r\n\r\n  ${server.origin}/2  \n# end`;
    writeFileSync(path.join(folder, 'urls.txt'), list);
    const [file, input, nothing] = await Promise.all([
      processes.run(['scrape', '--from', 'urls.txt', '-q']),
      processes.run(['scrape', '-', '-q'], list),
      processes.run(['scrape', '-', '-q']),
    ]);
    for (const { code, stdout, stderr } of [file, input]) {
      expect(linesOfJson(stdout)).toHaveLength(2);
      expect([code, stderr]).toEqual([0, '']);
    }
    expect(nothing).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('writes to a file', async () => {
    await using server = await site();
    const file = path.join(folder, 'pages.jsonl');
    writeFileSync(file, 'what was there before\n'.repeat(100));
    const { code, stdout } = await processes.run(['scrape', `${server.origin}/1`, '-o', 'pages.jsonl', '-q']);
    expect([code, stdout]).toEqual([0, '']);
    expect(linesOfJson(readFileSync(file, 'utf8'))).toEqual([
      { url: `${server.origin}/1`, status: 200, data: { n: 1 } },
    ]);
  });

  test('sends headers, and obeys its limits', async () => {
    const seen: unknown[] = [];
    await using server = await startServer({
      '*': ({ headers }, response) => {
        seen.push(headers);
        response.end('<p>');
      },
    });
    const args = [
      '-H',
      'X-A: b: c',
      '--header',
      'Accept: text/html',
      '--per-host',
      '1',
      '--delay',
      '1ms',
      '--as',
      'text',
    ];
    const { stdout } = await processes.run(['scrape', `${server.origin}/`, `${server.origin}/`, ...args]);
    expect(seen[0]).toMatchObject({ 'x-a': 'b: c', accept: 'text/html' });
    expect(linesOfJson(stdout)).toMatchObject([{ data: '<p>' }, { data: '<p>' }]);
    expect(server.peakInFlight).toBe(1);
    const never = await startServer({ '*': silence });
    const late = await processes.run(['scrape', `${never.origin}/`, '--timeout', '20ms', '--retries', '0']);
    expect(late.stderr).toContain('no complete response within 20 ms (the limit timeout)');
    await never[Symbol.asyncDispose]();
    const limits = ['--max-bytes', '2', '--max-redirects', '0', '--retries', '0'];
    await using large = await startServer({
      '/large': body('abc'),
      '/to': (_, response) => response.writeHead(302, { location: '/large' }).end(),
    });
    const { stderr } = await glean('scrape', `${large.origin}/large`, `${large.origin}/to`, ...limits);
    expect(stderr).toMatch(/ 1 × TOO_LARGE [^\n]+ the limit maxBytes is 2\n/);
    expect(stderr).toMatch(/ 1 × REDIRECT [^\n]+ more than 0 times \(the limit maxRedirects\)\n/);
  });

  test('--json reports for machines', async () => {
    await using server = await site();
    const { stderr } = await processes.run([
      'scrape',
      `${server.origin}/1`,
      `${server.origin}/missing`,
      '--json',
    ]);
    expect(linesOfJson(stderr)).toMatchObject([
      { type: 'summary', started: 2, done: 1, failed: 1, failures: { HTTP_404: { count: 1 } }, items: 1 },
    ]);
  });

  test('--max-time ends it: exit status 4', async () => {
    await using server = await site();
    const { code, stdout, stderr } = await processes.run([
      'scrape',
      `${server.origin}/1`,
      `${server.origin}/never`,
      '--max-time',
      '300ms',
    ]);
    expect(linesOfJson(stdout)).toHaveLength(1);
    expect(stderr).toContain('1 done · 0 failed · 1 unfinished');
    expect(stderr).toContain('glean scrape: the whole job took longer than its limit of 300 ms');
    expect(code).toBe(4);
  });

  test.each<[string[], string]>([
    [[], 'no addresses: give some, or --from FILE, or - for standard input'],
    [['-', 'http://x/'], 'addresses come one way at a time'],
    [['--from', 'x', 'http://x/'], 'addresses come one way at a time'],
    [['--nonsense', 'http://x/'], 'there is no option --nonsense'],
    [['http://x/', '-c', '0'], "--concurrency expects a whole number of at least 1, not '0'"],
    [['http://x/', '--retries', 'two'], "--retries expects a whole number of at least 0, not 'two'"],
    [['http://x/', '--timeout', 'soon'], "--timeout expects a time such as 500ms, 10s or 2m, not 'soon'"],
    [['http://x/', '--timeout', '0'], "--timeout expects at least 1 ms, not '0'"],
    [['http://x/', '--max-bytes', 'much'], '--max-bytes expects a size such as 512kB, 10MB or 10MiB'],
    [['http://x/', '--max-redirects', '-1'], '--max-redirects expects a value that does not begin'],
    [['http://x/', '--as', 'xml'], "--as expects auto, json or text, not 'xml'"],
    [['http://x/', '-H', 'nonsense'], "--header expects 'Name: value', not 'nonsense'"],
    [['http://x/', '-H', 'A: x\u001b[2J'], "the header 'A' must be one line of text"],
    [['--from', 'same', '-o', './same'], '--output same would overwrite the addresses'],
  ])('a command line that is wrong: %j; exit status 2', async (args, message) => {
    const { code, stderr } = await glean('scrape', ...args);
    expect(code).toBe(2);
    expect(stderr).toContain(`glean scrape: ${message}`);
    expect(stderr).toMatch(/All about it: glean help scrape\n$/);
    expect(stderr).not.toContain('\u001b');
  });

  test('input or output that fails: exit status 3', async () => {
    await using server = await site();
    const cases = await Promise.all([
      processes.run(['scrape', '--from', 'missing.txt']),
      processes.run(['scrape', '--from', '.']),
      processes.run(['scrape', '--from', '.', '-o', 'out.jsonl']),
      processes.run(['scrape', `${server.origin}/1`, '-o', 'missing/out.jsonl']),
      processes.run(['scrape', `${server.origin}/1`, '-o', '.']),
    ]);
    for (const { code, stderr } of cases) {
      expect(stderr).toMatch(
        /^glean scrape: [^\n:]+: (it is a folder|there is no such file|there is no folder missing)\n$/,
      );
      expect(code).toBe(3);
    }
    const full = await processes.shell(`$GLEAN scrape ${server.origin}/1 ${server.origin}/2 -q > /dev/full`);
    expect(full).toMatchObject({ code: 3, stderr: 'glean scrape: ENOSPC: no space left on device, write\n' });
  });

  test('a closed pipe ends it cleanly', async () => {
    await using server = await startServer({ '*': json('x'.repeat(10_000)) });
    const urls = Array.from({ length: 500 }, (_, i) => `${server.origin}/${i}`).join('\n');
    writeFileSync(path.join(folder, 'many.txt'), urls);
    const { stdout, stderr, code } = await processes.shell(
      '$GLEAN scrape --from many.txt | head -n 1; exit ${PIPESTATUS[0]}',
    );
    expect(linesOfJson(stdout)).toHaveLength(1);
    expect([stderr, code]).toEqual(['', 0]);
    expect(server.paths.length).toBeLessThan(500);
    // Also of help, and of standard error.
    for (const line of [
      '(sleep 0.1; $GLEAN help scrape) | true',
      '$GLEAN scrape nonsense 2>&1 >/dev/null | true',
    ]) {
      expect(await processes.shell(`${line}; exit \${PIPESTATUS[0]}`)).toMatchObject({ stderr: '' });
    }
  });
});

describe('Ctrl-C', () => {
  test('once: finishes what is in flight, and reports; exit status 130', async () => {
    let answer = (): void => {};
    await using server = await startServer({
      '/0': json(0),
      '*': (request, response) => {
        answer = () => json(1)(request, response);
      },
    });
    const urls = [0, 1, 2, 3].map((n) => `${server.origin}/${n}`);
    const { child, ended, out } = processes.start('scrape', ...urls, '--per-host', '1');
    await until(() => out.stdout !== '' && server.paths.length === 2);
    child.kill('SIGINT');
    await until(() => out.stderr !== '');
    answer();
    const { code, stdout, stderr } = await ended;
    expect(linesOfJson(stdout)).toHaveLength(2);
    expect(stderr).toMatch(/^Finishing what is in flight; Ctrl-C again stops now\.\n2 done · 0 failed · /);
    expect(code).toBe(130);
    expect(server.paths).toHaveLength(2);
  });

  test('twice: stops now; what was written stays', async () => {
    await using server = await site();
    const { child, ended, out } = processes.start(
      'scrape',
      `${server.origin}/1`,
      `${server.origin}/never`,
      '-o',
      'cut.jsonl',
    );
    await until(() => server.paths.length === 2);
    child.kill('SIGINT');
    await until(() => out.stderr !== '');
    child.kill('SIGINT');
    const { code, stderr } = await ended;
    expect(stderr).toContain('1 done · 0 failed · 1 unfinished · ');
    expect(code).toBe(130);
    expect(linesOfJson(readFileSync(path.join(folder, 'cut.jsonl'), 'utf8'))).toHaveLength(1);
    await until(() => server.openSockets === 0);
  });

  test('ends a wait for more addresses', async () => {
    await using server = await site();
    const { child, ended, out } = processes.start('scrape', '-', '-q');
    child.stdin.write(`${server.origin}/1\n`);
    await until(() => out.stdout !== '');
    child.kill('SIGINT');
    // Its standard input is still open.
    expect(await ended).toMatchObject({ code: 130, stderr: '' });
  });
});
