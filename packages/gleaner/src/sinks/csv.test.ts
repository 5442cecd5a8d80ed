import { event, run } from '@gleaner/coroutine';
import fc from 'fast-check';
import {
  chmodSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  statSync,
  symlinkSync,
  lstatSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { csvFile, type CsvOptions } from './csv.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'gleaner-csv-'));
afterAll(() => rmSync(folder, { recursive: true }));
const file = path.join(folder, 'a.csv');

async function written(items: readonly unknown[], options?: CsvOptions): Promise<string> {
  await run(function* () {
    const csv = yield* csvFile(file, options);
    for (const item of items) yield* csv.write(item);
  });
  return readFileSync(file, 'utf8');
}

/** The grammar of RFC 4180, 2, a character at a time: what is not of it throws. */
function parsed(text: string, delimiter = ','): string[][] {
  const records: string[][] = [];
  let record: string[] = [];
  let cell = '';
  for (let i = 0; i < text.length;) {
    if (text[i] === '"' && cell === '') {
      for (i++; text[i] !== '"' || text[i + 1] === '"'; i += text[i] === '"' ? 2 : 1) {
        if (i >= text.length) throw new Error('a quote is not closed');
        cell += text.charAt(i);
      }
      i++;
      if (text[i] !== delimiter && text[i] !== '\r') throw new Error(`something after a quote, at ${i}`);
    } else if (text[i] === delimiter) {
      record.push(cell);
      cell = '';
      i++;
    } else if (text.startsWith('\r\n', i)) {
      records.push([...record, cell]);
      record = [];
      cell = '';
      i += 2;
    } else if (/["\r\n]/.test(text[i] ?? '')) {
      throw new Error(`a bare quote or line break, at ${i}`);
    } else {
      cell += text.charAt(i++);
    }
  }
  if (record.length > 0 || cell !== '') throw new Error('the last record is not ended');
  return records;
}

describe('a CSV file', () => {
  test('follows RFC 4180: CRLF, quotes where they are needed and doubled', async () => {
    const items = [
      { a: 'plain', b: 'with, comma', c: 'with "quotes"' },
      { a: 'two\nlines', b: 'two\r\nlines', c: ' spaces ' },
      { a: '', b: null, c: undefined },
    ];
    expect(await written(items)).toBe(
      'a,b,c\r\nplain,"with, comma","with ""quotes"""\r\n"two\nlines","two\r\nlines"," spaces "\r\n,,\r\n',
    );
  });

  test('has numbers, truth values and times as they are, and JSON for what is nested', async () => {
    const item = {
      n: -1.5,
      big: 10n,
      no: NaN,
      yes: true,
      at: new Date(0),
      list: [1, 'x'],
      object: { a: null },
    };
    expect(await written([item])).toBe(
      'n,big,no,yes,at,list,object\r\n-1.5,10,,true,1970-01-01T00:00:00.000Z,"[1,""x""]","{""a"":null}"\r\n',
    );
    expect(await written(['text', 5, null, [1]])).toBe('value\r\ntext\r\n5\r\n""\r\n[1]\r\n');
  });

  test('neutralises what a spreadsheet would run, in headers as well, and leaves numbers alone', async () => {
    const dangerous = [
      '=1+1',
      '+cmd',
      '-2+3',
      '@SUM(A1)',
      '\tx',
      '\rx',
      '\nx',
      '=HYPERLINK("x")',
      '＝1',
      '-',
      '+1 23',
    ];
    const text = await written(dangerous.map((cell) => ({ '=key': cell })));
    expect(parsed(text)).toEqual([["'=key"], ...dangerous.map((cell) => [`'${cell}`])]);
    const harmless = [-5, '-5', '+5.20', '-1e-7', '-.5', 'a=1', "'=1", ' =1', '5-3'];
    expect(parsed(await written(harmless))).toEqual([['value'], ...harmless.map((cell) => [String(cell)])]);
    expect(await written(['=1'], { escapeFormulas: false })).toBe('value\r\n=1\r\n');
  });

  test('reads back as it was written, whatever the cells, the columns and the delimiter', async () => {
    const cell = fc.oneof(
      fc.string({ unit: fc.constantFrom('"', ',', ';', '\t', '\r', '\n', ' ', 'a', 'é', '\ufeff', '😀') }),
      fc.string({ unit: 'grapheme' }),
    );
    const rows = fc.array(fc.dictionary(fc.constantFrom('a', 'b', 'c,', '"d"', ' e\r\n', '\ufefff'), cell), {
      minLength: 1,
    });
    const check = async (items: Record<string, string>[], delimiter: string): Promise<void> => {
      const text = await written(items, { delimiter, escapeFormulas: false });
      const columns = [...new Set(items.flatMap((item) => Object.keys(item)))];
      const records = items.map((item) => columns.map((column) => item[column] ?? ''));
      expect(parsed(text, delimiter)).toEqual(columns.length === 0 ? [] : [columns, ...records]);
    };
    await fc.assert(fc.asyncProperty(rows, fc.constantFrom(',', ';', '\t', '|', ']', '^', '\\'), check), {
      numRuns: 300,
    });
  });

  test('gets columns that come later: nothing is lost, every record is as long as the header', async () => {
    const items = [{ a: 1 }, { b: 'x\r\n,"y"' }, {}, { c: 3, a: 2 }, { a: 5, b: 6, c: 7, d: { e: 1 } }];
    const text = await written(items, { bom: true });
    expect(text).toBe('\ufeffa,b,c,d\r\n1,,,\r\n,"x\r\n,""y""",,\r\n,,,\r\n2,,3,\r\n5,6,7,"{""e"":1}"\r\n');
    expect(readdirSync(folder)).toEqual(['a.csv']);
  });

  test('gets columns that come later, in files of many blocks', async () => {
    const long = 'é"\r\n'.repeat(5000);
    const items = Array.from({ length: 100 }, (_, i) => ({ a: long, [`c${Math.floor(i / 30)}`]: i }));
    const records = parsed(await written(items));
    expect(records[0]).toEqual(['a', 'c0', 'c1', 'c2', 'c3']);
    expect(records.every((record) => record.length === 5)).toBe(true);
    expect(records[95]).toEqual([long, '', '', '', '94']);
  });

  test('has the columns that it is told to have, also with no items', async () => {
    const columns = ['b', 'a', 'z'];
    expect(await written([{ a: 1, b: 2, c: 3 }, { c: 1 }], { columns })).toBe('b,a,z\r\n2,1,\r\n,,\r\n');
    expect(await written([], { columns })).toBe('b,a,z\r\n');
    expect(await written([])).toBe('');
    expect(await written([{}, {}])).toBe('');
  });

  test('that is written once more stays what it was: its permissions, and the link that leads to it', async () => {
    const link = path.join(folder, 'link.csv');
    await written([]);
    chmodSync(file, 0o640);
    symlinkSync(file, link);
    await run(function* () {
      const csv = yield* csvFile(link);
      yield* csv.write({ a: 1 });
      yield* csv.write({ b: 1 });
    });
    expect(lstatSync(link).isSymbolicLink()).toBe(true);
    expect(readFileSync(file, 'utf8')).toBe('a,b\r\n1,\r\n,1\r\n');
    expect(statSync(file).mode & 0o777).toBe(0o640);
    rmSync(link);
  });

  test('is written once more also when the task fails or is cancelled', async () => {
    const work = run(function* () {
      const csv = yield* csvFile(file);
      yield* csv.write({ a: 1 });
      yield* csv.write({ b: 1 });
      throw new Error('mine');
    });
    await expect(work).rejects.toThrow('mine');
    expect(readFileSync(file, 'utf8')).toBe('a,b\r\n1,\r\n,1\r\n');
    const written = event();
    const waiting = run(function* () {
      const csv = yield* csvFile(file);
      yield* csv.write({ a: 2 });
      yield* csv.write({ b: 2 });
      written.set();
      yield* event();
    });
    await run(() => written);
    await waiting.cancel();
    expect(readFileSync(file, 'utf8')).toBe('a,b\r\n2,\r\n,2\r\n');
  });

  test('says when a column comes too late for a device or pipe, and when there are too many', async () => {
    const late = run(function* () {
      const csv = yield* csvFile('/dev/null');
      yield* csv.write({ a: 1 });
      yield* csv.write({ b: 1 });
    });
    await expect(late).rejects.toThrow("no column 'b' can be added");
    const many = Object.fromEntries(Array.from({ length: 1001 }, (_, i) => [`c${i}`, i]));
    await expect(written([many])).rejects.toMatchObject({ code: 'COLUMNS' });
  });

  test('refuses a delimiter that would not be one', () => {
    for (const delimiter of ['', '"', '\n', ',,'])
      expect(() => csvFile(file, { delimiter })).toThrow('delimiter must be');
  });
});
