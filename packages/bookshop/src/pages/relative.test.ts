import { expect, test } from 'vitest';
import { relative } from './relative.ts';

test.each([
  ['/', '/book/moss_7/', 'book/moss_7/'],
  ['/', '/', './'],
  ['/about', '/', './'],
  ['/catalogue/page-2.html', '/catalogue/page-3.html', 'page-3.html'],
  ['/catalogue/page-2.html', '/book/moss_7/', '../book/moss_7/'],
  ['/book/moss_7/', '/', '../../'],
  ['/book/moss_7/', '/book/fern_8/', '../fern_8/'],
  ['/category/crime/index.html', '/category/travel/page-2.html', '../travel/page-2.html'],
])('from %s, %s is %s', (from, to, expected) => {
  expect(relative(from, to)).toBe(expected);
  expect(new URL(expected, `http://shop.example${from}`).pathname).toBe(to);
});
