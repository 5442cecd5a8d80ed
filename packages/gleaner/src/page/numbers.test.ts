import fc from 'fast-check';
import { expect, test } from 'vitest';
import { numberIn, type NumberFormat } from './numbers.ts';

test.each<[string, number | null]>([
  ['5', 5],
  ['£51.77', 51.77],
  ['51,77 €', 51.77],
  ['1,234.50', 1234.5],
  ['1.234,50', 1234.5],
  ['1 234', 1234],
  ['1\u00a0234,5', 1234.5],
  ['1\u202f234\u202f567', 1234567],
  ["1'234.50", 1234.5],
  ['1’234', 1234],
  ['1,234', 1234],
  ['1.234', 1.234],
  ['1,23', 1.23],
  ['0,234', 0.234],
  ['1234,567', 1234.567],
  ['1,234,567', 1234567],
  ['1.234.567', 1234567],
  ['1.234.567,8', 1234567.8],
  ['12,34,567.89', 1234567.89],
  ['2026 123', 2026],
  ['−5', -5],
  ['-5.5', -5.5],
  ['-£5.00', -5],
  ['−$ 3', -3],
  ['£-5', -5],
  ['.5', 0.5],
  ['-.5', -0.5],
  ['no.5', 5],
  ['Tomatoes - 5 kg', 5],
  ['ABC-123', 123],
  ['10-20', 10],
  ['10–20', 10],
  ['(22 available)', 22],
  ['15%', 15],
  ['1.5k', 1500],
  ['12K followers', 12000],
  ['2.5M', 2.5e6],
  ['3bn', 3e9],
  ['5 km', 5],
  ['5kg', 5],
  ['10m', 10],
  ['1e5', 1e5],
  ['2.5E-3', 0.0025],
  ['3e étage', 3],
  ['9e999', null],
  ['5.', 5],
  ['5, 6', 5],
  ['1,2,3', 1.2],
  ['1,234,5', 1234],
  ['٣٤', 34],
  ['１２３', 123],
  ['none', null],
  ['', null],
  ['-', null],
  ['½', null],
])('%j is %j', (text, value) => {
  expect(numberIn(text)).toBe(value);
});

test.each<[string, NumberFormat['decimal'], number]>([
  ['1.234', ',', 1234],
  ['1,234', ',', 1.234],
  ['1,234', '.', 1234],
  ['1.234', '.', 1.234],
  ['1.5', ',', 1],
  ['12,34,567', ',', 12.34],
])('%j with the decimal %j is %d', (text, decimal, value) => {
  expect(numberIn(text, { decimal })).toBe(value);
});

test('a number that was written out for readers is read back, in English, German, French, Indian and Swiss', () => {
  const locales = ['en-US', 'de-DE', 'fr-FR', 'en-IN', 'de-CH', 'sv-SE'];
  fc.assert(
    fc.property(fc.integer({ min: -1e9, max: 1e9 }), fc.constantFrom(...locales), (cents, locale) => {
      const written = new Intl.NumberFormat(locale, { minimumFractionDigits: 2 }).format(cents / 100);
      expect(numberIn(written)).toBe(cents / 100);
    }),
  );
});

test('a long run of digits and separators takes no time to speak of', () => {
  const start = performance.now();
  numberIn('1,'.repeat(200_000));
  numberIn('1'.repeat(200_000));
  numberIn('1 '.repeat(200_000));
  numberIn('-'.repeat(200_000));
  expect(performance.now() - start).toBeLessThan(1000);
});
