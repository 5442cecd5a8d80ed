import { spawn, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { body, json, silence, startServer, until, type TestServer } from '../../test/server.ts';
import { VERSION } from '../version.ts';
import { main } from './main.ts';

/** What `npm test` has just built. */
const program = fileURLToPath(new URL('../../dist/cli/main.js', import.meta.url));
const folder = mkdtempSync(path.join(os.tmpdir(), 'glean-'));
afterAll(() => rmSync(folder, { recursive: true }));

interface Ended {
  stdout: string;
  stderr: string;
  code: number | null;
}

function start(...args: string[]): {
  child: ChildProcessWithoutNullStreams;
  ended: Promise<Ended>;
  out: { stdout: string; stderr: string };
} {
  const child = spawn(process.execPath, [program, ...args], { cwd: folder });
  const out = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (out.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (out.stderr += chunk.toString()));
  child.stdin.on('error', () => {});
  const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ ...out, code })));
  return { child, ended, out };
}

/** Runs the command, its standard input a text. */
async function glean(args: string[], input = ''): Promise<Ended> {
  const { child, ended } = start(...args);
  child.stdin.end(input);
  return await ended;
}

/** Runs a line of shell in which $GLEAN is the command. */
async function shell(line: string): Promise<Ended> {
  const child = spawn('bash', ['-c', line], {
    cwd: folder,
    env: { ...process.env, GLEAN: `${process.execPath} ${program}` },
  });
  const out = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (out.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (out.stderr += chunk.toString()));
  return await new Promise((resolve) => child.once('close', (code) => resolve({ ...out, code })));
}

const site = (): Promise<TestServer> =>
  startServer({
    '/1': json({ n: 1 }),
    '/2': json({ n: 2 }),
    '/text': body('hello'),
    '/image': body(Uint8Array.of(0xff, 0), { 'content-type': 'image/png' }),
    '/empty': body('', {}, 204),
    '/never': silence,
  });

const lines = (text: string): unknown[] =>
  text
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as unknown);

describe('glean', () => {
  test('tells what it can do, and its version', async () => {
    const [none, help, h, ofScrape, version] = await Promise.all([
      glean([]),
      glean(['--help']),
      glean(['scrape', '-h']),
      glean(['help', 'scrape']),
      glean(['--version']),
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
    const { code, stdout, stderr } = await glean(['scr\u001b[31mape']);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain("glean: there is no command 'scr�[31mape'");
  });
});

describe('glean scrape', () => {
  test('prints a line of JSON for each page; exit status 0', async () => {
    await using server = await site();
    const urls = ['/1', '/text', '/image', '/empty'].map((route) => server.origin + route);
    const { code, stdout, stderr } = await glean(['scrape', '--ordered', ...urls]);
    expect(lines(stdout)).toEqual([
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
    const { code, stdout, stderr } = await glean([
      'scrape',
      `${server.origin}/1`,
      `${server.origin}/missing`,
      'nonsense',
    ]);
    expect(lines(stdout)).toHaveLength(1);
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
      glean(['scrape', '--from', 'urls.txt', '-q']),
      glean(['scrape', '-', '-q'], list),
      glean(['scrape', '-', '-q']),
    ]);
    for (const { code, stdout, stderr } of [file, input]) {
      expect(lines(stdout)).toHaveLength(2);
      expect([code, stderr]).toEqual([0, '']);
    }
    expect(nothing).toEqual({ code: 0, stdout: '', stderr: '' });
  });

  test('writes to a file', async () => {
    await using server = await site();
    const file = path.join(folder, 'pages.jsonl');
    writeFileSync(file, 'what was there before\n'.repeat(100));
    const { code, stdout } = await glean(['scrape', `${server.origin}/1`, '-o', 'pages.jsonl', '-q']);
    expect([code, stdout]).toEqual([0, '']);
    expect(lines(readFileSync(file, 'utf8'))).toEqual([
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
    const { stdout } = await glean(['scrape', `${server.origin}/`, `${server.origin}/`, ...args]);
    expect(seen[0]).toMatchObject({ 'x-a': 'b: c', accept: 'text/html' });
    expect(lines(stdout)).toMatchObject([{ data: '<p>' }, { data: '<p>' }]);
    expect(server.peakInFlight).toBe(1);
    const never = await startServer({ '*': silence });
    const late = await glean(['scrape', `${never.origin}/`, '--timeout', '20ms', '--retries', '0']);
    expect(late.stderr).toContain('no complete response within 20 ms (the limit timeout)');
    await never[Symbol.asyncDispose]();
  });

  test('--json reports for machines', async () => {
    await using server = await site();
    const { stderr } = await glean(['scrape', `${server.origin}/1`, `${server.origin}/missing`, '--json']);
    expect(lines(stderr)).toMatchObject([
      { type: 'summary', started: 2, done: 1, failed: 1, failures: { HTTP_404: { count: 1 } }, items: 1 },
    ]);
  });

  test('--max-time ends it: exit status 4', async () => {
    await using server = await site();
    const { code, stdout, stderr } = await glean([
      'scrape',
      `${server.origin}/1`,
      `${server.origin}/never`,
      '--max-time',
      '300ms',
    ]);
    expect(lines(stdout)).toHaveLength(1);
    expect(stderr).toContain('1 done · 0 failed · 1 unfinished');
    expect(stderr).toContain('glean scrape: the whole job took longer than its limit of 300 ms');
    expect(code).toBe(4);
  });

  test.each<[string[], string]>([
    [[], 'no addresses: give some, or --from FILE, or - for standard input'],
    [['-', 'http://x/'], 'addresses come one way at a time'],
    [['--from', 'x', 'http://x/'], 'addresses come one way at a time'],
    [['--nonsense', 'http://x/'], "Unknown option '--nonsense'"],
    [['http://x/', '-c', '0'], "--concurrency expects a whole number of at least 1, not '0'"],
    [['http://x/', '--retries', 'two'], "--retries expects a whole number of at least 0, not 'two'"],
    [['http://x/', '--timeout', 'soon'], "--timeout expects a time such as 500ms, 10s or 2m, not 'soon'"],
    [['http://x/', '--timeout', '0'], "--timeout expects at least 1 ms, not '0'"],
    [['http://x/', '--as', 'xml'], "--as expects auto, json or text, not 'xml'"],
    [['http://x/', '-H', 'nonsense'], "--header expects 'Name: value', not 'nonsense'"],
    [['http://x/', '-H', 'A: x\u001b[2J'], "the header 'A' must be one line of text"],
    [['--from', 'same', '-o', './same'], '--output same would overwrite the addresses'],
  ])('a command line that is wrong: %j; exit status 2', async (args, message) => {
    const write = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
    const code = await main(['scrape', ...args]);
    const stderr = write.mock.calls.map(([text]) => String(text)).join('');
    write.mockRestore();
    expect(code).toBe(2);
    expect(stderr).toContain(`glean scrape: ${message}`);
    expect(stderr).toMatch(/All about it: glean help scrape\n$/);
    expect(stderr).not.toContain('\u001b');
  });

  test('input or output that fails: exit status 3', async () => {
    await using server = await site();
    const cases = await Promise.all([
      glean(['scrape', '--from', 'missing.txt']),
      glean(['scrape', '--from', '.']),
      glean(['scrape', '--from', '.', '-o', 'out.jsonl']),
      glean(['scrape', `${server.origin}/1`, '-o', 'missing/out.jsonl']),
      glean(['scrape', `${server.origin}/1`, '-o', '.']),
    ]);
    for (const { code, stderr } of cases) {
      expect(stderr).toMatch(/^glean scrape: (ENOENT|EISDIR): [^\n]+\n$/);
      expect(code).toBe(3);
    }
    const full = await shell(`$GLEAN scrape ${server.origin}/1 ${server.origin}/2 -q > /dev/full`);
    expect(full).toMatchObject({ code: 3, stderr: 'glean scrape: ENOSPC: no space left on device, write\n' });
  });

  test('a closed pipe ends it cleanly', async () => {
    await using server = await startServer({ '*': json('x'.repeat(10_000)) });
    const urls = Array.from({ length: 500 }, (_, i) => `${server.origin}/${i}`).join('\n');
    writeFileSync(path.join(folder, 'many.txt'), urls);
    const { stdout, stderr, code } = await shell(
      '$GLEAN scrape --from many.txt | head -n 1; exit ${PIPESTATUS[0]}',
    );
    expect(lines(stdout)).toHaveLength(1);
    expect([stderr, code]).toEqual(['', 0]);
    expect(server.paths.length).toBeLessThan(500);
    // Also of help, and of standard error.
    for (const line of [
      '(sleep 0.1; $GLEAN help scrape) | true',
      '$GLEAN scrape nonsense 2>&1 >/dev/null | true',
    ]) {
      expect(await shell(`${line}; exit \${PIPESTATUS[0]}`)).toMatchObject({ stderr: '' });
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
    const { child, ended, out } = start('scrape', ...urls, '--per-host', '1');
    await until(() => out.stdout !== '' && server.paths.length === 2);
    child.kill('SIGINT');
    await until(() => out.stderr !== '');
    answer();
    const { code, stdout, stderr } = await ended;
    expect(lines(stdout)).toHaveLength(2);
    expect(stderr).toMatch(/^Finishing what is in flight; Ctrl-C again stops now\.\n2 done · 0 failed · /);
    expect(code).toBe(130);
    expect(server.paths).toHaveLength(2);
  });

  test('twice: stops now; what was written stays', async () => {
    await using server = await site();
    const { child, ended, out } = start(
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
    expect(lines(readFileSync(path.join(folder, 'cut.jsonl'), 'utf8'))).toHaveLength(1);
    await until(() => server.openSockets === 0);
  });

  test('ends a wait for more addresses', async () => {
    await using server = await site();
    const { child, ended, out } = start('scrape', '-', '-q');
    child.stdin.write(`${server.origin}/1\n`);
    await until(() => out.stdout !== '');
    child.kill('SIGINT');
    // Its standard input is still open.
    expect(await ended).toMatchObject({ code: 130, stderr: '' });
  });
});
