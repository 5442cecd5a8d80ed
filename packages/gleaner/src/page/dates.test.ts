import fc from 'fast-check';
import { expect, test } from 'vitest';
import { dateIn } from './dates.ts';

const DAY = '2026-11-22T00:00:00.000Z';

test.each<[string, string]>([
  ['2026-11-22', DAY],
  ['2026-11', '2026-11-01T00:00:00.000Z'],
  ['2026-11-22T10:20', '2026-11-22T10:20:00.000Z'],
  ['2026-11-22 10:20:30', '2026-11-22T10:20:30.000Z'],
  ['2026-11-22T10:20:30.5Z', '2026-11-22T10:20:30.500Z'],
  ['2026-11-22T10:20:30.123456+02:00', '2026-11-22T08:20:30.123Z'],
  ['2026-11-22T10:20:30-0530', '2026-11-22T15:50:30.000Z'],
  ['Sun, 22 Nov 2026 10:00:00 +0100', '2026-11-22T09:00:00.000Z'],
  ['Sun, 22 Nov 2026 10:00:00 GMT', '2026-11-22T10:00:00.000Z'],
  ['Sun, 22 Nov 2026 10:00 EST', '2026-11-22T15:00:00.000Z'],
  ['Sun Nov 22 2026 10:00:00 GMT+0100 (CET)', '2026-11-22T09:00:00.000Z'],
  ['22 Nov 2026', DAY],
  ['22nd of November, 2026', DAY],
  ['22-Nov-2026', DAY],
  ['November 22, 2026', DAY],
  ['Nov. 22nd, 2026 at 5:30 pm', '2026-11-22T17:30:00.000Z'],
  ['Sept 5, 2026, 12:05 a.m.', '2026-09-05T00:05:00.000Z'],
  ['Published on 22 November 2026 by Ann, updated 2027-01-01', DAY],
  ['2026/11/22', DAY],
  ['22.11.2026', DAY],
  ['22/11/2026', DAY],
  ['11/22/2026', DAY],
  ['5/5/2026', '2026-05-05T00:00:00.000Z'],
  ['29 Feb 2028', '2028-02-29T00:00:00.000Z'],
])('%j is %s', (text, iso) => {
  expect(dateIn(text)?.toISOString()).toBe(iso);
});

test.each([
  '',
  'soon',
  '5/6/2026',
  '2026',
  '30 Feb 2026',
  '2026-13-01',
  'May 2026',
  '22 Nov',
  '2026-11-22T25:00',
  '1.2.3',
])('%j is no date that is clear', (text) => {
  expect(dateIn(text)).toBeNull();
});

test('every moment that was written as ISO 8601, or as HTTP does, is read back', () => {
  fc.assert(
    fc.property(fc.date({ min: new Date(0), max: new Date('9999-12-31'), noInvalidDate: true }), (date) => {
      expect(dateIn(date.toISOString())).toEqual(date);
      expect(dateIn(date.toUTCString())?.getTime()).toBe(Math.floor(date.getTime() / 1000) * 1000);
    }),
  );
});

test('long texts take no time to speak of', () => {
  const start = performance.now();
  for (const piece of ['1', '1 ', '1.', '1/', 'may ', '2026-', '1st of ']) dateIn(piece.repeat(100_000));
  expect(performance.now() - start).toBeLessThan(1000);
});
