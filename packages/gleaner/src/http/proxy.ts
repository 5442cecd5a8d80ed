import { Socket } from 'node:net';
import type { buildConnector, Dispatcher } from 'undici';
import { Agent, newConnector, newPool, type Pool } from './undici.ts';
import { basic, decoded } from './auth.ts';
import type { ResponseHandler, Route } from './exchange.ts';
import { networkFailure, OptionError } from './failure.ts';
import { headerOf, type HeaderList } from './header-list.ts';
import { CONNECT_TIMEOUT, POOL } from './pool.ts';

/** A proxy could not be reached, or would not forward. */
export class ProxyError extends Error {
  override readonly name = 'ProxyError';
}

const UNAUTHORIZED = 'it wants other credentials (407)';

/** Where a proxy is, as an option names it. */
export interface ProxyAddress {
  /** Scheme, host and port: without credentials, so it may be shown. */
  readonly origin: string;
  readonly hostname: string;
  readonly headers: Readonly<Record<string, string>>;
}

/**
 * Reads a proxy's address.
 * @throws {OptionError} unless it is an http: or https: address of nothing but a host; it shows no credentials
 */
export function proxyAddress(given: unknown): ProxyAddress {
  const url = typeof given === 'string' && URL.canParse(given) ? new URL(given) : undefined;
  if (url?.protocol.startsWith('socks') === true) {
    throw new OptionError(
      'a proxy',
      'an http: or https: proxy (SOCKS is not supported)',
      `${url.protocol}//${url.host}`,
    );
  }
  if (
    (url?.protocol !== 'http:' && url?.protocol !== 'https:') ||
    url.pathname !== '/' ||
    url.search !== '' ||
    url.hash !== ''
  ) {
    const shown =
      url === undefined ? 'something that is none' : `${url.protocol}//${url.host}${url.pathname}`;
    throw new OptionError('a proxy', "an address as 'http://name:password@host:port'", shown);
  }
  const { origin, username, password, hostname } = url;
  const headers: Record<string, string> = {};
  if (username !== '' || password !== '') {
    headers['proxy-authorization'] = basic(decoded(username), decoded(password));
  }
  return { origin, hostname, headers };
}

/**
 * The way by a proxy (RFC 9110, 7.3.2 and 9.3.6): requests to http: addresses are handed to it in absolute form, all
 * others go through a tunnel; so do all to a proxy that itself speaks TLS.
 */
export class Proxy implements Route {
  private readonly address: ProxyAddress;
  /** Connections to the proxy: as many as there are requests. */
  private readonly pool: Pool;
  private readonly tunnels: Agent;

  /** @param connections the most to one host behind the proxy */
  constructor(address: ProxyAddress, connections: number) {
    this.address = address;
    const reach = newConnector({ timeout: CONNECT_TIMEOUT });
    this.pool = newPool(address.origin, {
      ...POOL,
      allowH2: false,
      connect: (options, callback) => {
        reach(options, (...[error, socket]) => {
          if (error === null) callback(null, socket);
          else callback(this.unreached(error), null);
        });
      },
    });
    const secure = newConnector({ timeout: CONNECT_TIMEOUT, allowH2: true });
    this.tunnels = new Agent({
      ...POOL,
      connections,
      connect: (options, callback) => this.dig(options, secure, callback),
    });
  }

  dispatch(options: Dispatcher.DispatchOptions, handler: ResponseHandler): boolean {
    const target = String(options.origin);
    if (target.startsWith('https:') || this.address.origin.startsWith('https:')) {
      return this.tunnels.dispatch(options, handler);
    }
    const headers = options.headers as HeaderList;
    const host = headerOf(headers, 'host') === undefined ? ['host', target.slice('http://'.length)] : [];
    const sent = [...headers, ...host, ...Object.entries(this.address.headers).flat()];
    const guarded: ResponseHandler = {
      onConnect: (abort) => handler.onConnect(abort),
      onHeaders: (status, rawHeaders, resume) => {
        if (status !== 407) return handler.onHeaders(status, rawHeaders, resume);
        // The proxy's own answer, and not that of the server.
        handler.onError(this.failure(UNAUTHORIZED));
        return true;
      },
      onData: (chunk) => handler.onData(chunk),
      onComplete: () => handler.onComplete(),
      onError: (error) => handler.onError(error),
    };
    const path = target + options.path;
    return this.pool.dispatch({ ...options, origin: this.address.origin, path, headers: sent }, guarded);
  }

  /** Lets what is under way come to its end. */
  async close(): Promise<void> {
    await this.tunnels.close();
    await this.pool.close();
  }

  /** What is under way fails. */
  async destroy(): Promise<void> {
    await Promise.all([this.tunnels.destroy(), this.pool.destroy()]);
  }

  /** Makes a connection to a host by way of the proxy. */
  private dig(
    options: buildConnector.Options,
    secure: buildConnector.connector,
    callback: buildConnector.Callback,
  ): void {
    const host = options.host ?? options.hostname;
    const authority = options.port ? host : `${host}:${options.protocol === 'https:' ? 443 : 80}`;
    const request = {
      path: authority,
      headers: { host: authority, ...this.address.headers },
      headersTimeout: CONNECT_TIMEOUT,
      servername: this.address.hostname,
    };
    this.pool.connect(request, (error: Error | null, answer) => {
      if (error !== null) {
        callback(error instanceof ProxyError ? error : this.unreached(error), null);
        return;
      }
      const { statusCode, socket } = answer;
      if (statusCode < 200 || statusCode > 299 || !(socket instanceof Socket)) {
        socket.on('error', () => {}).destroy();
        const refusal = `it answered CONNECT ${authority} with ${statusCode}`;
        callback(this.failure(statusCode === 407 ? UNAUTHORIZED : refusal), null);
      } else if (options.protocol === 'https:') secure({ ...options, httpSocket: socket }, callback);
      else callback(null, socket);
    });
  }

  private failure(reason: string): ProxyError {
    return new ProxyError(`the proxy ${this.address.origin}: ${reason}`);
  }

  private unreached(error: Error): ProxyError {
    return new ProxyError(`the proxy ${networkFailure(error, this.address.origin).message}`, {
      cause: error,
    });
  }
}
