import type { Json } from './request.ts';

/** So many hosts are remembered; of more, those that were named first are forgotten. */
const MOST = 10_000;

/**
 * The hosts that the user has named: only these may be on a private network. Each stays what it was when it was first
 * connected to: one that was public then may not lead inside later (DNS rebinding).
 */
export class NamedHosts {
  /** By name, as in an address, and whether it has turned out to be public. */
  private readonly hosts = new Map<string, boolean>();
  private changes = 0;

  /** Grows with each host that is named: whether there is something to be saved. */
  get revision(): number {
    return this.changes;
  }

  /** @param origin scheme, host and port, as an address begins */
  add(origin: string): void {
    const host = hostnameOf(origin);
    const known = this.hosts.get(host);
    if (known !== undefined && this.hosts.size < MOST) return;
    if (known === undefined) {
      this.changes++;
      if (this.hosts.size >= MOST) this.hosts.delete(this.hosts.keys().next().value ?? '');
    } else this.hosts.delete(host);
    this.hosts.set(host, known ?? false);
  }

  /** @param host its name or IP address, without the brackets of IPv6 */
  mayBePrivate(host: string): boolean {
    return this.hosts.get(host) === false;
  }

  /** It was connected to, at a public address. */
  foundPublic(host: string): void {
    if (this.hosts.has(host)) this.hosts.set(host, true);
  }

  /** All names, for `fromJson`. */
  toJson(): Json {
    return [...this.hosts.keys()];
  }

  /** Takes up what `toJson` gave, besides what there is. */
  fromJson(saved: Json): void {
    if (!Array.isArray(saved)) return;
    for (const host of saved as readonly Json[]) if (typeof host === 'string') this.hosts.set(host, false);
  }
}

/** The host of an origin, without the brackets of IPv6. */
export function hostnameOf(origin: string): string {
  const start = origin.indexOf('/') + 2;
  if (origin.charCodeAt(start) === 91) return origin.slice(start + 1, origin.indexOf(']', start));
  const colon = origin.indexOf(':', start);
  return colon < 0 ? origin.slice(start) : origin.slice(start, colon);
}
