import { expect, test } from 'vitest';
import { slugOf } from './slug.ts';

test('a slug is plain words joined by hyphens', () => {
  expect(slugOf('Łąka & Søn')).toBe('laka-and-son');
  expect(slugOf("The Clockmaker's Daughter")).toBe('the-clockmakers-daughter');
  expect(slugOf('“Straße”: Ængelmoor, 5½')).toBe('strasse-aengelmoor-51-2');
});

test('a slug ends with a whole word after at most 60 characters', () => {
  const slug = slugOf('Being a True Account of the Quiet Lighthouse, of Those Who Kept It and Lost It');
  expect(slug).toBe('being-a-true-account-of-the-quiet-lighthouse-of-those-who');
});

test('a title without a Latin letter still has a slug', () => {
  expect(slugOf('海の手紙')).toBe('book');
});
