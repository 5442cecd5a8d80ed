import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { told } from './exit.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'glean-exit-'));
afterAll(() => rmSync(folder, { recursive: true }));

/** What the system says. */
function said(action: () => unknown): string {
  try {
    action();
  } catch (error) {
    return (error as Error).message;
  }
  throw new Error('nothing went wrong');
}

test("the system's errors become sentences that begin with the file", () => {
  const file = path.join(folder, 'it’s, a file');
  writeFileSync(file, '');
  expect(told(said(() => readFileSync(path.join(folder, 'none'))))).toBe(
    `${path.join(folder, 'none')}: there is no such file`,
  );
  expect(told(said(() => writeFileSync(path.join(folder, 'no', 'file'), '')))).toBe(
    `${path.join(folder, 'no', 'file')}: there is no folder ${path.join(folder, 'no')}`,
  );
  expect(told(said(() => writeFileSync(folder, '')))).toBe(`${folder}: it is a folder`);
  expect(told(said(() => readdirSync(file)))).toBe(`${file}: part of its path is no folder`);
});

test('other words are left as they are', () => {
  for (const message of [
    'the store x: there is no such file',
    "EWHATEVER: something new, open 'x'",
    'ENOSPC: no space left on device, write',
    'constructor: it, open',
  ]) {
    expect(told(message)).toBe(message);
  }
});
