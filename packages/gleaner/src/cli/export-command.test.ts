import { run } from '@gleaner/coroutine';
import { mkdtempSync, readFileSync, rmSync, truncateSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { glean, linesOfJson } from '../../test/command.ts';
import { request } from '../../test/store-model.ts';
import { openStore } from '../store/sqlite-store.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'glean-export-'));
afterAll(() => rmSync(folder, { recursive: true }));

test('of a damaged store, glean export says how what can be read is had, and what was lost', async () => {
  const file = path.join(folder, 'cut.glean');
  await run(function* () {
    const store = yield* openStore(file);
    yield* store.push(Array.from({ length: 2_000 }, (_, n) => request(`https://a.example/${n}`)));
    const [host] = yield* store.adopt(1);
    for (const lease of yield* store.claim(host?.id ?? 0, 2_000, 0))
      yield* store.commit(lease, { items: [{ n: lease.id }], requests: [], status: 200, bytes: 1 });
    yield* store.close();
  });
  truncateSync(file, Math.floor(readFileSync(file).length * 0.8));

  const plain = await glean('export', file);
  expect(plain).toMatchObject({ code: 3, stdout: '' });
  expect(plain.stderr).toContain('the file is damaged; glean export --salvage writes what can be read of it');

  const { code, stdout, stderr } = await glean('export', file, '--salvage');
  expect(code).toBe(1);
  const items = linesOfJson(stdout) as { n: number }[];
  expect(items.length).toBeGreaterThan(100);
  expect(new Set(items.map(({ n }) => n)).size).toBe(items.length);
  const [written, lost] =
    /^([\d,]+) items written, ([\d,]+) could not be read\n$/.exec(stderr)?.slice(1) ?? [];
  expect(Number(written?.replace(',', ''))).toBe(items.length);
  expect(Number(lost?.replace(',', ''))).toBe(2_000 - items.length);
});
