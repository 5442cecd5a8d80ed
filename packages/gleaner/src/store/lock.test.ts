import { spawnSync } from 'node:child_process';
import { existsSync, mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { takeLock } from './lock.ts';
import { driver } from './sqlite-file.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'gleaner-lock-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newFile = (): string => path.join(folder, `${++files}.glean`);

/** Whether another process can have SQLite's lock on a file. */
function isFree(file: string): boolean {
  const script = `
    const { DatabaseSync } = require(${JSON.stringify(createRequire(import.meta.url).resolve('@photostructure/sqlite'))});
    try {
      new DatabaseSync(${JSON.stringify(`${file}.lock`)}, { timeout: 0 }).exec('BEGIN EXCLUSIVE');
      console.log('free');
    } catch {
      console.log('taken');
    }`;
  const { stdout, stderr } = spawnSync(process.execPath, ['-e', script], { encoding: 'utf8' });
  if (stdout === '') throw new Error(stderr);
  return stdout === 'free\n';
}

describe('a lock', () => {
  test('is held by one at a time, and leaves nothing behind', () => {
    const file = newFile();
    const first = takeLock(driver(), file);
    expect(first).toBeDefined();
    expect(takeLock(driver(), file)).toBe(undefined);
    first?.release();
    expect(existsSync(`${file}.lock`)).toBe(false);
    const second = takeLock(driver(), file);
    expect(second).toBeDefined();
    expect(takeLock(driver(), file)).toBe(undefined);
    second?.release();
    expect(readdirSync(folder)).toEqual([]);
  });

  test('holds against other processes, also after others have tried in this one', () => {
    const file = newFile();
    const lock = takeLock(driver(), file);
    expect(takeLock(driver(), file)).toBe(undefined);
    expect(isFree(file)).toBe(false);
    lock?.release();
    expect(isFree(file)).toBe(true);
    rmSync(`${file}.lock`);
  });

  test('is had though somebody who died has left its file', () => {
    const file = newFile();
    writeFileSync(`${file}.lock`, '');
    const lock = takeLock(driver(), file);
    expect(lock).toBeDefined();
    lock?.release();
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  test('on a file that is removed meanwhile is no lock on the next', () => {
    const file = newFile();
    const first = takeLock(driver(), file);
    // As if somebody else had removed it.
    rmSync(`${file}.lock`);
    const second = takeLock(driver(), file);
    expect(second).toBeDefined();
    expect(isFree(file)).toBe(false);
    first?.release();
    second?.release();
  });

  test('where there can be no file: what SQLite says', () => {
    expect(() => takeLock(driver(), path.join(folder, 'nowhere', 'x'))).toThrow(/unable to open/);
  });
});
