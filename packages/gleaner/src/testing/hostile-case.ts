import type { Validity } from './certificate.ts';
import type { Wire } from './wire.ts';

/** How patient a hostile server is, in milliseconds. */
export interface Pace {
  /** Between two bytes of what comes slowly. */
  readonly drip: number;
  /** Before an answer that comes late. */
  readonly delay: number;
}

/** A request, as far as hostile servers look at it. */
export interface HostileRequest {
  readonly method: string;
  /** Path and query, as they came. */
  readonly target: string;
  /** By lower-case name; of a field that came several times, the last. */
  readonly headers: Readonly<Record<string, string>>;
  readonly query: URLSearchParams;
  /** Of the server that was asked. */
  readonly origin: string;
}

export type Answer = (wire: Wire, request: HostileRequest, pace: Pace) => void;

/** A port of a case's own: for what concerns a whole host, or comes before any request. */
interface OwnHost {
  /** Answers to other paths than the case's own. */
  readonly paths?: Readonly<Record<string, Answer>>;
  /** What is done with each connection, before any request is read. */
  readonly connected?: (wire: Wire) => void;
  /** Speaks TLS, with such a certificate. */
  readonly certificate?: Validity;
  /** Speaks HTTP/2 (over TLS): requests are not read. */
  readonly isHttp2?: boolean;
}

/** One way to be hostile. */
export interface HostileCase {
  /** Its path, which is its name too; it answers for all that is below it. */
  readonly path: string;
  /** What it does, on one line. */
  readonly does: string;
  readonly answer: Answer;
  readonly host?: OwnHost;
}
