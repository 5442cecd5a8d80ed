import fc from 'fast-check';

/* Random HTML, for tests that compare two ways to read it. */

/** Names that stress the rules: each of these ends something, needs something or is read in a way of its own. */
const NAMES =
  'a b i nobr p div span ul ol li dl dt dd h1 h2 pre table caption colgroup col tbody thead tr td th select option optgroup ' +
  'button form object ruby rt rp rtc rb br img hr input script style title textarea noscript section address x-a svg ' +
  'html head body link meta base iframe article code em blockquote label';
const names = fc.constantFrom(...NAMES.split(' '));
const attributes = fc.constantFrom(
  '',
  '',
  '',
  ' a',
  ' a=b',
  ' class="a b"',
  " A='&amp;' a=c",
  ' type=hidden',
  '/',
  ' /',
);
const words = fc.constantFrom(
  ' ',
  '\n',
  'a',
  ' b ',
  '&amp;',
  '&lt',
  '&#10;',
  '<',
  '< ',
  'c\r\nd',
  '\u2019',
  '\r',
  '1 < 2',
);
const others = fc.constantFrom(
  '<!-- a -->',
  '<!-->',
  '<!a>',
  '<?b?>',
  '<!DOCTYPE html>',
  '<![CDATA[a]]>',
  '</>',
  '\0',
);

const startTag = fc.tuple(names, attributes).map(([name, rest]) => `<${name}${rest}>`);
const endTag = names.map((name) => `</${name}>`);

/** Anything behind anything. */
export const soup: fc.Arbitrary<string> = fc
  .array(
    fc.oneof(
      { weight: 8, arbitrary: startTag },
      { weight: 6, arbitrary: endTag },
      { weight: 4, arbitrary: words },
      { weight: 1, arbitrary: others },
    ),
    { maxLength: 14 },
  )
  .map((parts) => parts.join(''));

const RAW = new Set(['script', 'style', 'title', 'textarea', 'iframe']);
const VOID = new Set(['br', 'img', 'hr', 'input', 'link', 'meta', 'base', 'col']);

const { nested: elements } = fc.letrec<{ nested: string; element: string }>((tie) => ({
  nested: fc
    .array(fc.oneof({ depthSize: 'medium', withCrossShrink: true }, words, tie('element'), others), {
      maxLength: 5,
    })
    .map((parts) => parts.join('')),
  element: fc
    .tuple(names, attributes, tie('nested'), fc.integer({ min: 0, max: 9 }))
    .map(([name, rest, content, left]) => {
      if (VOID.has(name)) return `<${name}${rest}>`;
      const within = RAW.has(name) ? 'a < b &amp; c' : content;
      return `<${name}${rest}>${within}${left === 0 ? '' : `</${name}>`}`;
    }),
}));

/** A page of a kind that is common. */
const PAGE = `<!DOCTYPE html>
<html lang="en"><head><meta charset="utf-8"><title>A &amp; B</title><script>if (a < b) c("</p>")</script></head>
<body class="a"><nav><ul><li><a href="b.html?c=1&amp;d=2">E</a><li>F</ul></nav>
<p>A <b>b</b> <em>c <code>d</code></em><p>E<table><thead><tr><th>F</th></tr></thead><tbody><tr><td>G<td>H</table>
<dl><dt>I<dd>J</dl><pre>
K &lt; L</pre><form action=m><select name=n><option>O<option>P</select><textarea>
q</textarea><input type=text></form><svg viewBox="0 0 1 1"><path d="M0"/></svg><!-- r --></body></html>
`;

/** The same with parts of it lost, doubled or in other places. */
export const mutated: fc.Arbitrary<string> = fc
  .array(fc.tuple(fc.nat(PAGE.length), fc.nat(30), fc.nat(PAGE.length)), { minLength: 1, maxLength: 3 })
  .map((moves) => {
    let page = PAGE;
    for (const [from, length, to] of moves) {
      const part = page.slice(from, from + length);
      const rest = to % 3 === 0 ? page : page.slice(0, from) + page.slice(from + length);
      page = to % 5 === 0 ? rest : rest.slice(0, to) + part + rest.slice(to);
    }
    return page;
  });

/** Elements in elements, whose end tags are there more often than not. */
export const nested: fc.Arbitrary<string> = elements;
