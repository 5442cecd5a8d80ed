import { describe, expect, test } from 'vitest';
import { pageOf } from '../../test/reading.ts';
import { OptionError } from '../http/failure.ts';

const SHOP = pageOf(`<!doctype html><title>Shop</title>
  <main>
    <article class="product_pod"><h3><a href="../a.html" title="A book">A b…</a></h3>
      <p class="price_color">£51.77</p><time datetime="2026-11-22">today</time></article>
    <article class="product_pod"><h3><a href="b.html">B</a></h3><p class="price_color">£1,034.00</p></article>
  </main>
  <ul><li class="next"><a href="page-2.html#top">next</a></li></ul>`);

test('a page of a shop is read', () => {
  const cards = SHOP.selectAll('article.product_pod');
  expect(cards.map((card) => card.number('.price_color'))).toEqual([51.77, 1034]);
  expect(cards.map((card) => card.link('h3 a'))).toEqual([
    'https://shop.example/a.html',
    'https://shop.example/books/b.html',
  ]);
  expect(cards[0]?.attr('title', 'h3 a')).toBe('A book');
  expect(cards[0]?.date('time')?.toISOString()).toBe('2026-11-22T00:00:00.000Z');
  expect(SHOP.links('li.next')).toEqual(['https://shop.example/books/page-2.html']);
  expect(SHOP.link('li.next')).toBe('https://shop.example/books/page-2.html#top');
  expect(SHOP.text('title')).toBe('Shop');
  expect(SHOP.text()).toContain('<title>Shop</title>');
});

test('where nothing is, every answer is null or an empty list', () => {
  const none = SHOP.select('.none');
  expect(none.exists).toBe(false);
  for (const from of [none, none.select('a'), none.parent, none.next, none.previous]) {
    expect(from.exists).toBe(false);
    expect([from.name, from.text(), from.html(), from.outerHtml(), from.attr('a'), from.number()]).toEqual(
      Array(6).fill(null),
    );
    expect([from.date(), from.link(), from.table(), from.json()]).toEqual(Array(4).fill(null));
    expect([from.selectAll('a'), from.links(), from.forms(), from.xpath('//a')]).toEqual([[], [], [], []]);
    expect(from.attrs).toEqual({});
  }
  expect(SHOP.text('.none')).toBeNull();
  expect(SHOP.html('.none')).toBeNull();
  expect(SHOP.attr('href', 'main')).toBeNull();
  expect(SHOP.number('title')).toBeNull();
  expect(SHOP.date('title')).toBeNull();
  expect(SHOP.link('title')).toBeNull();
});

test('a selection knows its neighbours, its name and its attributes', () => {
  const [first, second] = SHOP.selectAll('article');
  expect(first?.next.text('h3')).toBe('B');
  expect(second?.previous.text('h3')).toBe('A b…');
  expect(first?.previous.exists).toBe(false);
  expect(first?.parent.name).toBe('main');
  expect(SHOP.select('html').parent.exists).toBe(false);
  expect(first?.select('a').attrs).toEqual({ href: '../a.html', title: 'A book' });
});

describe('text is as a reader sees it', () => {
  test.each([
    ['<p>  a \n\t b&nbsp;&nbsp;c </p>', 'a b c'],
    ['<p><b>a</b>b <i>c</i></p>', 'ab c'],
    ['<ul><li>a</li><li>b</li></ul>', 'a b'],
    ['<p>a<br>b</p>', 'a b'],
    ['<table><tr><td>a<td>b</table>', 'a b'],
    ['a<p>b</p>c', 'a b c'],
    ['<div><div>a</div></div>b', 'a b'],
    ['a<script>x</script><style>y</style><template>z</template>b', 'ab'],
    ['<noscript>a <b>b</b></noscript>', 'a b'],
    ['a<!-- b -->c', 'ac'],
    ['', ''],
    ['&lt;b&gt; &amp; é', '<b> & é'],
    ['<textarea>\na\nb</textarea>', 'a b'],
  ])('%s', (html, text) => {
    expect(pageOf(`<body>${html}`).text('body')).toBe(text);
  });

  test('scripts and styles that are asked for are given as they are', () => {
    const page = pageOf('<script type="application/json"> {"a": [1]} </script>');
    expect(page.text('script')).toBe(' {"a": [1]} ');
    expect(page.select('script').json()).toEqual({ a: [1] });
  });

  test('JSON that is none says so', () => {
    expect(() => pageOf('<script>a = 1</script>').select('script').json()).toThrow(
      'https://shop.example/books/page.html: expected JSON, but ',
    );
  });
});

describe('markup is written as the HTML standard says', () => {
  test.each([
    '<p class="a">b <b>c</b> &amp; &lt;d&gt;&nbsp;</p>',
    '<img src="a" alt="&quot;&amp;"><br><input disabled="">',
    '<script>a < b && c</script><style>a > b</style>',
    '<!--x--><template><p>a</p></template>',
    '<svg viewBox="0 0 1 1"><use xlink:href="#a"></use></svg>',
    '<pre>a\n  b</pre>',
  ])('%s', (html) => {
    expect(pageOf(`<body>${html}</body>`).html('body')).toBe(html);
  });

  test('with the element itself, and the whole page', () => {
    const page = pageOf('<!doctype html><html><head></head><body><p id="a">b</p></body></html>');
    expect(page.select('p').outerHtml()).toBe('<p id="a">b</p>');
    expect(page.html()).toBe('<!DOCTYPE html><html><head></head><body><p id="a">b</p></body></html>');
  });

  test('as XML where the page is', () => {
    const xml = '<?xml version="1.0"?><a b="&lt;&quot;"><c/><D>1 &amp; 2</D><![CDATA[<x>]]><!--y--></a>';
    expect(pageOf(xml, 'text/xml').html()).toBe(xml);
  });
});

describe('selectors', () => {
  const page = pageOf('<div id=a><p class=X>1<p>2<div id=b><p>3</div><svg><linearGradient/></svg></div><p>4');
  const texts = (from: { selectAll(css: string): { text(): string | null }[] }, css: string): unknown[] =>
    from.selectAll(css).map((found) => found.text());

  test.each<[string, string[]]>([
    ['p', ['1', '2', '3', '4']],
    ['P.X', ['1']],
    ['div p', ['1', '2', '3']],
    ['#a > p', ['1', '2']],
    ['p + p', ['2']],
    ['p ~ div > p', ['3']],
    ['div ~ p', ['4']],
    ['p:nth-child(2)', ['2', '4']],
    ['p:nth-child(odd)', ['1', '3']],
    ['p:nth-child(-n + 1)', ['1', '3']],
    ['p:nth-last-child(1)', ['3', '4']],
    ['p:nth-child(1 of .X)', ['1']],
    ['p:nth-of-type(2)', ['2']],
    ['div:has(> p) > p:not(.X)', ['2', '3']],
    ['p:contains(4)', ['4']],
    ['.X, #b p', ['1', '3']],
    ['[class=X]', ['1']],
    ['lineargradient', ['']],
    [':scope > body > p', ['4']],
    ['> body > p', ['4']],
  ])('%s', (css, found) => {
    expect(texts(page, css)).toEqual(found);
  });

  test('below a selection look at the whole page, and :scope is the selection', () => {
    const inner = page.select('#b');
    expect(texts(inner, '#a p')).toEqual(['3']);
    expect(texts(inner, ':scope p')).toEqual(['3']);
    expect(texts(inner, '#a :scope p')).toEqual(['3']);
    expect(texts(inner, '> p')).toEqual(['3']);
    expect(texts(page.select('#a'), '> p, :scope > div > p')).toEqual(['1', '2', '3']);
    expect(texts(inner, ':scope')).toEqual([]);
    expect(texts(inner, '~ p')).toEqual([]);
  });

  test('of XML keep their case', () => {
    const xml = pageOf('<a><B>1</B><b>2</b><dc:c>3</dc:c></a>', 'application/xml');
    expect([texts(xml, 'B'), texts(xml, 'dc\\:c')]).toEqual([['1'], ['3']]);
  });

  test.each(['th >', 'a[', ':foo', '::before', '', ' ', 'a,', '> > a', 'p:nth-child(x)', 5])(
    '%j is none, and the error says so',
    (css) => {
      for (const read of ['select', 'selectAll', 'text', 'links', 'forms'] as const) {
        let error: unknown;
        try {
          page[read](css as string);
        } catch (thrown) {
          error = thrown;
        }
        if (read === 'links' && css === 5) continue;
        expect(error).toBeInstanceOf(OptionError);
        expect(String(error)).toMatch(/a selector must be a CSS selector/);
        expect(String(error)).toContain(typeof css === 'string' ? `not '${css}'` : 'not 5');
      }
    },
  );

  test('more than are kept give the same answers', () => {
    for (let i = 0; i < 1200; i++) expect(page.selectAll(`p:not(.c${i % 700})`)).toHaveLength(4);
  });
});

describe('XPath', () => {
  const page = pageOf('<p class=x>a <b>b</b></p><p>2</p><!--c--><svg><linearGradient/></svg>');

  test.each<[string, unknown[]]>([
    ['//p/@class', ['x']],
    ['//p/text()', ['a ', '2']],
    ['count(//p)', [2]],
    ['//p[2] = "2"', [true]],
    ['string-join(//p, ",")', ['a b,2']],
    ['//comment()', ['c']],
    ['//p[contains(@class, "x")]/b/text()', ['b']],
    ['//p/following-sibling::p/text()', ['2']],
    ['//none', []],
    ['//p ! upper-case(.)', ['A B', '2']],
  ])('%s', (expression, values) => {
    expect(page.xpath(expression)).toEqual(values);
  });

  test('gives elements as selections, relative to one where it begins with a point', () => {
    const [first] = page.xpath('//p[@class]');
    expect(first).toMatchObject({ name: 'p' });
    expect(page.select('p').xpath('.//b/text()')).toEqual(['b']);
    expect(page.select('p').xpath('//svg/*')).toMatchObject([{ name: 'linearGradient' }]);
    expect(page.select('b').xpath('ancestor::p/@class')).toEqual(['x']);
  });

  test('takes the names of XML as they are written', () => {
    const feed = pageOf('<rss><item><dc:creator>Ann<![CDATA[ & co]]></dc:creator></item></rss>', 'text/xml');
    expect(feed.xpath('string(//item/dc:creator)')).toEqual(['Ann & co']);
  });

  test.each(['//p[', 'foo()', '', 5])('%j is none, and the error says so', (expression) => {
    expect(() => page.xpath(expression as string)).toThrow(OptionError);
    expect(() => page.xpath(expression as string)).toThrow(
      'what xpath is given must be an XPath expression (',
    );
  });
});

test('a page answers what its other readers do', () => {
  const page = pageOf('<title>Emma</title><main><h1>Emma</h1><p>A <a href="b">novel</a>.</p></main>');
  expect(page.meta().title).toBe('Emma');
  expect(page.markdown({ main: false })).toContain('[novel](https://shop.example/books/b)');
  expect(page.select('p').markdown()).toBe('A [novel](https://shop.example/books/b).');
  expect(page.select('.none').markdown()).toBeNull();
  const feed = pageOf('<rss><channel><title>News</title></channel></rss>', 'application/rss+xml').feed();
  expect(feed.title).toBe('News');
  expect(pageOf('{"a":[1,2]}', 'application/json').jsonPath('$.a[*]')).toEqual([1, 2]);
});
