import { action, event, resource, type CoroutineBody, type Event, type Operation } from '@gleaner/coroutine';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';

/** Where items go. */
export interface Sink<T> {
  /** Writes an item; waits while the other side cannot keep up. Throws what went wrong with the other side. */
  write(item: T): CoroutineBody<void>;
}

/**
 * A file of JSON lines (one JSON value a line, UTF-8), held open for as long as the current task or scope runs, and
 * complete on disk when that has ended. What was in the file before is gone.
 * @throws the system's error (ENOENT, EACCES, ENOSPC, …) when opening or writing fails
 */
export function jsonLinesFile(path: string): Operation<Sink<unknown>> {
  return resource(function* jsonLines(provide) {
    const file = createWriteStream(path);
    const lines = new JsonLines(file);
    yield* action<void>((resolve, reject) => {
      file.once('open', () => resolve()).once('error', reject);
    });
    try {
      yield* provide(lines);
    } finally {
      yield* lines.end();
    }
  });
}

/** JSON lines into any writable stream, which stays open. What has no JSON (undefined, a function) is null, as in arrays. */
export class JsonLines implements Sink<unknown> {
  private readonly stream: Writable;
  private readonly encode: (item: unknown) => string | undefined;
  private readonly failed: Event<Error> = event();
  private failure: Error | undefined = undefined;

  constructor(stream: Writable, encode: (item: unknown) => string | undefined = JSON.stringify) {
    this.stream = stream;
    this.encode = encode;
    stream.on('error', (error: Error) => {
      this.failure ??= error;
      this.failed.set(error);
    });
  }

  /** Waits until the other side has failed, and throws why: for those who would rather not find out at the next item. */
  *broken(): CoroutineBody<never> {
    throw yield* this.failed;
  }

  *write(item: unknown): CoroutineBody<void> {
    this.check();
    if (this.stream.write(`${this.encode(item) ?? 'null'}\n`)) return;
    yield* this.drained();
    this.check();
  }

  /** Writes what is left, and ends the stream. */
  *end(): CoroutineBody<void> {
    this.check();
    yield* action<void>((resolve, reject) => {
      // Called before the stream's `error` event, if the last write fails.
      const ended = (error?: Error | null): void => (error == null ? resolve() : reject(error));
      this.stream.end(ended);
    });
  }

  private drained(): Operation<void> {
    const { stream } = this;
    return action<void>((resolve) => {
      const done = (): void => resolve();
      stream.on('drain', done).on('error', done).on('close', done);
      return () => stream.off('drain', done).off('error', done).off('close', done);
    });
  }

  private check(): void {
    if (this.failure !== undefined) throw this.failure;
  }
}
