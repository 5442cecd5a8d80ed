import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseField, parseFields } from './field.ts';

describe('a field is a name, a selector, an attribute and filters', () => {
  test.each([
    ['title=h1', { name: 'title', css: 'h1', attribute: undefined, reading: 'text', list: false }],
    ['title=h3 a@title', { css: 'h3 a', attribute: 'title', reading: 'text' }],
    ['price=.price_color|number', { css: '.price_color', reading: 'number' }],
    ['tags= .tag | list ', { css: '.tag', reading: 'text', list: true }],
    ['images=img@src|link|list', { css: 'img', attribute: 'src', reading: 'link', list: true }],
    ['id=@data-id|number', { css: '', attribute: 'data-id', reading: 'number' }],
    ['all=|text', { css: '', attribute: undefined, reading: 'text' }],
    ['page=|url', { css: '', reading: 'url' }],
    ['body=article|markdown', { css: 'article', reading: 'markdown' }],
    ['data=script|json', { css: 'script', reading: 'json' }],
    ['a=a=b', { name: 'a', css: 'a=b' }],
  ])('%s', (text, expected) => {
    expect(parseField(text)).toMatchObject(expected);
  });

  test('what stands in brackets, parentheses or quotes belongs to the selector', () => {
    for (const css of [
      '[lang|=en]',
      '[title="a@b|c"]',
      ":is([x|='y'], a)",
      String.raw`a\@b`,
      String.raw`.a\|b`,
    ]) {
      expect(parseField(`x=${css}|number`)).toMatchObject({ css, reading: 'number', attribute: undefined });
    }
  });
});

test.each([
  ['h1', "--field expects NAME=CSS, as 'title=h1' or 'price=.price|number', not 'h1'"],
  ['=h1', '--field expects NAME=CSS'],
  ['x=', '--field x= selects nothing: name=CSS, name=@ATTRIBUTE, or name=|text for the whole element'],
  ['x=|list', '--field x= selects nothing'],
  [
    'x=.p|prize',
    "--field x: '|' is followed by text, number, link, date, html, json, markdown, url or list, not 'prize'",
  ],
  ['x=.p|number|date', '--field x is read in one way, not as number and date'],
  ['x=a@href@title', "--field x: '@' is followed by the name of one attribute, in 'a@href@title'"],
  ['x=a@', "--field x: '@' is followed by the name of one attribute"],
  ['x=a@b c', "--field x: '@' is followed by the name of one attribute"],
  ['x=h1|url', "--field x: |url is the page's own address, so nothing is selected: 'x=|url'"],
  ['x=a@href|html', '--field x: an attribute has no html'],
  ['x=a@href|markdown', '--field x: an attribute has no markdown'],
])('%j is no field, and is told why', (text, message) => {
  expect(() => parseField(text)).toThrow(message);
});

test('a name is there once', () => {
  expect(() => parseFields(['a=b', 'a=c'])).toThrow('--field a is there twice');
});

test('whatever is given, it is a field or a UsageError', () => {
  fc.assert(
    fc.property(
      fc.string({
        unit: fc.constantFrom('a', 'b', '=', '@', '|', '[', ']', '(', ')', '"', "'", '\\', ' ', '.'),
      }),
      (text) => {
        try {
          expect(parseField(text).name).not.toBe('');
        } catch (error) {
          expect((error as Error).name).toBe('UsageError');
        }
      },
    ),
  );
});
