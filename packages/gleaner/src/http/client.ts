import { now, timeout, until, type CoroutineBody } from '@gleaner/coroutine';
import { Agent } from './undici.ts';
import type { ExchangeArchive, Recording } from './archive.ts';
import { Credentials, withoutUserInfo, type Auth } from './auth.ts';
import {
  answers,
  cached,
  cacheKey,
  conditional,
  hasSameValidators,
  revived,
  type ResponseCache,
} from './cache.ts';
import { connector, refusePrivate } from './connecting.ts';
import { ACCEPT_ENCODING, decode } from './content-encoding.ts';
import { Cookies } from './cookies.ts';
import { Incoming, receive, save, type Download, type DownloadOptions } from './download.ts';
import { exchange, parts, type RawResponse, type RequestLine } from './exchange.ts';
import { OptionError, PageError } from './failure.ts';
import { headerOf, withHeader, withoutHeaders, type HeaderList } from './header-list.ts';
import type { NamedHosts } from './named-hosts.ts';
import { Peers } from './peers.ts';
import { POOL } from './pool.ts';
import { Proxies, type ProxyChoice } from './proxies.ts';
import { CONFIDENTIAL, isRedirect, redirected } from './redirect.ts';
import type { CrawlRequest } from './request.ts';
import { statusFailure } from './status.ts';

/** A response as a page is made of it: redirects followed, encodings undone. */
export interface HttpResponse {
  /** The address that answered, after redirects; credentials are not shown. */
  readonly url: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Buffer;
  /** Bytes of body that came over the wire, those of redirects included. */
  readonly wireBytes: number;
  /** Milliseconds from sending the (last) request to the first byte of its headers. */
  readonly firstByte: number;
  /** Milliseconds from sending the (last) request to the end of its body. */
  readonly total: number;
  /** Whether the page has not changed since it was put into the cache: the server said so (304). */
  readonly fromCache: boolean;
}

/** What the client has to know of a request. */
export type FetchRequest = Pick<CrawlRequest, 'url' | 'method' | 'headers' | 'body' | 'session'> & {
  /** The most bytes of this one's body, where that is not what the client allows. */
  readonly maxBytes?: number | undefined;
};

export interface ClientOptions {
  /** Sent with every request, by lower-case name. */
  headers: Record<string, string>;
  /**
   * The origins to which those headers go that are meant for one origin only (Authorization, Cookie, Host); to any that
   * is asked for directly, and not by way of a redirect from another, if this is left out.
   */
  confidants?: ReadonlySet<string> | undefined;
  /** The most bytes of a body, on the wire and unpacked. */
  maxBytes: number;
  /** How many redirects are followed. */
  maxRedirects: number;
  /** The most connections to one host. */
  connections: number;
  /** How long all requests for one address may take together, in milliseconds; what lies between them not counted. */
  timeout: number;
  /** The hosts that may be on a private network, as no others may; any, if this is left out. `trust` adds to them. */
  named?: NamedHosts | undefined;
  /** Whether cookies are kept and sent; not unless told. */
  cookies?: boolean | undefined;
  /** Credentials by origin. */
  auth?: Auth | undefined;
  /** Proxies by turns, or a function that says which. */
  proxies?: readonly string[] | ProxyChoice | undefined;
  /** Where pages are kept that are asked for again only if they have changed. */
  cache?: ResponseCache | undefined;
  /** Where all that `fetch` exchanges is kept, redirects one by one. */
  archive?: ExchangeArchive | undefined;
  /** What answers in place of the network: nothing is ever asked of that. */
  recording?: Recording | undefined;
}

/** Called before a redirect is followed: to wait until the host may be asked. */
export type OnRedirect = (to: string) => CoroutineBody<void>;

/**
 * An HTTP client: pools of connections kept warm, HTTP/2 where a server offers it. Its own timers are off, since time
 * is the runtime's business. Close it, or connections stay open.
 */
export class Client {
  /** The sessions' cookies, where cookies are kept. */
  readonly cookies: Cookies | undefined;
  private readonly agent: Agent;
  private readonly options: ClientOptions;
  private readonly headers: HeaderList;
  /** Those that may go to anyone. */
  private readonly open: HeaderList;
  /** Where connections lead, where that is to be kept. */
  private readonly peers: Peers | undefined;
  private readonly proxies: Proxies | undefined;
  private credentials: Credentials | undefined;
  /** Whether requests go as they are, by the agent, and nothing of them is kept. */
  private isPlain: boolean;

  /** @throws {OptionError} for credentials and proxies that cannot be */
  constructor(options: ClientOptions) {
    const { connections, cookies, auth, proxies, cache, archive, recording } = options;
    this.options = options;
    this.headers = Object.entries({ 'accept-encoding': ACCEPT_ENCODING, ...options.headers }).flat();
    this.open = withoutHeaders(this.headers, CONFIDENTIAL);
    const connects = connector(options.named);
    this.peers = archive === undefined ? undefined : new Peers(connects);
    const connect = this.peers?.connector ?? connects;
    this.agent = new Agent({ ...POOL, connections, connect });
    this.cookies = cookies === true ? new Cookies() : undefined;
    this.credentials = auth === undefined ? undefined : new Credentials(auth);
    this.proxies = proxies === undefined ? undefined : new Proxies(proxies, connections, this.agent);
    this.isPlain =
      cookies !== true && [auth, proxies, cache, archive, recording].every((given) => given === undefined);
  }

  /**
   * Takes the credentials out of an address (`http://name:password@host/`), and sends them from now on with every
   * request to its origin that has no others: what start pages are given with.
   * @returns the address without them
   */
  learn(address: string): string {
    const { url, authorization } = withoutUserInfo(address);
    if (authorization === undefined) return address;
    this.credentials ??= new Credentials();
    this.credentials.learn(parts(url).origin, authorization);
    this.isPlain = false;
    return url;
  }

  /** Tells of an address that the user has named: its host may be on a private network. */
  trust(url: string): void {
    this.options.named?.add(parts(url).origin);
  }

  /** The hosts that the user has named; undefined where any may be private. */
  get named(): NamedHosts | undefined {
    return this.options.named;
  }

  /**
   * Fetches what is at an address, following redirects.
   * @param request or only its address, for a GET
   * @param begun what the clock says now, in milliseconds since 1970
   * @throws {PageError} when there is no complete response; a status other than 2xx is a response, of which the body is
   * left as it came
   * @throws {TimeoutError}
   */
  *fetch(request: string | FetchRequest, begun: number, onRedirect: OnRedirect): CoroutineBody<HttpResponse> {
    const { maxBytes = this.options.maxBytes, session } = typeof request === 'string' ? EMPTY : request;
    let line: RequestLine =
      typeof request === 'string'
        ? { url: request, method: 'GET', headers: this.headers, body: undefined }
        : this.lineOf(request);
    let timeLeft = this.options.timeout;
    let since = begun;
    let wireBytes = 0;
    for (let redirects = 0; ; redirects++) {
      if (line.url.includes('@')) line = withCredentials(line);
      const raw: RawResponse = this.isPlain
        ? yield* timeout(timeLeft, exchange(this.agent, line, maxBytes))
        : yield* this.exchanged(line, session, timeLeft, maxBytes);
      const { url } = line;
      const { status, headers, firstByte, total, fromCache } = raw;
      if (!fromCache) wireBytes += raw.body.length;
      if (!isRedirect(raw)) {
        const encoding = status >= 200 && status < 300 ? headers['content-encoding'] : undefined;
        const body = encoding === undefined ? raw.body : yield* decode(url, raw.body, encoding, maxBytes);
        return { url, status, headers, body, wireBytes, firstByte, total, fromCache };
      }
      line = this.next(line, raw, redirects, request);
      timeLeft = Math.max(0, timeLeft - ((yield* now()) - since));
      yield* onRedirect(line.url);
      since = yield* now();
    }
  }

  /**
   * Streams what is at an address into a file, as fast as the disk takes it, never holding more than a few chunks. The
   * file is there when it is complete, in place of what had the name before; when anything goes wrong, and when it is
   * cancelled, nothing is left. What the server has packed is unpacked.
   * @param to the file's path, or how to tell it by the response; the folder must be there
   * @throws {PageError} when there is no complete response, or one with a status other than 2xx
   * @throws {TimeoutError}
   * @throws the system's error (ENOENT, EACCES, ENOSPC, …) when writing fails
   */
  *download(
    request: string | FetchRequest,
    to: string | ((response: Omit<Download, 'path' | 'bytes'>) => string),
    options: DownloadOptions = {},
  ): CoroutineBody<Download> {
    const { maxBytes = this.options.maxBytes, timeout: limit = this.options.timeout, onRedirect } = options;
    const session = typeof request === 'string' ? undefined : request.session;
    const given = typeof request === 'string' ? bare(request) : request;
    const asked = this.lineOf(given);
    // Files are stored as they are, most of them packed already; what comes packed all the same is unpacked.
    let line: RequestLine = { ...asked, headers: withHeader(asked.headers, 'accept-encoding', 'identity') };
    let timeLeft = limit;
    for (let redirects = 0; ; redirects++) {
      line = withCredentials(line);
      const { url } = line;
      const since = yield* now();
      const sent = this.dressed(line, session);
      let incoming = new Incoming(url);
      try {
        if (this.proxies === undefined) yield* timeout(timeLeft, receive(this.agent, sent, incoming));
        else {
          this.checkForProxy(url);
          yield* this.proxies.through(url, session, timeLeft, (route) => {
            incoming = new Incoming(url);
            return receive(route, sent, incoming);
          });
        }
        const { status, headers } = incoming;
        this.cookies?.keep(url, session, headers['set-cookie']);
        timeLeft = Math.max(0, timeLeft - ((yield* now()) - since));
        if (!isRedirect(incoming)) {
          if (status < 200 || status > 299) throw statusFailure({ url, status, headers }, yield* now());
          const response = { url, status, contentType: headers['content-type'] };
          const path = typeof to === 'string' ? to : to(response);
          const bytes = yield* timeout(timeLeft, () => save(incoming, url, path, maxBytes));
          return { ...response, path, bytes };
        }
        line = this.next(line, incoming, redirects, request);
      } finally {
        incoming.cancel();
      }
      if (onRedirect !== undefined) yield* onRedirect(line.url);
    }
  }

  /** Closes all connections; requests under way fail. */
  *close(): CoroutineBody<void> {
    if (this.proxies !== undefined) yield* this.proxies.close();
    yield* until(this.agent.destroy());
  }

  /** A request with the client's own headers, and what its body needs (Fetch standard, "extract a body"). */
  private lineOf({ url, method, headers: own, body }: FetchRequest): RequestLine {
    if (method === 'CONNECT' || method === 'TRACE') {
      throw new OptionError('method', 'one that asks for a page', method);
    }
    const { confidants } = this.options;
    let headers = confidants?.has(parts(url).origin) === false ? this.open : this.headers;
    const names = Object.keys(own);
    if (names.length > 0) headers = [...withoutHeaders(headers, names), ...Object.entries(own).flat()];
    if (typeof body === 'string' && headerOf(headers, 'content-type') === undefined) {
      headers = [...headers, 'content-type', 'text/plain;charset=UTF-8'];
    }
    return { url, method, headers, body };
  }

  /** @throws {PageError} `PRIVATE` */
  private checkForProxy(url: string): void {
    const { named } = this.options;
    if (named !== undefined) refusePrivate(url, parts(url).origin, named);
  }

  /** One exchange, with all that is not plain about it. */
  private *exchanged(
    line: RequestLine,
    session: string | undefined,
    timeLeft: number,
    maxBytes: number,
  ): CoroutineBody<RawResponse> {
    const { cache, archive, recording } = this.options;
    if (recording !== undefined) return yield* recording.answer(line, maxBytes);
    const { url } = line;
    if (this.proxies !== undefined) this.checkForProxy(url);
    const request = this.dressed(line, session);
    const key = cache === undefined ? undefined : cacheKey(request, session);
    const found = cache === undefined || key === undefined ? undefined : yield* cache.get(key);
    const kept = found !== undefined && answers(found, request) ? found : undefined;
    const sent = kept === undefined ? request : conditional(request, kept);
    const at = yield* now();
    const raw: RawResponse = yield* this.proxies === undefined
      ? timeout(timeLeft, exchange(this.agent, sent, maxBytes))
      : this.proxies.through(url, session, timeLeft, (route) => exchange(route, sent, maxBytes));
    this.cookies?.keep(url, session, raw.headers['set-cookie']);
    const response = kept !== undefined && raw.status === 304 ? revived(kept, raw) : raw;
    // Of a page that is as it was, the archive gets what the page was read from, and what that is the answer to.
    if (archive !== undefined) {
      const ip = this.proxies === undefined ? this.peers?.of(parts(url).origin) : undefined;
      yield* archive.keep({ request, response, at, ip });
    }
    if (cache === undefined || key === undefined) return response;
    // A page that is as it was need not be written again, unless it is told by something else from now on.
    const isSame = kept !== undefined && response.fromCache && hasSameValidators(kept, response);
    const entry = isSame ? undefined : cached(request, response);
    if (entry !== undefined) yield* cache.put(key, entry);
    return response;
  }

  /** With credentials and cookies, as far as they are meant for its address. */
  private dressed(line: RequestLine, session: string | undefined): RequestLine {
    const { url } = line;
    let { headers } = line;
    const authorization = this.credentials?.of(parts(url).origin);
    if (authorization !== undefined && headerOf(headers, 'authorization') === undefined) {
      headers = [...headers, 'authorization', authorization];
    }
    if (this.cookies !== undefined) {
      const explicit = headerOf(headers, 'cookie');
      const cookie = this.cookies.header(url, session, explicit);
      if (cookie !== undefined && cookie !== explicit) headers = withHeader(headers, 'cookie', cookie);
    }
    return headers === line.headers ? line : { ...line, headers };
  }

  /** What a redirect leads to, if no more of them were followed than may be. */
  private next(
    line: RequestLine,
    response: Pick<RawResponse, 'status' | 'headers'>,
    redirects: number,
    request: string | FetchRequest,
  ): RequestLine {
    const { maxRedirects } = this.options;
    if (redirects < maxRedirects) return redirected(line, response);
    const start = typeof request === 'string' ? request : request.url;
    const reason = `redirected more than ${maxRedirects} times (the limit maxRedirects)`;
    throw new PageError('REDIRECT', start, reason, { status: response.status });
  }
}

const EMPTY: Pick<FetchRequest, 'maxBytes' | 'session'> = { session: undefined };

function bare(url: string): FetchRequest {
  return { url, method: 'GET', headers: {}, body: undefined, session: undefined };
}

/** Credentials in an address go as a header, for that origin: a redirect takes them no further than it may. */
function withCredentials(line: RequestLine): RequestLine {
  const { url, authorization } = withoutUserInfo(line.url);
  if (authorization === undefined) return line;
  const isGiven = headerOf(line.headers, 'authorization') !== undefined;
  return {
    ...line,
    url,
    headers: isGiven ? line.headers : [...line.headers, 'authorization', authorization],
  };
}
