import { all, run, sleep, until, VirtualClock, type CoroutineBody } from '@gleaner/coroutine';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { body, startServer, until as condition } from '../../test/server.ts';
import { folder, type Download } from './downloads.ts';

const scratch = mkdtempSync(path.join(os.tmpdir(), 'gleaner-downloads-'));
afterAll(() => rmSync(scratch, { recursive: true }));

function* get(url: string): CoroutineBody<Download> {
  const response = yield* until(fetch(url));
  const content = yield* until(response.arrayBuffer());
  return {
    status: response.status,
    headers: Object.fromEntries(response.headers),
    body: new Uint8Array(content),
  };
}

describe('a folder of downloads', () => {
  test('keeps what addresses lead to, each whole and under its own name', async () => {
    await using server = await startServer({
      '/a/pic': body(Buffer.from([1, 2, 3]), { 'content-type': 'image/png' }),
      '/a/PIC': body(Buffer.from([4]), { 'content-type': 'image/png' }),
      '/b.txt?x=1': body('text'),
    });
    const target = path.join(scratch, 'new', 'folder');
    const urls = ['/a/pic', '/a/PIC', '/b.txt?x=1', '/a/pic'].map((name) => server.origin + name);
    const saved = await run(function* () {
      const files = yield* folder(target, get);
      return yield* all(urls.map((url) => files.save(url)));
    });
    expect(saved.map(({ url }) => url)).toEqual(urls);
    expect(saved.map(({ bytes }) => bytes)).toEqual([3, 1, 4, 3]);
    expect(saved[0]?.path).toBe(saved[3]?.path);
    expect(saved[0]?.name).toMatch(/^pic-[0-9a-f]{12}\.png$/);
    expect([...readFileSync(saved[0]?.path ?? '')]).toEqual([1, 2, 3]);
    expect(readdirSync(target).sort()).toEqual([...new Set(saved.map(({ name }) => name))].sort());
  });

  test('is a sink of addresses, and throws for what is not there', async () => {
    await using server = await startServer({ '/a': body('x') });
    const target = path.join(scratch, 'sink');
    await run(function* () {
      const files = yield* folder(target, get);
      yield* files.write(`${server.origin}/a`, 'key');
    });
    expect(readdirSync(target)).toHaveLength(1);
    const missing = run(function* () {
      const files = yield* folder(target, get);
      yield* files.save(`${server.origin}/b`);
    });
    await expect(missing).rejects.toMatchObject({ name: 'PageError', code: 'HTTP_404' });
    expect(readdirSync(target)).toHaveLength(1);
  });

  test('leaves nothing half done when it is cancelled, or cannot write', async () => {
    const target = path.join(scratch, 'cancelled');
    function* endless(): CoroutineBody<Download> {
      yield* sleep(1e9);
      return { status: 200, headers: {}, body: Buffer.from('x') };
    }
    const work = run(
      function* () {
        yield* (yield* folder(target, endless)).save('https://a.example/x');
      },
      { clock: new VirtualClock() },
    );
    await condition(() => existsSync(target));
    await work.cancel();
    expect(readdirSync(target)).toEqual([]);
    const file = path.join(scratch, 'file');
    writeFileSync(file, '');
    await expect(run(() => folder(path.join(file, 'sub'), get))).rejects.toMatchObject({ code: 'ENOTDIR' });
  });
});
