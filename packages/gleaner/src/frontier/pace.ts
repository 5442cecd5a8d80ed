/** How often one host is asked. */
export interface Politeness {
  /** How many requests may be under way at it at a time. */
  perHost: number;
  /** The least time between the starts of two requests, in milliseconds; 'auto' goes by how the host answers. */
  delay: number | 'auto';
  /** Nobody is asked in truth: an archive answers. Then no host ever rests, or is given up. */
  isRecorded?: boolean | undefined;
}

/** A host is asked at least this often, whatever it says or how ill it is: once in so many milliseconds. */
export const LONGEST_DELAY = 60_000;
/** For how long a host is left alone that asks for it (Retry-After, Crawl-delay), in milliseconds, at most. */
export const LONGEST_REST = 300_000;
/**
 * A host that was in trouble so many times in a row is given up for `LONGEST_REST`, with all that is to be asked of it by
 * then. Whatever is found for it later is its next chance; more trouble gives it up again.
 */
export const MOST_FAILURES = 20;
/** Where the delay of a host that is in trouble begins, in milliseconds. */
const FIRST_STEP = 500;

/** What a pace goes by, to be written down. */
export interface StoredPace {
  delay: number;
  nextAt: number;
  crawlDelay: number;
  failures: number;
  givenUpUntil: number;
}

/**
 * When one host may be asked next. With a fixed delay, requests start that far apart. With 'auto', the host rests after
 * each answer as long as it took to answer: each of the connections that it is granted is busy for half of the time. The
 * delay follows a slower host at once and a quicker one by halves, as in Scrapy's AutoThrottle, and never shrinks on
 * an error. Trouble (429, 503, time-outs, lost connections) doubles it, whichever kind it is, until an answer is well.
 */
export class Pace {
  /** When the host may be asked next, in milliseconds since 1970. */
  nextAt = 0;
  /** The least time between the starts of two requests now, in milliseconds. */
  delay: number;
  /** What robots.txt asks for, in milliseconds. */
  crawlDelay = 0;
  /** How many times in a row it was in trouble. */
  failures = 0;
  private givenUpUntil = 0;
  private readonly politeness: Politeness;

  constructor(politeness: Politeness, stored?: StoredPace) {
    this.politeness = politeness;
    this.delay = politeness.delay === 'auto' ? 0 : politeness.delay;
    if (stored === undefined || politeness.isRecorded === true) return;
    if (politeness.delay === 'auto') this.delay = stored.delay;
    this.nextAt = stored.nextAt;
    this.crawlDelay = stored.crawlDelay;
    this.failures = stored.failures;
    this.givenUpUntil = stored.givenUpUntil;
  }

  get stored(): StoredPace {
    const { delay, nextAt, crawlDelay, failures, givenUpUntil } = this;
    return { delay, nextAt, crawlDelay, failures, givenUpUntil };
  }

  /** Nothing is asked of it now. */
  isGivenUp(time: number): boolean {
    return time < this.givenUpUntil;
  }

  /** A request starts. */
  start(time: number): void {
    // What is left for a host that is given up has nothing to wait for.
    if (this.isGivenUp(time) || this.politeness.isRecorded === true) return;
    this.nextAt = Math.max(this.nextAt, time + Math.max(this.delay, this.crawlDelay));
  }

  /** An answer came that says nothing about the host's health but how long it took. */
  answered(time: number, latency: number, isWell: boolean): void {
    if (isWell) this.failures = 0;
    if (this.politeness.delay !== 'auto') {
      if (isWell) this.delay = this.politeness.delay;
      return;
    }
    const target = Math.min(LONGEST_DELAY, (2 * latency) / this.politeness.perHost);
    const next = target > this.delay ? target : (this.delay + target) / 2;
    if (isWell || next > this.delay) this.delay = next;
    this.nextAt = Math.max(this.nextAt, time - latency + Math.max(this.delay, this.crawlDelay));
  }

  /** The host is in trouble, or asks to be left alone for a while. */
  troubled(time: number, retryAfter = 0): void {
    if (this.politeness.isRecorded === true) return;
    this.failures++;
    this.delay = Math.min(LONGEST_DELAY, Math.max(FIRST_STEP, 2 * this.delay));
    if (this.failures >= MOST_FAILURES) {
      this.givenUpUntil = time + LONGEST_REST;
      this.nextAt = time;
    } else {
      this.nextAt = Math.max(this.nextAt, time + Math.max(this.delay, Math.min(retryAfter, LONGEST_REST)));
    }
  }
}
