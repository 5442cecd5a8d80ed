import type { HostStatus } from '../frontier/frontier.ts';
import type { StoreCounts } from '../store/store.ts';
import type { FailureCount } from './summary.ts';

/** How a crawl went, or goes: the figures move while it runs. Those of a crawl that went on count its former runs too. */
export interface CrawlSummary {
  /** Requests that wait for their turn. */
  pending: number;
  /** Pages that are being fetched, or whose spider is at work. */
  inFlight: number;
  /** Pages whose spider has come to its end. */
  done: number;
  /** Pages that could not be had, or whose spider threw; those that robots.txt forbids are not among them. */
  failed: number;
  /** Pages that were left alone because robots.txt forbids them. */
  forbidden: number;
  /** What failed or was forbidden, by its code. */
  failures: Record<string, FailureCount>;
  /** Pages done, by the status of their response. */
  statuses: Record<string, number>;
  items: number;
  /** Links that were not followed, by reason: outside of the crawl's scope, too deep, no address, … */
  dropped: Record<string, number>;
  /** Pages that a former run had read in part and that were begun anew: how many, and why the first. */
  restarted?: { count: number; reason: string } | undefined;
  /** Attempts beyond the first. */
  retries: number;
  /** Bytes of bodies that came over the wire. */
  bytes: number;
  /** Milliseconds since this run of the crawl began; the whole time once it has ended. */
  elapsed: number;
  /** Hosts that are being asked or rest, the busiest first; at most ten. */
  hosts: readonly HostStatus[];
}

export function crawlSummary(
  counts: StoreCounts,
  rest: Pick<CrawlSummary, 'dropped' | 'restarted' | 'elapsed' | 'hosts'>,
): CrawlSummary {
  const { pending, leased, done, failed, failures, statuses, items, retries, bytes } = counts;
  const forbidden = failures.ROBOTS?.count ?? 0;
  return {
    pending,
    inFlight: leased,
    done,
    failed: failed - forbidden,
    forbidden,
    failures,
    statuses,
    items,
    retries,
    bytes,
    ...rest,
  };
}

/** Of a crawl that nobody has looped over. */
export const NOTHING_YET: CrawlSummary = {
  pending: 0,
  inFlight: 0,
  done: 0,
  failed: 0,
  forbidden: 0,
  failures: {},
  statuses: {},
  items: 0,
  dropped: {},
  retries: 0,
  bytes: 0,
  elapsed: 0,
  hosts: [],
};
