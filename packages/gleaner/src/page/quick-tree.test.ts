import type { AnyNode, Document } from 'domhandler';
import fc from 'fast-check';
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import path from 'node:path';
import { describe, expect, test } from 'vitest';
import { mutated, nested, soup } from '../../test/markup.ts';
import { pythonManual } from '../../test/nginx.ts';
import { quickTree } from './quick-tree.ts';
import { parseHtmlWhole } from './tree.ts';

const MANUALS: Readonly<Record<string, string | undefined>> = {
  'python3-doc': pythonManual(),
  'postgresql-doc': postgresManual(),
};
const missing = Object.entries(MANUALS).flatMap(([name, found]) => (found === undefined ? [name] : []));
if (missing.length > 0) {
  if (process.env.GLEANER_REQUIRE_ALL === '1')
    throw new Error(`${missing.join(', ')} is required and was not found`);
  console.log(`skipped: pages of real manuals, for want of ${missing.join(', ')}`);
}

/** The folder of PostgreSQL's manual: Debian's package postgresql-doc; undefined if not there. */
function postgresManual(): string | undefined {
  const documentation = '/usr/share/doc';
  if (!existsSync(documentation)) return undefined;
  const packages = readdirSync(documentation).filter((name) => /^postgresql-doc-\d+$/.test(name));
  const folders = packages.map((name) => path.join(documentation, name, 'html'));
  return folders.find((folder) => existsSync(path.join(folder, 'index.html')));
}

/** One line for each node, with all that it is; the links between nodes are checked on the way. */
function written(document: Document): string[] {
  const lines = [String(document['x-mode'])];
  const waiting: { node: AnyNode; depth: number }[] = [{ node: document, depth: 0 }];
  for (let next = waiting.pop(); next !== undefined; next = waiting.pop()) {
    const { node, depth } = next;
    lines.push(`${' '.repeat(depth)}${node.type}${about(node)}`);
    if (!('children' in node)) continue;
    const { children } = node;
    for (const [index, child] of children.entries()) {
      if (child.parent !== node) throw new Error(`${child.type} has another parent`);
      if (child.prev !== (children[index - 1] ?? null))
        throw new Error(`${child.type} has another before it`);
      if (child.next !== (children[index + 1] ?? null))
        throw new Error(`${child.type} has another behind it`);
    }
    for (const child of children.toReversed()) waiting.push({ node: child, depth: depth + 1 });
  }
  return lines;
}

function about(node: AnyNode): string {
  if ('attribs' in node) return JSON.stringify([node.name, node.namespace, Object.entries(node.attribs)]);
  if ('x-name' in node)
    return JSON.stringify([node.name, node.data, node['x-name'], node['x-publicId'], node['x-systemId']]);
  return 'data' in node ? JSON.stringify(node.data) : '';
}

function quickly(html: string): Document | undefined {
  return quickTree(Buffer.from(html))?.nodes.document;
}

/** Whether the quick way answered; if so, it must have been right. */
function isQuick(html: string): boolean {
  const quick = quickly(html);
  if (quick === undefined) return false;
  expect(written(quick), html).toEqual(written(parseHtmlWhole(html)));
  return true;
}

const DOCTYPE = '<!DOCTYPE html>';

describe('the quick way makes the same tree', () => {
  test.each([
    // What is missing around the content
    '',
    ' ',
    'text',
    ' \n text ',
    DOCTYPE,
    `${DOCTYPE}<html><head><title>A</title></head><body><p>B</p></body></html>`,
    `${DOCTYPE}\n<html lang="en">\n<head>\n<title>A</title>\n</head>\n<body>\n<p>B</p>\n</body>\n</html>\n`,
    '<!-- a --><html><!-- b --><head><!-- c --></head><!-- d --><body><!-- e --></body><!-- f --></html><!-- g -->',
    '<title>A</title><p>B',
    '<head>text',
    '<head></head> text',
    '<head></head><link rel=a><title>A</title><script>b</script>text',
    '<head><head><html></head></head><p>A',
    '<head></p></div></head></p></div><body>',
    '<p>A</body>B</html>C<p>D</body> E',
    '<html></html> <!-- a --> ',
    '</body>',
    '<meta></body>A',
    '<head><base><link><meta><bgsound><basefont><style>a</style><noframes>b<p></noframes></head>',
    '<head><noscript><link><style>a</style> <!-- b --></noscript><meta></head>',
    '<head><noscript><img src=a></noscript></head><body>A',
    '<head><noscript>A</noscript>B',
    '<body><noscript><p>A</p></noscript>',
    '<p>A<html><body><head><p>B',
    // Doctypes and the modes they mean
    '<!doctype HTML><p><table></table>',
    '<p><table></table>',
    '<!DOCTYPE html SYSTEM "about:legacy-compat">',
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Strict//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-strict.dtd"><p><table></table>',
    '<!DOCTYPE html PUBLIC "-//W3C//DTD XHTML 1.0 Transitional//EN" "http://www.w3.org/TR/xhtml1/DTD/xhtml1-transitional.dtd"><p><table></table>',
    '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01//EN" "http://www.w3.org/TR/html4/strict.dtd"><p><table></table>',
    '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN"><p><table></table>',
    "<!DOCTYPE HTML PUBLIC '-//W3C//DTD HTML 4.01 Transitional//EN''http://www.w3.org/TR/html4/loose.dtd'><p><table></table>",
    '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.01 Transitional//EN" ""><p><table></table>',
    '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 4.0 Transitional//EN"><p><table></table>',
    '<!DOCTYPE HTML PUBLIC "-//W3C//DTD HTML 3.2 Final//EN"><p><table></table>',
    '<?xml version="1.0" encoding="UTF-8"?><!DOCTYPE html><p>A',
    `<!-- a -->${DOCTYPE}<!DOCTYPE html><p>A<!DOCTYPE html>B`,
    // Elements that end others
    '<p>A<p>B<div>C</div><p>D',
    '<p>A<ul><li>B<li>C<ul><li>D</ul><li>E</ul>F',
    '<li>A<li>B<div><li>C</div><p>D<li>E',
    '<dl><dt>A<dd>B<dt>C<dd>D<p>E<dd>F</dl>',
    '<dl><div><dt>A</dt><dd>B</dd></div><div><dt>C</div></dl>',
    '<h1>A<h2>B</h1>C',
    '<p>A<h1>B</h2>C',
    '<p><button>A<p>B</button>C<p>D',
    '<p><object><p>A</object><p>B',
    '<ul><li><ol><li>A</ol></ul>',
    '<div><p>A</div>B',
    '<div><span>A</div>B',
    '<p><span>A<p>B</span>C',
    '<section><p>A<article><p>B</section>C',
    '<select><option>A<option selected>B<optgroup label=c><option>D<optgroup><option>E</optgroup></select>F',
    '<datalist><option>A<option>B</datalist><option>C<optgroup>D',
    '<ruby>A<rt>B<rp>C<rb>D<rtc>E<rt>F</ruby>G<rt>H',
    '<p>A<hr>B<p>C<pre>D</pre>E',
    '<form><p>A<input></form><form><div>B</div></form>',
    '<p>A<form>B</form>C',
    '<button>A</button><button>B</button>',
    '<details><summary>A</summary><p>B</details>',
    // End tags of nothing
    'A</b>B</span>C</li></dd></h1></table></td>D',
    'A</p>B<div></p></div>',
    'A</br>B',
    '<div>A</span></section></form></object></button>B</div>',
    '</p></br></html>A',
    '<!DOCTYPE html></b></head>A',
    '<head></head></b></br>A',
    '<table><tr><td>A</b></caption></body></html>B</tr></td></caption></body></html></table>C',
    // Formatting that is closed in turn, or by what ends all of it
    '<p><b>A<i>B</i></b><a href=c>D</a>E<nobr>F</nobr><nobr>G</nobr>',
    '<b><span>A</b>B',
    '<b><b><b><b>A</b></b></b></b>B',
    '<a><b>A</b></a><a>B</a>',
    '<a href=a>A<em><a href=b>B</a></em></a>C',
    '<p><b class=a>A</p>B</b><p>C</b>D</p>E',
    '<b><i>A</b>B</i>C<u><s>D</u>E<img>F</s>G',
    '<p><b><i><u>A</i></p><div>B</b>C</div>D</u>E',
    '<p><a>A</p><a>B</a><p><b>C</p><ul><li>D<li>E</b>F</ul>G',
    '<p><b>A</p><table><tr><td>B<i>C</td><td>D</table>E</b>F',
    '<p><b>A</p><object>B<i>C</object>D</b>E<object></object>',
    '<p><b>A</p><select><option>B</select><input><br>C</br><hr><textarea>D</textarea><param>',
    '<p><nobr>A</p>B</nobr>C<p><i>D</p><button>E</button>F</i>G',
    '<font size=1><p>A<font size=2>B</p>C</font>D</font>E',
    '<table><tr><td><b>A<td>B</table>C',
    '<table><caption><i>A</caption><tr><th><a>B<tr><td><a>C</table><a>D</a>',
    '<object><b>A</object>B',
    '<b><p>A</p></b>',
    '<b>A</body>B',
    // Tables
    '<table><tr><td>A<td>B<tr><th>C</table>D',
    '<table><td>A</table>',
    '<table><tbody><td>A<tr><td>B<tbody><tr><td>C<tfoot></table>',
    '<table> <caption>A</caption> <colgroup> <col> <col></colgroup> <col> <thead> <tr> <th>B</th> </tr> </thead> </table>',
    '<table><colgroup><!-- a --><col><tr><td>A<col><td>B</table>',
    '<table><caption>A<td>B</table>C',
    '<table><tr><td><table><tr><td>A</table>B</table>C',
    '<table><tr><table><tr><td>A</table>',
    '<table><thead><tr><td>A</thead><tr><td>B</tbody></table>',
    '<table></td></tr></tbody></caption></col></body></html><tr></td></col></caption><td></col>A</tr></tr></table>',
    '<table><tr><td><p>A</table><p>B',
    '<table><script>a</script><style>b</style><input type=HIDDEN></table>',
    '<table><!-- a --><tr><!-- b --><td>A</table>',
    'A<tr><td>B<tbody>C<col>D',
    // Text that is not markup, and markup that is text
    '<script>a < b && "</p>" </script ><style>a > b</STYLE><textarea>\n\nA<p>&amp;</textarea><title>B&lt;<b></title>C',
    '<script><!-- a </script>B',
    '<script></scripts></script\n><iframe><p></iframe><noembed><p></noembed><p><xmp><b></xmp>',
    '<pre>\nA</pre><pre>\n\nB</pre><listing>\nC</listing><pre><b>\nD</b></pre><pre>&lt;E</pre>',
    '<div>1 < 2 <3 <> <= <<b>A</b></div>',
    'A<!-->B<!--->C<!---->D<!--a-->E<!-- a -- b --!>F<!----!>G<!-- <!-- -->H<!--a--->I',
    'A<!b>C<?d e?>F<![CDATA[g]]>H<!>',
    // Attributes
    '<p a b=c d="e f" g=\'h\' i = j k=l/m/n o/>A',
    '<p a=1 a=2 A=3 B=4>A<IMG SRC=a.png ALT="b>c"><BR/><br / >',
    '<p a=""b=\'\'c=d"e\' f=>A',
    '<p a="&amp;&lt&copy=1&copyx&notit;&not;&#65;&#x41;&#0;&unknown;&" b=&amp c=\'&quot;\'>A',
    '<p title="\n\t a " class=a\nid=b>A<p\n>B',
    '<p __proto__=a constructor=b 1=c 0=d>A',
    '<my-element><x-1>A</x-1></my-element></my-element>',
    '<DIV>A</Div><P>B</P>',
    // Entities
    'A&amp;B&ampC&lt&gt;&copy;&copyright&notit;&#65;&#x41&#0;&#128;&#xd800;&bogus;&;&#;&#x;& &',
    'A&NewLine;B&nbsp;&#32;C&#13;D',
    // Lines
    'A\r\nB\rC\n\r<pre>\r\nD</pre><p a="\r\n">',
    // Drawings
    '<p>A<svg viewbox="0 0 1 1" xmlns="http://www.w3.org/2000/svg" xmlns:xlink=a xlink:href=b><title>B &amp; C</title><g><PATH D=a /></g><lineargradient gradientunits=c></linearGradient><use/></svg>D</p>',
    '<svg/>A<svg /><svg></svg><table><tr><td><svg><a><circle r="1"/></a></svg></table>',
    '<head><svg><style>a &lt; b</style></svg>',
    // Not in ASCII
    '\ufeff<p>A',
    '<p title="\u00e9\u2019\ud83d\ude00">\u00e9\u2019\ud83d\ude00</p>',
  ])('of %j', (html) => {
    expect(isQuick(html)).toBe(true);
    // In a page that is larger, too.
    isQuick(`${DOCTYPE}<html><head></head><body><div class="a">${html}</div><p>B</p></body></html>`);
  });
});

describe('the quick way gives up', () => {
  test.each([
    ['a NUL', '<p>A\0B'],
    ['a NUL in a tag', '<p a="\0">'],
    ['a NUL in a comment', '<!-- \0 -->'],
    ['formatting that is closed in a block', '<b><p>A</b>B</p>'],
    ['four of the same formatting that are left open', '<p><b><b><b><b>A</p>B'],
    ['formatting that is closed in a block, when it goes on there', '<p><b>A</p>B<p>C</b>'],
    ['a button in a button', '<button>A<button>B'],
    ['a nobr in a nobr', '<nobr>A<nobr>B'],
    ['an object that is open when its cell ends', '<table><tr><td><a><object></table> '],
    ['a form in a form', '<form><form>'],
    ['a form that is closed out of turn', '<div><form></div></form>'],
    ['a form in a table', '<table><form><tr><td></form></table>'],
    ['text beside cells', '<table>A<tr><td>B</table>'],
    ['text beside cells, behind space', '<table><tr> A<td>B</table>'],
    ['elements beside cells', '<table><tr><p>A</table>'],
    ['end tags beside cells', '<table></p><tr><td>A</table>'],
    ['a template', '<template><p>A</template>'],
    ['a formula', '<math><mi>a</mi></math>'],
    ['HTML in a drawing', '<svg><p>A</svg>'],
    ['HTML for a drawing', '<svg><foreignobject><p>A</foreignobject></svg>'],
    ['CDATA in a drawing', '<svg><![CDATA[a]]></svg>'],
    ['a drawing without an end', '<svg><g></svg>'],
    ['frames', '<frameset><frame></frameset>'],
    ['a second body with attributes', '<body><body class=a>'],
    ['a second root with attributes', '<html><html lang=en>'],
    ['anything but options in a select', '<select><p>A</select>'],
    ['a select in a select', '<select><select>'],
    ['plaintext', '<plaintext>A'],
    ['an image that is called so', '<image>'],
    ['a script that opens a script in a comment', '<script><!-- <script> </script> --></script>'],
    ['a script without an end', '<script>a'],
    ['a comment without an end', '<!-- a'],
    ['a tag without an end', '<p a'],
    ['a value without an end', '<p a="b>'],
    ['attributes of end tags', '<p>A</p a>'],
    ['a tag without a name', 'A</>B</3>'],
    ['names that are not ASCII', '<p \u00e9=a>'],
    ['odd names of attributes', '<p a"b=c>'],
    ['another doctype', '<!DOCTYPE svg>'],
    ['a doctype in the wrong order', '<!DOCTYPE html SYSTEM "a" PUBLIC "b">'],
    ['a newline that is an entity behind <pre>', '<pre>&#10;A'],
    ['a newline that is an entity behind <textarea>', '<textarea>&#10;A</textarea>'],
    ['white space that is an entity, before the body', '<head>&#32;A'],
    ['the same before the root', '&#32; A'],
    ['what is nested very deep', '<div>'.repeat(600)],
  ])('at %s', (_, html) => {
    expect(quickly(html)).toBeUndefined();
  });

  test('at nothing that is only long', { timeout: 20_000 }, () => {
    expect(isQuick(`<p>${'a <b>b</b> &amp; '.repeat(100_000)}`)).toBe(true);
  });
});

describe('whatever the quick way answers is what the whole parser makes', () => {
  test.each([
    ['soup', soup, 0.1],
    ['soup in a page', soup.map((html) => `${DOCTYPE}<html><body>${html}</body></html>`), 0.1],
    ['soup in a table', soup.map((html) => `${DOCTYPE}<table><tr><td>A${html}</table>`), 0.1],
    ['elements in elements', nested, 0.1],
    ['a page with mistakes', mutated, 0.1],
  ])('of %s', { timeout: 60_000 }, (_, pages, share) => {
    let quick = 0;
    let all = 0;
    fc.assert(
      fc.property(pages, (html) => {
        all++;
        if (isQuick(html)) quick++;
      }),
      { numRuns: 2000 },
    );
    // Otherwise next to nothing would have been compared.
    expect(quick / all).toBeGreaterThan(share);
  });
});

describe('of real manuals the quick way answers nearly every page, as the whole parser would', () => {
  for (const [name, folder = ''] of Object.entries(MANUALS)) {
    test.skipIf(folder === '')(name, { timeout: 60_000 }, () => {
      const pages = readdirSync(folder, { recursive: true, encoding: 'utf8' })
        .filter((file) => file.endsWith('.html'))
        .sort()
        .filter((_, index) => index % 5 === 0);
      const quick = pages.filter((file) => isQuick(readFileSync(path.join(folder, file), 'utf8')));
      expect(quick.length / pages.length).toBeGreaterThan(0.95);
    });
  }
});
