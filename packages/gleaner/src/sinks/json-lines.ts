import { resource, type CoroutineBody, type Operation } from '@gleaner/coroutine';
import type { Writable } from 'node:stream';
import { mendLastLine } from './last-line.ts';
import { fileOutlet, Outlet } from './outlet.ts';
import type { Sink } from './sink.ts';

export type { Sink } from './sink.ts';

export interface JsonLinesOptions {
  /** Keeps what is in the file; false by default. A last line that was cut off in the middle is taken away first. */
  append?: boolean | undefined;
}

/**
 * A file of JSON lines (one JSON value a line, UTF-8), held open for as long as the current task or scope runs, and
 * complete on disk when that has ended. If the process is killed, all lines but the last are good, and `append` goes on
 * from there. What was in the file before is gone, unless `append`.
 * @throws {SinkError} with the system's code (ENOENT, EACCES, ENOSPC, …) when opening or writing fails; `NOT_LINES`
 */
export function jsonLinesFile(path: string, { append = false }: JsonLinesOptions = {}): Operation<Sink> {
  return resource(function* jsonLines(provide) {
    if (append) mendLastLine(path);
    yield* provide(new Lines(yield* fileOutlet(path, { append }), JSON.stringify));
  });
}

type Encode = (item: unknown) => string | undefined;

class Lines implements Sink {
  protected readonly outlet: Outlet;
  private readonly encode: Encode;

  constructor(outlet: Outlet, encode: Encode) {
    this.outlet = outlet;
    this.encode = encode;
  }

  *write(item: unknown): CoroutineBody<void> {
    yield* this.outlet.write(`${this.encode(item) ?? 'null'}\n`);
  }

  *flush(): CoroutineBody<void> {
    yield* this.outlet.flush();
  }
}

/** JSON lines into any writable stream, which stays open. What has no JSON (undefined, a function) is null, as in arrays. */
export class JsonLines extends Lines {
  constructor(stream: Writable, encode: Encode = JSON.stringify) {
    super(new Outlet(stream), encode);
  }

  /** Waits until the other side has failed, and throws why: for those who would rather not find out at the next item. */
  *broken(): CoroutineBody<never> {
    return yield* this.outlet.broken();
  }
}
