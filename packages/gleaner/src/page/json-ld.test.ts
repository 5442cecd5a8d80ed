import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readJsonLd } from './json-ld.ts';

describe('readJsonLd', () => {
  test('gives a value, or those of an array one by one', () => {
    expect(readJsonLd('{"@type":"Product"}')).toEqual([{ '@type': 'Product' }]);
    expect(readJsonLd(' [{"a":1},{"b":2}]\n')).toEqual([{ a: 1 }, { b: 2 }]);
  });

  test.each([
    ['{"a": [1, 2,], "b": "x,}", }', { a: [1, 2], b: 'x,}' }],
    ['{"a": [1,, 2]}', { a: [1, 2] }],
    ['<!-- {"a": 1} -->', { a: 1 }],
    ['<!--\n{"a": "<!-- -->"}\n//-->', { a: '<!-- -->' }],
    ['//<![CDATA[\n{"a": 1}\n//]]>', { a: 1 }],
    ['/* <![CDATA[ */ {"a": 1} /* ]]> */', { a: 1 }],
    ['<![CDATA[{"a": 1}]]>', { a: 1 }],
    ['{"a": 1};', { a: 1 }],
    ['\ufeff{"a": 1}', { a: 1 }],
    ['{"a": 1, // one\n "b": /* two, */ 2, /* none */ }', { a: 1, b: 2 }],
    ['{"url": "https://x.example/a//b/*c*/"}, ', { url: 'https://x.example/a//b/*c*/' }],
    ['{"a": "one\ntwo\tthree\\" , }",}', { a: 'one\ntwo\tthree" , }' }],
  ])('mends %j', (script, value) => {
    expect(readJsonLd(script)).toEqual([value]);
  });

  test.each(['', '   ', 'null,{', '{"a":', 'var x = 1', '{"a" "b"}', '"open', '/*', '//', ',,,'])(
    'gives nothing for %j, and does not throw',
    (script) => {
      expect(readJsonLd(script)).toEqual([]);
    },
  );

  test('reads all JSON as JSON.parse does, also with commas and comments too many', () => {
    fc.assert(
      fc.property(fc.jsonValue({ noUnicodeString: false }), (value) => {
        const json = JSON.stringify([value], null, 1);
        const expected: unknown = JSON.parse(json);
        expect(readJsonLd(json)).toEqual(expected);
        expect(readJsonLd(`<!-- ${json.replace(/\n\]$/, ', // last\n]')} -->`)).toEqual(expected);
      }),
    );
  });

  test.each(['"', '\\', '//', '/*', ',', ' ', ', ', '<!--', '{', '[', '";', ';'])(
    'takes a million times %j in its stride',
    (piece) => {
      expect(readJsonLd(`{"a":1}!${piece.repeat(1_000_000)}`)).toEqual([]);
    },
    5000,
  );
});
