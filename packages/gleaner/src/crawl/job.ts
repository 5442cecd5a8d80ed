import type { Event } from '@gleaner/coroutine';
import type { Archive } from '../archive/archive.ts';
import type { Frontier } from '../frontier/frontier.ts';
import type { KeyOptions } from '../frontier/request-key.ts';
import type { Scope } from '../frontier/scope.ts';
import type { Client } from '../http/client.ts';
import type { Spider } from '../spider/spider.ts';
import type { SeenLately } from '../store/seen-lately.ts';
import type { Store } from '../store/store.ts';
import type { CrawlSettings } from './crawl-options.ts';
import type { HandedOver } from './handed-over.ts';

/** What the parts of one crawl share. */
export interface CrawlJob {
  readonly settings: CrawlSettings;
  readonly spider: Spider<unknown>;
  readonly store: Store;
  readonly frontier: Frontier;
  readonly client: Client;
  /** Where everything that is fetched is kept. */
  readonly archive: Archive | undefined;
  readonly scope: Scope;
  readonly keys: KeyOptions;
  /** Addresses that are known to be in the store. */
  readonly followed: SeenLately;
  /** The start pages' origins: the only ones that the crawl's own Authorization and Cookie headers go to. */
  readonly confidants: Set<string>;
  /** From when on nothing more begins. */
  readonly stopped: Event;
  /** What the loop has dealt with; undefined where the store does not outlive the process. */
  readonly handedOver: HandedOver | undefined;
  /** Pages that a former run had read in part, and that were begun anew: how many, and why the first. */
  restarted: { count: number; reason: string } | undefined;
  /** Links that were not followed, by reason. */
  readonly dropped: Record<string, number>;
  /** Which revision of the hosts that the user has named is in the store. */
  namedKept: number;
  /** How many more pages may be begun, and items be had. */
  pagesLeft: number;
  itemsLeft: number;
  /** When something last happened, in milliseconds since 1970. */
  time: number;
}

export function countDropped({ dropped }: CrawlJob, reason: string): void {
  dropped[reason] = (dropped[reason] ?? 0) + 1;
}
