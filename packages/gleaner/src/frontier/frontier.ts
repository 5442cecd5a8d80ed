import {
  action,
  event,
  now,
  race,
  sleep,
  type CoroutineBody,
  type Event,
  type Operation,
} from '@gleaner/coroutine';
import { parts } from '../http/exchange.ts';
import type { CrawlRequest } from '../http/request.ts';
import type { Lease, Store } from '../store/store.ts';
import { Heap } from './heap.ts';
import { Host } from './host.ts';
import type { Politeness } from './pace.ts';

/** The right to have one request under way at a host. Release it when the request is over. */
export interface Permit {
  readonly host: Host;
  release(time: number): void;
}

/** A request that may be made now. */
export interface Claimed {
  readonly lease: Lease;
  readonly permit: Permit;
}

/** How a host stands, for people. */
export interface HostStatus {
  readonly origin: string;
  /** Requests under way. */
  readonly active: number;
  /** When it may be asked next, in milliseconds since 1970. */
  readonly nextAt: number;
  /** The least time between two requests now, in milliseconds. */
  readonly delay: number;
  /** How many times in a row it was in trouble. */
  readonly failures: number;
}

/** How many hosts are taken over from the store at a time, and how many are held at most. */
const ADOPTED_AT_ONCE = 1_000;
const MOST_HOSTS = 100_000;
/** How many hosts without work may be remembered before those that may be asked again are forgotten. */
const FEWEST_REMEMBERED = 1_024;

/**
 * Who is asked what, and when. Each host is in one of these places, so that the next request is found in O(log hosts):
 * in line (it may be asked now), in the heap (its time will come), or in neither (it is busy or has no work); the store
 * keeps the hosts for which there is no room here, and all requests but the very next.
 *
 * Hosts never wait for each other: one that rests is in the heap, and spiders that wait for it hold nothing that
 * others need.
 */
export class Frontier {
  /** Requests under way. */
  active = 0;
  /** Leases that are out. */
  runs = 0;
  private readonly store: Store;
  private readonly politeness: Politeness;
  private readonly concurrency: number;
  private readonly hosts = new Map<string, Host>();
  private readonly byId = new Map<number, Host>();
  private line: Host[] = [];
  private lineAt = 0;
  private readonly heap = new Heap<Host>();
  /** Spiders that may ask their host and wait for one of the requests under way to end. */
  private readonly waitingForSlot: Event[] = [];
  /** Whether the store may have hosts that nobody has adopted. */
  private mayAdopt = true;
  /** Something has changed since `next` last looked. */
  private changed: Event = event();
  private sweepAt = FEWEST_REMEMBERED;

  constructor(store: Store, politeness: Politeness, concurrency: number) {
    this.store = store;
    this.politeness = politeness;
    this.concurrency = concurrency;
  }

  /**
   * Waits for a request that may begin; undefined when there is nothing left to be done and nobody at work who might
   * find more, or when `stopped` is set, which needs a `wake`.
   * @param isComplete whether nobody but spiders at work will add requests
   */
  *next(stopped: Event, isComplete: () => boolean): CoroutineBody<Claimed | undefined> {
    while (!stopped.isSet) {
      const time = yield* now();
      if (this.changed.isSet) this.changed = event();
      if (this.active < this.concurrency) {
        const claimed =
          (yield* this.fromLine(time)) ??
          ((yield* this.adopt(time)) ? yield* this.fromLine(time) : undefined);
        if (claimed !== undefined) return claimed;
        if (this.runs === 0 && isComplete() && this.isExhausted) return undefined;
        if (this.heap.size > 0) {
          yield* race([this.changed, sleep(Math.max(0, this.heap.soonest - time))]);
          continue;
        }
      }
      yield* this.changed;
      // A page that has just come may find what is to be asked for first.
      yield* turn();
    }
    return undefined;
  }

  /** Waits until `next` may answer otherwise than it would now, or `wake` is called. */
  *change(): CoroutineBody<void> {
    if (this.changed.isSet) this.changed = event();
    yield* this.changed;
  }

  /** Has whoever waits for a change look again. */
  wake(): void {
    this.changed.set();
  }

  /** Waits until a spider in the middle of a page may ask a host for another. */
  *enter(url: string): CoroutineBody<Permit> {
    const host = this.hostOf(parts(url).origin, yield* now());
    // Whoever is first waits for the time to come, the others for it: so they keep their order.
    const isAlone = host.visiting++ === 0;
    let entered = false;
    try {
      for (let isFirst = isAlone; ; isFirst = true) {
        const time = yield* now();
        const isFull = host.active >= this.politeness.perHost;
        if (isFirst && !isFull && host.pace.nextAt <= time) {
          if (this.active < this.concurrency) {
            entered = true;
            return this.begin(host, time);
          }
          yield* waitIn(this.waitingForSlot, false);
          continue;
        }
        // What this one cannot use, the next may.
        if (this.active < this.concurrency) this.waitingForSlot.shift()?.set();
        if (!isFirst || isFull) yield* waitIn(host.visitors, isFirst);
        else yield* sleep(host.pace.nextAt - time);
      }
    } finally {
      host.visiting--;
      if (!entered) this.waitingForSlot.shift()?.set();
      if (!entered || host.active < this.politeness.perHost) host.visitors.shift()?.set();
      this.placeSoon(host);
    }
  }

  /** A page is over: what it was claimed for is in the store. */
  *settle(lease: Lease, time: number): CoroutineBody<void> {
    this.runs--;
    const host = this.byId.get(lease.host);
    if (host === undefined) return;
    host.runs--;
    const putOffUntil = this.store.putOffUntil(lease.host);
    host.nextWorkAt = host.drained ? putOffUntil : Math.min(host.nextWorkAt, putOffUntil);
    if (putOffUntil < Infinity) host.drained = false;
    this.place(host, time);
    yield* this.letGo(host, time);
    this.changed.set();
  }

  /** The store has new requests. */
  added(requests: readonly CrawlRequest[], time: number): void {
    this.mayAdopt = true;
    let latest = '';
    for (const { url } of requests) {
      if (latest !== '' && url.startsWith(latest)) continue;
      latest = `${parts(url).origin}/`;
      const host = this.hosts.get(latest.slice(0, -1));
      if (host === undefined || !host.drained) continue;
      host.drained = false;
      host.nextWorkAt = 0;
      this.place(host, time);
    }
    this.changed.set();
  }

  /** A host as it stands now; anew if it is not known yet. */
  private hostOf(origin: string, time: number): Host {
    const known = this.hosts.get(origin);
    if (known !== undefined) return known;
    // Hosts that are only visited are never let go.
    this.sweep(time);
    const host = new Host(origin, this.politeness);
    this.hosts.set(origin, host);
    return host;
  }

  /** Hosts that are being asked or rest, those first that are asked. */
  statuses(most: number): HostStatus[] {
    const all: HostStatus[] = [];
    for (const { origin, active, id, pace } of this.hosts.values()) {
      if (id !== null || active > 0)
        all.push({
          origin,
          active,
          nextAt: pace.nextAt,
          delay: Math.max(pace.delay, pace.crawlDelay),
          failures: pace.failures,
        });
      if (all.length >= MOST_SHOWN) break;
    }
    return all.sort((a, b) => b.active - a.active || a.nextAt - b.nextAt).slice(0, most);
  }

  /** Asked of the store, since hosts that rest may have had their last request. */
  private get isExhausted(): boolean {
    const { pending, leased } = this.store.counts();
    return pending === 0 && leased === 0;
  }

  /** Gives back to the store what was claimed ahead, and all hosts. */
  *close(): CoroutineBody<void> {
    for (const host of this.byId.values()) {
      for (const lease of host.claimed) yield* this.store.giveBack(lease);
      host.claimed.length = 0;
      if (host.id !== null) yield* this.store.release(host.id, host.state);
    }
    this.byId.clear();
  }

  /** The first in line that has a request and may be asked. */
  private *fromLine(time: number): CoroutineBody<Claimed | undefined> {
    for (let at = this.heap.soonest; at <= time; at = this.heap.soonest) {
      const host = this.heap.pop();
      // One that has been put elsewhere since is left in the heap: it is cheaper to skip it here.
      if (host?.queuedFor !== at) continue;
      host.queuedFor = null;
      this.place(host, time);
    }
    for (let host = this.line[this.lineAt]; host !== undefined; host = this.line[this.lineAt]) {
      this.lineAt++;
      if (this.lineAt > 1_024 && this.lineAt * 2 > this.line.length) {
        this.line = this.line.slice(this.lineAt);
        this.lineAt = 0;
      }
      host.queuedFor = null;
      if (!this.hasRoom(host)) continue;
      if (host.pace.nextAt > time) {
        this.place(host, time);
        continue;
      }
      const lease = host.claimed.shift() ?? (yield* this.claim(host, time));
      if (lease === undefined) {
        yield* this.letGo(host, time);
        continue;
      }
      this.runs++;
      host.runs++;
      const permit = this.begin(host, time);
      this.place(host, time);
      return { lease, permit };
    }
    return undefined;
  }

  private *claim(host: Host, time: number): CoroutineBody<Lease | undefined> {
    if (host.id === null) return undefined;
    const [first, ...rest] = yield* this.store.claim(host.id, this.politeness.perHost, time);
    host.claimed.push(...rest);
    if (first !== undefined) return first;
    host.nextWorkAt = this.store.putOffUntil(host.id);
    host.drained = host.nextWorkAt === Infinity;
    this.place(host, time);
    return undefined;
  }

  private *adopt(time: number): CoroutineBody<boolean> {
    if (!this.mayAdopt || this.byId.size >= MOST_HOSTS) return false;
    this.mayAdopt = false;
    const adopted = yield* this.store.adopt(ADOPTED_AT_ONCE);
    for (const { id, origin, state } of adopted) {
      let host = this.hosts.get(origin);
      if (host === undefined) {
        host = new Host(origin, this.politeness, state);
        this.hosts.set(origin, host);
      }
      host.id = id;
      host.drained = false;
      host.nextWorkAt = 0;
      this.byId.set(id, host);
      this.place(host, time);
    }
    if (adopted.length === ADOPTED_AT_ONCE) this.mayAdopt = true;
    return adopted.length > 0;
  }

  /** A host without work and without anybody at work goes back to the store. */
  private *letGo(host: Host, time: number): CoroutineBody<void> {
    if (host.id === null || !host.drained || host.runs > 0 || host.active > 0 || host.visiting > 0) return;
    const { id } = host;
    host.id = null;
    this.byId.delete(id);
    yield* this.store.release(id, host.state);
    // Something may have been added to it meanwhile.
    this.mayAdopt = true;
    this.sweep(time);
  }

  private begin(host: Host, time: number): Permit {
    host.active++;
    this.active++;
    host.pace.start(time);
    let isHeld = true;
    return {
      host,
      release: (at) => {
        if (!isHeld) return;
        isHeld = false;
        this.end(host, at);
      },
    };
  }

  private end(host: Host, time: number): void {
    host.active--;
    this.active--;
    this.waitingForSlot.shift()?.set();
    host.visitors.shift()?.set();
    this.place(host, time);
    this.changed.set();
  }

  /** No spider wants the host any more: the frontier's own requests may go on, when it is their time. */
  private placeSoon(host: Host): void {
    if (host.visiting > 0) return;
    this.place(host, -Infinity);
    this.changed.set();
  }

  /** Room for one more of the frontier's requests: those that spiders wait for go first, so that pages get done. */
  private hasRoom(host: Host): boolean {
    const { perHost } = this.politeness;
    return host.active < perHost && host.visiting === 0 && host.runs < 2 * perHost;
  }

  /** Puts a host where it belongs. */
  private place(host: Host, time: number): void {
    if (host.id === null || host.drained || !this.hasRoom(host)) return;
    const at = Math.max(host.pace.nextAt, host.claimed.length > 0 ? 0 : host.nextWorkAt);
    if (host.queuedFor !== null && host.queuedFor <= at) return;
    host.queuedFor = at <= time ? IN_LINE : at;
    if (at <= time) this.line.push(host);
    else this.heap.push(at, host);
  }

  private sweep(time: number): void {
    if (this.hosts.size < this.sweepAt) return;
    for (const [origin, { id, active, visiting, pace }] of this.hosts) {
      if (id === null && active === 0 && visiting === 0 && pace.nextAt <= time) this.hosts.delete(origin);
    }
    this.sweepAt = Math.max(FEWEST_REMEMBERED, 2 * this.hosts.size);
  }
}

const MOST_SHOWN = 1_000;

/** `queuedFor` of a host that stands in line: sooner than any time. */
const IN_LINE = -Infinity;

/** Waits until the event loop has turned: whoever could go on without waiting has done so. */
function turn(): Operation<void> {
  return action<void>((resolve) => {
    const immediate = setImmediate(resolve);
    return () => clearImmediate(immediate);
  });
}

/** Stands in a line until called; leaves it when cancelled. */
function* waitIn(line: Event[], first: boolean): CoroutineBody<void> {
  const called = event();
  if (first) line.unshift(called);
  else line.push(called);
  try {
    yield* called;
  } finally {
    const at = line.indexOf(called);
    if (at >= 0) line.splice(at, 1);
  }
}
