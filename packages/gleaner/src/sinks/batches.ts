import { event, sleep, until, type CoroutineBody, type Event } from '@gleaner/coroutine';

export interface BatchLimits {
  /** The most rows of a batch. */
  readonly count: number;
  /** The most that a batch's rows weigh together before it is sent, in characters. */
  readonly weight: number;
  /** How long a row waits at most for its batch to fill, in milliseconds. */
  readonly wait: number;
}

/**
 * Gathers rows and sends them a batch at a time, one batch after the other. Whoever adds to a full batch waits until it
 * can be sent: at most two batches are in memory, one on its way and one that fills.
 *
 * Sending is a promise that belongs to nobody's task: a writer that is cancelled meanwhile stops waiting, and the batch,
 * which may hold others' rows, gets to where it belongs; `close` waits for it.
 */
export class Batches<R> {
  private readonly limits: BatchLimits;
  private readonly send: (rows: readonly R[]) => Promise<void> | void;
  private rows: R[] = [];
  private weight = 0;
  private begun: Event = event();
  private sending: Promise<void> | undefined = undefined;
  private failure: { error: unknown } | undefined = undefined;
  private told = false;

  constructor(limits: BatchLimits, send: (rows: readonly R[]) => Promise<void> | void) {
    this.limits = limits;
    this.send = send;
  }

  /** @throws what sending this or an earlier batch threw */
  *add(row: R, weight: number): CoroutineBody<void> {
    this.check();
    this.rows.push(row);
    this.weight += weight;
    this.begun.set();
    if (this.rows.length >= this.limits.count || this.weight >= this.limits.weight) yield* this.flush();
  }

  *flush(): CoroutineBody<void> {
    yield* this.drain();
    this.check();
  }

  /** Sends batches that do not fill in time; what goes wrong is told to whoever comes next. To be spawned. */
  *ticking(): CoroutineBody<never> {
    for (;;) {
      yield* this.begun;
      yield* sleep(this.limits.wait);
      yield* this.drain();
    }
  }

  /** Sends what is left. Throws what went wrong, unless somebody was told before. */
  *close(): CoroutineBody<void> {
    yield* this.drain();
    if (!this.told) this.check();
  }

  private *drain(): CoroutineBody<void> {
    while (this.sending !== undefined) yield* until(this.sending);
    if (this.rows.length === 0 || this.failure !== undefined) return;
    this.sending = this.sendRows().then(() => {
      this.sending = undefined;
    });
    yield* until(this.sending);
  }

  private async sendRows(): Promise<void> {
    const { rows } = this;
    this.rows = [];
    this.weight = 0;
    this.begun = event();
    try {
      await this.send(rows);
    } catch (error) {
      this.failure = { error };
    }
  }

  private check(): void {
    if (this.failure === undefined) return;
    this.told = true;
    throw this.failure.error;
  }
}
