import { spawn } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';

/** What `npm start` runs, built by `npm test`. */
const program = new URL('../dist/demo.js', import.meta.url).href;
const folder = mkdtempSync(path.join(os.tmpdir(), 'gleaner-demo-'));
afterAll(() => rmSync(folder, { recursive: true }));

async function demo(pipe = ''): Promise<{ stdout: string; stderr: string; code: number | null }> {
  const script = `import { demo } from '${program}'; process.exitCode = await demo();`;
  const child = spawn('bash', ['-c', `"$0" --input-type=module -e "$1" ${pipe}`, process.execPath, script], {
    cwd: folder,
  });
  const out = { stdout: '', stderr: '' };
  child.stdout.on('data', (chunk: Buffer) => (out.stdout += chunk.toString()));
  child.stderr.on('data', (chunk: Buffer) => (out.stderr += chunk.toString()));
  return await new Promise((resolve) => child.once('close', (code) => resolve({ ...out, code })));
}

test('scrapes the 985 books that can be had, shows it, and says what to try next', async () => {
  const { stdout, stderr, code } = await demo();
  expect([code, stderr]).toEqual([0, '']);
  expect(stdout).toContain('A bookshop is open at http://127.0.0.1:');
  expect(stdout.match(/^ +£\d+\.\d\d {2}.+ — .+$/gm)).toHaveLength(12);
  expect(stdout).toMatch(/^985 done · 15 failed · \d+ retries · /m);
  expect(stdout).toMatch(/^985 books are in books\.jsonl after \d+\.\d s\.$/m);
  // Nothing for terminals in what is none.
  expect(stdout).not.toContain('\u001b');
  const lines = readFileSync(path.join(folder, 'books.jsonl'), 'utf8').trim().split('\n');
  expect(lines).toHaveLength(985);
  for (const line of lines) expect(JSON.parse(line)).toMatchObject({ title: expect.any(String) as unknown });
}, 20_000);

test('a closed pipe ends it cleanly', async () => {
  const { stdout, stderr } = await demo('| head -n 3');
  expect(stdout.split('\n')).toHaveLength(4);
  expect(stderr).toBe('');
}, 20_000);
