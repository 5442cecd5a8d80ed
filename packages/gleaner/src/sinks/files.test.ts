import { run, sleep, VirtualClock, type Operation } from '@gleaner/coroutine';
import { mkdtempSync, readdirSync, readlinkSync, rmSync, statSync, symlinkSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { afterAll, describe, expect, test } from 'vitest';
import { turn } from '../../test/server.ts';
import type { Sink } from './sink.ts';
import { sinkFor } from './sink-for.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'gleaner-files-'));
afterAll(() => rmSync(folder, { recursive: true }));

setFlagsFromString('--expose-gc');
const collect = runInNewContext('gc') as () => void;

function memory(): number {
  collect();
  const { heapUsed, external } = process.memoryUsage();
  return heapUsed + external;
}

/** The open files in the folder. */
function open(): string[] {
  return readdirSync('/proc/self/fd').flatMap((fd) => {
    try {
      const target = readlinkSync(`/proc/self/fd/${fd}`);
      return target.startsWith(folder) ? [path.basename(target)] : [];
    } catch {
      // The one that was open to list them.
      return [];
    }
  });
}

const item = (i: number): object => ({
  i,
  title: `A title of no great length, number ${i}`,
  tags: ['a', { b: i }],
  at: new Date(i),
});

describe.each(['.jsonl', '.json', '.csv', '.sqlite', '.parquet'])('a %s file', (extension) => {
  test('takes 100,000 items with flat memory', { timeout: 60_000 }, async () => {
    const file = path.join(folder, `many${extension}`);
    const used: number[] = [];
    await run(function* () {
      const sink = yield* sinkFor(file);
      for (let i = 0; i < 100_000; i++) {
        yield* sink.write(item(i), String(i));
        if (i === 19_999 || i === 99_999) used.push(memory());
      }
    });
    const [early = 0, late = 0] = used;
    expect(late - early).toBeLessThan(4 * 1024 * 1024);
    expect(statSync(file).size).toBeGreaterThan(1024 * 1024);
  });

  test('is closed when the task is cancelled in the middle', async () => {
    const file = path.join(folder, `cancelled${extension}`);
    let written = 0;
    const work = run(
      function* () {
        const sink = yield* sinkFor(file);
        for (; ; written++) {
          yield* sink.write(item(written), String(written));
          if (written % 50 === 49) yield* sleep(1);
        }
      },
      { clock: new VirtualClock({ autojump: true }) },
    );
    while (written < 3000) await new Promise((resolve) => setImmediate(resolve));
    expect(open()).toContain(path.basename(file));
    await work.cancel();
    // The driver lets go of a file when the garbage collector has come by its statements.
    if (extension === '.sqlite') collect();
    await turn();
    expect(open()).toEqual([]);
  });

  test.skipIf(extension === '.sqlite')(
    'on a full disk says so once, with its name',
    { timeout: 20_000 },
    async () => {
      const full = path.join(folder, `full${extension}`);
      symlinkSync('/dev/full', full);
      for (const count of [1, 20_000]) {
        const error = await failureOf(sinkFor(full), count);
        expect(error).toMatchObject({ name: 'SinkError', code: 'ENOSPC', target: full });
        expect((error as Error).message).toBe(`ENOSPC: no space left on device, write '${full}'`);
      }
    },
  );

  test('that cannot be opened says so once, with its name', async () => {
    const file = path.join(folder, 'nowhere', `a${extension}`);
    const error = await failureOf(sinkFor(file), 1);
    expect(error).toMatchObject({
      name: 'SinkError',
      code: extension === '.sqlite' ? 'SQLITE_CANTOPEN' : 'ENOENT',
    });
    expect(String((error as { target?: unknown }).target)).toContain(file);
  });
});

async function failureOf(sink: Operation<Sink>, count: number): Promise<unknown> {
  return await run(function* () {
    const held = yield* sink;
    for (let i = 0; i < count; i++) yield* held.write(item(i), String(i));
  }).then(
    () => undefined,
    (error: unknown) => error,
  );
}
