import { closeSync, fstatSync, ftruncateSync, openSync, readSync, writeSync } from 'node:fs';
import { fileError } from './outlet.ts';
import { SinkError } from './sink.ts';

const BLOCK = 64 * 1024;
/** A line longer than this, in bytes, is taken for a file of another kind. */
const LONGEST_LINE = 64 * 1024 * 1024;

/**
 * Makes a file of JSON lines fit to be appended to: a last line without its line break gets one if it is whole, and is
 * taken away if it is not, as it is when whoever wrote it was killed. A file that is not there is fit.
 * @throws {SinkError} the system's code; `NOT_LINES`
 */
export function mendLastLine(path: string): void {
  let file: number;
  try {
    file = openSync(path, 'r+');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return;
    throw fileError(error, path);
  }
  try {
    const info = fstatSync(file);
    if (!info.isFile() || info.size === 0) return;
    const line = lastLine(file, info.size, path);
    if (line.length === 0) return;
    if (isJson(line)) writeSync(file, '\n', info.size);
    else ftruncateSync(file, info.size - line.length);
  } finally {
    closeSync(file);
  }
}

/** What comes after the last line break. */
function lastLine(file: number, size: number, path: string): Buffer {
  const blocks: Buffer[] = [];
  let length = 0;
  for (let end = size; end > 0;) {
    const start = Math.max(0, end - BLOCK);
    const block = Buffer.alloc(end - start);
    readSync(file, block, 0, block.length, start);
    const lineBreak = block.lastIndexOf('\n');
    const part = block.subarray(lineBreak + 1);
    blocks.unshift(part);
    length += part.length;
    if (lineBreak >= 0) break;
    if (length > LONGEST_LINE) {
      const reason = `cannot append to '${path}': its last line is longer than ${LONGEST_LINE} bytes, so it is not a file of JSON lines`;
      throw new SinkError('NOT_LINES', path, reason);
    }
    end = start;
  }
  return Buffer.concat(blocks, length);
}

function isJson(line: Buffer): boolean {
  try {
    JSON.parse(line.toString('utf8'));
    return true;
  } catch {
    return false;
  }
}
