import { all, run } from '@gleaner/coroutine';
import { spawn as start } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
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

  test('is added to where asked, after a last line that was cut off is taken away', async () => {
    const file = path.join(folder, 'c.jsonl');
    const append = (item: unknown) =>
      run(function* () {
        const lines = yield* jsonLinesFile(file, { append: true });
        yield* lines.write(item);
      });
    await append(1);
    await append(2);
    expect(readFileSync(file, 'utf8')).toBe('1\n2\n');
    writeFileSync(file, '1\n{"a":"é');
    await append(3);
    expect(readFileSync(file, 'utf8')).toBe('1\n3\n');
    writeFileSync(file, '1\n{"a":"é"}');
    await append(4);
    expect(readFileSync(file, 'utf8')).toBe('1\n{"a":"é"}\n4\n');
    writeFileSync(file, `1\n"${'x'.repeat(200_000)}`);
    await append(5);
    expect(readFileSync(file, 'utf8')).toBe('1\n5\n');
    writeFileSync(file, '{"half');
    await append(6);
    expect(readFileSync(file, 'utf8')).toBe('6\n');
  });

  test('is not added to if it does not consist of lines', async () => {
    const file = path.join(folder, 'd.jsonl');
    writeFileSync(file, Buffer.alloc(65 * 1024 * 1024, 'x'));
    await expect(run(() => jsonLinesFile(file, { append: true }))).rejects.toMatchObject({
      code: 'NOT_LINES',
    });
    await expect(run(() => jsonLinesFile(folder, { append: true }))).rejects.toMatchObject({
      code: 'EISDIR',
    });
  });

  test('has all that was written when it has been flushed', async () => {
    const file = path.join(folder, 'e.jsonl');
    await run(function* () {
      const lines = yield* jsonLinesFile(file);
      for (let i = 0; i < 3; i++) yield* lines.write(i);
      if (lines.flush !== undefined) yield* lines.flush();
      expect(readFileSync(file, 'utf8')).toBe('0\n1\n2\n');
    });
    const full = run(function* () {
      const lines = yield* jsonLinesFile('/dev/full');
      yield* lines.write(1);
      if (lines.flush !== undefined) yield* lines.flush();
    });
    await expect(full).rejects.toMatchObject({ code: 'ENOSPC' });
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

  test('wait with any number of writers behind one listener', async () => {
    const stream = new PassThrough({ highWaterMark: 10 });
    const lines = new JsonLines(stream);
    const work = run(() => all(Array.from({ length: 50 }, (_, i) => lines.write('x'.repeat(20 + i)))));
    await turn(5);
    expect(stream.listenerCount('drain')).toBe(1);
    stream.resume();
    await work;
    expect(stream.listenerCount('drain')).toBe(0);
  });

  test('throw that the stream was closed, though it says nothing itself', async () => {
    const stream = new PassThrough();
    const lines = new JsonLines(stream);
    stream.destroy();
    await turn();
    await expect(run(() => lines.write(1))).rejects.toMatchObject({ code: 'EPIPE' });
  });

  test('throw that the pipe was closed, once', async () => {
    const { stdin } = start('head', ['-c', '1'], { stdio: ['pipe', 'ignore', 'inherit'] });
    const lines = new JsonLines(stdin);
    const work = run(function* () {
      for (;;) yield* lines.write('x'.repeat(1000));
    });
    await expect(work).rejects.toMatchObject({
      code: expect.stringMatching(/^(EPIPE|ECONNRESET)$/) as string,
    });
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
