import type { Document, Element, ParentNode } from 'domhandler';
import fc from 'fast-check';
import { readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { mutated, nested, soup } from '../../test/markup.ts';
import { pythonManual } from '../../test/nginx.ts';
import { Addresses } from './addresses.ts';
import { Page } from './page.ts';
import { quickTree } from './quick-tree.ts';
import { selector } from './selector.ts';
import { placeOnTape } from './tape-nodes.ts';
import { tapeText } from './tape-text.ts';
import { SILENT, textOf } from './text.ts';
import { firstIn, following, isElement, parseHtmlWhole } from './tree.ts';

const URL_OF_PAGE = 'https://a.example/b/c.html';

const SELECTORS = [
  '*',
  'title',
  'a',
  'p, li',
  '.a',
  '.a.b',
  'a[href]',
  '#c',
  'div p',
  'div > p',
  'table td a',
  'ul > li a',
  'body > * p > b',
  'section p > b i',
  'p > b i',
  'td > a span',
  'svg, path, svg a',
  'p + p',
  'li:first-child',
  'div:has(p) b',
  'p:not(.a) > b',
  ':is(p, li) > a',
  'x-a',
  'P.a',
  '[type=hidden]',
];

function pageOf(html: string | Buffer): Page {
  const body = Buffer.from(html);
  const headers = { 'content-type': 'text/html; charset=utf-8' };
  const rest = { wireBytes: 0, firstByte: 0, total: 0, fromCache: false };
  return new Page({ url: URL_OF_PAGE, status: 200, headers, body, ...rest });
}

/** How many elements come before one. */
function placesIn(root: Document): Map<Element, number> {
  const places = new Map<Element, number>();
  for (let node = firstIn(root); node !== null; node = following(node, root))
    if (isElement(node)) places.set(node, places.size);
  return places;
}

/** Expects both trees to say the same; whether there was a quick one. */
function isTheSame(html: string): boolean {
  const tape = quickTree(Buffer.from(html));
  if (tape === undefined) return false;
  const quick = tape.nodes.document;
  const whole = parseHtmlWhole(html);
  const [quickPlaces, wholePlaces] = [placesIn(quick), placesIn(whole)];
  const wholeElements = [...wholePlaces.keys()];
  const text = (node: ParentNode): string => {
    const place = placeOnTape(node);
    if (place === undefined || ('name' in node && SILENT.has(node.name))) return textOf(node);
    return tapeText(place.tree, place.from, place.to);
  };
  expect(text(quick), html).toBe(textOf(whole));
  for (const [element, at] of quickPlaces) {
    const other = wholeElements[at];
    if (other === undefined) throw new Error(`there is no element ${at}`);
    expect(text(element), html).toBe(textOf(other));
    for (const [name, value] of Object.entries(other.attribs))
      expect(tape.attribute(placeOf(element), name.toLowerCase()), html).toBe(value);
  }
  for (const css of SELECTORS) {
    const compiled = selector(css, false);
    const found = compiled.all(quick).map((element) => quickPlaces.get(element));
    expect(found, `${css} in ${html}`).toEqual(
      compiled.all(whole).map((element) => wholePlaces.get(element)),
    );
    // Below an element, too.
    for (const [element, at] of quickPlaces) {
      const other = wholeElements[at];
      if (other === undefined || at % 5 !== 2) continue;
      const below = compiled.all(element).map((one) => quickPlaces.get(one));
      expect(below, `${css} in ${html}`).toEqual(compiled.all(other).map((one) => wholePlaces.get(one)));
    }
  }
  expect(pageOf(html).links(), html).toEqual(linksOf(whole));
  return true;
}

function placeOf(element: Element): number {
  const place = placeOnTape(element);
  if (place === undefined) throw new Error('it is on no tape');
  return place.from - 1;
}

/** The links of a tree, as plainly as can be. */
function linksOf(root: Document): string[] {
  const base = selector('base[href]', false).first(root)?.attribs.href;
  const addresses = new Addresses(URL_OF_PAGE, base);
  const urls = selector('a[href], area[href]', false)
    .all(root)
    .map(({ attribs }) => addresses.fetchable(attribs.href ?? ''));
  return [...new Set(urls.filter((url) => url !== null))];
}

describe('what a tape says is what the tree of the whole parser says', () => {
  test.each([
    ['soup', soup],
    ['elements in elements', nested],
    ['a page with mistakes', mutated],
    ['links', soup.map((html) => html.replaceAll(' a=b', ' href="d#e"').replaceAll(' a ', ' href '))],
  ])('of %s', { timeout: 60_000 }, (_, pages) => {
    let same = 0;
    fc.assert(
      fc.property(pages, (html) => {
        if (isTheSame(html)) same++;
      }),
      { numRuns: 300 },
    );
    expect(same).toBeGreaterThan(30);
  });

  const manual = pythonManual();
  test.skipIf(manual === undefined)('of real pages', { timeout: 60_000 }, () => {
    const pages = readdirSync(manual ?? '', { recursive: true, encoding: 'utf8' })
      .filter((file) => file.endsWith('.html'))
      .sort()
      .filter((_, at) => at % 8 === 0);
    for (const file of pages) {
      const html = readFileSync(path.join(manual ?? '', file), 'utf8');
      const page = pageOf(html);
      const whole = parseHtmlWhole(html);
      expect(page.links(), file).toEqual(linksOf(whole));
      for (const css of ['title', 'h1', 'div.body p', 'dl > dt > code', 'li a.reference', 'pre']) {
        const texts = selector(css, false).all(whole).map(textOf);
        expect(
          page.selectAll(css).map((one) => one.text()),
          `${css} in ${file}`,
        ).toEqual(texts);
      }
    }
    expect(pages.length).toBeGreaterThan(50);
  });
});

test('bytes that are no UTF-8 are what they are in the text of the whole', () => {
  const parts = [[0xff], [0xe2, 0x82], [0xf0, 0x9f, 0x98], [0xc0, 0x80], [0xed, 0xa0, 0x80], [0x80]];
  for (const part of parts) {
    const bytes = Buffer.concat([
      Buffer.from('<p title="a'),
      Buffer.from(part),
      Buffer.from('">b'),
      Buffer.from(part),
      Buffer.from('</p><p>c'),
      Buffer.from(part),
    ]);
    const page = pageOf(bytes);
    const whole = parseHtmlWhole(bytes.toString());
    expect(page.selectAll('p').map((one) => one.text())).toEqual(selector('p', false).all(whole).map(textOf));
    expect(page.attr('title', 'p')).toBe(selector('p', false).first(whole)?.attribs.title);
  }
});
