/** What the server has seen since it started; read it at any time, it is always of the moment. */
export interface Stats {
  /** Requests received. */
  readonly requests: number;
  /** Requests received and not yet answered in full or given up. */
  readonly inFlight: number;
  readonly peakInFlight: number;
  /** Requests that ended without a whole answer: reset, hung until the client left, or the client left early. */
  readonly unanswered: number;
  /** How many answers had each status: `byStatus[200]`. A status that was never sent is absent. */
  readonly byStatus: Readonly<Record<number, number>>;
  /** Connections open now. */
  readonly openSockets: number;
  readonly peakSockets: number;
  /** Connections accepted. */
  readonly sockets: number;
  /**
   * How often a path was asked for, whatever the query: `requestsTo('/api/books/7.json')`. Only the first 10,000 different
   * paths are counted one by one; the site has fewer than 4,000.
   */
  requestsTo(path: string): number;
}

const COUNTED_PATHS = 10_000;

/** The counters behind {@link Stats}. */
export class Counters implements Stats {
  requests = 0;
  inFlight = 0;
  peakInFlight = 0;
  unanswered = 0;
  readonly byStatus: Record<number, number> = {};
  openSockets = 0;
  peakSockets = 0;
  sockets = 0;
  readonly #paths = new Map<string, number>();

  requestsTo(path: string): number {
    return this.#paths.get(path) ?? 0;
  }

  connected(): void {
    this.sockets++;
    this.openSockets++;
    this.peakSockets = Math.max(this.peakSockets, this.openSockets);
  }

  disconnected(): void {
    this.openSockets--;
  }

  received(path: string): void {
    this.requests++;
    this.inFlight++;
    this.peakInFlight = Math.max(this.peakInFlight, this.inFlight);
    const before = this.#paths.get(path);
    if (before !== undefined || this.#paths.size < COUNTED_PATHS) this.#paths.set(path, (before ?? 0) + 1);
  }

  answered(status: number): void {
    this.byStatus[status] = (this.byStatus[status] ?? 0) + 1;
  }

  ended(whole: boolean): void {
    this.inFlight--;
    if (!whole) this.unanswered++;
  }
}
