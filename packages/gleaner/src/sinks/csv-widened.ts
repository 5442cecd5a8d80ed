import { resource, scope, until, type CoroutineBody, type Operation } from '@gleaner/coroutine';
import { realpathSync, rmSync, statSync } from 'node:fs';
import { open, rename, type FileHandle } from 'node:fs/promises';
import { fileError, fileOutlet } from './outlet.ts';
import { SinkError } from './sink.ts';

/** From which record on there are how many columns. */
export interface Growth {
  readonly record: number;
  readonly columns: number;
}

const BLOCK = 64 * 1024;
const QUOTE = 0x22;
const CR = 0x0d;

/**
 * Gives a CSV file another header, and its shorter records as many cells as that has: it is written once more beside itself and
 * then takes its own place, so that at any moment there is a whole file of that name.
 * @throws {SinkError} with the system's code; then the file is as it was
 */
export function* widened(
  path: string,
  header: string,
  growth: readonly Growth[],
  delimiter: string,
): CoroutineBody<void> {
  const source = realpathSync(path);
  const copy = `${source}.${process.pid}.wider`;
  let isDone = false;
  try {
    yield* scope(function* rewrite() {
      const out = yield* fileOutlet(copy, { mode: statSync(source).mode });
      const file = yield* opened(source);
      const records = new Records(growth, delimiter);
      const block = Buffer.allocUnsafe(BLOCK);
      // Its line break is the old header's.
      yield* out.write(header.slice(0, -2));
      for (;;) {
        const { bytesRead } = yield* until(file.read(block, 0, BLOCK));
        if (bytesRead === 0) break;
        // A copy: the stream may keep what it is given while the block is filled anew.
        yield* out.write(Buffer.concat(records.padded(block.subarray(0, bytesRead))));
      }
    });
    yield* until(rename(copy, source));
    isDone = true;
  } catch (error) {
    throw error instanceof SinkError ? error : fileError(error, path);
  } finally {
    if (!isDone) rmSync(copy, { force: true });
  }
}

function opened(path: string): Operation<FileHandle> {
  return resource(function* reading(provide) {
    const file = yield* until(open(path));
    try {
      yield* provide(file);
    } finally {
      yield* until(file.close());
    }
  });
}

/** Goes through a CSV file a block at a time. A line break in quotes ends nothing; one outside is CRLF, as we write them. */
class Records {
  private readonly growth: readonly Growth[];
  private readonly delimiter: string;
  private readonly width: number;
  private record = 0;
  private stage = 0;
  private inQuotes = false;

  constructor(growth: readonly Growth[], delimiter: string) {
    this.growth = growth;
    this.delimiter = delimiter;
    this.width = growth.at(-1)?.columns ?? 0;
  }

  /** The block without the header, each record with cells added before its line break. */
  padded(block: Buffer): Buffer[] {
    const pieces: Buffer[] = [];
    let start = 0;
    for (let i = 0; i < block.length; i++) {
      const byte = block[i];
      if (byte === QUOTE) this.inQuotes = !this.inQuotes;
      if (byte !== CR || this.inQuotes) continue;
      if (this.record > 0) pieces.push(block.subarray(start, i), this.padding());
      start = i;
      this.record++;
    }
    if (this.record > 0) pieces.push(block.subarray(start));
    return pieces;
  }

  private padding(): Buffer {
    const { growth } = this;
    while ((growth[this.stage + 1]?.record ?? Infinity) <= this.record) this.stage++;
    const missing = this.width - (growth[this.stage]?.columns ?? 0);
    return Buffer.from(this.delimiter.repeat(missing));
  }
}
