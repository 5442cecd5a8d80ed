import { describe, expect, test } from 'vitest';
import { decodeText } from './charset.ts';

const utf16 = (text: string): Buffer => Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(text, 'utf16le')]);

/** Bytes that other software wrote, each in an encoding of the Encoding standard, with the labels by which it goes. */
const ENCODINGS: [label: string, bytes: string, text: string][] = [
  ['windows-1252', '80 93 e9 94 9f', '€“é”Ÿ'],
  ['iso-8859-1', '80 e9', '€é'],
  ['us-ascii', '80 e9', '€é'],
  ['iso-8859-2', 'b1 e6 ea b3 f1 f3 b6 bc bf', 'ąćęłńóśźż'],
  ['iso-8859-15', 'a4 bd be', '€œŸ'],
  ['windows-1250', '8a 9e', 'Šž'],
  ['windows-1251', 'cf f0 e8 e2 e5 f2', 'Привет'],
  ['koi8-r', 'f0 d2 c9 d7 c5 d4', 'Привет'],
  ['iso-8859-7', 'c1 e8 de ed e1', 'Αθήνα'],
  ['windows-1256', 'd3 e1 c7 e3', 'سلام'],
  ['shift_jis', '93 fa 96 7b 8c ea b1', '日本語ｱ'],
  ['x-sjis', '83 65 83 58 83 67', 'テスト'],
  ['euc-jp', 'c6 fc cb dc b8 ec 8e b1', '日本語ｱ'],
  ['iso-2022-jp', '1b 24 42 46 7c 4b 5c 38 6c 1b 28 42 61', '日本語a'],
  ['gb18030', 'd6 d0 ce c4 81 30 81 30 95 32 82 36', '中文\u0080𠀀'],
  ['gbk', 'd6 d0 ce c4 80', '中文€'],
  ['big5', 'a4 a4 a4 e5', '中文'],
  ['euc-kr', 'c7 d1 b1 b9 be ee', '한국어'],
  ['utf-16le', '41 00 e9 00 3d d8 00 de', 'Aé😀'],
  ['utf-16be', '00 41 00 e9 d8 3d de 00', 'Aé😀'],
  ['x-user-defined', '41 80 ff', 'A\uf780\uf7ff'],
  ['utf-8', '41 c3 a9 f0 9f 98 80', 'Aé😀'],
];
const bytesOf = (hex: string): Buffer => Buffer.from(hex.replaceAll(' ', ''), 'hex');

test.each(ENCODINGS)('%s is decoded, whether the header or the page says it', (label, hex, text) => {
  expect(decodeText(bytesOf(hex), `text/plain; charset=${label}`)).toBe(text);
  expect(decodeText(bytesOf(hex), `text/html; charset="${label.toUpperCase()}"`)).toBe(text);
  // A page that says in ASCII that it is UTF-16 is not (HTML standard, 13.2.3.3), nor is any x-user-defined.
  if (/^utf-16|user/.test(label)) return;
  for (const meta of [
    `<meta charset=${label}>`,
    `<META content='text/html; charset=${label}' http-equiv=content-type>`,
    `<!-- <meta charset=utf-8> --><meta name=x><meta charset = "${label}" />`,
  ])
    expect(decodeText(Buffer.concat([Buffer.from(meta), bytesOf(hex)]), 'text/html')).toBe(meta + text);
});

test.each([
  ['UTF-8', 'ef bb bf c3 a9'],
  ['UTF-16LE', 'ff fe e9 00'],
  ['UTF-16BE', 'fe ff 00 e9'],
])('a byte-order mark of %s beats the header and the page', (_, hex) => {
  for (const type of ['text/html; charset=koi8-r', 'text/plain; charset=utf-8', 'text/html', 'text/xml'])
    expect(decodeText(bytesOf(hex), type)).toBe('é');
});

test('the header beats the page', () => {
  const page = Buffer.concat([Buffer.from('<meta charset=koi8-r>'), bytesOf('e9')]);
  expect(decodeText(page, 'text/html; charset=windows-1252')).toBe('<meta charset=koi8-r>é');
});

test('a page that says in ASCII that it is UTF-16 is UTF-8, and x-user-defined is windows-1252', () => {
  const said = (label: string, hex: string): string =>
    decodeText(Buffer.concat([Buffer.from(`<meta charset=${label}>`), bytesOf(hex)]), 'text/html').slice(-1);
  expect(said('utf-16', 'c3 a9')).toBe('é');
  expect(said('utf-16be', 'c3 a9')).toBe('é');
  expect(said('x-user-defined', '80')).toBe('€');
});

test('what a page says counts only if it begins within the first 1,024 bytes', () => {
  const page = (blanks: number): Buffer =>
    Buffer.concat([Buffer.from(`${' '.repeat(blanks)}<meta charset=windows-1252>`), bytesOf('e9')]);
  expect(decodeText(page(900), 'text/html').slice(-1)).toBe('é');
  expect(decodeText(page(1024), 'text/html').slice(-1)).toBe('\ufffd');
});

describe('text is decoded', () => {
  test.each<[string, Buffer, string | undefined, string]>([
    ['UTF-8 where nothing is said', Buffer.from('né'), undefined, 'né'],
    ['by the Content-Type', Buffer.from('né', 'latin1'), 'text/plain; charset=ISO-8859-1', 'né'],
    ['whatever its case and quotes', Buffer.from('né', 'latin1'), 'text/html; Charset = "Latin1"', 'né'],
    ['in single quotes', Buffer.from('né', 'latin1'), "text/html; charset='iso-8859-1'", 'né'],
    ['by a mark, against the Content-Type', utf16('né'), 'text/html; charset=utf-8', 'né'],
    ['without its mark', Buffer.from('\ufeff{"a":1}'), 'application/json', '{"a":1}'],
    [
      'by <meta>',
      Buffer.from('<meta charset="windows-1251">\xcf', 'latin1'),
      'text/html',
      '<meta charset="windows-1251">П',
    ],
    [
      'by the XML declaration',
      Buffer.from('<?xml version="1.0" encoding="iso-8859-1"?>é', 'latin1'),
      'text/xml',
      '<?xml version="1.0" encoding="iso-8859-1"?>é',
    ],
    [
      'not by <meta> where it is no HTML',
      Buffer.from('"<meta charset=latin1>é"'),
      'application/json',
      '"<meta charset=latin1>é"',
    ],
    ['as UTF-8 where the charset is unknown', Buffer.from('né'), 'text/html; charset=nonsense', 'né'],
    ['as euc-jp', Buffer.of(0xa4, 0xa2), 'text/plain; charset=euc-jp', 'あ'],
    ['as gbk', Buffer.of(0xc4, 0xe3), 'text/plain; charset=gb2312', '你'],
    ['with what is no UTF-8 marked', Buffer.of(0x61, 0xff), 'text/plain', 'a\ufffd'],
    ['nothing', Buffer.of(), 'text/html', ''],
  ])('%s', (_, body, type, text) => {
    expect(decodeText(body, type)).toBe(text);
  });

  test.each(['hz-gb-2312', 'iso-2022-kr', 'replacement'])(
    '%s, in which attacks hide, is not read at all',
    (charset) => {
      expect(decodeText(Buffer.from('<script>'), `text/html; charset=${charset}`)).toBe('\ufffd');
      expect(decodeText(Buffer.from(`<meta charset=${charset}>`), 'text/html')).toBe('\ufffd');
    },
  );
});

test('a first <meta> that declares UTF-8 is enough, unless it stands in a comment or behind another', () => {
  const utf8 = Buffer.from('é');
  const latin1 = Buffer.from([0xe9]);
  const read = (start: string, end: Buffer): string =>
    decodeText(Buffer.concat([Buffer.from(start), end]), 'text/html').at(-1) ?? '';
  expect(read('<!DOCTYPE html><html><head>\n<meta charset="utf-8" />', utf8)).toBe('é');
  expect(read("<title>a</title><META charset='UTF-8'>", utf8)).toBe('é');
  const named = '<meta name="viewport" content="width=device-width"><meta name="a" content="charset=latin1">';
  expect(read(`<!DOCTYPE HTML><title>a</title>${named}<meta charset="utf-8">`, utf8)).toBe('é');
  expect(read(`${named}<meta charset="latin1">`, latin1)).toBe('é');
  for (const quoted of ['="<', '="><', "='<", "='><"])
    expect(read(`<a title${quoted}meta charset=utf-8>${quoted[1]}><meta charset=latin1>`, latin1)).toBe('é');
  const http = '<meta http-equiv="Content-Type" content="text/html; charset=UTF-8" />';
  expect(read(`<?xml version="1.0" encoding="UTF-8" standalone="no"?>\n<html>${http}`, utf8)).toBe('é');
  expect(read(`<?xml version="1.0" encoding="latin1"?>\n<html>`, latin1)).toBe('é');
  expect(read('<!-- <meta charset="utf-8"> --><meta charset=latin1>', latin1)).toBe('é');
  expect(read('<meta charset=latin1><meta charset="utf-8">', latin1)).toBe('é');
});
