import { describe, expect, test } from 'vitest';
import { decodeText } from './charset.ts';

const utf16 = (text: string): Buffer => Buffer.concat([Buffer.of(0xff, 0xfe), Buffer.from(text, 'utf16le')]);

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
