import { describe, expect, test } from 'vitest';
import { toMarkdown } from './markdown.ts';
import { parseHtml } from './tree.ts';

const BASE = 'https://site.example/';
const PROSE = [
  'The harbour was quiet in the early morning, and only a few boats had come back from the night, their nets still wet.',
  'By noon, however, the wind had turned to the north-west, and with it came the first clouds, low and dark, over the hills.',
  'Nobody in the town remembered a storm like this one, which tore roofs from houses, felled trees, and lasted for two days.',
];
const TEXT = PROSE.map((text) => `<p>${text}</p>`).join('\n');
const ARTICLE = PROSE.join('\n\n');
const LINKS = Array.from(
  { length: 8 },
  (_, i) => `<li><a href="/${i}">Another page of this site, number ${i}</a></li>`,
).join('');

function main(html: string): string {
  return toMarkdown(parseHtml(html), BASE);
}

describe('mainContent', () => {
  test.each<[what: string, html: string]>([
    [
      '<main>',
      `<header><a href="/">Site</a></header><nav><ul>${LINKS}</ul></nav><main>${TEXT}</main><footer>© Site</footer>`,
    ],
    [
      'role=main',
      `<div role=navigation>${LINKS}</div><div role=main>${TEXT}</div><div role=contentinfo>${TEXT}</div>`,
    ],
    [
      '<article> beside teasers',
      `<div><article>${TEXT}<div class="share-buttons">Share this on all networks that there are</div></article><aside>${TEXT}</aside></div>`,
    ],
    [
      'a class, in layout of divs',
      `<div id=top class=menu><ul>${LINKS}</ul></div><div class=wrap><div class="post-content">${TEXT}</div><div id=sidebar><p>${PROSE[0] ?? ''}</p></div></div><div class=footer>All rights reserved, and so on and so forth</div>`,
    ],
    [
      'text alone, without any names',
      `<div><div><ul>${LINKS}</ul></div><div><div>${TEXT}</div></div><div><a href=/>Imprint and privacy and terms</a></div></div>`,
    ],
    ['a table for layout', `<table><tr><td>${LINKS}</td><td>${TEXT}</td></tr></table>`],
    [
      'a form around the whole page',
      `<form action="/"><input name=state><div class=menu>${LINKS}</div><div>${TEXT}</div><select><option>English</select></form>`,
    ],
    [
      'a page with hidden parts and questions',
      `<div style="display: none">${TEXT}</div><div hidden>${TEXT}</div><div class="cookie-consent">We and our many partners value your privacy, they say</div><div class=text>${TEXT}</div><form><p>Your mail address for our weekly newsletter, please</p><input></form>`,
    ],
  ])('finds the text by %s', (_, html) => {
    expect(main(`<!doctype html><title>x</title><body>${html}`)).toBe(ARTICLE);
  });

  test('takes the title of the page along if there is just one', () => {
    expect(main(`<header><h1>Storm</h1></header><div class=content>${TEXT}</div>`)).toBe(
      `# Storm\n\n${ARTICLE}`,
    );
    expect(main(`<h1>Site</h1><article><h1>Storm</h1>${TEXT}</article>`)).toBe(`# Storm\n\n${ARTICLE}`);
  });

  test('keeps remarks in the margin, links in the text, and lists of links that are announced', () => {
    const written = main(
      `<main>${TEXT}<aside class="note"><p>Mind the tide.</p></aside><h2>See also</h2><ul>${LINKS}</ul><blockquote>Aye<footer>Ada</footer></blockquote></main>`,
    );
    expect(written).toContain('Mind the tide.');
    expect(written).toContain(
      '## See also\n\n- [Another page of this site, number 0](https://site.example/0)',
    );
    expect(written).toContain('> Ada');
  });

  test('leaves out a list of links that stands by itself, and comments', () => {
    expect(
      main(
        `<main>${TEXT}<div><ul>${LINKS}</ul></div><div id="comments"><p>${PROSE[1] ?? ''}</p></div></main>`,
      ),
    ).toBe(ARTICLE);
  });

  test('gives the whole page if it is nothing but links', () => {
    const written = main(`<div class=menu><ul>${LINKS}</ul></div>`);
    expect(written.split('\n')).toHaveLength(8);
  });

  test('keeps all of several articles', () => {
    expect(main(`<div>${PROSE.map((text) => `<article><p>${text}</p></article>`).join('')}</div>`)).toBe(
      ARTICLE,
    );
  });

  test('gives a short page as it is, and an empty one as nothing', () => {
    expect(main('<p>Hello</p>')).toBe('Hello');
    expect(main('')).toBe('');
  });

  test('gives everything if that is asked for, but what nobody reads', () => {
    const html = `<nav>Home</nav><main>${TEXT}</main><script>x</script><footer>Foot</footer>`;
    expect(toMarkdown(parseHtml(html), BASE, { main: false })).toBe(`Home\n\n${ARTICLE}\n\nFoot`);
  });
});
