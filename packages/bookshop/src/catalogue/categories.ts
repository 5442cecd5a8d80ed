import { CRAFT, LEARNED, LIVES, NATURE, TABLE, WORK } from './nonfiction-words.ts';
import { DARK, NOVEL, ROMANCE } from './story-words.ts';
import { slugOf } from './slug.ts';
import type { Voice } from './voice.ts';
import { FUTURE, VERSE, WONDER, YOUNG } from './wonder-words.ts';

/** One shelf of the shop. */
export interface Category {
  /** As a reader sees it: `Food & Drink`. */
  readonly name: string;
  /** As it stands in addresses: `food-and-drink`. */
  readonly slug: string;
}

/** A category with how many books it gets and how they speak. */
export interface Shelf extends Category {
  readonly size: number;
  readonly voice: Voice;
}

/** All 30 shelves in alphabetical order. The sizes add up to 1,000 whatever the seed, and are as uneven as in a real shop. */
export const SHELVES: readonly Shelf[] = [
  shelf('Art & Design', 28, CRAFT),
  shelf('Baking', 18, TABLE),
  shelf('Biography', 36, LIVES),
  shelf('Business', 26, WORK),
  shelf("Children's", 46, YOUNG),
  shelf('Classics', 34, NOVEL),
  shelf('Computing', 38, WORK),
  shelf('Crime', 52, DARK),
  shelf('Essays', 20, LEARNED),
  shelf('Fantasy', 55, WONDER),
  shelf('Fiction', 100, NOVEL),
  shelf('Food & Drink', 36, TABLE),
  shelf('Gardening', 21, NATURE),
  shelf('Graphic Novels', 24, WONDER),
  shelf('Historical Fiction', 44, NOVEL),
  shelf('History', 46, LEARNED),
  shelf('Horror', 20, DARK),
  shelf('Languages', 11, LEARNED),
  shelf('Music', 23, CRAFT),
  shelf('Mystery', 45, DARK),
  shelf('Natural History', 30, NATURE),
  shelf('Philosophy', 25, LEARNED),
  shelf('Picture Books', 15, YOUNG),
  shelf('Poetry', 40, VERSE),
  shelf('Romance', 36, ROMANCE),
  shelf('Science', 42, LEARNED),
  shelf('Science Fiction', 48, FUTURE),
  shelf('Short Stories', 9, NOVEL),
  shelf('Travel', 31, LIVES),
  shelf('Typography', 1, CRAFT),
];

function shelf(name: string, size: number, voice: Voice): Shelf {
  return { name, slug: slugOf(name), size, voice };
}
