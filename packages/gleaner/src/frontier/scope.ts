import { createRequire } from 'node:module';
import type * as Tldts from 'tldts';
import { parts } from '../http/exchange.ts';
import { OptionError } from '../http/failure.ts';
import { matcher, type Pattern } from '../http/patterns.ts';

export interface ScopeOptions {
  /**
   * What an address must share with a start page:
   *
   * | this | is |
   * |---|---|
   * | 'origin' | scheme, host and port |
   * | 'host' (the default) | the host's whole name, `www.` included: `www.example.com` is not `example.com` |
   * | 'domain' | the registrable domain by the public suffix list, its private part included: `shop.example.co.uk` and `example.co.uk` share theirs, `a.github.io` and `b.github.io` have one each; IP addresses and names such as `localhost` are their own |
   * | 'any' | nothing |
   */
  readonly within?: 'origin' | 'host' | 'domain' | 'any' | undefined;
  /** Only what matches belongs to the crawl. */
  readonly allow?: Pattern | readonly Pattern[] | undefined;
  /** What matches does not, even if it is allowed. */
  readonly deny?: Pattern | readonly Pattern[] | undefined;
  /** How many links an address may be away from a start page; no limit by default. */
  readonly maxDepth?: number | undefined;
  /** How many characters an address may have; 4,096 by default. */
  readonly maxUrlLength?: number | undefined;
}

/** Why an address does not belong to a crawl. */
type OutOfScope = 'too deep' | 'too long' | 'outside' | 'denied' | 'not allowed';

/** Which addresses belong to a crawl. */
export interface Scope {
  /** Makes an address a start page: what shares its origin, host or domain belongs to the crawl from now on. */
  include(url: string): void;
  /** Whether nothing so many links away from a start page belongs to the crawl. */
  isTooDeep(depth: number): boolean;
  /**
   * Whether an address belongs to the crawl, or why not.
   * @param url as the URL standard serialises it
   * @param depth how many links it is away from a start page
   */
  verdict(url: string, depth: number): true | OutOfScope;
}

/** Longer addresses are traps more often than pages: calendars, filters, sessions that pile up. */
const MAX_URL_LENGTH = 4096;

/**
 * Compiles the rules by which found links are followed.
 * @throws {OptionError}
 *
 * @example
 * const scope = scopeOf({ within: 'domain', deny: '/private/**' });
 * scope.include('https://example.com/');
 * scope.verdict('https://docs.example.com/intro', 1); // true
 */
export function scopeOf(options: ScopeOptions): Scope {
  const { within = 'host', maxDepth = Infinity, maxUrlLength = MAX_URL_LENGTH } = options;
  const isAllowed = options.allow === undefined ? undefined : matcher(options.allow);
  const isDenied = options.deny === undefined ? undefined : matcher(options.deny);
  const area = within === 'any' ? undefined : new Area(areaOf(within));
  return {
    include: (url) => area?.include(parts(url).origin),
    isTooDeep: (depth) => depth > maxDepth,
    verdict(url, depth) {
      if (depth > maxDepth) return 'too deep';
      if (url.length > maxUrlLength) return 'too long';
      if (area?.holds(parts(url).origin) === false) return 'outside';
      if (isDenied?.(url) === true) return 'denied';
      if (isAllowed?.(url) === false) return 'not allowed';
      return true;
    },
  };
}

/** How to tell from an origin which area it is in. */
function areaOf(within: 'origin' | 'host' | 'domain'): (origin: string) => string {
  switch (within) {
    case 'origin':
      return (origin) => origin;
    case 'host':
      return hostOf;
    case 'domain':
      return domainOf;
    default:
      throw new OptionError('within', "'origin', 'host', 'domain' or 'any'", within);
  }
}

/** So many origins are remembered: most links of a page lead to few. */
const MAX_KNOWN = 1000;

/** The areas of the start pages. */
class Area {
  private readonly areaOf: (origin: string) => string;
  private readonly areas = new Set<string>();
  private readonly known = new Map<string, boolean>();

  constructor(areaOf: (origin: string) => string) {
    this.areaOf = areaOf;
  }

  include(origin: string): void {
    const { size } = this.areas;
    if (this.areas.add(this.areaOf(origin)).size > size) this.known.clear();
  }

  holds(origin: string): boolean {
    const known = this.known.get(origin);
    if (known !== undefined) return known;
    const holds = this.areas.has(this.areaOf(origin));
    if (this.known.size >= MAX_KNOWN) this.known.clear();
    this.known.set(origin, holds);
    return holds;
  }
}

/** Without scheme and port, and without the dot that makes a name absolute. */
function hostOf(origin: string): string {
  return origin.slice(origin.indexOf('//') + 2).replace(/(?:\.)?(?::\d+)?$/, '');
}

/** Loaded when first needed: its list takes longer to load than all of ours. */
let tldts: typeof Tldts | undefined;

function domainOf(origin: string): string {
  const host = hostOf(origin);
  if (host.startsWith('[')) return host;
  tldts ??= createRequire(import.meta.url)('tldts') as typeof Tldts;
  // What has no domain is an IP address, a name without a dot, or a public suffix itself.
  return tldts.getDomain(host, { allowPrivateDomains: true, extractHostname: false }) ?? host;
}
