import { each, until, type CoroutineBody } from '@gleaner/coroutine';
import { createReadStream } from 'node:fs';
import { constants, crc32, createInflateRaw, inflateRawSync, type InflateRaw } from 'node:zlib';
import { WINDOW, type FileWindow } from './file-window.ts';

/** One member of a gzip file (RFC 1952, 2.3). */
export interface Member {
  /** How many bytes it takes in the file. */
  readonly length: number;
  /** The beginning of what is in it, unpacked: as much as was asked for. */
  readonly kept: Buffer;
  /** How many bytes are in it, unpacked. */
  readonly size: number;
}

/** RFC 1952, 2.3.1: FHCRC, FEXTRA, FNAME, FCOMMENT. */
const HAS_CRC = 2;
const HAS_EXTRA = 4;
const HAS_NAME = 8;
const HAS_COMMENT = 16;
const RESERVED = 0xe0;

/** How a member begins whose content is packed by deflate, the only way there is. */
const MAGIC = Buffer.from([0x1f, 0x8b, 8]);

/** The CRC and the size after what is packed. */
const TRAILER = 8;

/** Up to this many unpacked bytes a member is unpacked at once; larger ones as a stream. */
const AT_ONCE = 4 * 1024 * 1024;

/** How long the head of a member is; undefined if none begins here. */
function headLength(bytes: Buffer): number | undefined {
  const flags = bytes[3];
  if (bytes.length < 10 || flags === undefined) return undefined;
  if (!bytes.subarray(0, 3).equals(MAGIC) || (flags & RESERVED) !== 0) return undefined;
  let end = 10;
  if ((flags & HAS_EXTRA) !== 0) end += 2 + (bytes[end] ?? 0) + 256 * (bytes[end + 1] ?? 0);
  for (const flag of [HAS_NAME, HAS_COMMENT]) {
    if ((flags & flag) === 0) continue;
    const zero = bytes.indexOf(0, end);
    if (zero < 0) return undefined;
    end = zero + 1;
  }
  if ((flags & HAS_CRC) !== 0) end += 2;
  return end < bytes.length ? end : undefined;
}

/** The first bytes of what is packed in a member, as many as can be had of those; empty if nothing sensible is. */
export function peek(bytes: Buffer): Buffer {
  const head = headLength(bytes);
  if (head === undefined) return Buffer.alloc(0);
  try {
    return inflateRawSync(bytes.subarray(head), { finishFlush: constants.Z_SYNC_FLUSH });
  } catch {
    return Buffer.alloc(0);
  }
}

/**
 * Reads the member at an offset, holding no more of it than `mostKept` bytes, or a few megabytes.
 * @returns what is wrong with it, if something is
 */
export function* readMember(
  window: FileWindow,
  offset: number,
  mostKept: number,
): CoroutineBody<Member | string> {
  let bytes = yield* window.at(offset, 1);
  const atEnd = (): boolean => offset + bytes.length >= window.size;
  let head = headLength(bytes);
  let found = head === undefined ? undefined : unpackedAtOnce(bytes, head);
  if (found === undefined && !atEnd() && bytes.length < WINDOW) {
    bytes = yield* window.at(offset, WINDOW);
    head = headLength(bytes);
    found = head === undefined ? undefined : unpackedAtOnce(bytes, head);
  }
  if (head === undefined) return 'no gzip member begins here';
  if (found === undefined) return yield* streamed(window, offset, head, mostKept);
  if (typeof found === 'string') return found;
  const { unpacked, packedLength } = found;
  const trailer = bytes.subarray(head + packedLength, head + packedLength + TRAILER);
  const wrong = checked(trailer, crc32(unpacked), unpacked.length);
  if (wrong !== undefined) return wrong;
  return {
    length: head + packedLength + TRAILER,
    kept: unpacked.subarray(0, mostKept),
    size: unpacked.length,
  };
}

/** undefined if not all of it is here, or it is too large. */
function unpackedAtOnce(
  bytes: Buffer,
  head: number,
): { unpacked: Buffer; packedLength: number } | string | undefined {
  try {
    // With `info`, which the types know as an option only, it also tells how much of the input it took.
    const { buffer, engine } = inflateRawSync(bytes.subarray(head), {
      info: true,
      maxOutputLength: AT_ONCE,
    }) as unknown as { buffer: Buffer; engine: InflateRaw };
    const packedLength = engine.bytesWritten;
    // Of its trailer, too.
    return head + packedLength + TRAILER > bytes.length ? undefined : { unpacked: buffer, packedLength };
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code === 'Z_BUF_ERROR' || code === 'ERR_BUFFER_TOO_LARGE') return undefined;
    return notDeflate(error);
  }
}

function* streamed(
  { path, handle, size: fileSize }: FileWindow,
  offset: number,
  head: number,
  mostKept: number,
): CoroutineBody<Member | string> {
  const inflate = createInflateRaw();
  const source = createReadStream(path, { start: offset + head, highWaterMark: 262_144 });
  source.on('error', (error) => inflate.destroy(error));
  const pieces: Buffer[] = [];
  let kept = 0;
  let size = 0;
  let crc = 0;
  const chunks = each<AsyncIterable<Buffer>>(source.pipe(inflate));
  try {
    while (yield* chunks.next()) {
      const chunk = chunks.value;
      crc = crc32(chunk, crc);
      size += chunk.length;
      if (kept < mostKept) {
        const piece = chunk.subarray(0, mostKept - kept);
        pieces.push(piece);
        kept += piece.length;
      }
    }
  } catch (error) {
    const { code = '' } = error as NodeJS.ErrnoException;
    if (!code.startsWith('Z_')) throw error;
    return code === 'Z_BUF_ERROR' ? CUT : notDeflate(error);
  } finally {
    yield* chunks.close();
    source.destroy();
    inflate.destroy();
  }
  const end = offset + head + inflate.bytesWritten;
  const trailer = Buffer.alloc(Math.max(0, Math.min(TRAILER, fileSize - end)));
  if (trailer.length > 0) yield* until(handle.read(trailer, 0, trailer.length, end));
  const wrong = checked(trailer, crc, size);
  if (wrong !== undefined) return wrong;
  return { length: end + TRAILER - offset, kept: Buffer.concat(pieces), size };
}

const CUT = 'it is cut short';

function notDeflate(error: unknown): string {
  return `it is not what gzip packs (${(error as Error).message})`;
}

/** What is wrong by the trailer (RFC 1952, 2.3.1: CRC32, ISIZE). */
function checked(trailer: Buffer, crc: number, size: number): string | undefined {
  if (trailer.length < TRAILER) return CUT;
  if (trailer.readUInt32LE(0) !== crc >>> 0) return 'its content is not what was packed (CRC)';
  return trailer.readUInt32LE(4) === size % 2 ** 32 ? undefined : 'it is not as long as it says';
}
