import type { CoroutineBody } from '@gleaner/coroutine';
import type { RawResponse, RequestLine } from './exchange.ts';

/** One request as it went to a server, credentials and cookies included, and what came back for it. */
export interface Exchanged {
  readonly request: RequestLine;
  /** As it came, its Content-Encoding not undone; where the server said 304, the page as the cache has it. */
  readonly response: RawResponse;
  /** When the request was sent, in milliseconds since 1970. */
  readonly at: number;
  /** The IP address of the server, where it is known for sure. */
  readonly ip: string | undefined;
}

/** Where all that was exchanged is kept. The client tells; whoever opened it closes it, after the client. */
export interface ExchangeArchive {
  /** Returns when it is written; until then the response is not handed on. */
  keep(exchanged: Exchanged): CoroutineBody<void>;
}

/** What answers in place of the network. */
export interface Recording {
  /**
   * @param maxBytes of body, as it is recorded
   * @throws {PageError} `NOT_ARCHIVED`, or `TOO_LARGE`
   */
  answer(request: RequestLine, maxBytes: number): CoroutineBody<RawResponse>;
}
