import { describe, expect, test } from 'vitest';
import { Addresses } from './addresses.ts';
import { readMicrodata, type MicrodataItem } from './microdata.ts';
import { parseHtml } from './tree.ts';

const BASE = 'https://shop.example/goods/';

function read(html: string): MicrodataItem[] {
  return readMicrodata(parseHtml(html), new Addresses(BASE));
}

describe('readMicrodata', () => {
  test('reads items within items, with the types and identifiers that they have', () => {
    const items = read(`
      <div itemscope itemtype="https://schema.org/Product" itemid="/p/1">
        <h1 itemprop="name">  Walking
          boots </h1>
        <div itemprop="offers" itemscope itemtype="https://schema.org/Offer">
          <span itemprop="price" content="80">€ 80</span>
          <meta itemprop="priceCurrency" content="EUR">
        </div>
        <span itemprop="color">red</span><span itemprop="color colour">green</span>
      </div>
      <p itemprop="stray">of no item</p>
      <div itemscope></div>`);
    expect(items).toEqual([
      {
        type: ['https://schema.org/Product'],
        id: 'https://shop.example/p/1',
        properties: {
          name: ['Walking\n          boots'],
          offers: [
            {
              type: ['https://schema.org/Offer'],
              id: null,
              properties: { price: ['€ 80'], priceCurrency: ['EUR'] },
            },
          ],
          color: ['red', 'green'],
          colour: ['green'],
        },
      },
      { type: [], id: null, properties: {} },
    ]);
  });

  test.each([
    ['<a itemprop=v href="../b?x=1">text</a>', 'https://shop.example/b?x=1'],
    ['<a itemprop=v href="mailto:a@b.example">text</a>', 'mailto:a@b.example'],
    ['<a itemprop=v>text</a>', ''],
    ['<link itemprop=v href="x.html">', 'https://shop.example/goods/x.html'],
    ['<link itemprop=v href="http://[">', ''],
    ['<img itemprop=v src="a.png" alt=no>', 'https://shop.example/goods/a.png'],
    ['<video itemprop=v src=v.mp4></video>', 'https://shop.example/goods/v.mp4'],
    ['<object itemprop=v data=o.pdf></object>', 'https://shop.example/goods/o.pdf'],
    ['<meta itemprop=v content="a &amp; b">', 'a & b'],
    ['<data itemprop=v value=42>forty-two</data>', '42'],
    ['<meter itemprop=v value=0.5>half</meter>', '0.5'],
    ['<time itemprop=v datetime=2024-05-17>a day in May</time>', '2024-05-17'],
    ['<time itemprop=v> 2024-05-18 </time>', '2024-05-18'],
    ['<p itemprop=v>one <b>two</b><!-- no --></p>', 'one two'],
  ])('takes from %s the value that the standard says', (html, value) => {
    expect(read(`<div itemscope>${html}</div>`)[0]?.properties).toEqual({ v: [value] });
  });

  test('adds what itemref refers to, in the order of the document, each element once', () => {
    const [item] = read(`
      <p id=a itemprop=n>first</p>
      <div itemscope itemref="c a none b a"><p itemprop=n>own</p></div>
      <div id=b><p itemprop=n>third</p><p id=c itemprop=n>fourth</p></div>`);
    expect(item?.properties).toEqual({ n: ['first', 'own', 'third', 'fourth'] });
  });

  test('leaves out an item within itself', () => {
    expect(
      read(
        '<div itemscope itemref=x><p itemprop=n>y</p></div><div id=x itemprop=self itemscope itemref=z></div><div id=z itemprop=z itemscope itemref=x></div>',
      ),
    ).toEqual([
      {
        type: [],
        id: null,
        properties: {
          n: ['y'],
          self: [{ type: [], id: null, properties: { z: [{ type: [], id: null, properties: {} }] } }],
        },
      },
    ]);
    expect(read('<div id=me itemscope itemref=me><p itemprop=n>y</p></div>')[0]?.properties).toEqual({
      n: ['y'],
    });
  });

  test('keeps properties that are called like those of every object', () => {
    const [item] = read('<div itemscope><p itemprop="__proto__ constructor">x</p></div>');
    expect(Object.keys(item?.properties ?? {})).toEqual(['__proto__', 'constructor']);
    expect(({} as Record<string, unknown>).x).toBeUndefined();
  });

  test.each([
    ['nested properties', '<div itemscope>' + '<div itemprop=a>x'.repeat(100_000)],
    ['nested items', '<div itemscope itemprop=a>'.repeat(100_000)],
    ['nested items of no item', '<div itemscope>'.repeat(100_000)],
    [
      'items that all refer to one big part',
      '<div id=big>' +
        '<p itemprop=a>x</p>'.repeat(3000) +
        '</div>' +
        '<div itemscope itemref=big></div>'.repeat(3000),
    ],
    [
      'names by the thousand',
      `<div itemscope>${`<p itemprop="${Array.from({ length: 1000 }, (_, i) => `n${i}`).join(' ')}">${'x'.repeat(1000)}</p>`.repeat(500)}</div>`,
    ],
    [
      'items that double at each level',
      Array.from(
        { length: 40 },
        (_, i) =>
          `<div id=a${i} itemprop=a itemscope itemref="a${i + 1} b${i + 1}"></div><div id=b${i} itemprop=b itemscope itemref="a${i + 1} b${i + 1}"></div>`,
      ).join('') + '<div itemscope itemref="a0 b0"></div>',
    ],
  ])(
    'reads %s within a few seconds, to something that can be written as JSON',
    (_, html) => {
      const started = performance.now();
      const items = read(html);
      expect(JSON.stringify(items).length).toBeLessThan(100_000_000);
      expect(performance.now() - started).toBeLessThan(8000);
    },
    20_000,
  );
});
