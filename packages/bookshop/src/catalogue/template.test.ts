import { expect, test } from 'vitest';
import { random } from './random.ts';
import { filler } from './template.ts';

const fill = (
  template: string,
  lists: Readonly<Record<string, readonly string[]>>,
  kept: readonly string[] = [],
): string => filler(lists, {}, new Set(kept), random(1))(template);

test('a slot is filled from the list of its name, in title case when it is capitalised', () => {
  expect(fill('one {thing}', { thing: ['bell foundry'] })).toBe('one bell foundry');
  expect(fill('The {Thing}', { thing: ['bell foundry of the sea'] })).toBe('The Bell Foundry of the Sea');
});

test('an article fits the word behind it', () => {
  expect(fill('{a thing}', { thing: ['orchard'] })).toBe('an orchard');
  expect(fill('{A Thing}', { thing: ['lido'] })).toBe('A Lido');
  expect(fill('{a thing}', { thing: ['Åland ferry'] })).toBe('an Åland ferry');
  expect(fill('{a thing}', { thing: ['honest clock'] })).toBe('an honest clock');
});

test('a word is not drawn twice within one template', () => {
  const lists = { word: ['salt', 'rain', 'tin'] };
  const filled = filler(lists, {}, new Set(), random(3))('{word} {word} {word}').split(' ');
  expect(new Set(filled)).toEqual(new Set(lists.word));
});

test('a kept slot keeps its word from template to template, and its double is another', () => {
  const lists = { place: ['Riga', 'Lviv'] };
  const filled = filler(lists, {}, new Set(['place']), random(4));
  const first = filled('{place}');
  expect(filled('{place} {place}')).toBe(`${first} ${first}`);
  expect(filled('{place2}')).not.toBe(first);
});

test('a slot without a list is an error that names it', () => {
  expect(() => fill('{nothing}', {})).toThrow('"nothing"');
});
