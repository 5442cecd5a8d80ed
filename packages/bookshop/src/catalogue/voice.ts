import type { Lists } from './template.ts';

/** How a kind of book speaks: the templates its title and description are composed from. See `filler` for the slots. */
export interface Voice {
  readonly lists: Lists;
  readonly titles: readonly string[];
  /** Now and then put behind the title, after a colon. */
  readonly subtitles: readonly string[];
  /** A description is one opening, some middles and one closing. */
  readonly openings: readonly string[];
  readonly middles: readonly string[];
  readonly closings: readonly string[];
  readonly tags: readonly string[];
}
