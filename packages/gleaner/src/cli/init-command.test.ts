import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { glean, type Ended } from '../../test/command.ts';
import { VERSION } from '../version.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'glean-init-'));
afterAll(() => rmSync(folder, { recursive: true }));

const init = async (...args: string[]): Promise<Ended> => await glean('init', ...args);

test('makes a project, and says what comes next', async () => {
  const project = path.join(folder, 'My Books');
  const { code, stdout, stderr } = await init(project);
  expect([code, stderr]).toEqual([0, '']);
  expect(readdirSync(project).sort()).toEqual([
    '.gitignore',
    'README.md',
    'package.json',
    'spider.ts',
    'tsconfig.json',
  ]);
  expect(JSON.parse(readFileSync(path.join(project, 'package.json'), 'utf8'))).toMatchObject({
    name: 'my-books',
    type: 'module',
    scripts: { start: 'glean crawl spider.ts -o items.jsonl --store crawl.glean' },
    dependencies: { gleaner: `^${VERSION}` },
  });
  expect(stdout).toContain(`  cd '${project}'\n  npm install\n  npm start\n`);
});

test('overwrites nothing, and then makes nothing', async () => {
  const project = path.join(folder, 'there');
  mkdirSync(project);
  writeFileSync(path.join(project, 'spider.ts'), 'mine');
  const { code, stdout, stderr } = await init(project);
  expect([code, stdout]).toEqual([3, '']);
  expect(stderr).toBe(
    `glean init: ${path.join(project, 'spider.ts')} is there already: nothing is overwritten, and nothing made\n`,
  );
  expect(readdirSync(project)).toEqual(['spider.ts']);
});

test('a folder that cannot be made, and a command that is wrong', async () => {
  writeFileSync(path.join(folder, 'file'), '');
  const [cannot, wrong] = [await init(path.join(folder, 'file', 'x')), await init('a', 'b')];
  expect([cannot.code, wrong.code]).toEqual([3, 2]);
  expect(cannot.stderr).toMatch(/^glean init: [^:]+: part of its path is no folder\n$/);
  expect(wrong.stderr).toBe('glean init: one folder at a time\nAll about it: glean help init\n');
});
