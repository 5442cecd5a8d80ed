import type { HostileCase } from './hostile-case.ts';
import type { Wire } from './wire.ts';

/** Answers with a page that is made for each request: none is worth keeping. */
function html(make: () => string): (wire: Wire) => void {
  return (wire) => wire.answer(`<!doctype html><title>hostile</title>${make()}`);
}

/** So many of something, each made by its number. */
function many(count: number, make: (n: number) => string): string {
  let text = '';
  for (let n = 0; n < count; n++) text += make(n);
  return text;
}

/** Pages that are much work to read. */
export const markup: readonly HostileCase[] = [
  {
    path: '/markup/deep',
    does: '100,000 elements in one another',
    answer: html(() => '<div>'.repeat(100_000)),
  },
  {
    path: '/markup/deep-closed',
    does: '100,000 elements in one another, each with its end',
    answer: html(() => `${'<div>'.repeat(100_000)}x${'</div>'.repeat(100_000)}`),
  },
  {
    path: '/markup/deep-formatting',
    does: '50,000 formatting elements in one another, which the parser opens again in each paragraph',
    answer: html(() => `${many(50_000, (n) => `<b id=${n}>`)}${'<p>x'.repeat(100)}`),
  },
  {
    path: '/markup/misnested',
    does: '20,000 links and formats that end in the wrong order (the adoption agency)',
    answer: html(() => '<a><b><i><p></a></b></i>'.repeat(20_000)),
  },
  {
    path: '/markup/unclosed',
    does: '50,000 list items with paragraphs, none of which is closed',
    answer: html(() => '<ul><li><p>x'.repeat(50_000)),
  },
  {
    path: '/markup/tables',
    does: '20,000 tables in one another, with text where none may be',
    answer: html(() => '<table>x<tr><td>'.repeat(20_000)),
  },
  {
    path: '/markup/svg',
    does: '50,000 elements of SVG and MathML in one another',
    answer: html(() => '<svg><foreignObject><math><mtext>'.repeat(12_500)),
  },
  {
    path: '/markup/links',
    does: 'a million links',
    answer: html(() => many(1_000_000, (n) => `<a href=/${n}>`)),
  },
  {
    path: '/markup/links-to-hosts',
    does: '100,000 links, each to another host',
    answer: html(() => many(100_000, (n) => `<a href=http://h${n}.invalid/>x</a>`)),
  },
  {
    path: '/markup/attributes',
    does: 'a million attributes on an element',
    answer: html(() => `<p ${many(1_000_000, (n) => `a${n} `)}>x</p>`),
  },
  {
    path: '/markup/long-link',
    does: 'a link of a megabyte, and one of a million dots and slashes',
    answer: html(() => `<a href="/${'x'.repeat(1_000_000)}">x</a><a href="${'../'.repeat(330_000)}">y</a>`),
  },
  {
    path: '/markup/long-tag',
    does: 'a tag of four megabytes',
    answer: html(() => `<${'x'.repeat(4_000_000)}>`),
  },
  {
    path: '/markup/open-comment',
    does: 'four megabytes of comments that are not closed',
    answer: html(() => '<!--'.repeat(1_000_000)),
  },
  {
    path: '/markup/entities',
    does: 'a million references to characters, right and wrong ones',
    answer: html(() => '&notin;&notit;&#x110000;&#0;&'.repeat(100_000)),
  },
  {
    path: '/markup/base',
    does: 'a <base> that makes every link one to another host',
    answer: html(() => '<base href="http://elsewhere.invalid/"><a href="a">a</a><a href="/b">b</a>'),
  },
  {
    path: '/markup/schemes',
    does: 'links to schemes that nobody should follow, in odd spellings',
    answer: html(
      () =>
        '<a href="java\nscript:alert(1)">a</a><a href=" JaVaScRiPt:alert(1)">b</a><a href="file:///etc/passwd">c</a>' +
        '<a href="data:text/html,x">d</a><a href="vbscript:x">e</a><a href="ftp://127.0.0.1/">f</a>',
    ),
  },
  {
    path: '/markup/xml-bomb',
    does: 'XML with entities that would grow to gigabytes (a billion laughs)',
    answer(wire) {
      const entities = many(10, (n) => `<!ENTITY l${n + 1} "${`&l${n};`.repeat(10)}">`);
      const xml = `<?xml version="1.0"?><!DOCTYPE x [<!ENTITY l0 "lol">${entities}]><rss><title>&l10;</title></rss>`;
      wire.answer(xml, { 'Content-Type': 'application/xml' });
    },
  },
  {
    path: '/markup/xml-deep',
    does: 'XML with 100,000 elements in one another',
    answer: (wire) =>
      wire.answer(`<?xml version="1.0"?>${'<a>'.repeat(100_000)}`, { 'Content-Type': 'text/xml' }),
  },
];
