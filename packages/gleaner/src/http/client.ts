import { until, type CoroutineBody } from '@gleaner/coroutine';
import { Agent } from 'undici';
import { ACCEPT_ENCODING, decode } from './content-encoding.ts';
import { exchange, type RawResponse } from './exchange.ts';
import { PageError } from './failure.ts';
import { isRedirect, redirected } from './redirect.ts';

/** A response as a page is made of it: redirects followed, encodings undone. */
export interface HttpResponse {
  /** The address that answered, after redirects. */
  readonly url: URL;
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
}

/** How long making a connection may take, in milliseconds. */
const CONNECT_TIMEOUT = 10_000;

/** Called before a request goes to another host than the one before: to wait until that may be asked. */
export type HostChange = (from: URL, to: URL) => CoroutineBody<void>;

/**
 * An HTTP client: pools of connections kept warm, HTTP/2 where a server offers it. Its own timers are off, since time
 * is the runtime's business. Close it, or connections stay open.
 */
export class Client {
  private readonly agent: Agent;
  private readonly options: ClientOptions;

  constructor(options: ClientOptions) {
    this.options = options;
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
   * @throws {PageError} when there is no complete response; a status other than 2xx is a response
   */
  *fetch(start: URL, onHostChange: HostChange): CoroutineBody<HttpResponse> {
    const { maxBytes, maxRedirects } = this.options;
    let url = start;
    let headers: Record<string, string> = { 'accept-encoding': ACCEPT_ENCODING, ...this.options.headers };
    let wireBytes = 0;
    for (let redirects = 0; ; redirects++) {
      const raw: RawResponse = yield* exchange(this.agent, { url, method: 'GET', headers }, maxBytes);
      wireBytes += raw.body.length;
      const { status, firstByte, total } = raw;
      if (!isRedirect(raw)) {
        const body = yield* decode(url.href, raw.body, raw.headers['content-encoding'], maxBytes);
        return { url, status, headers: raw.headers, body, wireBytes, firstByte, total };
      }
      if (redirects === maxRedirects) {
        const reason = `redirected more than ${maxRedirects} times (the limit maxRedirects)`;
        throw new PageError('REDIRECT', start.href, reason, { status });
      }
      const next = redirected(url, headers, raw);
      if (next.url.host !== url.host) yield* onHostChange(url, next.url);
      ({ url, headers } = next);
    }
  }

  /** Closes all connections; requests under way fail. */
  *close(): CoroutineBody<void> {
    yield* until(this.agent.destroy());
  }
}
