import { run } from '@gleaner/coroutine';
import { DatabaseSync } from '@photostructure/sqlite';
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { expect, test } from 'vitest';
import { OptionError } from '../http/failure.ts';
import type { CachedResponse, ResponseCache } from '../http/cache.ts';
import { CacheError, responseCache } from './response-cache.ts';

function folder(): Disposable & { file: string } {
  const name = mkdtempSync(path.join(os.tmpdir(), 'gleaner-cache-'));
  return { file: path.join(name, 'pages.db'), [Symbol.dispose]: () => rmSync(name, { recursive: true }) };
}

const response = (size: number, fill = 1): CachedResponse => ({
  headers: { etag: '"é"' },
  body: new Uint8Array(size).fill(fill),
  variant: 'v',
});

const put = async (cache: ResponseCache, key: string, what: CachedResponse): Promise<void> =>
  await run(() => cache.put(key, what));
const get = async (cache: ResponseCache, key: string): Promise<CachedResponse | undefined> =>
  await run(() => cache.get(key));

test('keeps responses in a file, by key, the latest of each', async () => {
  using it = folder();
  const first = responseCache(it.file);
  await put(first, 'a', response(10, 1));
  await put(first, 'a', response(3, 7));
  await put(first, 'empty', response(0));
  first.close();
  const second = responseCache(it.file);
  expect(await get(second, 'a')).toEqual(response(3, 7));
  expect(await get(second, 'empty')).toEqual(response(0));
  expect(await get(second, 'b')).toBeUndefined();
  second.close();
});

test('holds so many bytes and no more: what was not used for longest is forgotten', async () => {
  using it = folder();
  const cache = responseCache(it.file, 100_000);
  for (let i = 0; i < 9; i++) await put(cache, `k${i}`, response(10_000));
  await get(cache, 'k0');
  for (let i = 9; i < 12; i++) await put(cache, `k${i}`, response(10_000));
  expect(await get(cache, 'k0')).toBeDefined();
  expect(await get(cache, 'k1')).toBeUndefined();
  expect(await get(cache, 'k11')).toBeDefined();
  for (let i = 0; i < 200; i++) await put(cache, `x${i}`, response(10_000));
  cache.close();
  expect(statSync(it.file).size).toBeLessThan(200_000);
  expect(statSync(`${it.file}-wal`).size).toBe(0);
});

test('the order of use is known to the next process', async () => {
  using it = folder();
  const first = responseCache(it.file, 100_000);
  for (let i = 0; i < 9; i++) await put(first, `k${i}`, response(10_000));
  await get(first, 'k0');
  first.close();
  const second = responseCache(it.file, 100_000);
  await put(second, 'new', response(10_000));
  expect(await get(second, 'k0')).toBeDefined();
  expect(await get(second, 'k1')).toBeUndefined();
  second.close();
});

test('what is put again and again is counted once', async () => {
  const cache = responseCache(':memory:', 100_000);
  await put(cache, 'other', response(10_000));
  for (let i = 0; i < 100; i++) await put(cache, 'same', response(10_000));
  expect(await get(cache, 'other')).toBeDefined();
  cache.close();
});

test('what alone is too large is not kept, nor what it has replaced', async () => {
  const cache = responseCache(':memory:', 10_000);
  await put(cache, 'a', response(100));
  await put(cache, 'b', response(100));
  await put(cache, 'a', response(10_000));
  expect(await get(cache, 'a')).toBeUndefined();
  expect(await get(cache, 'b')).toBeDefined();
  cache.close();
});

test('a file that is no database, or damaged, is refused with its name, and left alone', async () => {
  using it = folder();
  writeFileSync(it.file, 'something else entirely, and quite long enough to have a header'.repeat(100));
  expect(() => responseCache(it.file)).toThrow(CacheError);
  expect(() => responseCache(it.file)).toThrow(`the cache ${it.file}: SQLite cannot use it`);
  expect(readFileSync(it.file, 'utf8')).toContain('something else');

  rmSync(it.file);
  const cache = responseCache(it.file);
  for (let i = 0; i < 100; i++) await put(cache, `k${i}`, response(10_000));
  cache.close();
  const bytes = readFileSync(it.file);
  for (const suffix of ['-wal', '-shm']) rmSync(it.file + suffix, { force: true });
  writeFileSync(it.file, bytes.fill(0xff, 4096));
  const use = async (): Promise<void> => {
    const damaged = responseCache(it.file);
    try {
      for (let i = 0; i < 100; i++) await get(damaged, `k${i}`);
    } finally {
      damaged.close();
    }
  };
  await expect(use()).rejects.toThrow(CacheError);
  await expect(use()).rejects.toThrow(/delete it/);
});

test('a database of something else, or of another layout, is refused, and left alone', () => {
  using it = folder();
  const other = new DatabaseSync(it.file);
  other.exec('CREATE TABLE precious (x)');
  other.close();
  const before = readFileSync(it.file);
  expect(() => responseCache(it.file)).toThrow(/a database of something else/);
  expect(readFileSync(it.file)).toEqual(before);
  rmSync(it.file);
  responseCache(it.file).close();
  const later = new DatabaseSync(it.file);
  later.exec('PRAGMA user_version = 99');
  later.close();
  expect(() => responseCache(it.file)).toThrow(/laid out in another way \(99, not 1\)/);
});

test('a folder that is not there is said so', () => {
  expect(() => responseCache('/nowhere/at/all.db')).toThrow(
    /the cache \/nowhere\/at\/all\.db: SQLite cannot use it/,
  );
});

test.each([0, -1, NaN])('a limit of %d bytes is none', (maxBytes) => {
  expect(() => responseCache(':memory:', maxBytes)).toThrow(OptionError);
});
