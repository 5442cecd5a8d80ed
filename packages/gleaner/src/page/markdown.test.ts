import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { toMarkdown } from './markdown.ts';
import { textOf } from './text.ts';
import { parseHtml } from './tree.ts';

const BASE = 'https://docs.example/guide/';

/** Everything, as most of these are too short to be what a page is about. */
function markdown(html: string): string {
  return toMarkdown(parseHtml(html), BASE, { main: false });
}

describe('toMarkdown', () => {
  test.each<[what: string, html: string, expected: string]>([
    [
      'headings',
      '<h1>One</h1><h2> Two <b>bold</b></h2><h6>Six<br>lines</h6>',
      '# One\n\n## Two **bold**\n\n###### Six lines',
    ],
    ['a heading that ends in signs', '<h2>C #</h2><h3>#</h3><h4></h4>', '## C \\#\n\n### \\#'],
    [
      'a heading with a link to itself',
      '<h2><a href="#x">Title</a><a class=headerlink href="#x">¶</a></h2>',
      '## Title',
    ],
    ['paragraphs', '<p>One\n  two</p>three<div>four</div>', 'One two\n\nthree\n\nfour'],
    ['emphasis', '<p>a <b>b</b> <em>c <strong>d</strong></em> <del>e</del>', 'a **b** *c **d*** ~~e~~'],
    ['emphasis with spaces inside', '<p>a<b> b </b>c', 'a **b** c'],
    ['emphasis within a word', '<p>un<em>believ</em>able', 'un*believ*able'],
    ['emphasis that Markdown cannot say', '<p>a<b>(b)</b>c <b>(b)</b>', 'a(b)c **(b)**'],
    ['emphasis that is none', '<b style="font-weight:normal">a</b><b></b><i> </i>', 'a'],
    ['emphasis around blocks', '<b><p>a</p><p>b</p></b>', '**a**\n\n**b**'],
    [
      'links',
      '<a href="../x?a=1#b">one</a> <a href="mailto:a@b.example">two</a>',
      '[one](https://docs.example/x?a=1#b) [two](mailto:a@b.example)',
    ],
    [
      'links that lead nowhere',
      '<a href="javascript:x()">a</a> <a name=x>b</a> <a href="http://[">c</a> <a href="/d"></a>',
      'a b c',
    ],
    ['links with brackets in them', '<a href="/a_(b)">[c]</a>', '[\\[c\\]](<https://docs.example/a_(b)>)'],
    [
      'a link around blocks',
      '<a href="/x"><h2>a</h2><p>b</p></a>',
      '## [a](https://docs.example/x)\n\n[b](https://docs.example/x)',
    ],
    [
      'images',
      '<p><img src=a.png alt="An *apple*"><img src="/b.png">',
      '![An \\*apple\\*](https://docs.example/guide/a.png)![](https://docs.example/b.png)',
    ],
    [
      'images that load late',
      '<img src="data:image/gif;base64,R0" data-src="/a.png"><img srcset="/b.png 1x, /c.png 2x">',
      '![](https://docs.example/a.png)![](https://docs.example/b.png)',
    ],
    ['images that count', '<p>a<img src="/pixel" width=1 height=1>', 'a'],
    [
      'an image in a link, and a cry before a link',
      '<a href="/a"><img src="/b"></a> Hey!<a href="/c">c</a>',
      '[![](https://docs.example/b)](https://docs.example/a) Hey\\![c](https://docs.example/c)',
    ],
    ['lists', '<ul><li>a<li><p>b</p></ul><ol start=9><li>c<li>d</ol>', '- a\n- b\n\n9. c\n10. d'],
    ['nested lists', '<ul><li>a<ul><li>b<ol><li>c</ol></ul><li>d</ul>', '- a\n  - b\n    1. c\n- d'],
    ['a nested list that would not be seen', '<ul><li>a<ol start=3><li>b</ol></ul>', '- a\n\n  3. b'],
    ['lists in a row', '<ul><li>a</ul><ul><li>b</ul><ul><li>c</ul>', '- a\n\n* b\n\n- c'],
    [
      'items with more than text',
      '<ul><li><p>a</p><p>b</p><pre>c\nd</pre><li><li>e</ul>',
      '- a\n\n  b\n\n  ```\n  c\n  d\n  ```\n- e',
    ],
    [
      'things to do',
      '<ul><li><input type=checkbox checked> a<li><input type=checkbox>b</ul>',
      '- [x] a\n- [ ] b',
    ],
    [
      'quotes',
      '<blockquote><p>a</p><blockquote>b</blockquote><ul><li>c</ul></blockquote><blockquote>d</blockquote>',
      '> a\n>\n> > b\n>\n> - c\n\n> d',
    ],
    [
      'programs',
      '<pre class="language-JS"><code>if (a) {\n\n  b(`c`);\n}\n</code></pre>',
      '```js\nif (a) {\n\n  b(`c`);\n}\n```',
    ],
    ['programs with fences in them', '<pre>```\nx\n```</pre>', '````\n```\nx\n```\n````'],
    [
      'programs with lines counted',
      '<div class="highlight-python"><pre><span class="linenos">1</span>x = 1<br>y\n</pre></div>',
      '```python\nx = 1\ny\n```',
    ],
    ['code', '<code>a`b</code> <kbd>``</kbd> <code>  c\n d </code><code></code>', '``a`b`` ``` `` ``` `c d`'],
    [
      'code with links and emphasis',
      '<code>Vec&lt;<a href="/t"><b>T</b></a>&gt;</code>',
      '`Vec<`[`T`](https://docs.example/t)`>`',
    ],
    ['rules', '<p>a<hr>b<ul><li>c<hr></ul>', 'a\n\n---\n\nb\n\n- c\n\n  ___'],
    ['lines', '<p>a<br>- b<br><br>c<br></p>', 'a\\\n\\- b\n\nc'],
    [
      'definitions',
      '<dl><dt>a<dd>b<dd><p>c</p><p>d</p><dt><code>e</code><dd>f</dl>',
      '**a**\n\n- b\n- c\n\n  d\n\n**`e`**\n\n- f',
    ],
    [
      'quotations and what is not shown',
      '<p><q>a</q><script>b</script><style>c</style><template>d</template><textarea>e</textarea><!-- f -->',
      '“a”',
    ],
    [
      'text with markup in it',
      '<p>1*2 [a] `b` snake_case _c_ &lt;d> 1 &lt; 2 &amp;amp; \\ ~e~',
      '1\\*2 \\[a\\] \\`b\\` snake_case \\_c\\_ \\<d> 1 < 2 \\&amp; \\\\ \\~e\\~',
    ],
    [
      'text that is not a list',
      '<p>1. a</p><p>- b</p><p>+ c</p><p># d</p><p>&gt; e</p><p>---</p><p>2024. f</p><p>-1</p><p>#tag</p>',
      '1\\. a\n\n\\- b\n\n\\+ c\n\n\\# d\n\n\\> e\n\n\\---\n\n2024\\. f\n\n-1\n\n#tag',
    ],
    ['no-break spaces', '<p>a&nbsp;&nbsp;b</p>&nbsp;', 'a b'],
    ['nothing', '<div><p> </p><ul><li></li></ul><table><tr><td></td></tr></table></div>', ''],
  ])('writes %s', (_, html, expected) => {
    expect(markdown(html)).toBe(expected);
  });

  test('writes tables, with bars and lines escaped and spans left empty', () => {
    const html = `<table><caption>Fruit</caption>
      <thead><tr><th>Name</th><th align=right>Price</th></tr></thead>
      <tr><td>a|b <code>c|d</code></td><td>1</td></tr>
      <tr><td rowspan=2>e<br>f</td><td><ul><li>2</li><li>3</li></ul></td></tr>
      <tr><td>4</td></tr><tr><td colspan=2>5</td></tr></table>`;
    expect(markdown(html)).toBe(
      [
        'Fruit',
        '',
        '| Name | Price |',
        '| --- | --: |',
        '| a\\|b `c\\|d` | 1 |',
        '| e<br>f | 2<br>3 |',
        '|  | 4 |',
        '| 5 |  |',
      ].join('\n'),
    );
  });

  test('gives a table without a header an empty one, and takes layout apart', () => {
    expect(markdown('<table><tr><td>a<td>b<tr><td>c<td>d</table>')).toBe(
      '|  |  |\n| --- | --- |\n| a | b |\n| c | d |',
    );
    expect(markdown('<table><tr><td><h2>a</h2><td><table><tr><th>b</table></table>')).toBe(
      '## a\n\n| b |\n| --- |',
    );
  });

  test('keeps the words of any page, in order', () => {
    const words = fc.stringMatching(/^[a-z]{1,6}$/);
    const tag = fc.constantFrom(
      'p',
      'div',
      'b',
      'i',
      'u',
      'del',
      'code',
      'a',
      'span',
      'ul',
      'ol',
      'li',
      'blockquote',
      'pre',
      'h2',
      'dl',
      'dt',
      'dd',
      'table',
      'tr',
      'td',
      'th',
      'section',
      'main',
      'center',
    );
    const { node } = fc.letrec<{ node: string }>((tie) => ({
      node: fc.oneof(
        { depthSize: 'medium' },
        words.map((word) => `${word} `),
        fc.constantFrom('<br>', '<hr>', ' '),
        fc
          .tuple(tag, fc.array(tie('node'), { maxLength: 5 }))
          .map(([name, inner]) => `<${name}>${inner.join('')}</${name}>`),
      ),
    }));
    fc.assert(
      fc.property(fc.array(node, { maxLength: 6 }), (nodes) => {
        const document = parseHtml(nodes.join(''));
        const text = toMarkdown(document, BASE, { main: false }).replaceAll('<br>', ' ');
        expect(text.match(/[a-z]+/g)?.join('') ?? '').toBe(textOf(document).replaceAll(' ', ''));
      }),
    );
  });

  test('never has two empty lines in a row outside of programs, nor any at its ends', () => {
    const piece = fc.constantFrom(
      '<p>',
      '<br>',
      '<div>',
      '<ul><li>',
      'x',
      '</li>',
      '<blockquote>',
      '<table><tr><td>',
      '\n\n',
      '<h2>',
      '</h2>',
      '<dl><dd>',
      '<b>',
      '</p>',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 30 }), (pieces) => {
        expect(markdown(pieces.join(''))).not.toMatch(/^\s|\s$|\n[> ]*\n[> ]*\n/);
      }),
    );
  });

  test.each([
    ['nested elements', '<div>'.repeat(100_000) + 'x'],
    ['nested quotes', '<blockquote>x'.repeat(50_000)],
    ['nested lists', '<ul><li>x'.repeat(50_000)],
    ['nested emphasis', '<b>x<i>y'.repeat(2000)],
    ['nested tables', '<table><tr><td>x'.repeat(5000)],
    ['lines', 'x<br>'.repeat(100_000)],
    ['runs in a line', '<b>x</b><i>!</i>'.repeat(50_000)],
    [
      'cells',
      `<table><tr>${'<td>x'.repeat(20_000)}${'<tr><td colspan=50 rowspan=1000>y'.repeat(2000)}</table>`,
    ],
    ['blocks in one link', `<a href="/${'x'.repeat(3000)}">${'<p>x</p>'.repeat(20_000)}</a>`],
    ['backticks', `<code>${'`'.repeat(100_000)}</code>`.repeat(5)],
    ['headers', '<header>x'.repeat(50_000)],
  ])(
    'writes a page of %s by the ten thousand within seconds',
    (_, html) => {
      const document = parseHtml(html);
      const started = performance.now();
      for (const main of [true, false]) {
        const written = toMarkdown(document, BASE, { main });
        expect(written.length).toBeGreaterThan(0);
        expect(written.length).toBeLessThan(30 * html.length);
      }
      expect(performance.now() - started).toBeLessThan(10_000);
    },
    30_000,
  );
});
