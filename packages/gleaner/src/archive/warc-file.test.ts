import { run } from '@gleaner/coroutine';
import fc from 'fast-check';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { gzipSync } from 'node:zlib';
import { openWarcFile, type Damage, type StoredRecord } from './warc-file.ts';
import { serialisedRecord, type WarcRecord } from './warc-record.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'gleaner-warc-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;

const record = (id: string, block: string | Buffer = id, more: WarcRecord['fields'] = []): Buffer =>
  serialisedRecord({
    fields: [['WARC-Type', 'resource'], ['WARC-Record-ID', id], ...more],
    block: [Buffer.from(block)],
  });
const packed = (...given: Parameters<typeof record>): Buffer => gzipSync(record(...given));

interface Read {
  records: StoredRecord[];
  damages: Damage[];
  ids: (string | undefined)[];
}

/** Reads a file of some bytes to its end. */
async function read(extension: string, bytes: Buffer, mostBlock = 1_000_000): Promise<Read> {
  const file = path.join(folder, `${++files}${extension}`);
  writeFileSync(file, bytes);
  const damages: Damage[] = [];
  const records: StoredRecord[] = [];
  await run(function* reading() {
    const warc = yield* openWarcFile(file, mostBlock, (damage) => damages.push(damage));
    for (;;) {
      const found = yield* warc.next();
      if (found === undefined) break;
      records.push({ ...found, block: Buffer.from(found.block) });
    }
    yield* warc.close();
  });
  return { records, damages, ids: records.map(({ fields }) => fields.get('warc-record-id')) };
}

const noise = (length: number): Buffer =>
  Buffer.from(
    Uint32Array.from({ length: Math.ceil(length / 4) }, (_, i) => Math.imul(i + 1, 2654435761)).buffer,
  );

describe.each([
  ['.warc.gz', packed],
  ['.warc', record],
])('a %s file', (extension, written) => {
  test('gives every record with its fields, its block and its place', async () => {
    const parts = [
      written('a', 'block a', [
        ['X', '1'],
        ['x', '2'],
      ]),
      written('b', ''),
      written('c', noise(100_000)),
    ];
    const { records, damages } = await read(extension, Buffer.concat(parts));
    expect(damages).toEqual([]);
    expect(records.map(({ block }) => block)).toEqual([
      Buffer.from('block a'),
      Buffer.from(''),
      noise(100_000),
    ]);
    expect(records[0]?.fields.get('x')).toBe('1\n2');
    let offset = 0;
    for (const [i, part] of parts.entries()) {
      expect(records[i]).toMatchObject({ offset, length: part.length });
      offset += part.length;
    }
  });

  test('gives records that are larger than what is held of them: the beginning, and how long they are', async () => {
    const large = Buffer.alloc(9_000_000, 'line of text\n');
    const parts = [written('a'), written('large', large), written('b', noise(3_000_000)), written('c')];
    const { records, ids, damages } = await read(extension, Buffer.concat(parts), 1000);
    expect({ ids, damages }).toEqual({ ids: ['a', 'large', 'b', 'c'], damages: [] });
    expect(records[1]).toMatchObject({ block: large.subarray(0, 1000), blockLength: large.length });
    expect(records[2]).toMatchObject({ block: noise(3_000_000).subarray(0, 1000), blockLength: 3_000_000 });
  });

  test('that was cut short in the middle of a record has all before it, wherever it was cut', async () => {
    const parts = [written('a'), written('b', noise(300)), written('c', noise(500))];
    const whole = Buffer.concat(parts);
    const from = whole.length - (parts[2]?.length ?? 0);
    for (let end = from + 1; end < whole.length; end += 7) {
      const { ids, damages } = await read(extension, whole.subarray(0, end));
      expect(ids).toEqual(['a', 'b']);
      expect(damages).toMatchObject([{ offset: from, file: expect.stringContaining(extension) as string }]);
      expect(damages[0]?.reason).toMatch(/cut short|no gzip member|no record|no end/);
    }
  });

  test('of which any bytes were overwritten gives only true records, and goes on after the damage', async () => {
    const ids = ['a', 'b', 'c', 'd', 'e'];
    const parts = ids.map((id) => written(id, noise(200)));
    const whole = Buffer.concat(parts);
    await fc.assert(
      fc.asyncProperty(
        fc.nat(whole.length - 1),
        fc.uint8Array({ minLength: 1, maxLength: 100 }),
        async (at, bytes) => {
          const damaged = Buffer.from(whole);
          damaged.set(bytes.subarray(0, whole.length - at), at);
          const found = await read(extension, damaged);
          // What was not touched is there; two records at most can have been.
          let offset = 0;
          for (const [i, part] of parts.entries()) {
            const isTouched = at < offset + part.length && at + bytes.length > offset;
            if (!isTouched) expect(found.ids).toContain(ids[i]);
            offset += part.length;
          }
          expect(found.records.length).toBeLessThanOrEqual(ids.length);
        },
      ),
      { numRuns: 60 },
    );
  });

  test('of anything else is told of and gives nothing', async () => {
    for (const bytes of [Buffer.from('hello'), noise(2_500_000), Buffer.alloc(10_000), gzipSync('hello')]) {
      const { records, damages } = await read(extension, bytes);
      expect(records).toEqual([]);
      expect(damages).toMatchObject([{ offset: 0 }]);
    }
    expect(await read(extension, Buffer.alloc(0))).toMatchObject({ records: [], damages: [] });
  });

  test.each([
    ['without a length', Buffer.from('WARC/1.1\r\nWARC-Type: resource\r\n\r\nx\r\n\r\n'), 'how long it is'],
    [
      'whose length is no number',
      Buffer.from('WARC/1.1\r\nContent-Length: -1\r\n\r\nx\r\n\r\n'),
      'how long it is',
    ],
    [
      'that is longer than it says',
      Buffer.from('WARC/1.1\r\nContent-Length: 1\r\n\r\nxxxxxxxx\r\n\r\n'),
      /as long as it says|more than one/,
    ],
    [
      'that is shorter than it says',
      Buffer.from('WARC/1.1\r\nContent-Length: 9\r\n\r\nx\r\n\r\n'),
      /not 9 as|as long as|cut/,
    ],
    ['whose fields have no end', Buffer.from(`WARC/1.1\r\n${'X: y\r\n'.repeat(20_000)}`), 'no end'],
  ])('passes over a record %s', async (_, wrong, reason) => {
    const part = extension === '.warc' ? wrong : gzipSync(wrong);
    const { ids, damages } = await read(extension, Buffer.concat([written('a'), part, written('b')]));
    expect(ids).toEqual(['a', 'b']);
    expect(damages[0]?.reason).toMatch(reason);
  });
});

test('after damage, records that a server has made up, within a body, are not taken for the archive’s own', async () => {
  const own = '<urn:uuid:own>';
  const ours = (id: string, block: string | Buffer = id): Buffer =>
    packed(id, block, [['WARC-Warcinfo-ID', own]]);
  const info = gzipSync(
    serialisedRecord({
      fields: [
        ['WARC-Type', 'warcinfo'],
        ['WARC-Record-ID', own],
      ],
      block: [],
    }),
  );
  // What is packed does not become smaller, and stands in the archive as it is.
  const embedded = Buffer.concat([
    noise(70_000),
    packed('made up'),
    packed('more', 'x', [['WARC-Warcinfo-ID', '<urn:uuid:other>']]),
  ]);
  const hiding = gzipSync(record('hiding', embedded, [['WARC-Warcinfo-ID', own]]), { level: 0 });
  expect(hiding.includes(packed('made up'))).toBe(true);
  hiding.fill(0, 100, 200);
  const { ids, damages } = await read('.warc.gz', Buffer.concat([info, ours('a'), hiding, ours('b')]));
  expect(ids).toEqual([own, 'a', 'b']);
  expect(damages).toHaveLength(1);
});

test('several records in one gzip member are told of: they have no place of their own', async () => {
  const { damages } = await read('.warc.gz', gzipSync(Buffer.concat([record('a'), record('b')])));
  expect(damages[0]?.reason).toBe('there is more than one record in its gzip member');
});

test('gzip heads with a name, a comment, extra fields and a checksum are read', async () => {
  const plain = packed('a');
  const head = Buffer.from([0x1f, 0x8b, 8, 2 + 4 + 8 + 16, 0, 0, 0, 0, 0, 255, 3, 0, 1, 2, 3]);
  const full = Buffer.concat([head, Buffer.from('name\0comment\0'), Buffer.alloc(2), plain.subarray(10)]);
  const { ids, damages } = await read('.warc.gz', Buffer.concat([full, plain]));
  expect({ ids, damages }).toEqual({ ids: ['a', 'a'], damages: [] });
});
