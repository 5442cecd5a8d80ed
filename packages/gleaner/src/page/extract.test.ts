import { describe, expect, expectTypeOf, test } from 'vitest';
import { pageOf } from '../../test/reading.ts';
import { OptionError } from '../http/failure.ts';
import type { Shape } from './extract.ts';

const page =
  pageOf(`<h1>Emma</h1><p class=price>£5.50</p><i class=tag>a</i><i class=tag>b</i><time>22 Nov 2026</time>
  <table><tr><th>UPC<td>1</tr><tr><th>Stock<td>22</tr><tr><td>x</tr></table>
  <img src="/a.png" data-n="1,5"><a href="b">b</a><a href="c">c</a><a>d</a>
  <script>{"a":1}</script><div class=by data-id=7>by <b>Jane</b></div>`);

test('gives what the shape asks for, with the types that follow from it', () => {
  const found = page.extract({
    title: 'h1',
    none: '.none',
    price: { select: '.price', as: 'number' },
    date: { select: 'time', as: 'date' },
    markup: { select: '.by', as: 'html' },
    data: { select: 'script', as: 'json' },
    image: { select: 'img', attr: 'src' },
    imageUrl: { select: 'img', attr: 'src', as: 'link' },
    size: { select: 'img', attr: 'data-n', as: 'number' },
    url: { select: 'a', as: 'link' },
    tags: ['.tag'],
    urls: [{ select: 'a', as: 'link' }],
    details: { select: 'table tr', each: { name: 'th', value: { select: 'td', as: 'number' } } },
    rows: [{ select: 'tr', each: { cells: ['td'] } }],
    author: { name: '.by b', id: { select: '.by', attr: 'data-id' } },
  });
  expectTypeOf(found).toEqualTypeOf<{
    title: string | null;
    none: string | null;
    price: number | null;
    date: Date | null;
    markup: string | null;
    data: unknown;
    image: string | null;
    imageUrl: string | null;
    size: number | null;
    url: string | null;
    tags: string[];
    urls: string[];
    details: { name: string | null; value: number | null }[];
    rows: { cells: string[] }[];
    author: { name: string | null; id: string | null };
  }>();
  expect(found).toEqual({
    title: 'Emma',
    none: null,
    price: 5.5,
    date: new Date('2026-11-22'),
    markup: 'by <b>Jane</b>',
    data: { a: 1 },
    image: '/a.png',
    imageUrl: 'https://shop.example/a.png',
    size: 1.5,
    url: 'https://shop.example/books/b',
    tags: ['a', 'b'],
    urls: ['https://shop.example/books/b', 'https://shop.example/books/c'],
    details: [
      { name: 'UPC', value: 1 },
      { name: 'Stock', value: 22 },
      { name: null, value: null },
    ],
    rows: [{ cells: ['1'] }, { cells: ['22'] }, { cells: ['x'] }],
    author: { name: 'Jane', id: '7' },
  });
});

test('reads the element itself where nothing is selected', () => {
  const found = page
    .select('.by')
    .extract({ all: { as: 'text' }, id: { attr: 'data-id', as: 'number' }, name: 'b' });
  expectTypeOf(found).toEqualTypeOf<{ all: string | null; id: number | null; name: string | null }>();
  expect(found).toEqual({ all: 'by Jane', id: 7, name: 'Jane' });
  expect(page.select('.none').extract({ all: { as: 'text' }, a: ['b'] })).toEqual({ all: null, a: [] });
});

describe('a shape that is wrong is refused, whatever is on the page', () => {
  test.each<[unknown, string]>([
    [
      { a: 'th >' },
      "extract: a must be a CSS selector (something is missing before or after a combinator or comma), not 'th >'",
    ],
    [
      { details: { select: '.none', each: { name: 'th >' } } },
      'extract: details.name must be a CSS selector (',
    ],
    [{ a: { b: { c: ['a['] } } }, 'extract: a.b.c must be a CSS selector ('],
    [
      { a: { select: 'p', as: 'nummer' } },
      "extract: a.as must be one of text, number, date, link, html, json, not 'nummer'",
    ],
    [
      { a: { select: 'p', ass: 'number' } },
      "extract: a must be either select, as, attr and each, or a record of other fields, not 'ass'",
    ],
    [{ a: { select: 'p', attr: 5 } }, 'extract: a.attr must be the name of an attribute, not 5'],
    [{ a: 5 }, 'extract: a must be a selector, or an object, not 5'],
    [{ a: ['p', 'q'] }, 'extract: a must be a list of one, which all matches are like, not p,q'],
    [{ a: [{ as: 'number' }] }, 'extract: a.select must be a CSS selector, not undefined'],
    [{ a: { select: 'p', each: 'q' } }, "extract: a must be an object of fields, not 'q'"],
    ['p', "extract: the shape must be an object of fields, not 'p'"],
  ])('%j', (shape, message) => {
    expect(() => page.extract(shape as Shape)).toThrow(OptionError);
    expect(() => page.extract(shape as Shape)).toThrow(message);
  });
});
