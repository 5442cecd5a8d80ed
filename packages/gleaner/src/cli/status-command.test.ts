import { run } from '@gleaner/coroutine';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { glean } from '../../test/command.ts';
import { request } from '../../test/store-model.ts';
import { openStore } from '../store/sqlite-store.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'glean-status-'));
afterAll(() => rmSync(folder, { recursive: true }));

let files = 0;
/** A store in which so many requests wait, by host. */
async function storeOf(waiting: Record<string, number>): Promise<string> {
  const file = path.join(folder, `${++files}.glean`);
  await run(function* () {
    const store = yield* openStore(file);
    for (const [host, count] of Object.entries(waiting))
      yield* store.push(Array.from({ length: count }, (_, n) => request(`https://${host}/${n}`)));
    yield* store.close();
  });
  return file;
}

async function status(...args: string[]): Promise<string> {
  const { code, stdout } = await glean('status', ...args);
  expect(code).toBe(0);
  return stdout;
}

describe('glean status: who is waited for', () => {
  test('the hosts are told for which most requests wait, the most first', async () => {
    const file = await storeOf({ 'a.example': 2, 'b.example': 1_234, 'c.example:8443': 5 });
    expect(await status(file)).toBe(
      [
        `${file}: 1,241 pending`,
        '0 items · 0 pages done · 0 failed · 1,241 left · 0 B',
        '  waiting by host:',
        '     1,234 × https://b.example',
        '         5 × https://c.example:8443',
        '         2 × https://a.example',
        '',
      ].join('\n'),
    );
    expect(JSON.parse(await status(file, '--json'))).toMatchObject({
      store: file,
      pending: 1_241,
      waiting: [
        { origin: 'https://b.example', waiting: 1_234 },
        { origin: 'https://c.example:8443', waiting: 5 },
        { origin: 'https://a.example', waiting: 2 },
      ],
    });
  });

  test('ten of them at most', async () => {
    const file = await storeOf(
      Object.fromEntries(Array.from({ length: 12 }, (_, n) => [`h${n}.example`, n + 1])),
    );
    const lines = (await status(file)).trim().split('\n');
    expect(lines.slice(2)).toEqual([
      '  waiting by host, the first 10:',
      ...Array.from({ length: 10 }, (_, n) => `${String(12 - n).padStart(10)} × https://h${11 - n}.example`),
    ]);
    const { waiting } = JSON.parse(await status(file, '--json')) as { waiting: unknown[] };
    expect(waiting).toHaveLength(10);
  });

  test('none, when nothing waits', async () => {
    const file = await storeOf({});
    expect(await status(file)).toBe(`${file}: nothing yet\n0 items · 0 pages done · 0 failed · 0 B\n`);
    expect(JSON.parse(await status(file, '--json'))).toMatchObject({ waiting: [] });
  });
});
