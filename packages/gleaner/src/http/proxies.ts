import { now, timeout, until, type CoroutineBody, type Operation } from '@gleaner/coroutine';
import type { Route } from './exchange.ts';
import { OptionError, PageError } from './failure.ts';
import { Proxy, proxyAddress, ProxyError } from './proxy.ts';

/** Says which proxy a request goes by; undefined for none. */
export type ProxyChoice = (url: string, session: string | undefined) => string | undefined;

/** How many proxies' connections are kept; of more, those of the one that has not been used for longest are closed. */
const MOST_OPEN = 100;

/** How many proxies are tried for one request. */
const MOST_TRIED = 3;

/** For how long a proxy rests that failed once, and at most, in milliseconds; it doubles each time. */
const FIRST_REST = 1000;
const LONGEST_REST = 600_000;

/** How many sessions keep their proxy; of more, the first to have begun is given another when it comes again. */
const MOST_SESSIONS = 10_000;

/** One of a list. */
interface Listed {
  readonly given: string;
  failures: number;
  /** Milliseconds since 1970. */
  restsUntil: number;
}

/**
 * The proxies by which requests go: a list by turns, where a session keeps the one that it began with, or whatever a
 * function says. One of a list that fails rests, and the request goes by another.
 */
export class Proxies {
  private readonly choose: ProxyChoice | undefined;
  private readonly list: readonly Listed[];
  private readonly connections: number;
  private readonly direct: Route;
  private readonly open = new Map<string, Proxy>();
  private readonly closing = new Set<Proxy>();
  private readonly sessions = new Map<string, Listed>();
  private turn = 0;

  /**
   * @param connections the most to one host by one proxy
   * @param direct the way of requests for which there is no proxy
   * @throws {OptionError}
   */
  constructor(proxies: readonly string[] | ProxyChoice, connections: number, direct: Route) {
    this.connections = connections;
    this.direct = direct;
    this.choose = typeof proxies === 'function' ? proxies : undefined;
    if (typeof proxies !== 'function' && !isList(proxies)) {
      throw new OptionError('proxies', 'a function, or a list of at least one address', typeof proxies);
    }
    const addresses = typeof proxies === 'function' ? [] : proxies;
    for (const address of addresses) proxyAddress(address);
    this.list = addresses.map((given) => ({ given, failures: 0, restsUntil: 0 }));
  }

  /**
   * Sends a request by a proxy; by another, if that fails before the request has reached the server.
   * @param timeLeft for all of it, in milliseconds
   * @throws {PageError} `PROXY` if none would do
   * @throws {TimeoutError}
   */
  *through<T>(
    url: string,
    session: string | undefined,
    timeLeft: number,
    send: (route: Route) => Operation<T>,
  ): CoroutineBody<T> {
    const { choose } = this;
    if (choose !== undefined) {
      const given = choose(url, session);
      const route = given === undefined ? this.direct : this.route(given);
      try {
        return yield* timeout(timeLeft, send(route));
      } catch (error) {
        throw asProxyFailure(error, url) ?? error;
      }
    }
    const begun = yield* now();
    const tried = new Set<Listed>();
    for (;;) {
      const time = yield* now();
      const proxy = this.next(session, time, tried);
      tried.add(proxy);
      try {
        const left = Math.max(0, timeLeft - (time - begun));
        const answer = yield* timeout(left, send(this.route(proxy.given)));
        proxy.failures = 0;
        return answer;
      } catch (error) {
        const failure = asProxyFailure(error, url);
        if (failure === undefined) throw error;
        const later = yield* now();
        // Requests that were under way at the same time are one failure.
        if (proxy.restsUntil <= later) {
          proxy.restsUntil = later + Math.min(FIRST_REST * 2 ** proxy.failures++, LONGEST_REST);
        }
        if (tried.size === Math.min(MOST_TRIED, this.list.length)) throw failure;
      }
    }
  }

  /** Closes all connections; requests under way fail. */
  *close(): CoroutineBody<void> {
    const all = [...this.open.values(), ...this.closing];
    yield* until(Promise.all(all.map((proxy) => proxy.destroy())));
  }

  /**
   * The session's own, unless that rests; else the next of the list that does not; if all rest, the first to be up again.
   * None that was tried, of which there are fewer than are in the list.
   */
  private next(session: string | undefined, time: number, tried: ReadonlySet<Listed>): Listed {
    const own = session === undefined ? undefined : this.sessions.get(session);
    if (own !== undefined && own.restsUntil <= time) return own;
    let chosen: Listed | undefined;
    for (let i = 0; i < this.list.length; i++) {
      const proxy = this.list[(this.turn + i) % this.list.length] as Listed;
      if (tried.has(proxy)) continue;
      if (proxy.restsUntil <= time) {
        chosen = proxy;
        this.turn += i + 1;
        break;
      }
      if (chosen === undefined || proxy.restsUntil < chosen.restsUntil) chosen = proxy;
    }
    if (session !== undefined) this.remember(session, chosen as Listed);
    return chosen as Listed;
  }

  private remember(session: string, proxy: Listed): void {
    if (this.sessions.size === MOST_SESSIONS && !this.sessions.has(session)) {
      this.sessions.delete(this.sessions.keys().next().value ?? '');
    }
    this.sessions.set(session, proxy);
  }

  private route(given: string): Proxy {
    const known = this.open.get(given);
    const proxy = known ?? new Proxy(proxyAddress(given), this.connections);
    // The first in the map is the one that has not been used for longest.
    if (known !== undefined) this.open.delete(given);
    this.open.set(given, proxy);
    if (this.open.size > MOST_OPEN) this.retire(this.open.keys().next().value ?? '');
    return proxy;
  }

  /** What goes by it comes to its end, and then its connections are closed. */
  private retire(given: string): void {
    const proxy = this.open.get(given) as Proxy;
    this.open.delete(given);
    this.closing.add(proxy);
    const closed = (): void => void this.closing.delete(proxy);
    proxy.close().then(closed, closed);
  }
}

function isList(value: unknown): boolean {
  return Array.isArray(value) && value.length > 0;
}

/** A failure of the proxy, said as such; undefined for any other. */
function asProxyFailure(error: unknown, url: string): PageError | undefined {
  if (!(error instanceof PageError) || !(error.cause instanceof ProxyError)) return undefined;
  return new PageError('PROXY', url, error.cause.message, { cause: error.cause });
}
