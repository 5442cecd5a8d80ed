import { now, timeout, until, type CoroutineBody } from '@gleaner/coroutine';
import { Agent } from 'undici';
import { ACCEPT_ENCODING, decode } from './content-encoding.ts';
import { exchange, type RawResponse } from './exchange.ts';
import { PageError } from './failure.ts';
import { isRedirect, redirected } from './redirect.ts';

/** A response as a page is made of it: redirects followed, encodings undone. */
export interface HttpResponse {
  /** The address that answered, after redirects. */
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
}

export interface ClientOptions {
  /** Sent with every request, by lower-case name. */
  headers: Record<string, string>;
  /** The most bytes of a body, on the wire and unpacked. */
  maxBytes: number;
  /** How many redirects are followed. */
  maxRedirects: number;
  /** The most connections to one host. */
  connections: number;
  /** How long all requests for one address may take together, in milliseconds; what lies between them not counted. */
  timeout: number;
}

/** How long making a connection may take, in milliseconds. */
const CONNECT_TIMEOUT = 10_000;

/** Called before a redirect is followed: to wait until the host may be asked. */
export type OnRedirect = (to: string) => CoroutineBody<void>;

/**
 * An HTTP client: pools of connections kept warm, HTTP/2 where a server offers it. Its own timers are off, since time
 * is the runtime's business. Close it, or connections stay open.
 */
export class Client {
  private readonly agent: Agent;
  private readonly options: ClientOptions;
  /** Names and values by turns: what undici takes with the least ado. */
  private readonly headers: readonly string[];

  constructor(options: ClientOptions) {
    this.options = options;
    this.headers = Object.entries({ 'accept-encoding': ACCEPT_ENCODING, ...options.headers }).flat();
    this.agent = new Agent({
      connections: options.connections,
      pipelining: 1,
      allowH2: true,
      headersTimeout: 0,
      bodyTimeout: 0,
      // The one timer that must be undici's: a connection that is being made cannot be cancelled otherwise.
      connect: { timeout: CONNECT_TIMEOUT },
      keepAliveTimeout: 30_000,
      maxHeaderSize: 65_536,
    });
  }

  /**
   * Fetches what is at an address, following redirects.
   * @param begun what the clock says now, in milliseconds since 1970
   * @throws {PageError} when there is no complete response; a status other than 2xx is a response, of which the body is
   * left as it came
   * @throws {TimeoutError}
   */
  *fetch(start: string, begun: number, onRedirect: OnRedirect): CoroutineBody<HttpResponse> {
    const { maxBytes, maxRedirects } = this.options;
    let timeLeft = this.options.timeout;
    let since = begun;
    let url = start;
    let { headers } = this;
    let wireBytes = 0;
    for (let redirects = 0; ; redirects++) {
      const raw: RawResponse = yield* timeout(
        timeLeft,
        exchange(this.agent, { url, method: 'GET', headers }, maxBytes),
      );
      wireBytes += raw.body.length;
      const { status, firstByte, total } = raw;
      if (!isRedirect(raw)) {
        const encoding = status >= 200 && status < 300 ? raw.headers['content-encoding'] : undefined;
        const body = encoding === undefined ? raw.body : yield* decode(url, raw.body, encoding, maxBytes);
        return { url, status, headers: raw.headers, body, wireBytes, firstByte, total };
      }
      if (redirects === maxRedirects) {
        const reason = `redirected more than ${maxRedirects} times (the limit maxRedirects)`;
        throw new PageError('REDIRECT', start, reason, { status });
      }
      const next = redirected(url, headers, raw);
      timeLeft = Math.max(0, timeLeft - ((yield* now()) - since));
      yield* onRedirect(next.url);
      since = yield* now();
      ({ url, headers } = next);
    }
  }

  /** Closes all connections; requests under way fail. */
  *close(): CoroutineBody<void> {
    yield* until(this.agent.destroy());
  }
}
