import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Addresses } from './addresses.ts';

const PAGE = 'https://shop.example/a/b/page.html?x=1#top';

/** What the URL standard says. */
function standard(href: string, base: string): string | null {
  try {
    const url = new URL(href, base);
    return /^https?:$/.test(url.protocol) ? url.href : null;
  } catch {
    return null;
  }
}

const PARTS = [
  'a',
  'B',
  '.',
  '..',
  '/',
  '//',
  '?',
  '#',
  ':',
  'http:',
  'https://',
  'shop.example',
  'Other.example:80',
];
const MORE = [
  '%2e',
  '\\',
  ' ',
  '\t',
  'é',
  '=',
  '&',
  "'",
  '"',
  '@',
  '|',
  '[',
  '~',
  ';',
  'javascript:',
  '../',
  './',
  '',
];

test.each([PAGE, 'http://h/', 'https://user:word@h:8443/x/y', 'http://[::1]/a/?q=/b/', 'http://1.2.3.4'])(
  'any address relative to %s is what the URL standard makes of it',
  (url) => {
    const addresses = new Addresses(url);
    fc.assert(
      fc.property(fc.array(fc.constantFrom(...PARTS, ...MORE), { maxLength: 8 }), (parts) => {
        const href = parts.join('');
        // Twice: what is known of a site serves the next.
        for (let i = 0; i < 2; i++) {
          expect(addresses.absolute(href)).toBe(standard(href, addresses.base));
          expect(addresses.fetchable(href)).toBe(standard(href, addresses.base)?.replace(/#.*/s, '') ?? null);
        }
      }),
      { numRuns: 2000 },
    );
  },
);

test.each<[string, string | null]>([
  ['c.html', 'https://shop.example/a/b/c.html'],
  ['../c.html', 'https://shop.example/a/c.html'],
  ['../../../c.html', 'https://shop.example/c.html'],
  ['/c?d=e', 'https://shop.example/c?d=e'],
  ['?d=e', 'https://shop.example/a/b/page.html?d=e'],
  ['', 'https://shop.example/a/b/page.html?x=1'],
  ['//cdn.example/x', 'https://cdn.example/x'],
  [' /c ', 'https://shop.example/c'],
  ['HTTP://X.example', 'http://x.example/'],
  ['mailto:a@b.example', null],
  ['javascript:void(0)', null],
  ['http://', null],
])('%j is %s', (href, url) => {
  expect(new Addresses(PAGE).absolute(href)).toBe(url);
});

test.each([
  ['https://cdn.example/lib/', 'https://cdn.example/lib/c'],
  ['../', 'https://shop.example/a/c'],
  ['data:text/html,x', 'https://shop.example/a/b/c'],
  ['javascript:x', 'https://shop.example/a/b/c'],
  ['http://', 'https://shop.example/a/b/c'],
])('a <base> of %j counts, unless it can be none', (href, url) => {
  const addresses = new Addresses(PAGE, href);
  expect(addresses.absolute('c')).toBe(url);
  expect(addresses.origin).toBe('https://shop.example');
});
