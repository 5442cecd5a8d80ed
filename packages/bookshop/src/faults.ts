import type { Book } from './catalogue/books.ts';
import { random } from './catalogue/random.ts';
import { slugOf } from './catalogue/slug.ts';

/**
 * What is wrong with one book's JSON page, `/api/books/ID.json`. Listings, HTML pages and sitemaps are sound and go on naming
 * these books: a crawl of the HTML finds all 1,000, and a crawl of the JSON pages can get 985.
 */
export type Fault =
  /** Answers properly, after `delay` milliseconds in place of the ordinary latency. */
  | { readonly kind: 'slow'; readonly delay: number }
  /** 503 with `Retry-After: 1` the first `times` times it is asked for, then well. */
  | { readonly kind: 'unavailable'; readonly times: number }
  /** 500 the first `times` times it is asked for, then well. */
  | { readonly kind: 'error'; readonly times: number }
  /** 404. */
  | { readonly kind: 'missing' }
  /** 410. */
  | { readonly kind: 'gone' }
  /** 200, and the body is an HTML page that says sorry. */
  | { readonly kind: 'html' }
  /** 200 and `application/json`, but the text ends in the middle. */
  | { readonly kind: 'truncated' }
  /** Takes the request and never sends so much as a status line. */
  | { readonly kind: 'hang' }
  /** 301 to the path `location`, where the book is. */
  | { readonly kind: 'moved'; readonly location: string }
  /** 302 to the path `location`, and from there 302 back again. */
  | { readonly kind: 'loop'; readonly location: string }
  /** Resets the connection (TCP RST) instead of answering, every time. */
  | { readonly kind: 'reset' };

/** From how long to how long the slow pages take, in milliseconds. */
export interface Slowness {
  readonly min: number;
  readonly max: number;
}

/**
 * How many books have each fault, whatever the seed: 55 of 1,000. Of these, 40 are had by waiting, asking again or following
 * (slow, unavailable, error, moved), and 15 are not to be had at all.
 */
export const FAULT_COUNTS: Readonly<Record<Fault['kind'], number>> = {
  slow: 30,
  unavailable: 5,
  error: 4,
  missing: 5,
  gone: 2,
  html: 3,
  truncated: 2,
  hang: 1,
  moved: 1,
  loop: 1,
  reset: 1,
};

/** Which books have which fault, by id in ascending order; the same for the same seed. */
export function chooseFaults(
  books: readonly Book[],
  seed: number,
  slow: Slowness,
): ReadonlyMap<number, Fault> {
  const draw = random(seed, 'faults');

  const fault = (kind: Fault['kind'], book: Book): Fault => {
    switch (kind) {
      case 'slow':
        return { kind, delay: Math.round(slow.min + draw.next() * (slow.max - slow.min)) };
      case 'unavailable':
        return { kind, times: 1 };
      case 'error':
        return { kind, times: 2 };
      case 'moved':
        return { kind, location: `/api/books/${slugOf(book.title)}_${book.id}.json` };
      case 'loop':
        return { kind, location: `/api/moved/${book.id}.json` };
      default:
        return { kind };
    }
  };

  const kinds = KINDS.flatMap((kind) => Array<Fault['kind']>(FAULT_COUNTS[kind]).fill(kind));
  const chosen = draw.shuffle(books).slice(0, kinds.length);
  const faults = chosen.map((book, i): [number, Fault] => [book.id, fault(kinds[i] ?? 'slow', book)]);
  return new Map(faults.toSorted(([a], [b]) => a - b));
}

const KINDS: readonly Fault['kind'][] = [
  'slow',
  'unavailable',
  'error',
  'missing',
  'gone',
  'html',
  'truncated',
  'hang',
  'moved',
  'loop',
  'reset',
];
