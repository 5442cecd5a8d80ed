import { describe, expect, test } from 'vitest';
import { pageOf } from '../../test/reading.ts';
import type { LinkOptions } from './links.ts';

const SITE = 'https://shop.example';
const page = pageOf(`
  <nav><a href="/">home</a><a href="/login?next=/" rel="external nofollow">log in</a><a name="top">none</a></nav>
  <main><a href="/docs/a">a</a><a href="/docs/a#part">a again</a><a href="b.html">b</a>
    <map><area href="/area"></map><link href="/style.css"><svg><a xlink:href="/svg">x</a></svg>
    <a href="https://other.example/">other</a><a href="mailto:a@b.example">mail</a><a href="http://">broken</a></main>
  <template><a href="/template">t</a></template><noscript><a href="/noscript">n</a></noscript>`);
const all = [
  '/',
  '/login?next=/',
  '/docs/a',
  '/books/b.html',
  '/area',
  'https://other.example/',
  '/noscript',
];
const absolute = (paths: string[]): string[] =>
  paths.map((path) => (path.startsWith('/') ? SITE + path : path));

test('all links are absolute, without fragments, each once, in the order of the page', () => {
  expect(page.links()).toEqual(absolute(all));
});

test.each<[string | LinkOptions, string[]]>([
  ['nav', ['/', '/login?next=/']],
  ['nav a', ['/', '/login?next=/']],
  ['link', ['/style.css']],
  ['main, a', all.filter((path) => path !== '/noscript').concat('/noscript')],
  ['.none', []],
  [{ selector: 'main a' }, ['/docs/a', '/books/b.html', 'https://other.example/']],
  [{ sameOrigin: true }, all.filter((path) => path.startsWith('/'))],
  [{ allow: '/docs/**' }, ['/docs/a']],
  [{ allow: ['/docs/**', /b\.html$/] }, ['/docs/a', '/books/b.html']],
  [{ deny: ['/**', 'https://other.example/**'] }, []],
  [{ deny: /example\/.+/ }, ['/', 'https://other.example/']],
  [{ nofollow: false }, all.filter((path) => !path.startsWith('/login'))],
  [{ selector: 'main', allow: '/**', deny: '/docs/*', sameOrigin: true }, ['/books/b.html', '/area']],
])('links(%j)', (wanted, paths) => {
  expect(new Set(page.links(wanted))).toEqual(new Set(absolute(paths)));
});

test('of a selection are those in it', () => {
  expect(page.select('nav').links()).toEqual(absolute(['/', '/login?next=/']));
  expect(page.select('main').links('a[href^="/"]')).toEqual(absolute(['/docs/a']));
});

test('an option that is none is refused', () => {
  expect(() => page.links({ selektor: 'a' } as LinkOptions)).toThrow(
    "an option of links must be one of selector, allow, deny, sameOrigin, nofollow, not 'selektor'",
  );
});

test('the base counts, the same origin is the page’s', () => {
  const based = pageOf(
    '<base href="https://cdn.example/x/"><a href="a">a</a><a href="https://shop.example/b">b</a>',
  );
  expect(based.links()).toEqual(['https://cdn.example/x/a', 'https://shop.example/b']);
  expect(based.links({ sameOrigin: true })).toEqual(['https://shop.example/b']);
});

describe('the link of an element', () => {
  test.each<[string, string | null]>([
    ['<a href="a#b">', '/books/a#b'],
    ['<img src="/a.png">', '/a.png'],
    ['<form action="?q">', '/books/page.html?q'],
    ['<meta content="/og.png">', '/og.png'],
    ['<video poster=p.png>', '/books/p.png'],
    ['<div><p>x<a>y</a><a href=z>z</a></div>', '/books/z'],
    ['<a href="mailto:x@y.example">', null],
    ['<p>x', null],
  ])('%s', (html, url) => {
    expect(pageOf(`<body><main>${html}</main>`).select('main > *').link()).toBe(
      url === null ? null : SITE + url,
    );
  });
});
