import { detached } from './detached.ts';

/** What the URL standard leaves as it is in paths and queries (4.4); no per cent signs, as they may stand for dots. */
const LEFT_AS_IS = new Uint8Array(128);
for (const character of 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_~!$&()*+,;=:@/.?')
  LEFT_AS_IS[character.charCodeAt(0)] = 1;
const DOT = 46;
const SLASH = 47;
const COLON = 58;
const QUESTION_MARK = 63;

/**
 * Whether the rest of an address, a path and perhaps a query, is serialised as it is written. No segment of the path may
 * begin with a dot, and unless it is rooted the first must not have a colon, which would end a scheme.
 */
function isPlain(href: string, from: number, isRooted: boolean): boolean {
  let isQuery = false;
  let isFirst = !isRooted;
  let before = SLASH;
  for (let at = from; at < href.length; at++) {
    const code = href.charCodeAt(at);
    if (code > 127 || LEFT_AS_IS[code] === 0) return false;
    if (!isQuery) {
      if (code === DOT && before === SLASH) return false;
      if (code === COLON && isFirst) return false;
      if (code === SLASH) isFirst = false;
      else if (code === QUESTION_MARK) isQuery = true;
    }
    before = code;
  }
  return true;
}

/** So many sites that a page links to are remembered. */
const MOST_ORIGINS = 100;

/** Makes addresses absolute, relative to a page's base. */
export class Addresses {
  /** What relative addresses are relative to: the page's address, or what its `<base>` says (HTML standard, 2.4.1). */
  readonly base: string;
  /** Scheme, host and port of the page, as in `https://example.com`. */
  readonly origin: string;
  /** The base without its query; empty where it is not http: or https:, and every address is parsed. */
  private readonly path: string;
  /** The same up to its last slash. */
  private readonly folder: string;
  private readonly baseOrigin: string;
  /** Those that are known to be written as they are serialised. */
  private readonly origins: Set<string>;

  /** @param href of the page's `<base>` */
  constructor(url: string, href?: string) {
    const base = new URL(url);
    this.origin = base.origin;
    let own = base;
    if (href !== undefined) {
      const said = parsed(href, url);
      // A base that is data or a script counts as none (HTML standard, 4.2.3).
      if (said !== null && said.protocol !== 'data:' && said.protocol !== 'javascript:') own = said;
    }
    this.base = withoutFragment(own.href);
    this.origins = new Set([base.origin]);
    const isWeb = own.protocol === 'http:' || own.protocol === 'https:';
    this.path = isWeb ? this.base.replace(/\?.*$/s, '') : '';
    this.folder = this.path.slice(0, this.path.lastIndexOf('/') + 1);
    this.baseOrigin = this.path.slice(0, this.path.indexOf('/', 8));
  }

  /** The http: or https: address that is meant, as the URL standard serialises it; `null` if it is none. */
  absolute(href: string): string | null {
    const near = this.folder === '' ? null : this.near(href);
    // It would hold on to the page that it is written in.
    if (near !== null) return detached(near);
    const url = parsed(href, this.base);
    if (url === null || (url.protocol !== 'http:' && url.protocol !== 'https:')) return null;
    if (href.startsWith('http') && this.origins.size < MOST_ORIGINS) this.origins.add(url.origin);
    return url.href;
  }

  /** The same without its fragment: what is fetched. */
  fetchable(href: string): string | null {
    const hash = href.indexOf('#');
    if (hash < 0) return this.absolute(href);
    // A blank at the end does not count, but before a fragment it does.
    if (hash === 0 || href.charCodeAt(hash - 1) > 32) return this.absolute(href.slice(0, hash));
    const url = this.absolute(href);
    return url === null ? null : withoutFragment(url);
  }

  /** Most addresses need no parser: what is written is what is meant, behind the origin or the folder. */
  private near(href: string): string | null {
    const first = href.charCodeAt(0);
    if (first === SLASH) {
      return href.charCodeAt(1) !== SLASH && isPlain(href, 1, true) ? this.baseOrigin + href : null;
    }
    if (first === DOT) return this.climbed(href);
    if (first === QUESTION_MARK) return isPlain(href, 0, true) ? this.path + href : null;
    if (href === '') return null;
    if (href.startsWith('http')) {
      const slash = href.indexOf('/', 8);
      if (slash > 0 && this.origins.has(href.slice(0, slash)))
        return isPlain(href, slash + 1, true) ? href : null;
    }
    return isPlain(href, 0, false) ? this.folder + href : null;
  }

  /** An address that climbs out of the base's folder, and is plain otherwise. */
  private climbed(href: string): string | null {
    let { folder } = this;
    let from = 0;
    for (; href.startsWith('../', from); from += 3) {
      const above = folder.lastIndexOf('/', folder.length - 2) + 1;
      if (above > this.baseOrigin.length) folder = folder.slice(0, above);
    }
    return from > 0 && isPlain(href, from, false) ? folder + href.slice(from) : null;
  }
}

function parsed(href: string, base: string): URL | null {
  try {
    return new URL(href, base);
  } catch {
    return null;
  }
}

function withoutFragment(href: string): string {
  const hash = href.indexOf('#');
  return hash < 0 ? href : href.slice(0, hash);
}
