import type { Event } from '@gleaner/coroutine';
import type { Json } from '../http/request.ts';
import type { Lease } from '../store/store.ts';
import { Pace, type Politeness, type StoredPace } from './pace.ts';
import type { Robots } from './robots.ts';

/** What robots.txt said, and when it was asked. */
export interface KnownRobots {
  readonly robots: Robots;
  /** In milliseconds since 1970. */
  readonly at: number;
}

interface StoredState {
  readonly pace: StoredPace;
  readonly known?: KnownRobots | undefined;
}

/** One host of a crawl: how it is paced, who wants it, and what is to be fetched from it next. */
export class Host {
  /** Scheme, host and port. */
  readonly origin: string;
  readonly pace: Pace;
  /** As the store knows it, while it is adopted. */
  id: number | null = null;
  /** Requests under way. */
  active = 0;
  /** Leases that are out: pages whose spider may still be running. */
  runs = 0;
  /** What was claimed ahead. */
  readonly claimed: Lease[] = [];
  /** Whether the store had nothing for it when last asked, … */
  drained = false;
  /** … but for what was put off until then. */
  nextWorkAt = 0;
  /** Spiders in the middle of a page that want another one from here: they go first, in their order. */
  readonly visitors: Event[] = [];
  /** How many of them there are, those included that are waiting for the time to come. */
  visiting = 0;
  /** For which time it is in the heap; `-Infinity` if it stands in line; null if it is in neither. */
  queuedFor: number | null = null;
  known: KnownRobots | undefined;

  constructor(origin: string, politeness: Politeness, state?: Json) {
    this.origin = origin;
    const stored = state as StoredState | undefined;
    this.pace = new Pace(politeness, stored?.pace);
    this.known = stored?.known;
  }

  /** What the store keeps of it. */
  get state(): Json {
    const { pace, known } = this;
    const state: StoredState = { pace: pace.stored, ...(known !== undefined && { known }) };
    return state as unknown as Json;
  }
}
