import { action, until, type CoroutineBody, type Operation } from '@gleaner/coroutine';
import { randomUUID } from 'node:crypto';
import { createWriteStream, type WriteStream } from 'node:fs';
import { rename, rm } from 'node:fs/promises';
import { pipeline, Transform, type Writable } from 'node:stream';
import { createBrotliDecompress, createGunzip, createInflate } from 'node:zlib';
import type { OnRedirect } from './client.ts';
import {
  CANCELLED,
  dispatch,
  parseHeaders,
  TOO_MANY_HEADERS,
  TOO_MANY_INTERIM,
  type RequestLine,
  type ResponseHandler,
  type Route,
} from './exchange.ts';
import { networkFailure, PageError } from './failure.ts';
import { MAX_HEADERS, MAX_INTERIM } from './limits.ts';

export interface DownloadOptions {
  /** The most bytes of the file; by default what a page may have. */
  maxBytes?: number | undefined;
  /** How long it may take, in milliseconds; by default as long as a page. */
  timeout?: number | undefined;
  /** Called before a redirect is followed: to wait until the host may be asked. */
  onRedirect?: OnRedirect | undefined;
}

/** A file that was fetched. */
export interface Download {
  readonly path: string;
  readonly bytes: number;
  /** The Content-Type, as it came. */
  readonly contentType: string | undefined;
  readonly status: number;
  /** The address that answered, after redirects. */
  readonly url: string;
}

/**
 * Sends a request, and waits for the headers of its response, whose body then waits.
 * @throws {PageError}
 */
export function receive(route: Route, request: RequestLine, incoming: Incoming): Operation<Incoming> {
  return action<Incoming>((resolve, reject) => {
    incoming.listen(resolve, reject);
    dispatch(route, request, incoming);
  });
}

/** A response that comes when it is let. Whoever makes it cancels it in the end. */
export class Incoming implements ResponseHandler {
  status = 0;
  /** By lower-case name. */
  headers: Record<string, string> = {};
  private readonly url: string;
  private begun: (response: Incoming) => void = nothing;
  private failed: (error: PageError) => void = nothing;
  private failure: PageError | undefined;
  private abort: ((error?: Error) => void) | null = null;
  private resume: () => void = nothing;
  private into: Writable | undefined;
  private over = false;
  private interim = 0;

  constructor(url: string) {
    this.url = url;
  }

  listen(begun: (response: Incoming) => void, failed: (error: PageError) => void): void {
    this.begun = begun;
    this.failed = failed;
  }

  /** Lets the body flow, and pauses it whenever `into` says that it has enough; then ends `into`. */
  pour(into: Writable, failed: (error: PageError) => void): void {
    if (this.failure !== undefined) {
      failed(this.failure);
      return;
    }
    this.into = into;
    this.failed = failed;
    into.on('drain', this.resume);
    if (this.over) into.end();
    else this.resume();
  }

  /** Wants no more of it. */
  cancel(): void {
    if (this.over) return;
    this.over = true;
    this.abort?.(CANCELLED);
  }

  onConnect(abort: (error?: Error) => void): void {
    this.abort = abort;
    // Cancelled while it was waiting for a connection.
    if (this.over) abort(CANCELLED);
  }

  onHeaders(status: number, rawHeaders: Buffer[], resume: () => void): boolean {
    // 1xx: the real answer is still to come (RFC 9110, 15.2).
    if (status < 200) {
      if (++this.interim > MAX_INTERIM) this.refuse(TOO_MANY_INTERIM);
      return true;
    }
    this.status = status;
    if (rawHeaders.length > 2 * MAX_HEADERS) {
      this.refuse(TOO_MANY_HEADERS);
      return true;
    }
    this.headers = parseHeaders(rawHeaders);
    this.resume = resume;
    this.begun(this);
    return false;
  }

  onData(chunk: Buffer): boolean {
    return this.over || this.into === undefined || this.into.write(chunk);
  }

  onComplete(): void {
    if (this.over) return;
    this.over = true;
    this.into?.end();
  }

  onError(error: Error): void {
    if (this.over) return;
    this.over = true;
    this.failure = networkFailure(error, this.url);
    this.failed(this.failure);
  }

  private refuse(reason: string): void {
    if (this.over) return;
    this.cancel();
    this.failure = new PageError('PROTOCOL', this.url, reason);
    this.failed(this.failure);
  }
}

/** Unpacks while it flows. */
const UNPACKERS: Partial<Record<string, () => Transform>> = {
  gzip: createGunzip,
  'x-gzip': createGunzip,
  deflate: createInflate,
  br: createBrotliDecompress,
};

/**
 * Writes a response's body to a file: to one of another name beside it first, which takes the name when it is complete.
 * @returns how many bytes it has
 */
export function* save(
  incoming: Incoming,
  url: string,
  path: string,
  maxBytes: number,
): CoroutineBody<number> {
  const { headers } = incoming;
  if (Number(headers['content-length']) > maxBytes) throw tooLarge(url, maxBytes);
  const unpacker = unpackerFor(url, headers['content-encoding']);
  let bytes = 0;
  const counter = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      bytes += chunk.length;
      if (bytes > maxBytes) done(tooLarge(url, maxBytes));
      else done(null, chunk);
    },
  });
  const unfinished = `${path}.${randomUUID()}.part`;
  const file = createWriteStream(unfinished, { flags: 'wx' });
  let isWhole = false;
  try {
    yield* action<void>((resolve, reject) => {
      const ended = (error: Error | null | undefined): void => {
        if (error == null) resolve();
        else reject(isPacking(error) ? notAsPacked(url, error) : error);
      };
      if (unpacker === undefined) pipeline(counter, file, ended);
      else pipeline(unpacker, counter, file, ended);
      incoming.pour(unpacker ?? counter, reject);
      return () => incoming.cancel();
    });
    yield* until(rename(unfinished, path));
    isWhole = true;
    return bytes;
  } finally {
    if (!isWhole) {
      (unpacker ?? counter).destroy();
      yield* closed(file);
      yield* until(rm(unfinished, { force: true }));
    }
  }
}

function unpackerFor(url: string, encoding = 'identity'): Transform | undefined {
  const name = encoding.trim().toLowerCase();
  if (name === 'identity' || name === '') return undefined;
  const unpacker = Object.hasOwn(UNPACKERS, name) ? UNPACKERS[name] : undefined;
  if (unpacker === undefined) {
    throw new PageError(
      'ENCODING',
      url,
      `the Content-Encoding '${name.slice(0, 100)}' cannot be undone in a stream`,
    );
  }
  return unpacker();
}

/** zlib's codes and brotli's, as Node has them. */
function isPacking(error: NodeJS.ErrnoException): boolean {
  return /^(Z_|ERR__ERROR_)/.test(error.code ?? '');
}

function notAsPacked(url: string, cause: Error): PageError {
  return new PageError('ENCODING', url, 'the body is not what its Content-Encoding says', { cause });
}

function tooLarge(url: string, maxBytes: number): PageError {
  return new PageError('TOO_LARGE', url, `the file has more bytes than the limit maxBytes of ${maxBytes}`);
}

function closed(file: WriteStream): Operation<void> {
  return action<void>((resolve) => {
    if (file.closed) resolve();
    else file.once('close', () => resolve()).destroy();
  });
}

function nothing(): void {}
