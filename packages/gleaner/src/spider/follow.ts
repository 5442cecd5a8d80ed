import { OptionError } from '../http/failure.ts';
import type { Json } from '../http/request.ts';

/** An address: absolute, or relative to the page at hand. `null`, as a page's reading methods give it, is none. */
export type Address = string | URL | null;

/** How a page is to be asked for. */
export interface VisitOptions {
  /** GET by default, POST where there is a body. */
  method?: string | undefined;
  /** Sent besides the crawl's own. */
  headers?: Record<string, string> | undefined;
  /** An object goes as a form (application/x-www-form-urlencoded), a string or bytes as they are. */
  body?: string | Uint8Array | Record<string, string> | undefined;
  /** Handed over with the page: `page.request.data`. */
  data?: Json | undefined;
  /** Whose cookies and proxy it goes with; that of the current page unless said. */
  session?: string | undefined;
}

export interface FollowOptions extends VisitOptions {
  /** Which of the spider's handlers the page is for; that of the current page unless said. */
  label?: string | undefined;
  /** Higher comes sooner, among the requests of one host; 0 by default. */
  priority?: number | undefined;
  /** What makes it the same as another request: its method, URL and body unless said. Asked for again, it is dropped. */
  key?: string | undefined;
}

/** Pages that are asked for: what `follow` gives, and a spider yields. */
export class Follow {
  readonly addresses: readonly (string | URL)[];
  readonly options: FollowOptions;

  /** @internal */
  constructor(addresses: readonly (string | URL)[], options: FollowOptions) {
    this.addresses = addresses;
    this.options = options;
  }
}

/**
 * Asks for more pages, when a spider yields it: `yield follow(page.links('li.next a'))`. They are fetched in their
 * time, and given to a run of their own. Each page is fetched once, however often it is asked for; those that the
 * crawl's options exclude are dropped. `null`, the link that a page has not, asks for nothing.
 *
 * @param address one, or many; relative ones are relative to the current page
 * @throws {OptionError}
 *
 * @example
 * const next = follow('/catalogue/page-2.html', { priority: 1 });
 */
export function follow(address: Address | Iterable<string | URL>, options: FollowOptions = {}): Follow {
  for (const name of Object.keys(options)) {
    if (!KNOWN.has(name))
      throw new OptionError('an option of follow', `one of ${[...KNOWN].join(', ')}`, name);
  }
  const { priority = 0 } = options;
  if (!Number.isFinite(priority)) throw new OptionError('priority', 'a number', priority);
  if (address === null) return new Follow([], options);
  if (typeof address === 'string' || address instanceof URL) return new Follow([address], options);
  if (typeof address === 'object' && Symbol.iterator in address) return new Follow([...address], options);
  throw new OptionError('what follow is given', 'an address, several, or null', address);
}

const KNOWN = new Set(['label', 'data', 'priority', 'method', 'headers', 'body', 'session', 'key']);
