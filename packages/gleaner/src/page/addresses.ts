/**
 * What of an address the URL standard leaves as it is, in paths and queries (4.4): no percent signs, as they may stand
 * for dots; no dot segments, which a dot after a slash would begin.
 */
const PLAIN =
  /^(?!\.)(?![^?]*\/\.)(?:[\w\-~!$&()*+,;=@.]+(?:\/[\w\-~!$&()*+,;=@.:/]*)?)(?:\?[\w\-~!$&()*+,;=@.:/?]*)?$/;
const PLAIN_PATH = /^\/(?![/.])(?![^?]*\/\.)[\w\-~!$&()*+,;=@.:/]*(?:\?[\w\-~!$&()*+,;=@.:/?]*)?$/;
/** Longer than this, an address is parsed without a look, which takes time that grows with the length. */
const LONG = 1000;

/** Makes addresses absolute, relative to a page's base. */
export class Addresses {
  /** What relative addresses are relative to: the page's address, or what its `<base>` says (HTML standard, 2.4.1). */
  readonly base: string;
  /** Scheme, host and port of the page, as in `https://example.com`. */
  readonly origin: string;
  /** The base up to its last slash. */
  private readonly folder: string;
  private readonly baseOrigin: string;

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
    const isWeb = own.protocol === 'http:' || own.protocol === 'https:';
    // Without a folder every address is parsed.
    this.baseOrigin = isWeb ? this.base.slice(0, this.base.indexOf('/', this.base.indexOf('//') + 2)) : '';
    this.folder = isWeb ? this.base.slice(0, this.base.replace(/\?.*$/s, '').lastIndexOf('/') + 1) : '';
  }

  /** The http: or https: address that is meant, as the URL standard serialises it; `null` if it is none. */
  absolute(href: string): string | null {
    // Most links need no parser: this takes a third of its time.
    if (this.folder !== '' && href.length <= LONG) {
      if (PLAIN_PATH.test(href)) return this.baseOrigin + href;
      if (PLAIN.test(href)) return this.folder + href;
      if (href.startsWith('../')) {
        const near = this.climbed(href);
        if (near !== null) return near;
      }
    }
    const url = parsed(href, this.base);
    return url !== null && (url.protocol === 'http:' || url.protocol === 'https:') ? url.href : null;
  }

  /** The same without its fragment: what is fetched. */
  fetchable(href: string): string | null {
    const hash = href.indexOf('#');
    return this.absolute(hash < 0 ? href : href.slice(0, hash));
  }

  /** An address that climbs out of the base's folder, and is plain otherwise. */
  private climbed(href: string): string | null {
    let { folder } = this;
    let from = 0;
    for (; href.startsWith('../', from); from += 3) {
      const above = folder.lastIndexOf('/', folder.length - 2) + 1;
      if (above > this.baseOrigin.length) folder = folder.slice(0, above);
    }
    const rest = href.slice(from);
    return PLAIN.test(rest) ? folder + rest : null;
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
