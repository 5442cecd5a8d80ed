import { action, event, resource, type CoroutineBody, type Event, type Operation } from '@gleaner/coroutine';
import { createWriteStream } from 'node:fs';
import type { Writable } from 'node:stream';
import { SinkError } from './sink.ts';

/** A writable stream as a coroutine writes to it: whoever writes waits while the other side cannot keep up. */
export class Outlet {
  private readonly stream: Writable;
  private readonly explain: ((error: Error) => Error) | undefined;
  private readonly failed: Event<Error> = event();
  private failure: Error | undefined = undefined;
  /** There is room for more in the stream; undefined while nobody waits for that. */
  private room: Event | undefined = undefined;
  /** Whether somebody has been told of the failure: it is told at the end only to those who do not know. */
  private told = false;

  /** @param explain makes of the stream's error the one that is thrown */
  constructor(stream: Writable, explain?: (error: Error) => Error) {
    this.stream = stream;
    this.explain = explain;
    stream.on('error', (error: Error) => this.fail(error));
  }

  get hasFailed(): boolean {
    return this.failure !== undefined;
  }

  /** Waits until the other side has failed, and throws why: for those who would rather not find out at the next item. */
  *broken(): CoroutineBody<never> {
    const failure = yield* this.failed;
    this.told = true;
    throw failure;
  }

  *write(chunk: string | Uint8Array): CoroutineBody<void> {
    // A stream that was closed takes no chunk, and says nothing of it.
    if (this.stream.destroyed && this.failure === undefined) this.fail(this.stream.errored ?? closed());
    this.check();
    if (this.stream.write(chunk)) return;
    yield* this.drained();
    this.check();
  }

  /** Waits until all that was written is the operating system's. */
  *flush(): CoroutineBody<void> {
    this.check();
    const { stream } = this;
    yield* action<void>((resolve) => {
      stream.write('', () => resolve());
    });
    // The stream calls back before it emits the error.
    if (stream.errored !== null && this.failure === undefined) yield* this.broken();
    this.check();
  }

  /** Writes what is left, and waits until the stream is closed. Throws what went wrong, unless somebody was told before. */
  *end(): CoroutineBody<void> {
    const { stream } = this;
    yield* action<void>((resolve) => {
      if (stream.closed) resolve();
      else stream.once('close', () => resolve()).end();
    });
    if (!this.told) this.check();
  }

  /** One listener for all who wait: there may be as many as there are tasks. */
  private drained(): Operation<void> {
    if (this.room !== undefined) return this.room;
    const { stream } = this;
    const room = event();
    const done = (): void => {
      stream.off('drain', done).off('error', done).off('close', done);
      this.room = undefined;
      room.set();
    };
    stream.on('drain', done).on('error', done).on('close', done);
    this.room = room;
    return room;
  }

  private fail(error: Error): void {
    this.failure ??= this.explain === undefined ? error : this.explain(error);
    this.failed.set(this.failure);
  }

  private check(): void {
    if (this.failure === undefined) return;
    this.told = true;
    throw this.failure;
  }
}

function closed(): Error {
  return Object.assign(new Error('EPIPE: the stream was closed'), { code: 'EPIPE' });
}

/** How a file is opened: what was in it is gone, or what is written comes after it. */
export interface FileOptions {
  append?: boolean | undefined;
  /** Its permissions, if it is made. */
  mode?: number | undefined;
}

/**
 * A file that is held open for as long as the current task or scope runs, and complete on disk when that has ended.
 * @throws {SinkError} with the system's code (ENOENT, EACCES, ENOSPC, …) when opening or writing fails
 */
export function fileOutlet(path: string, { append = false, mode }: FileOptions = {}): Operation<Outlet> {
  return resource(function* file(provide) {
    const stream = createWriteStream(path, { flags: append ? 'a' : 'w', mode });
    const outlet = new Outlet(stream, (error) => fileError(error, path));
    try {
      const opened = yield* action<boolean>((resolve) => {
        stream.once('open', () => resolve(true)).once('error', () => resolve(false));
      });
      if (!opened) yield* outlet.broken();
      yield* provide(outlet);
    } finally {
      yield* outlet.end();
    }
  });
}

/** The system's error with the file's name in it, which it leaves out once the file is open. */
export function fileError(error: unknown, path: string): SinkError {
  const { code, message } = error as NodeJS.ErrnoException;
  const reason = message.includes(path) ? message : `${message} '${path}'`;
  return new SinkError(code ?? 'EIO', path, reason, { cause: error });
}
