import { run, type CoroutineBody } from '@gleaner/coroutine';
import type { DatabaseSyncInstance } from '@photostructure/sqlite';
import { spawnSync } from 'node:child_process';
import {
  chmodSync,
  chownSync,
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { build } from 'esbuild';
import { afterAll, describe, expect, test } from 'vitest';
import { request } from '../../test/store-model.ts';
import { openStore, openStoreForReading } from './sqlite-store.ts';
import { StoreError } from './store-error.ts';
import type { Effects, Store, StoredItem } from './store.ts';

const root = mkdtempSync(path.join(tmpdir(), 'gleaner-stored-'));
afterAll(() => {
  chmodSync(root, 0o755);
  rmSync(root, { recursive: true });
});
let files = 0;
const newFile = (): string => {
  const folder = path.join(root, String(++files));
  mkdirSync(folder);
  return path.join(folder, 'crawl.glean');
};

const NOTHING: Effects = { items: [], requests: [], status: 200, bytes: 0 };
const pages = (host: string, count: number) =>
  Array.from({ length: count }, (_, n) => request(`https://${host}.example/${n}`));

function* withStore(file: string, body: (store: Store) => CoroutineBody<void>): CoroutineBody<void> {
  const store = yield* openStore(file);
  try {
    yield* body(store);
  } finally {
    yield* store.close();
  }
}

/** A store with so many pages pending, and as many items as there were pages done. */
async function madeStore(file: string, pending: number, done: number): Promise<void> {
  await run(() =>
    withStore(file, function* (store) {
      yield* store.push(pages('a', pending + done));
      const [host] = yield* store.adopt(1);
      for (const lease of yield* store.claim(host?.id ?? 0, done, 0))
        yield* store.commit(lease, { ...NOTHING, items: [lease.request.url] });
    }),
  );
}

describe('hosts', () => {
  test('are told by how many requests wait, the most first, no more than asked for', async () => {
    const file = newFile();
    await run(() =>
      withStore(file, function* (store) {
        yield* store.push([...pages('a', 3), ...pages('b', 5), ...pages('c', 3), ...pages('d', 2)]);
        const hosts = yield* store.adopt(9);
        const of = (name: string): number =>
          hosts.find(({ origin }) => origin.includes(`//${name}`))?.id ?? 0;
        // Of b one is done, one put off, one under way; of d all are done.
        const [done, putOff] = yield* store.claim(of('b'), 3, 0);
        if (done === undefined || putOff === undefined) throw new Error('too few were claimed');
        yield* store.commit(done, NOTHING);
        yield* store.putOff(putOff, 1e15);
        for (const lease of yield* store.claim(of('d'), 9, 0)) yield* store.commit(lease, NOTHING);

        const reader = yield* openStoreForReading(file);
        const waiting = (limit: number): string[] =>
          reader.hosts(limit).map((host) => `${host.origin} ${host.waiting}`);
        const [a, b, c] = ['https://a.example 3', 'https://b.example 3', 'https://c.example 3'];
        expect(waiting(9)).toEqual([a, b, c]);
        expect(waiting(2)).toEqual([a, b]);
        expect(waiting(0)).toEqual([]);
        yield* reader.close();
      }),
    );
    const reader = await run(() => openStoreForReading(file));
    expect(reader.hosts(1)).toEqual([{ origin: 'https://b.example', waiting: 4 }]);
    await run(() => reader.close());
  });

  test('add up to what is pending', async () => {
    const file = newFile();
    await madeStore(file, 7, 3);
    const reader = await run(() => openStoreForReading(file));
    expect(reader.hosts(9)).toEqual([{ origin: 'https://a.example', waiting: reader.counts().pending }]);
    await run(() => reader.close());
  });
});

describe('a store that is only looked at', () => {
  test('stays as it is, to the byte', async () => {
    const file = newFile();
    await madeStore(file, 100, 50);
    const before = [readFileSync(file), statSync(file).mtimeMs];
    const reader = await run(() => openStoreForReading(file));
    expect([...reader.items()]).toHaveLength(50);
    expect([...reader.failures()]).toEqual([]);
    expect([reader.counts().pending, reader.hosts(3).length, reader.note('n')]).toEqual([100, 1, undefined]);
    await run(() => reader.close());
    await run(() => reader.close());
    expect([readFileSync(file), statSync(file).mtimeMs]).toEqual(before);
  });

  test('is no hindrance to whoever opens, writes and closes it, and tells what it told at first or later', async () => {
    const file = newFile();
    await madeStore(file, 100, 50);
    const reader = await run(() => openStoreForReading(file));
    const items = reader.items() as Generator<StoredItem>;
    expect(items.next().done).toBe(false);
    await run(() =>
      withStore(file, function* (store) {
        const [host] = yield* store.adopt(1);
        for (const lease of yield* store.claim(host?.id ?? 0, 25, 0))
          yield* store.commit(lease, { ...NOTHING, items: ['late'] });
      }),
    );
    expect([...items]).toHaveLength(74);
    expect(reader.counts()).toMatchObject({ done: 75, items: 75, pending: 75, leased: 0 });
    await run(() => reader.close());
    await run(() => withStore(file, (store) => store.setNote('n', 1)));
  });

  test('a write is refused by SQLite itself', async () => {
    const file = newFile();
    await madeStore(file, 1, 0);
    const reader = await run(() => openStoreForReading(file));
    const { database } = reader as unknown as { database: DatabaseSyncInstance };
    expect(() => database.exec('DELETE FROM requests')).toThrow(/readonly/);
    await run(() => reader.close());
  });
});

describe('damage', () => {
  test('of any bytes: a StoreError, or what is read was not hit; never anything else', async () => {
    const sound = newFile();
    await madeStore(sound, 2_000, 300);
    const bytes = readFileSync(sound);
    const codes = new Map<string, number>();
    // The same damages each time: 60 places, of which some are in headers and trees, some in text.
    for (let n = 0; n < 60; n++) {
      const file = newFile();
      copyFileSync(sound, file);
      const damaged = Buffer.from(bytes);
      const at = n < 20 ? n * 5 : Math.floor((n * bytes.length) / 60);
      for (let i = 0; i < 24; i++) damaged[at + i] = (damaged[at + i] ?? 0) ^ (0x5a + i);
      writeFileSync(file, damaged);
      let outcome = 'unharmed';
      try {
        await run(function* () {
          const reader = yield* openStoreForReading(file);
          try {
            expect([...reader.items(), ...reader.failures()].length).toBeLessThanOrEqual(300);
            reader.hosts(5);
          } finally {
            yield* reader.close();
          }
          yield* withStore(file, function* (store) {
            yield* store.push(pages('b', 50));
            const [host] = yield* store.adopt(1);
            yield* store.claim(host?.id ?? 0, 2_000, 0);
          });
        });
      } catch (error) {
        if (!(error instanceof StoreError)) throw error;
        expect(error.message).toContain(file);
        outcome = error.code;
      }
      codes.set(outcome, (codes.get(outcome) ?? 0) + 1);
      expect(existsSync(`${file}.lock`)).toBe(false);
    }
    for (const code of codes.keys())
      expect(['unharmed', 'STORE_DAMAGED', 'STORE_FORMAT', 'STORE_IO']).toContain(code);
    expect(codes.get('STORE_DAMAGED')).toBeGreaterThan(0);
  }, 60_000);

  test('of a part: what is in the others can be salvaged, and what is lost is told', async () => {
    const file = newFile();
    await madeStore(file, 0, 3_000);
    const bytes = readFileSync(file);
    // Pages of 4 KiB: one in fifty from the middle on is no page any more.
    for (let at = Math.floor(bytes.length / 8192) * 4096; at < bytes.length; at += 50 * 4096)
      bytes.fill(0xa5, at, at + 4096);
    writeFileSync(file, bytes);
    const lost: number[] = [];
    const found = await run(function* () {
      const reader = yield* openStoreForReading(file);
      try {
        expect(() => [...reader.items()]).toThrow(/glean export --salvage/);
        return [...reader.salvaged((number) => lost.push(number))];
      } finally {
        yield* reader.close();
      }
    });
    expect(found.length).toBeGreaterThan(1_000);
    expect(lost.length).toBeGreaterThan(0);
    expect([...found.map(({ number }) => number), ...lost].sort((a, b) => a - b)).toEqual(
      Array.from({ length: 3_000 }, (_, n) => n + 1),
    );
    for (const { item, url } of found) if (url !== '') expect(item).toBe(url);
    expect(found.some(({ url }) => url !== '')).toBe(true);
  });

  test('of a file that was cut off: what is before can be salvaged', async () => {
    const file = newFile();
    await madeStore(file, 0, 3_000);
    writeFileSync(file, readFileSync(file).subarray(0, Math.floor(statSync(file).size * 0.7)));
    let lost = 0;
    const found = await run(function* () {
      const reader = yield* openStoreForReading(file, { isDamaged: true });
      try {
        return [...reader.salvaged(() => lost++)];
      } finally {
        yield* reader.close();
      }
    });
    expect(found.length).toBeGreaterThan(500);
    expect(found.length + lost).toBe(3_000);
    for (const { item, url } of found) if (url !== '') expect(item).toBe(url);
    expect(found.some(({ url }) => url !== '')).toBe(true);
  });
});

/** Runs a script as somebody who may not write everywhere, as the superuser may. */
async function asNobody(script: string, ...args: string[]): Promise<string[]> {
  const program = path.join(root, 'program.mjs');
  await build({
    stdin: { contents: script, resolveDir: import.meta.dirname, loader: 'ts' },
    outfile: program,
    bundle: true,
    format: 'esm',
    platform: 'node',
    alias: {
      '@gleaner/coroutine': path.join(import.meta.dirname, '../../../coroutine/src/index.ts'),
    },
    external: ['@photostructure/sqlite'],
    define: { 'import.meta.url': JSON.stringify(import.meta.url) },
  });
  const isRoot = process.getuid?.() === 0;
  const { stdout, stderr } = spawnSync(process.execPath, [program, ...args], {
    encoding: 'utf8',
    ...(isRoot && { uid: 65_534, gid: 65_534 }),
  });
  if (stderr !== '') throw new Error(stderr);
  return stdout.trim().split('\n');
}

const TRY = `
import { run } from '@gleaner/coroutine';
import { openStore, openStoreForReading } from './sqlite-store.ts';
const [file] = process.argv.slice(2);
for (const open of [openStore, openStoreForReading]) {
  try {
    await run(function* () {
      const store = yield* open(file);
      console.log([...store.items()].length);
      yield* store.close();
    });
  } catch (error) {
    console.log(error.code + ' ' + error.message);
  }
}`;

describe('a folder that may not be written', () => {
  test('a store in it can be read, and writing it is refused with the reason', async () => {
    chmodSync(root, 0o755);
    const file = newFile();
    await madeStore(file, 10, 5);
    chmodSync(file, 0o444);
    if (process.getuid?.() === 0) chownSync(path.dirname(file), 0, 0);
    chmodSync(path.dirname(file), 0o555);
    const before = readFileSync(file);
    const [writing = '', reading] = await asNobody(TRY, file);
    expect(writing).toMatch(/^STORE_IO the store .*crawl\.glean: /);
    expect(writing).toContain(file);
    expect(reading).toBe('5');
    expect(readFileSync(file)).toEqual(before);
    chmodSync(path.dirname(file), 0o755);
  });
});
