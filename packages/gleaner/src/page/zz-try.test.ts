import { test } from 'vitest';
import { Page } from '/work/main/packages/gleaner/src/page/page.ts';
const page = (text: string, type = 'text/html', url = 'http://shop.example/a/b.html') =>
  new Page({
    url,
    status: 200,
    headers: { 'content-type': type },
    body: Buffer.from(text),
    wireBytes: 0,
    firstByte: 0,
    total: 0,
    fromCache: false,
  });
const time = (name: string, f: () => unknown) => {
  const t = performance.now();
  let r;
  try {
    r = f();
  } catch (e) {
    r = String(e).slice(0, 200);
  }
  console.log(
    name,
    (performance.now() - t).toFixed(0) + ' ms',
    typeof r === 'string' ? r.slice(0, 150) + ' ' + r.length : r,
  );
};
test('deep', () => {
  const n = 100_000;
  const p = page('<div>'.repeat(n) + 'x<a href="q">y</a>' + '</div>'.repeat(n));
  time('parse', () => void p.select('body'));
  time('text', () => p.text('body'));
  time('html', () => p.html('body'));
  time('select', () => p.select('a').text());
  time('select div a', () => p.select('div a').text());
  time('links', () => p.links());
  time('.x div', () => p.selectAll('.x div').length);
  time('.x a', () => p.selectAll('.x a').length);
  time('div:contains(zz)', () => p.selectAll('div:contains(zz)').length);
  time('div:has(.zz)', () => p.selectAll('div:has(.zz)').length);
  time('div:has(a)', () => p.selectAll('div:has(a)').length);
  time('xpath //a', () => p.xpath('//a').length);
  time('xpath string(//body)', () => p.xpath('string(//body)'));
  time('forms', () => p.forms().length);
  time('table', () => p.table());
  time('div div', () => p.selectAll('div div').length);
  const w = page('<p>'.repeat(n));
  time('wide p:nth-child(3)', () => w.selectAll('p:nth-child(3)').length);
  time('wide .x ~ p', () => w.selectAll('.x ~ p').length);
  time('wide p:first-child', () => w.selectAll('p:first-child').length);
  const x = page('<?xml version="1.0"?>' + '<a>'.repeat(n), 'text/xml');
  time('xml text', () => x.select('a').text());
  time('xml html', () => x.html().length);
  time('xml xpath', () => x.xpath('//b').length);
}, 600000);
test('xpath', () => {
  const p = page('<p class=x>a <b>b</b></p><p>2</p><!--c--><svg viewBox="0 0 1 1"><linearGradient/></svg>');
  for (const e of [
    '//p',
    '//p/@class',
    '//p/text()',
    'count(//p)',
    '//p[2] = "2"',
    'math:pi()',
    'fn:count(//p)',
    '//comment()',
    '//p[',
    'string-join(//p, ",")',
    '//linearGradient',
    '//svg',
    'current-dateTime()',
    '(1,2,3)',
    'map{"a":1}',
    'foo()',
    '/*',
    '/',
  ])
    time(e, () => p.xpath(e).map((r) => (typeof r === 'object' ? `<${r.name}>` : r)));
  const x = page(
    '<rss xmlns:dc="http://x"><item><dc:creator>Ann<![CDATA[ & co]]></dc:creator></item></rss>',
    'application/rss+xml',
  );
  for (const e of ['//dc:creator', '//item/dc:creator/text()', 'string(//dc:creator)'])
    time(e, () => x.xpath(e).map((r) => (typeof r === 'object' ? `<${r.name}>${r.text()}` : r)));
  time('css', () => x.text('dc\\:creator'));
  for (const s of [
    'th >',
    'a[',
    ':foo',
    '::before',
    'p:nth-child(x)',
    '',
    '> p',
    'p:is(> a)',
    'lineargradient',
    'linearGradient',
    '[viewBox]',
  ])
    time('css ' + s, () => p.select(s).name);
});
