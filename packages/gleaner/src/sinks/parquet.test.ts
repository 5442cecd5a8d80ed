import { run } from '@gleaner/coroutine';
import { asyncBufferFromFile, parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { parquetFile, type ParquetOptions } from './parquet.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'gleaner-parquet-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, 'a.parquet');

async function write(items: readonly unknown[], options?: ParquetOptions): Promise<void> {
  await run(function* () {
    const parquet = yield* parquetFile(file, options);
    for (const item of items) yield* parquet.write(item);
  });
}

async function read() {
  const buffer = await asyncBufferFromFile(file);
  const { schema, row_groups: groups } = await parquetMetadataAsync(buffer);
  return {
    rows: await parquetReadObjects({ file: buffer }),
    columns: schema.slice(1).map(({ name, type, converted_type: kind }) => `${name} ${kind ?? type ?? ''}`),
    groups: groups.map((group) => Number(group.num_rows)),
  };
}

describe('a Parquet file', () => {
  test('has typed columns, and nulls', async () => {
    const at = new Date(1e12);
    await write([
      { text: 'é', n: 1.5, yes: true, at, nested: { a: [1] }, none: null, mixed: 1 },
      { n: -3, mixed: { b: 2 }, late: 'x' },
      {},
    ]);
    const { rows, columns } = await read();
    expect(columns).toEqual([
      'text UTF8',
      'n DOUBLE',
      'yes BOOLEAN',
      'at TIMESTAMP_MILLIS',
      'nested JSON',
      'none UTF8',
      'mixed UTF8',
      'late UTF8',
    ]);
    const nothing = {
      text: null,
      n: null,
      yes: null,
      at: null,
      nested: null,
      none: null,
      mixed: null,
      late: null,
    };
    expect(rows).toEqual([
      { ...nothing, text: 'é', n: 1.5, yes: true, at, nested: { a: [1] }, mixed: '1' },
      { ...nothing, n: -3, mixed: '{"b":2}', late: 'x' },
      nothing,
    ]);
  });

  test('is written a row group at a time; what its columns cannot hold later is in one more', async () => {
    await write([{ a: 1, _other: 'mine' }, { a: 2 }, { a: 'n/a', b: { c: 1 } }, { a: 4 }, { a: 5 }], {
      rowGroup: 2,
    });
    const { rows, columns, groups } = await read();
    expect(groups).toEqual([2, 2, 1]);
    expect(columns).toEqual(['a DOUBLE', '_other UTF8', '_other_ JSON']);
    expect(rows).toEqual([
      { a: 1, _other: 'mine', _other_: null },
      { a: 2, _other: null, _other_: null },
      { a: null, _other: null, _other_: { a: 'n/a', b: { c: 1 } } },
      { a: 4, _other: null, _other_: null },
      { a: 5, _other: null, _other_: null },
    ]);
  });

  test('has the columns of a schema, and refuses what does not fit', async () => {
    const schema = {
      id: 'int64',
      s: 'string',
      j: 'json',
      t: 'timestamp',
      b: 'boolean',
      d: 'double',
    } as const;
    const at = '2026-11-22T10:00:00+02:00';
    await write([{ id: 2 ** 40, s: 5, j: 'x', t: at, b: false, d: 0.1, more: 1 }, {}], { schema });
    const nothing = { id: null, s: null, j: null, t: null, b: null, d: null };
    expect((await read()).rows).toEqual([
      { id: 2n ** 40n, s: '5', j: 'x', t: new Date(at), b: false, d: 0.1 },
      nothing,
    ]);
    for (const item of [{ id: 0.5 }, { t: 'soon' }, { b: 1 }, { d: 'x' }])
      await expect(write([item], { schema })).rejects.toMatchObject({ name: 'SinkError', code: 'VALUE' });
    expect(() => parquetFile(file, { schema: { a: 'float' as 'double' } })).toThrow(
      'schema.a must be one of string',
    );
    expect(() => parquetFile(file, { rowGroup: 0 })).toThrow('rowGroup must be');
  });

  test('can be read with no items, and when the task has failed', async () => {
    await write([]);
    expect((await read()).rows).toEqual([]);
    await write([], { schema: { a: 'double' } });
    expect(await read()).toEqual({ rows: [], columns: ['a DOUBLE'], groups: [] });
    const work = run(function* () {
      const parquet = yield* parquetFile(file, { rowGroup: 2 });
      for (let i = 0; i < 3; i++) yield* parquet.write({ i });
      throw new Error('mine');
    });
    await expect(work).rejects.toThrow('mine');
    expect((await read()).rows).toEqual([
      { i: 0, _other: null },
      { i: 1, _other: null },
      { i: 2, _other: null },
    ]);
  });

  test('has row groups that are bounded in size as well', async () => {
    const text = 'x'.repeat(8 * 1024 * 1024);
    await write(Array.from({ length: 6 }, (_, i) => ({ text: `${i}${text}` })));
    expect((await read()).groups).toEqual([4, 2]);
  });
});
