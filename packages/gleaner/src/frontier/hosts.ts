import { event, now, race, sleep, type CoroutineBody, type Event } from '@gleaner/coroutine';
import { parts } from '../http/exchange.ts';
import type { Target } from './target.ts';

export interface Politeness {
  /** How many requests may be under way at one host at a time. */
  perHost: number;
  /** The least time between the starts of two requests to one host, in milliseconds. */
  delay: number;
}

/** A target whose request may begin. Release the permit when the request is over. */
export interface Admitted {
  readonly target: Target;
  readonly permit: Permit;
}

interface Host {
  readonly name: string;
  active: number;
  /** When it may be asked next, in milliseconds since 1970. */
  nextAt: number;
  readonly waiting: Target[];
}

/**
 * Who may be asked now. Targets whose host is busy wait here, each host's in their order, so that no host holds up
 * another. Hosts that are idle are forgotten.
 */
export class Hosts {
  /** How many targets wait for their host. */
  waiting = 0;
  private readonly politeness: Politeness;
  private readonly hosts = new Map<string, Host>();
  /** Hosts with targets that wait; they take turns. */
  private readonly queued = new Set<Host>();
  /** Something has ended since somebody last looked. */
  private changed: Event = event();
  /** How many hosts there may be before those that are idle are looked for. */
  private sweepAt = 1024;

  constructor(politeness: Politeness) {
    this.politeness = politeness;
  }

  /** Whether it matters what time it is. */
  get keepsTime(): boolean {
    return this.politeness.delay > 0;
  }

  /** Admits a target if its host may be asked now; otherwise it waits here until `next` admits it. */
  admit(target: Target, time: number): Admitted | undefined {
    const host = this.host(target.origin, time);
    if (host.waiting.length === 0 && this.isFree(host, time))
      return { target, permit: this.begin(host, time) };
    host.waiting.push(target);
    this.queued.add(host);
    this.waiting++;
    return undefined;
  }

  /** Admits one of those that wait; undefined if none may begin now. */
  next(time: number): Admitted | undefined {
    this.look();
    for (const host of this.queued) {
      if (!this.isFree(host, time)) continue;
      const target = host.waiting.shift();
      if (target === undefined) continue;
      this.waiting--;
      this.queued.delete(host);
      if (host.waiting.length > 0) this.queued.add(host);
      return { target, permit: this.begin(host, time) };
    }
    return undefined;
  }

  /** Waits until `next` may answer otherwise than it just did. */
  *change(): CoroutineBody<void> {
    const { changed } = this;
    let soonest = Infinity;
    for (const host of this.queued) if (this.hasRoom(host)) soonest = Math.min(soonest, host.nextAt);
    if (soonest === Infinity) yield* changed;
    else yield* race([changed, sleep(Math.max(0, soonest - (yield* now())))]);
  }

  /** Waits until a host may be asked, and begins a request there. @internal */
  *enter(name: string): CoroutineBody<Host> {
    for (;;) {
      const time = this.keepsTime ? yield* now() : 0;
      this.look();
      const host = this.host(name, time);
      if (this.isFree(host, time)) {
        this.occupy(host, time);
        return host;
      }
      if (this.hasRoom(host)) yield* sleep(host.nextAt - time);
      else yield* this.changed;
    }
  }

  /** @internal */
  end(host: Host): void {
    host.active--;
    if (this.politeness.delay === 0 && host.active === 0 && host.waiting.length === 0)
      this.hosts.delete(host.name);
    this.changed.set();
  }

  private begin(host: Host, time: number): Permit {
    this.occupy(host, time);
    return new Permit(this, host);
  }

  private occupy(host: Host, time: number): void {
    host.active++;
    host.nextAt = time + this.politeness.delay;
  }

  private host(name: string, time: number): Host {
    const known = this.hosts.get(name);
    if (known !== undefined) return known;
    if (this.hosts.size >= this.sweepAt) this.sweep(time);
    const host: Host = { name, active: 0, nextAt: 0, waiting: [] };
    this.hosts.set(name, host);
    return host;
  }

  private hasRoom(host: Host): boolean {
    return host.active < this.politeness.perHost;
  }

  private isFree(host: Host, time: number): boolean {
    return this.hasRoom(host) && host.nextAt <= time;
  }

  /** What ends from now on is news. */
  private look(): void {
    if (this.changed.isSet) this.changed = event();
  }

  /** With a delay, a host must be remembered until it may be asked again. */
  private sweep(time: number): void {
    for (const host of this.hosts.values()) {
      if (host.active === 0 && host.waiting.length === 0 && host.nextAt <= time) this.hosts.delete(host.name);
    }
    this.sweepAt = Math.max(1024, this.hosts.size * 2);
  }
}

/** The right to have one request under way, at one host at a time. */
export class Permit {
  private readonly hosts: Hosts;
  private host: Host | null;

  constructor(hosts: Hosts, host: Host) {
    this.hosts = hosts;
    this.host = host;
  }

  /** Goes on with another request, at the same host or another, once that may be asked. */
  *moveTo(url: string): CoroutineBody<void> {
    this.release();
    this.host = yield* this.hosts.enter(parts(url).origin);
  }

  release(): void {
    if (this.host !== null) this.hosts.end(this.host);
    this.host = null;
  }
}
