import { until, type CoroutineBody } from '@gleaner/coroutine';
import type { FileHandle } from 'node:fs/promises';

/** How much of a file is held, in bytes: most members of an archive are smaller. */
export const WINDOW: number = 1024 * 1024;

/** A file as it is read from its beginning to its end, a window of it at a time. */
export class FileWindow {
  readonly path: string;
  readonly handle: FileHandle;
  readonly size: number;
  private readonly memory: Buffer;
  private start = 0;
  private length = 0;

  constructor(path: string, handle: FileHandle, size: number) {
    this.path = path;
    this.handle = handle;
    this.size = size;
    this.memory = Buffer.allocUnsafe(Math.min(WINDOW, Math.max(size, 1)));
  }

  /**
   * What is at an offset: at least so many bytes (not more than `WINDOW`), fewer only at the end of the file. Valid until the
   * next call.
   */
  *at(offset: number, least: number): CoroutineBody<Buffer> {
    if (offset < this.start || offset + least > this.start + this.length) yield* this.move(offset);
    return this.memory.subarray(offset - this.start, this.length);
  }

  private *move(offset: number): CoroutineBody<void> {
    this.start = offset;
    this.length = 0;
    while (this.length < this.memory.length) {
      const room = this.memory.length - this.length;
      const { bytesRead } = yield* until(
        this.handle.read(this.memory, this.length, room, offset + this.length),
      );
      if (bytesRead === 0) return;
      this.length += bytesRead;
    }
  }
}
