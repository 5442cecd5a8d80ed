import { run, settled, type CoroutineBody } from '@gleaner/coroutine';
import { DatabaseSync } from '@photostructure/sqlite';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  truncateSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { createInterface } from 'node:readline';
import { build } from 'esbuild';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { storeConformance } from '../../test/store-conformance.ts';
import { request } from '../../test/store-model.ts';
import { openStore, openStoreForReading } from './sqlite-store.ts';
import type { Effects, Order, Store } from './store.ts';

const root = mkdtempSync(path.join(os.tmpdir(), 'gleaner-store-'));
afterAll(() => rmSync(root, { recursive: true }));

let files = 0;
/** A file in a folder of its own. */
function newFile(): string {
  const folder = path.join(root, String(files++));
  mkdirSync(folder);
  return path.join(folder, 'crawl.db');
}

storeConformance(':memory:', () => (order) => openStore(':memory:', { order }), false);
const inFile = () => {
  const file = newFile();
  return (order?: Order) => openStore(file, { order });
};
storeConformance('a file', inFile, true);

const SITE = 'https://site.example/';
const NOW = 1_700_000_000_000;
const NOTHING: Effects = { items: [], requests: [], status: 200, bytes: 0 };
const pages = (from: number, to: number) =>
  Array.from({ length: to - from }, (_, n) => request(`${SITE}${from + n}`));

function* withStore<T>(file: string, body: (store: Store) => CoroutineBody<T>): CoroutineBody<T> {
  const store = yield* openStore(file);
  try {
    return yield* body(store);
  } finally {
    yield* store.close();
  }
}

const using = <T>(file: string, body: (store: Store) => CoroutineBody<T>): Promise<T> =>
  Promise.resolve(run(() => withStore(file, body)));

/** Claims and commits so many pages of the first host, each with one item. */
function* crawlSome(store: Store, count: number): CoroutineBody<void> {
  const [host] = yield* store.adopt(1);
  if (host === undefined) throw new Error('no host');
  for (const lease of yield* store.claim(host.id, count, NOW))
    yield* store.commit(lease, { ...NOTHING, items: [{ url: lease.request.url }] });
  yield* store.release(host.id, undefined);
}

const open = (file: string, options = {}): Promise<Store> =>
  Promise.resolve(run(() => openStore(file, options)));
const shut = (store: Pick<Store, 'close'>): Promise<void> => Promise.resolve(run(() => store.close()));

describe('opening again', () => {
  test('goes on where it ended: what was leased is pending, hosts are free, states and notes are kept', async () => {
    const file = newFile();
    await using(file, function* (store) {
      yield* store.push(pages(0, 10));
      yield* crawlSome(store, 3);
      yield* store.setNote('mine', { a: 1 });
      const [host] = yield* store.adopt(1);
      if (host === undefined) throw new Error('no host');
      yield* store.release(host.id, { delay: 7 });
      yield* store.adopt(1);
      const [, second, third] = yield* store.claim(host.id, 3, NOW);
      if (second === undefined || third === undefined) throw new Error('no lease');
      yield* store.putOff(second, NOW + 50);
      yield* store.fail(third, { code: 'DNS', message: 'no such host' });
    });
    await using(file, function* (store) {
      expect(store.counts()).toMatchObject({
        pending: 6,
        leased: 0,
        done: 3,
        failed: 1,
        items: 3,
        retries: 1,
      });
      expect(store.counts().failures).toEqual({
        DNS: { count: 1, example: { url: `${SITE}5`, message: 'no such host' } },
      });
      expect(store.note('mine')).toEqual({ a: 1 });
      expect(yield* store.push(pages(0, 10))).toBe(0);
      const [host] = yield* store.adopt(9);
      if (host === undefined) throw new Error('no host');
      expect(host.state).toEqual({ delay: 7 });
      expect(store.putOffUntil(host.id)).toBe(NOW + 50);
      const leases = yield* store.claim(host.id, 99, NOW + 50);
      expect(leases.map((lease) => [lease.request.url.slice(SITE.length), lease.attempts])).toEqual([
        ['3', 0],
        ['4', 1],
        ['6', 0],
        ['7', 0],
        ['8', 0],
        ['9', 0],
      ]);
      expect(leases[0]?.epoch).toBe(2);
    });
  });

  test('leaves one file behind', async () => {
    const file = newFile();
    await using(file, (store) => store.push(pages(0, 100)));
    expect(readdirSync(path.dirname(file)).sort()).toEqual(['crawl.db']);
    expect(statSync(file).size).toBeGreaterThan(4096);
  });

  test('with another order is refused', async () => {
    const file = newFile();
    await shut(await open(file, { order: 'depth' }));
    await expect(open(file)).rejects.toMatchObject({
      code: 'STORE_ORDER',
      message: `the store ${file}: the crawl was begun with the order 'depth', and goes on with no other ('breadth' was asked for)`,
    });
    await shut(await open(file, { order: 'depth' }));
  });

  test('afresh empties it', async () => {
    const file = newFile();
    await using(file, function* (store) {
      yield* store.push(pages(0, 5000));
      yield* store.setNote('mine', 1);
    });
    const size = statSync(file).size;
    const store = await open(file, { fresh: true, order: 'depth' });
    expect(store.counts().pending).toBe(0);
    expect(store.note('mine')).toBeUndefined();
    expect(await run(() => store.push(pages(0, 1)))).toBe(1);
    await shut(store);
    expect(statSync(file).size).toBeLessThan(size / 2);
  });
});

test('what is put off by the ten thousands at one host is taken up a few at a time, all of it, and none too soon', () =>
  using(':memory:', function* (store) {
    const COUNT = 3000;
    yield* store.push(pages(0, COUNT));
    const [host] = yield* store.adopt(1);
    if (host === undefined) throw new Error('no host');
    for (const lease of yield* store.claim(host.id, COUNT, NOW)) yield* store.putOff(lease, NOW + lease.id);
    const seen: number[] = [];
    for (let n = 0; n < COUNT; n++) {
      const [lease] = yield* store.claim(host.id, 1, NOW + COUNT);
      if (lease === undefined) throw new Error(`no lease after ${n}`);
      seen.push(lease.id);
    }
    expect(seen).toEqual(Array.from({ length: COUNT }, (_, n) => n + 1));
    expect(store.putOffUntil(host.id)).toBe(Infinity);
  }));

describe('commit', () => {
  test('returns when what it was given is on disk, for others to read', () => {
    const file = newFile();
    return using(file, function* (store) {
      yield* store.push(pages(0, 1));
      yield* crawlSome(store, 1);
      const reader = yield* openStoreForReading(file);
      expect(reader.counts()).toMatchObject({ done: 1, items: 1 });
      expect([...reader.items()].map(({ item }) => item)).toEqual([{ url: `${SITE}0` }]);
      yield* reader.close();
    });
  });

  test('of one page at a time takes less than 2 ms', () =>
    using(newFile(), function* (store) {
      yield* store.push(pages(0, 200));
      const [host] = yield* store.adopt(1);
      if (host === undefined) throw new Error('no host');
      const times: number[] = [];
      for (const lease of yield* store.claim(host.id, 200, NOW)) {
        const start = performance.now();
        yield* store.commit(lease, { ...NOTHING, items: [1] });
        times.push(performance.now() - start);
      }
      expect(times.sort((a, b) => a - b)[100]).toBeLessThan(2);
    }));
});

describe('two processes', () => {
  test('a store that is open is refused to others, by the name of who has it, until it is closed', async () => {
    const file = newFile();
    const holder = await child(file, 'hold');
    const refused = {
      code: 'STORE_LOCKED',
      message: `the store ${file}: process ${holder.pid} on ${os.hostname()} is at work on it`,
    };
    await expect(open(file)).rejects.toMatchObject(refused);
    await expect(open(file, { fresh: true })).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    const link = path.join(path.dirname(file), 'link.db');
    symlinkSync(file, link);
    await expect(open(link)).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    await holder.kill();
    const store = await open(file);
    expect(store.counts()).toMatchObject({ leased: 0 });
    await shut(store);
  });

  test('so is one that is open in this process', async () => {
    const file = newFile();
    const store = await open(file);
    await expect(open(file)).rejects.toMatchObject({ code: 'STORE_LOCKED' });
    // The attempt has not let go of the lock.
    const other = await child(file, 'try');
    expect(other.said).toBe('STORE_LOCKED');
    await shut(store);
  });

  test('of many that open it at the same moment one has it', async () => {
    const file = newFile();
    await shut(await open(file));
    const all = await Promise.all(Array.from({ length: 4 }, () => child(file, 'hold-or-say')));
    expect(all.filter(({ said }) => said === 'held')).toHaveLength(1);
    expect(all.filter(({ said }) => said === 'STORE_LOCKED')).toHaveLength(3);
    for (const one of all) await one.kill();
  });

  test('it can be read while another process is at work on it', async () => {
    const file = newFile();
    const writer = await child(file, 'crawl');
    for (let n = 0; n < 20; n++) {
      const reader = await run(() => openStoreForReading(file));
      const before = reader.counts();
      const items = [...reader.items()];
      expect(items.length).toBeGreaterThanOrEqual(before.items);
      expect(new Set(items.map(({ key }) => key)).size).toBe(items.length);
      expect(before.items).toBe(before.done * 2);
      await shut(reader);
      await writer.next();
    }
    await writer.kill();
  });
});

test('after a SIGKILL at any moment all that was acknowledged is there, and nothing half', async () => {
  const file = newFile();
  let acknowledged = 0;
  for (let round = 0; round < 6; round++) {
    const writer = await child(file, 'crawl');
    for (let n = 0; n < 1 + round * 5; n++)
      acknowledged = Math.max(acknowledged, Number(await writer.next()));
    await writer.kill();
    const reader = await run(() => openStoreForReading(file));
    expect(reader.counts().done).toBeGreaterThanOrEqual(acknowledged);
    await shut(reader);
    await using(file, function* (store) {
      const { done, items, pending, leased } = store.counts();
      expect(done).toBeGreaterThanOrEqual(acknowledged);
      acknowledged = done;
      // Each page has two items and leads to three pages; the crawl began with one.
      expect(items).toBe(2 * done);
      expect(leased).toBe(0);
      expect(pending).toBe(1 + 3 * done - done);
      const perPage = new Map<string, number>();
      for (const { url } of store.items()) perPage.set(url, (perPage.get(url) ?? 0) + 1);
      expect(perPage.size).toBe(done);
      expect([...perPage.values()].every((count) => count === 2)).toBe(true);
      expect(yield* store.adopt(10)).toHaveLength(1);
    });
    const database = new DatabaseSync(file, { readOnly: true });
    expect(database.prepare('PRAGMA integrity_check').all()).toEqual([{ integrity_check: 'ok' }]);
    const waiting = 'SELECT sum(waiting) AS n FROM hosts';
    const pending = 'SELECT count(*) AS n FROM requests WHERE state IN (0, 1)';
    expect(database.prepare(waiting).get()).toEqual(database.prepare(pending).get());
    database.close();
  }
}, 30_000);

describe('what is no store', () => {
  test.each([
    [
      'text',
      (file: string) => writeFileSync(file, 'not a database at all'.repeat(100)),
      'STORE_FORMAT',
      /no SQLite database/,
    ],
    [
      'another database',
      (file: string) => other(file, 'CREATE TABLE precious (x)'),
      'STORE_FORMAT',
      /no store of Gleaner/,
    ],
    [
      'another kind of database',
      (file: string) => other(file, 'PRAGMA application_id = 7'),
      'STORE_FORMAT',
      /no store of Gleaner/,
    ],
    ['a folder', (file: string) => mkdirSync(file), 'STORE_IO', /a file was expected/],
  ])('%s is refused, and left as it is', async (_, make, code, message) => {
    const file = newFile();
    make(file);
    const before = statSync(file).isFile() ? readFileSync(file) : undefined;
    for (const options of [{}, { fresh: true }]) {
      const refused = open(file, options);
      await expect(refused).rejects.toMatchObject({ name: 'StoreError', code });
      await expect(refused).rejects.toThrow(message);
      await expect(refused).rejects.toThrow(file);
    }
    await expect(run(() => openStoreForReading(file))).rejects.toMatchObject({ code });
    if (before !== undefined) expect(readFileSync(file)).toEqual(before);
    expect(existsSync(`${file}.lock`)).toBe(false);
  });

  test('a store of a newer version is refused, but for beginning afresh', async () => {
    const file = newFile();
    await using(file, (store) => store.push(pages(0, 3)));
    other(file, 'PRAGMA user_version = 99');
    await expect(open(file)).rejects.toThrow(
      /written by another version of Gleaner \(its layout is 99; this one reads 2\)/,
    );
    await expect(run(() => openStoreForReading(file))).rejects.toMatchObject({ code: 'STORE_FORMAT' });
    const store = await open(file, { fresh: true });
    expect(store.counts().pending).toBe(0);
    await shut(store);
  });

  test('a file that is not there, or is empty, cannot be read; a folder that is not there is said so', async () => {
    const file = newFile();
    await expect(run(() => openStoreForReading(file))).rejects.toMatchObject({ code: 'STORE_IO' });
    expect(existsSync(file)).toBe(false);
    writeFileSync(file, '');
    await expect(run(() => openStoreForReading(file))).rejects.toMatchObject({ code: 'STORE_FORMAT' });
    await using(file, (store) => store.push(pages(0, 1)));
    await expect(open(path.join(file, '..', 'nowhere', 'x.db'))).rejects.toMatchObject({ code: 'STORE_IO' });
  });
});

test('a damaged store says so, whatever has become of its bytes', async () => {
  const sound = newFile();
  await using(sound, function* (store) {
    yield* store.push(pages(0, 2000));
    yield* crawlSome(store, 500);
  });
  const size = statSync(sound).size;
  const damages: ((file: string) => void)[] = [
    (file) => truncateSync(file, Math.floor(size / 2 / 4096) * 4096),
    (file) => truncateSync(file, 5000),
    (file) => writeFileSync(file, readFileSync(file).fill(0xff, 4096)),
    (file) => writeFileSync(file, readFileSync(file).fill(0, 4096 * 2)),
    (file) => writeFileSync(file, readFileSync(file).fill(0x41, 100, 4096)),
  ];
  const use = (file: string): Promise<void> =>
    using(file, function* (store) {
      yield* store.push(pages(1500, 2500));
      for (let n = 0; n < 5; n++) yield* crawlSome(store, 300);
      expect([...store.items()].length).toBe(store.counts().items);
      expect([...store.failures()]).toEqual([]);
    });
  for (const damage of damages) {
    const file = newFile();
    copyFileSync(sound, file);
    damage(file);
    await expect(use(file)).rejects.toMatchObject({ name: 'StoreError', code: 'STORE_DAMAGED', file });
    await expect(use(file)).rejects.toMatchObject({ name: 'StoreError', code: 'STORE_DAMAGED' });
  }
});

test('a disk that is full is said so; what was committed before is there, and it goes on when there is room', async () => {
  const file = newFile();
  // The system's limit on the size of files stands for a disk that is full.
  const writer = await child(file, 'crawl', 2048);
  let acknowledged = 0;
  let last = await writer.next();
  for (; /^\d+$/.test(last); last = await writer.next()) acknowledged = Number(last);
  expect(last).toBe('STORE_FULL');
  expect(acknowledged).toBeGreaterThan(10);
  await writer.kill();
  await using(file, function* (store) {
    const { done, items } = store.counts();
    expect(done).toBe(acknowledged);
    expect(items).toBe(2 * done);
    yield* crawlSome(store, 10);
    expect(store.counts().done).toBe(done + 10);
  });
}, 30_000);

describe('what goes wrong in the middle of a page', () => {
  /** SQLite fails at the second item of any page: when the first is written already, and the transaction open. */
  const FAILING = `CREATE TRIGGER failing BEFORE INSERT ON items WHEN new.n = 1 BEGIN SELECT RAISE(FAIL, 'no second item'); END`;

  test('nothing of the page lands, nor of those that came with it; all are told; nothing more is done', async () => {
    const file = newFile();
    await using(file, (store) => store.push(pages(0, 5)));
    other(file, FAILING);
    const store = await open(file);
    await run(function* () {
      const [host] = yield* store.adopt(1);
      const [first, second, third, fourth] = yield* store.claim(host?.id ?? 0, 4, NOW);
      if (first === undefined || second === undefined || third === undefined || fourth === undefined)
        throw new Error('no lease');
      yield* store.commit(first, { ...NOTHING, items: ['landed'] });
      const counted = store.counts();
      const found = request(`${SITE}found`);
      const outcomes = yield* settled([
        store.commit(second, { ...NOTHING, items: ['comes to nothing'] }),
        store.commit(third, { ...NOTHING, items: [1, 2], requests: [found] }),
        store.commit(fourth, NOTHING),
        store.push([request(`${SITE}more`)]),
        store.setNote('mine', 1),
      ]);
      for (const { status, ...rest } of outcomes) {
        expect(status).toBe('rejected');
        expect(rest).toMatchObject({ reason: { name: 'StoreError', code: 'STORE_IO' } });
        expect(rest).toMatchObject({ reason: { message: `the store ${file}: no second item` } });
      }
      expect(store.counts()).toEqual(counted);
    });
    await shut(store);
    expect(readdirSync(path.dirname(file))).toEqual(['crawl.db']);
    other(file, 'DROP TRIGGER failing');
    await using(file, function* (again) {
      expect(again.counts()).toMatchObject({ pending: 4, leased: 0, done: 1, items: 1, failed: 0 });
      expect([...again.items()].map(({ item }) => item)).toEqual(['landed']);
      expect(yield* again.push([request(`${SITE}found`), request(`${SITE}more`)])).toBe(2);
      expect(again.note('mine')).toBe(undefined);
    });
  });

  test('when it is closed then, with a page that waits: that is told, and the lock let go', async () => {
    const file = newFile();
    await using(file, (store) => store.push(pages(0, 3)));
    const store = await open(file);
    await run(function* () {
      const [host] = yield* store.adopt(1);
      const [landed, lease] = yield* store.claim(host?.id ?? 0, 2, NOW);
      if (landed === undefined || lease === undefined) throw new Error('no lease');
      yield* store.commit(landed, { ...NOTHING, items: ['landed'] });
      // What is written when a group is committed cannot be.
      const spoiler = new DatabaseSync(file);
      spoiler.exec(
        `CREATE TRIGGER failing BEFORE UPDATE ON own WHEN new.name = 'counts' BEGIN SELECT RAISE(FAIL, 'no counts'); END`,
      );
      spoiler.close();
      const [committed, closed] = yield* settled([
        store.commit(lease, { ...NOTHING, items: ['lost'] }),
        store.close(),
      ]);
      expect(committed).toMatchObject({ status: 'rejected', reason: { code: 'STORE_IO' } });
      expect(closed).toMatchObject({ status: 'rejected', reason: { code: 'STORE_IO' } });
    });
    other(file, 'DROP TRIGGER failing');
    await using(file, function* (again) {
      expect(again.counts()).toMatchObject({ pending: 2, done: 1, items: 1 });
      expect(yield* again.adopt(9)).toHaveLength(1);
    });
  });
});

function other(file: string, sql: string): void {
  const database = new DatabaseSync(file);
  database.exec(sql);
  database.close();
}

/** A program that does something to a store and says lines about it. */
let program = '';
beforeAll(async () => {
  program = path.join(import.meta.dirname, `../../node_modules/.cache/store-process-${process.pid}.mjs`);
  await build({
    stdin: { contents: PROGRAM, resolveDir: import.meta.dirname, loader: 'ts' },
    outfile: program,
    bundle: true,
    format: 'esm',
    platform: 'node',
    external: ['@photostructure/sqlite'],
    alias: { '@gleaner/coroutine': path.join(import.meta.dirname, '../../../coroutine/src/index.ts') },
  });
});
afterAll(() => rmSync(program, { force: true }));

const PROGRAM = `
import { run } from '@gleaner/coroutine';
import { openStore } from './sqlite-store.ts';
const [file, what] = process.argv.slice(2);
const say = (line) => process.stdout.write(line + '\\n');
const page = (n) => ({
  url: 'https://site.example/' + n, key: 'https://site.example/' + n, method: 'GET', headers: {}, body: undefined,
  priority: 0, depth: 0, label: undefined, data: undefined, session: undefined,
});
try {
  await run(function* () {
    const store = yield* openStore(file);
    if (what === 'crawl') {
      yield* store.push([page(1)]);
      const [host] = yield* store.adopt(1);
      let { done } = store.counts();
      for (;;) {
        const leases = yield* store.claim(host.id, 4, Date.now());
        for (const lease of leases) {
          const n = Number(lease.request.url.split('/').pop());
          const text = 'x'.repeat(500);
          yield* store.commit(lease, {
            items: [{ n, text }, { n, text }],
            requests: [3 * n - 1, 3 * n, 3 * n + 1].map(page),
            status: 200,
            bytes: 10,
          });
          say(String(++done));
        }
      }
    }
    say('held');
    yield* store.push([page(1)]);
    const [host] = yield* store.adopt(1);
    yield* store.claim(host.id, 1, Date.now());
    setInterval(() => {}, 1000);
  });
} catch (error) {
  say(error.code ?? error.stack);
}
`;

interface Child {
  readonly pid: number;
  /** The first line that it said. */
  readonly said: string;
  next(): Promise<string>;
  kill(): Promise<void>;
}

/** @param maxKilobytes how large a file may become that it writes */
async function child(file: string, what: string, maxKilobytes?: number): Promise<Child> {
  const limit = maxKilobytes === undefined ? '' : `ulimit -f ${maxKilobytes * 2}; trap '' XFSZ; `;
  const command = `${limit}exec "$0" "$@"`;
  const process_ = spawn('sh', ['-c', command, process.execPath, program, file, what], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exited = once(process_, 'exit');
  const lines = createInterface(process_.stdout)[Symbol.asyncIterator]();
  const next = async (): Promise<string> => {
    const line = await lines.next();
    return line.done === true ? 'ended' : line.value;
  };
  return {
    pid: Number(process_.pid),
    said: await next(),
    next,
    async kill() {
      process_.kill('SIGKILL');
      await exited;
    },
  };
}
