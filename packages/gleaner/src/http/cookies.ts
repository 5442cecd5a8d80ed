import { createRequire } from 'node:module';
import type * as ToughCookie from 'tough-cookie';
import { OptionError } from './failure.ts';
import type { Json } from './request.ts';

/** What browsers keep at least (RFC 6265, 6.1): cookies of one domain, in all, and bytes of one with its attributes. */
const MOST_OF_A_DOMAIN = 50;
const MOST_IN_ALL = 3000;
const LONGEST = 4096;

/** When there are too many in all, so many are left: room for a while, so that looking at each is rare. */
const LEFT = 2700;

/** How many sessions are kept; of more, that which has not been used for longest is forgotten. */
const MOST_SESSIONS = 1000;

/** Characters that no cookie may have (RFC 6265bis, 5.7): control characters other than the tab. */
// eslint-disable-next-line no-control-regex
const CONTROL = /[\x00-\x08\x0a-\x1f\x7f]/;

/** Loaded with the first cookie: its list of public suffixes takes a while. */
let library: typeof ToughCookie | undefined;

function toughCookie(): typeof ToughCookie {
  return (library ??= createRequire(import.meta.url)('tough-cookie') as typeof ToughCookie);
}

/**
 * The cookies of a crawl: a jar for each session, as if each were a browser of its own (RFC 6265, public suffixes
 * respected). What is not given a session goes with the one without a name.
 */
export class Cookies {
  private readonly jars = new Map<string, Jar>();
  private changes = 0;

  /** Grows with each cookie that was set: whether there is something to be saved. */
  get revision(): number {
    return this.changes;
  }

  /**
   * What the Cookie header of a request has to be; undefined for none.
   * @param explicit what the user gave; a cookie that is in it counts more than one of the same name in the jar
   */
  header(url: string, session: string | undefined, explicit: string | undefined): string | undefined {
    const kept = this.jar(session)?.cookiesFor(url) ?? [];
    if (kept.length === 0) return explicit;
    const given = new Set(explicit?.split(';').map((pair) => pair.split('=', 1)[0]?.trim()));
    const pairs = kept.filter(({ key }) => !given.has(key)).map((cookie) => cookie.cookieString());
    return [...(explicit === undefined ? [] : [explicit]), ...pairs].join('; ');
  }

  /**
   * Keeps what a response sets.
   * @param lines its Set-Cookie headers, one a line
   */
  keep(url: string, session: string | undefined, lines: string | undefined): void {
    if (lines === undefined) return;
    let jar = this.jar(session);
    if (jar === undefined) {
      const { CookieJar, MemoryCookieStore } = toughCookie();
      const store = new MemoryCookieStore();
      jar = new Jar(new CookieJar(store, { looseMode: true }), store);
      this.add(session ?? '', jar);
    }
    for (const line of lines.split('\n')) if (jar.keep(url, line)) this.changes++;
  }

  /** All sessions' cookies, for `fromJson`. */
  toJson(): Json {
    return Object.fromEntries([...this.jars].map(([session, jar]) => [session, jar.toJson()]));
  }

  /**
   * Takes up what `toJson` gave; what there was is gone.
   * @throws {OptionError} for anything else
   */
  fromJson(saved: Json): void {
    this.jars.clear();
    if (typeof saved !== 'object' || saved === null || Array.isArray(saved)) throw notSaved(saved);
    for (const [session, jar] of Object.entries(saved)) this.add(session, Jar.fromJson(jar));
  }

  private jar(session = ''): Jar | undefined {
    const jar = this.jars.get(session);
    if (jar !== undefined && this.jars.size === MOST_SESSIONS) {
      // The first in the map is the one that has not been used for longest.
      this.jars.delete(session);
      this.jars.set(session, jar);
    }
    return jar;
  }

  private add(session: string, jar: Jar): void {
    if (this.jars.size === MOST_SESSIONS) this.jars.delete(this.jars.keys().next().value ?? '');
    this.jars.set(session, jar);
  }
}

function notSaved(what: unknown): OptionError {
  return new OptionError('saved cookies', 'what Cookies.toJson gave', typeof what);
}

/** The cookies of one session, not more than there may be. */
class Jar {
  private readonly jar: ToughCookie.CookieJar;
  /** Cookies by domain, path and name: what the jar's own store of them is. */
  private readonly index: ToughCookie.MemoryCookieStoreIndex;
  /** At least as many as there are: those that expire are not counted off one by one. */
  private size = 0;

  constructor(jar: ToughCookie.CookieJar, store: ToughCookie.MemoryCookieStore) {
    this.jar = jar;
    this.index = store.idx;
    this.size = this.sweep(Object.keys(this.index)).length;
  }

  static fromJson(saved: unknown): Jar {
    const { CookieJar, MemoryCookieStore } = toughCookie();
    const store = new MemoryCookieStore();
    try {
      return new Jar(CookieJar.fromJSON(saved as ToughCookie.SerializedCookieJar, store), store);
    } catch {
      throw notSaved(saved);
    }
  }

  toJson(): Json {
    // By way of text, since dates are in it.
    return JSON.parse(JSON.stringify(this.jar.serializeSync())) as Json;
  }

  cookiesFor(url: string): ToughCookie.Cookie[] {
    if (this.size === 0) return [];
    return this.jar.getCookiesSync(new URL(url)).sort(toughCookie().cookieCompare);
  }

  /** Says whether the cookie was kept: one that is not allowed is left alone, as in browsers. */
  keep(url: string, line: string): boolean {
    if (line.length > LONGEST || CONTROL.test(line)) return false;
    const cookie = this.jar.setCookieSync(line, new URL(url), { ignoreError: true });
    if (cookie === undefined) return false;
    // One that replaces another takes over that one's time of creation.
    if (cookie.creation === cookie.lastAccessed) this.size++;
    this.forgetAllBut(MOST_OF_A_DOMAIN, this.sweep([cookie.domain ?? '']));
    if (this.size > MOST_IN_ALL) {
      const all = this.sweep(Object.keys(this.index));
      this.size = all.length;
      if (all.length > MOST_IN_ALL) this.forgetAllBut(LEFT, all);
    }
    return true;
  }

  /** Gives some domains' cookies, after those that have expired were forgotten, and the places that held them. */
  private sweep(domains: readonly string[]): ToughCookie.Cookie[] {
    const time = Date.now();
    const living: ToughCookie.Cookie[] = [];
    for (const domain of domains) {
      for (const [path, cookies] of Object.entries(this.index[domain] ?? {})) {
        for (const cookie of Object.values(cookies)) {
          if ((cookie.expiryTime() ?? Infinity) > time) living.push(cookie);
          else this.forget(cookie);
        }
        if (isEmpty(cookies)) Reflect.deleteProperty(this.index[domain] ?? {}, path);
      }
      if (isEmpty(this.index[domain] ?? {})) Reflect.deleteProperty(this.index, domain);
    }
    return living;
  }

  /** Forgets those that were not used for longest (RFC 6265, 5.3, step 12). */
  private forgetAllBut(count: number, cookies: ToughCookie.Cookie[]): void {
    if (cookies.length <= count) return;
    cookies.sort((a, b) => lastUsed(b) - lastUsed(a) || b.creationIndex - a.creationIndex);
    for (const cookie of cookies.slice(count)) this.forget(cookie);
  }

  private forget({ domain, path, key }: ToughCookie.Cookie): void {
    const cookies = this.index[domain ?? '']?.[path ?? ''];
    if (cookies === undefined) return;
    Reflect.deleteProperty(cookies, key);
    this.size--;
  }
}

function isEmpty(record: object): boolean {
  for (const _ in record) return false;
  return true;
}

function lastUsed({ lastAccessed }: ToughCookie.Cookie): number {
  return lastAccessed instanceof Date ? lastAccessed.getTime() : 0;
}
