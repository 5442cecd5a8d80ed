import { action, type Operation } from '@gleaner/coroutine';
import type { Dispatcher } from 'undici';
import { networkFailure, PageError, WRONG_LENGTH, type FailureCode } from './failure.ts';
import type { HeaderList } from './header-list.ts';
import { MAX_HEADERS, MAX_INTERIM } from './limits.ts';

/** What came back for one request, before redirects are followed and encodings undone. */
export interface RawResponse {
  status: number;
  /** By lower-case name; a field that came several times is joined with ', ', Set-Cookie with '\n'. */
  headers: Record<string, string>;
  body: Buffer;
  /** Milliseconds from sending the request to the first byte of the headers, and to the last of the body. */
  firstByte: number;
  total: number;
  /** Whether the server said that what had been kept of it is as it was; the body did not come over the wire then. */
  fromCache: boolean;
}

/** One request, as it goes to a server. */
export interface RequestLine {
  /** Serialised as the URL standard has it. */
  readonly url: string;
  /** In capitals. */
  readonly method: string;
  readonly headers: HeaderList;
  readonly body: string | Uint8Array | undefined;
}

/** What undici tells of a response, with raw headers: the interface that costs least. */
export interface ResponseHandler {
  onConnect(abort: (error?: Error) => void): void;
  /** May come several times, for 1xx. Says whether the body may come; `resume` lets it. */
  onHeaders(status: number, rawHeaders: Buffer[], resume: () => void): boolean;
  /** Says whether more may come. */
  onData(chunk: Buffer): boolean;
  onComplete(): void;
  onError(error: Error): void;
}

/** By which way requests go: undici's agents, or a proxy. */
export interface Route {
  dispatch(options: Dispatcher.DispatchOptions, handler: ResponseHandler): boolean;
}

/**
 * One HTTP exchange, through undici's dispatcher, without a stream object: the body is gathered as it comes.
 * A cancelled exchange is aborted, and its connection closed.
 * @param maxBytes of body on the wire
 * @throws {PageError} when no complete response came
 */
export function exchange(route: Route, request: RequestLine, maxBytes: number): Operation<RawResponse> {
  return action<RawResponse>((resolve, reject) => {
    const response = new Gatherer(request, maxBytes, resolve, reject);
    dispatch(route, request, response);
    return () => response.cancel();
  });
}

/** Sends a request on its way; what comes back goes to the handler. */
export function dispatch(route: Route, request: RequestLine, handler: ResponseHandler): void {
  const { url, method, headers, body } = request;
  const { origin, path } = parts(url);
  // undici does not write to the list of headers, but its types have it so.
  route.dispatch({ origin, path, method, headers: headers as string[], body: body ?? null }, handler);
}

/** An http: or https: address taken apart (URL standard, 4.5): cutting its serialisation costs less than a URL's getters. */
export function parts(href: string): { origin: string; path: string } {
  const authority = href.indexOf('/') + 2;
  const slash = href.indexOf('/', authority);
  const hash = href.indexOf('#', slash);
  const at = href.lastIndexOf('@', slash);
  const origin = at < authority ? href.slice(0, slash) : href.slice(0, authority) + href.slice(at + 1, slash);
  return { origin, path: hash < 0 ? href.slice(slash) : href.slice(slash, hash) };
}

/** So many chunks are made one. */
const MOST_CHUNKS = 1024;

export const TOO_MANY_INTERIM: string = `more than ${MAX_INTERIM} interim answers (1xx) came before the response (the limit)`;
export const TOO_MANY_HEADERS: string = `the response has more than ${MAX_HEADERS} header fields (the limit)`;

/** Gathers a response. */
class Gatherer implements ResponseHandler {
  private readonly request: RequestLine;
  private readonly maxBytes: number;
  private readonly resolve: (response: RawResponse) => void;
  private readonly reject: (error: PageError) => void;
  private readonly sent = performance.now();
  private abort: ((error?: Error) => void) | null = null;
  private finished = false;
  private status = 0;
  private headers: Record<string, string> = {};
  private firstByte = 0;
  private interim = 0;
  /** What the Content-Length says, where it is that of the body. */
  private declared = NaN;
  private readonly blocks: Buffer[] = [];
  private readonly chunks: Buffer[] = [];
  private size = 0;

  constructor(
    request: RequestLine,
    maxBytes: number,
    resolve: (response: RawResponse) => void,
    reject: (error: PageError) => void,
  ) {
    this.request = request;
    this.maxBytes = maxBytes;
    this.resolve = resolve;
    this.reject = reject;
  }

  cancel(): void {
    if (this.finished) return;
    this.finished = true;
    this.abort?.(CANCELLED);
  }

  onConnect(abort: (error?: Error) => void): void {
    this.abort = abort;
    // Cancelled while it was waiting for a connection.
    if (this.finished) abort(CANCELLED);
  }

  onHeaders(status: number, rawHeaders: Buffer[]): boolean {
    // 1xx: the real answer is still to come (RFC 9110, 15.2).
    if (status < 200) {
      if (++this.interim > MAX_INTERIM) this.refuse('PROTOCOL', TOO_MANY_INTERIM);
      return true;
    }
    this.firstByte = performance.now() - this.sent;
    this.status = status;
    if (rawHeaders.length > 2 * MAX_HEADERS) this.refuse('PROTOCOL', TOO_MANY_HEADERS);
    this.headers = parseHeaders(rawHeaders);
    const declared = Number(this.headers['content-length']);
    // What a HEAD is answered would be the length of what a GET is, and so with 304 (RFC 9110, 8.6).
    if (this.request.method === 'HEAD' || status === 204 || status === 304) return true;
    this.declared = declared;
    if (declared > this.maxBytes) this.refuse('TOO_LARGE', this.tooLarge(declared));
    return true;
  }

  onData(chunk: Buffer): boolean {
    this.size += chunk.length;
    if (this.size > this.maxBytes) this.refuse('TOO_LARGE', this.tooLarge(this.size));
    else if (this.chunks.push(chunk) === MOST_CHUNKS) {
      // A server may send its body byte by byte: a chunk takes a hundred bytes besides.
      this.blocks.push(Buffer.concat(this.chunks));
      this.chunks.length = 0;
    }
    return true;
  }

  onComplete(): void {
    if (this.finished) return;
    const { status, headers, firstByte, blocks, size } = this;
    // undici sees to it for HTTP/1.1 only.
    if (size < this.declared) {
      this.refuse('RESET', WRONG_LENGTH);
      return;
    }
    this.finished = true;
    const chunks = blocks.length === 0 ? this.chunks : [...blocks, ...this.chunks];
    this.resolve({
      status,
      headers,
      body: joined(chunks, size),
      firstByte,
      total: performance.now() - this.sent,
      fromCache: false,
    });
  }

  onError(error: Error): void {
    if (this.finished) return;
    this.finished = true;
    this.reject(networkFailure(error, this.request.url));
  }

  private tooLarge(size: number): string {
    return `the response has ${size} bytes or more; the limit maxBytes is ${this.maxBytes}`;
  }

  private refuse(code: FailureCode, reason: string): void {
    if (this.finished) return;
    this.finished = true;
    this.reject(new PageError(code, this.request.url, reason, { status: this.status || undefined }));
    this.abort?.(CANCELLED);
  }
}

/** The body. A single chunk is part of what was read from the socket: it is copied if it would keep much else. */
function joined(chunks: readonly Buffer[], size: number): Buffer {
  const [first] = chunks;
  const isMost = chunks.length === 1 && first !== undefined && first.buffer.byteLength < size + size / 8;
  return isMost ? first : Buffer.concat(chunks, size);
}

/** Made once: an abort is not an error of ours, and its stack tells nothing. */
export const CANCELLED: Error = Object.assign(new Error('the request was cancelled'), { name: 'AbortError' });

/**
 * An object that inherits nothing, since a header may be called anything. V8 keeps what a constructor makes in its fast
 * form, as it does not with `Object.create(null)`.
 */
const Fields = function () {} as unknown as new () => Record<string, string>;
Fields.prototype = Object.freeze(Object.create(null) as object);

/** Headers as undici gives them, by lower-case name. */
export function parseHeaders(raw: readonly Buffer[]): Record<string, string> {
  const headers = new Fields();
  for (let i = 1; i < raw.length; i += 2) {
    const name = lowerCase((raw[i - 1] as Buffer).toString('latin1'));
    const value = (raw[i] as Buffer).toString('latin1');
    const before = headers[name];
    headers[name] = before === undefined ? value : `${before}${name === 'set-cookie' ? '\n' : ', '}${value}`;
  }
  return headers;
}

/** Servers use the same few names in each response, and folding each anew costs more than the rest of reading headers. */
const folded = new Map<string, string>();
const MOST_FOLDED = 256;

function lowerCase(name: string): string {
  const known = folded.get(name);
  if (known !== undefined) return known;
  const lower = name.toLowerCase();
  if (folded.size < MOST_FOLDED) folded.set(name, lower);
  return lower;
}
