import { setFlagsFromString } from 'node:v8';
import { runInNewContext } from 'node:vm';
import { describe, expect, test } from 'vitest';
import { pageOf } from '../../test/reading.ts';
import { isXml } from './document.ts';

test.each<[string, string, boolean]>([
  ['<p>', 'text/html', false],
  ['<p>', '', false],
  ['{}', 'application/json', false],
  ['<a/>', 'text/xml', true],
  ['<a/>', 'application/xml; charset=utf-8', true],
  ['<svg/>', 'image/svg+xml', true],
  ['<feed/>', 'application/atom+xml', true],
  ['<?xml version="1.0"?><a/>', 'text/html', true],
  ['\ufeff <?xml version="1.0"?>\n<!-- <html> --><a/>', 'text/plain', true],
  ['<rss version="2.0">', 'text/html', true],
  ['<!doctype x><rdf:RDF>', 'text/html', true],
  ['<?xml version="1.0"?><!DOCTYPE html><html>', 'application/xhtml+xml', false],
  ['<!-- a --><HTML>', 'text/xml', false],
  ['<', 'text/html', false],
  ['', 'text/xml', true],
])('%j as %j is XML: %s', (text, type, expected) => {
  expect(isXml(text, type)).toBe(expected);
});

test('XHTML is read as leniently as HTML', () => {
  const page = pageOf('<?xml version="1.0"?><html><p>a<br>b</html>', 'application/xhtml+xml');
  expect(page.text('p')).toBe('a b');
});

test('XML that is not well-formed is read as well as it can be, and entities do not grow', () => {
  const bomb = '<!DOCTYPE a [<!ENTITY b "x"><!ENTITY c "&b;&b;&b;">]><a><d>&c; & &amp;</d><e></a>';
  const page = pageOf(bomb, 'text/xml');
  expect(page.text('d')).toBe('&c; & &');
  expect(page.select('e').exists).toBe(true);
});

describe('the base', () => {
  const base = (html: string): string => pageOf(html).base;
  test.each([
    ['<p>', 'https://shop.example/books/page.html'],
    ['<base href="/x/">', 'https://shop.example/x/'],
    ['<base target=_top><base href="https://other.example/a#b"><base href=c>', 'https://other.example/a'],
    ['<p><BASE HREF="../y">', 'https://shop.example/y'],
    ['<base href="javascript:x">', 'https://shop.example/books/page.html'],
    ['<template><base href="/x/"></template>', 'https://shop.example/books/page.html'],
  ])('of %s is %s', (html, url) => {
    expect(base(html)).toBe(url);
  });
});

const DEEP = 100_000;

describe('a page as hostile as can be', () => {
  const reads: [string, (page: ReturnType<typeof pageOf>) => unknown][] = [
    ['select', (page) => page.select('#end').text()],
    ['text', (page) => page.text('body')],
    ['html', (page) => page.html()],
    ['links', (page) => page.links()],
    ['.x div div', (page) => page.selectAll('.x div div').length],
    ['div div div', (page) => page.selectAll('div div div').length],
    ['div ~ .x ~ p', (page) => page.selectAll('div ~ .x ~ p').length],
    [':nth-child(3)', (page) => page.selectAll(':nth-child(3)').length],
    ['xpath', (page) => page.xpath('count(//a)')],
    ['forms', (page) => page.forms()],
    ['table', (page) => page.table()],
    ['extract', (page) => page.extract({ a: 'div', b: { select: 'p', each: { c: 'a' } } })],
  ];
  const pages: [string, string, string][] = [
    ['100,000 nested <div>', `${'<div>'.repeat(DEEP)}<a id=end href=x>x</a>`, 'text/html'],
    ['100,000 paragraphs', `${'<p>'.repeat(DEEP)}<a id=end href=x>x</a>`, 'text/html'],
    ['20,000 mis-nested <b>', `${'<b><div></b>'.repeat(20_000)}<a id=end href=x>x</a>`, 'text/html'],
    ['50,000 nested tables', `${'<table><td>'.repeat(50_000)}<a id=end href=x>x</a>`, 'text/html'],
    ['100,000 nested elements of XML', `<?xml version="1.0"?>${'<a>'.repeat(DEEP)}`, 'text/xml'],
  ];
  test.each(pages)('%s: each way of reading ends, and soon', { timeout: 60_000 }, (_, text, type) => {
    const page = pageOf(text, type);
    for (const [name, read] of reads) {
      const start = performance.now();
      read(page);
      expect(performance.now() - start, name).toBeLessThan(5000);
    }
    if (type === 'text/html') {
      expect(page.text('#end')).toBe('x');
      expect(page.links()).toEqual(['https://shop.example/books/x']);
    }
  });
});

// Of these, css-select looks at what is in each element anew: as often as there are levels, of which there are 512.
test.each(['div:has(.x)', 'div:has(a)', 'div:contains(y)', 'div:contains(x)'])(
  'on a page of 10,000 nested <div>, %s ends soon',
  (css) => {
    const page = pageOf(`${'<div>'.repeat(10_000)}<a>x</a>`);
    const start = performance.now();
    expect(page.selectAll(css).length).toBeLessThan(600);
    expect(performance.now() - start).toBeLessThan(3000);
  },
);

/** Of most things that are read from pages, one whose texts have some length. */
const MORE = `
<a href="a/relative/link/of/some/length">a</a><a href="http://example.com/a/whole/link/of/some/length">b</a>
<meta name="description" content="a description of some length"></meta>
<link rel="apple-touch-icon" sizes="a size of some length" href="/an/icon/of/some/length"></link>
<link rel="alternate" title="a version of some length" hreflang="de" href="/a/version/of/some/length"></link>
<div itemscope="" itemtype="https://example.com/a-type-of-some-length"><time itemprop="a" datetime="2024-01-01T00:00:00Z">
a</time><data itemprop="b" value="a value of some length"></data><b itemprop="c">a text of some length</b></div>
<form enctype="multipart/form-data" name="a form of some length"><input name="a name of some length"
value="a value of some length"></input></form><table><tr><td>a cell of some length</td></tr></table>`;

test.each([
  ['HTML', 'text/html', '<html><body>'],
  ['XML', 'text/xml', '<a>'],
])('strings cut from a page of %s do not keep the page', { timeout: 60_000 }, (_, type, start) => {
  setFlagsFromString('--expose-gc');
  const collect = runInNewContext('gc') as () => void;
  const kept: unknown[] = [];
  const filler = '<p>lorem ipsum dolor sit amet</p>'.repeat(10_000);
  const cut = (): void => {
    const page = pageOf(
      `${start}<h1 title="a title of some length">a heading of some length</h1><i href="/a/link/of/some/length">i</i>${MORE}${filler}`,
      type,
    );
    const i = page.select('i');
    kept.push(page.text('h1'), page.attr('title', 'h1'), i.attrs, i.link(), i.outerHtml());
    kept.push(page.links(), page.meta(), page.forms(), page.table(), i.markdown(), page.xpath('//h1/@title'));
  };
  cut();
  collect();
  const before = process.memoryUsage().heapUsed;
  for (let i = 0; i < 10; i++) cut();
  collect();
  // The pages are of 310 kB each.
  expect(process.memoryUsage().heapUsed - before).toBeLessThan(1e6);
  expect(kept).toHaveLength(11 * 11);
});
