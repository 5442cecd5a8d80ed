import { authors } from './authors.ts';
import { type Category, SHELVES, type Shelf } from './categories.ts';
import { GIVEN_NAMES, PLACES } from './names.ts';
import { type Random, random } from './random.ts';
import { slugOf } from './slug.ts';
import { capitalised, type Fill, filler, type Lists } from './template.ts';
import type { Voice } from './voice.ts';

/** How many books there are, whatever the seed. */
export const BOOK_COUNT = 1000;

/** What is known about one book. Everything on its pages is derived from this. */
export interface Book {
  /** 1 to 1,000, in the order of the catalogue. */
  readonly id: number;
  /** 16 hexadecimal digits, different for each book and each seed. */
  readonly upc: string;
  /** Not shared by any other book of the shop. */
  readonly title: string;
  readonly author: string;
  readonly category: Category;
  readonly format: Format;
  /** In GBP, including tax. */
  readonly price: number;
  /** In GBP; `price` is this and `tax` together. Only audiobooks are taxed (20 %), as in Britain. */
  readonly priceExcludingTax: number;
  /** In GBP. */
  readonly tax: number;
  /** Copies in stock, at least 1. */
  readonly stock: number;
  /** Stars, 1 to 5. */
  readonly rating: 1 | 2 | 3 | 4 | 5;
  readonly reviews: number;
  /** One paragraph of plain text. */
  readonly description: string;
  /** ISO 8601 date, such as `2019-04-02`. */
  readonly published: string;
  readonly tags: readonly string[];
  /** Where its HTML page is: `/book/the-salt-road_17/`. */
  readonly path: string;
  /** When its pages were last changed: a whole second in the past, for `Last-Modified` and the sitemaps. */
  readonly modified: Date;
}

/** How a book is bound, or not. */
export type Format = 'Paperback' | 'Hardback' | 'E-book' | 'Audiobook';

const FORMATS: readonly Format[] = [
  'Paperback',
  'Paperback',
  'Paperback',
  'Hardback',
  'Hardback',
  'E-book',
  'Audiobook',
];
const RATINGS: readonly Book['rating'][] = [1, 2, 2, 3, 3, 3, 4, 4, 4, 4, 5, 5];

/** Slots that mean the same thing in all of a book's texts. */
const KEPT: ReadonlySet<string> = new Set([
  'count',
  'creature',
  'deed',
  'food',
  'form',
  'noise',
  'other',
  'person',
  'place',
  'realm',
  'subject',
  'thing',
  'trade',
  'world',
  'year',
]);

/** Word lists that every voice may use. */
const SHARED: Lists = { person: GIVEN_NAMES, other: GIVEN_NAMES, place: PLACES };

const DAY = 86_400_000;

/**
 * The shop's 1,000 books, ids 1 to 1,000 in order. The same seed gives the same books on every machine; the sizes of the
 * categories are the same for every seed.
 */
export function generateBooks(seed: number): readonly Book[] {
  const taken = new Set<string>();
  const writers = new Map<Voice, readonly string[]>();
  const shelves = random(seed, 'shelves').shuffle(
    SHELVES.flatMap((shelf) => Array<Shelf>(shelf.size).fill(shelf)),
  );

  return shelves.map((shelf, index) => {
    const id = index + 1;
    const { voice } = shelf;
    const draw = random(seed, 'book', id);
    const { title, fill } = titled(voice, draw, taken);
    let names = writers.get(voice);
    // 520 authors in all, about one for two books: a shop, not a telephone directory.
    if (names === undefined) writers.set(voice, (names = authors(40, random(seed, 'authors', writers.size))));
    const published = draw.integer(Date.UTC(1996, 0, 1) / DAY, Date.UTC(2025, 5, 30) / DAY) * DAY;
    const changed = Math.max(published, Date.UTC(2024, 0, 1));
    return {
      id,
      upc: upcOf(draw),
      title,
      author: draw.pick(names),
      category: { name: shelf.name, slug: shelf.slug },
      ...priced(draw),
      stock: draw.integer(1, 24),
      rating: draw.pick(RATINGS),
      reviews: draw.chance(0.3) ? 0 : Math.floor(draw.next() ** 3 * 400) + 1,
      description: described(voice, fill, draw),
      published: new Date(published).toISOString().slice(0, 10),
      tags: draw.shuffle(voice.tags).slice(0, draw.integer(1, 4)),
      path: `/book/${slugOf(title)}_${id}/`,
      modified: new Date(changed + draw.integer(1, 86_400 * 90) * 1000),
    };
  });
}

/**
 * A title that is not taken yet, and the filler that knows what its slots stand for. The shortest word lists still give
 * several times as many titles as their shelves hold, so that a free one is always near.
 */
function titled(voice: Voice, draw: Random, taken: Set<string>): { title: string; fill: Fill } {
  for (;;) {
    const fill = filler(voice.lists, SHARED, KEPT, draw);
    const template = draw.pick(voice.titles);
    const main = template.startsWith('{') ? capitalised(fill(template)) : fill(template);
    // Without slots it is one particular book, and the shop has it once.
    if (main === template && taken.has(main)) continue;
    const title =
      draw.chance(0.16) || taken.has(main) ? `${main}: ${fill(draw.pick(voice.subtitles))}` : main;
    if (taken.has(title)) continue;
    taken.add(main).add(title);
    return { title, fill };
  }
}

/** Two to five sentences as a rule, and once in twenty a long text of nine or so. */
function described(voice: Voice, fill: Fill, draw: Random): string {
  const middles = draw
    .shuffle(voice.middles)
    .slice(0, draw.chance(0.05) ? voice.middles.length : draw.integer(1, 3));
  const endings = draw.shuffle(voice.closings).slice(0, middles.length > 3 ? 3 : 1);
  return [draw.pick(voice.openings), ...middles, ...endings]
    .map((sentence) => capitalised(fill(sentence)))
    .join(' ');
}

function priced(draw: Random): Pick<Book, 'format' | 'price' | 'priceExcludingTax' | 'tax'> {
  const format = draw.pick(FORMATS);
  const pence = draw.integer(format === 'Hardback' ? 1600 : 499, format === 'Hardback' ? 5999 : 2499);
  const taxPence = format === 'Audiobook' ? Math.round(pence * 0.2) : 0;
  return { format, price: (pence + taxPence) / 100, priceExcludingTax: pence / 100, tax: taxPence / 100 };
}

function upcOf(draw: Random): string {
  const half = (): string =>
    Math.floor(draw.next() * 2 ** 32)
      .toString(16)
      .padStart(8, '0');
  return half() + half();
}
