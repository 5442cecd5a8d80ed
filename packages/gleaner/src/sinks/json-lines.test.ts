import { run } from '@gleaner/coroutine';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { PassThrough, Writable } from 'node:stream';
import { afterAll, describe, expect, test } from 'vitest';
import { turn } from '../../test/server.ts';
import { JsonLines, jsonLinesFile } from './json-lines.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'gleaner-lines-'));
afterAll(() => rmSync(folder, { recursive: true }));

describe('a file of JSON lines', () => {
  test('is complete when the task has ended, however it ends', async () => {
    const file = path.join(folder, 'a.jsonl');
    const work = run(function* () {
      const lines = yield* jsonLinesFile(file);
      for (const item of [{ a: 'é\n' }, 5, undefined, null]) yield* lines.write(item);
      throw new Error('mine');
    });
    await expect(work).rejects.toThrow('mine');
    expect(readFileSync(file, 'utf8')).toBe('{"a":"é\\n"}\n5\nnull\nnull\n');
  });

  test('takes more than fits in memory at once', async () => {
    const file = path.join(folder, 'b.jsonl');
    await run(function* () {
      const lines = yield* jsonLinesFile(file);
      for (let i = 0; i < 5000; i++) yield* lines.write('x'.repeat(100));
    });
    expect(readFileSync(file, 'utf8').split('\n')).toHaveLength(5001);
  });

  test('that cannot be opened or written throws the system’s error', async () => {
    const nowhere = run(() => jsonLinesFile(path.join(folder, 'missing', 'a.jsonl')));
    await expect(nowhere).rejects.toMatchObject({ code: 'ENOENT' });
    const full = run(function* () {
      const lines = yield* jsonLinesFile('/dev/full');
      yield* lines.write(1);
    });
    await expect(full).rejects.toMatchObject({ code: 'ENOSPC' });
  });
});

describe('JSON lines into a stream', () => {
  test('wait while the other side cannot keep up', async () => {
    const stream = new PassThrough({ highWaterMark: 10 });
    const lines = new JsonLines(stream);
    let written = 0;
    const work = run(function* () {
      for (; written < 3; written++) yield* lines.write('x'.repeat(20));
    });
    await turn(5);
    expect(written).toBe(0);
    stream.resume();
    await work;
    expect(written).toBe(3);
    expect(['drain', 'close'].map((name) => stream.listenerCount(name))).toEqual([0, 0]);
  });

  test('throw what went wrong with the other side, also to who waits for that alone', async () => {
    const gone = Object.assign(new Error('gone'), { code: 'EPIPE' });
    const stream = new Writable({ write: (_chunk, _encoding, done) => void setImmediate(done, gone) });
    const lines = new JsonLines(stream);
    const broken = run(() => lines.broken()).then(
      () => undefined,
      (error: unknown) => error,
    );
    await run(() => lines.write(1));
    expect(await broken).toBe(gone);
    await expect(run(() => lines.write(2))).rejects.toBe(gone);
  });
});
