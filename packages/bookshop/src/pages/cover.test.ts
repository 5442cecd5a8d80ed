import { expect, test } from 'vitest';
import { generateBooks } from '../catalogue/books.ts';
import { cover } from './cover.ts';

test('every book has a cover, the same every time, with its author and well-formed XML', () => {
  for (const book of generateBooks(1)) {
    const svg = cover(book);
    expect(cover(book)).toBe(svg);
    expect(svg).toMatch(/^<svg\s+xmlns="http:\/\/www\.w3\.org\/2000\/svg"\s+width="240"\s+height="360"/);
    expect(svg).not.toMatch(/NaN|undefined|&(?!amp;|lt;|gt;|quot;|#39;)/);
    const open: string[] = [];
    for (const [, close, name, empty] of svg.matchAll(/<(\/?)(\w+)[^<>]*?(\/?)>/g)) {
      if (close === '/') expect(open.pop()).toBe(name);
      else if (empty === '' && name !== undefined) open.push(name);
    }
    expect(open).toEqual([]);
  }
});
