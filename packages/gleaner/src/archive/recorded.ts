import { until, type CoroutineBody } from '@gleaner/coroutine';
import { open, type FileHandle } from 'node:fs/promises';
import { promisify } from 'node:util';
import { gunzip, gunzipSync } from 'node:zlib';
import type { Recording } from '../http/archive.ts';
import type { RawResponse, RequestLine } from '../http/exchange.ts';
import { PageError } from '../http/failure.ts';
import { archiveError } from './archive-error.ts';
import type { ArchiveIndex, Place } from './archive-index.ts';
import { keyOf } from './exchange-key.ts';
import { keptResponse } from './http-message.ts';
import { LONGEST_FIELDS, parsedHead } from './warc-record.ts';

/** How many files are open at a time. */
const MOST_OPEN = 32;

/** What a record has besides the body, at most, in bytes: its own fields, and those of the response. */
const MOST_FIELDS = LONGEST_FIELDS + 1024 * 1024;

/** Up to this many bytes it is quicker to unpack at once than to ask a thread. */
const SMALL = 32_768;

const unpacked = promisify<Buffer, { maxOutputLength: number }, Buffer>(gunzip);

/** Answers from an archive. Close it, or files stay open. */
export class Recorded implements Recording {
  private readonly index: ArchiveIndex;
  private readonly open = new Map<string, HeldFile>();

  constructor(index: ArchiveIndex) {
    this.index = index;
  }

  *answer(request: RequestLine, maxBytes: number): CoroutineBody<RawResponse> {
    const { url } = request;
    const place = this.index.find(keyOf(request));
    if (place === undefined) throw this.notArchived(request);
    const found = yield* this.read(place, url, maxBytes);
    if (typeof found === 'string') throw this.notArchived(request, place, found);
    let { status, headers, body } = found.response;
    if (found.refersTo !== undefined) {
      const original = this.index.withPayload(found.refersTo);
      const other = original === undefined ? NO_ORIGINAL : yield* this.read(original, url, maxBytes);
      if (typeof other === 'string')
        throw this.notArchived(request, place, `it refers to another response: ${other}`);
      ({ body } = other.response);
      // The same content, said in a way that has none.
      if (status === 304) ({ status, headers } = other.response);
    }
    if (body.length > maxBytes) throw tooLarge(url, body.length, maxBytes);
    return { status, headers, body, firstByte: 0, total: 0, fromCache: false };
  }

  *close(): CoroutineBody<void> {
    yield* until(
      Promise.allSettled([...this.open.values()].map(async ({ handle }) => (await handle).close())),
    );
  }

  /** The response at a place, and the payload that it refers to; what is wrong with it, if it cannot be read. */
  private *read(
    { file, offset, length }: Place,
    url: string,
    maxBytes: number,
  ): CoroutineBody<
    { response: NonNullable<ReturnType<typeof keptResponse>>; refersTo: string | undefined } | string
  > {
    const most = maxBytes + MOST_FIELDS;
    // What is not smaller when it is packed has five more bytes in each 16 kB (RFC 1951, 3.2.4).
    if (length > most + most / 1000 + 1000) throw tooLarge(url, length, maxBytes);
    const packed = Buffer.allocUnsafe(length);
    let bytes: Buffer = packed;
    const held = this.hold(file);
    try {
      const handle = yield* until(held.handle);
      for (let had = 0; had < length;) {
        const { bytesRead } = yield* until(handle.read(packed, had, length - had, offset + had));
        if (bytesRead === 0) return 'the file has become shorter';
        had += bytesRead;
      }
      if (/\.gz$/i.test(file)) {
        const options = { maxOutputLength: most };
        bytes = length <= SMALL ? gunzipSync(packed, options) : yield* until(unpacked(packed, options));
      }
    } catch (error) {
      const { code = '' } = error as NodeJS.ErrnoException;
      if (code === 'ERR_BUFFER_TOO_LARGE') throw tooLarge(url, maxBytes + 1, maxBytes);
      if (code.startsWith('Z_')) return 'it has changed since it was looked at';
      throw archiveError(error, file);
    } finally {
      held.readers--;
    }
    const head = parsedHead(bytes);
    if (typeof head === 'string') return head;
    const { fields, blockAt, blockLength } = head;
    const response = keptResponse(bytes.subarray(blockAt, blockAt + blockLength));
    if (response === undefined) return 'it is no HTTP response';
    const isRevisit = fields.get('warc-type') === 'revisit';
    return { response, refersTo: isRevisit ? (fields.get('warc-payload-digest') ?? '') : undefined };
  }

  /** A file, open; one that nobody reads is closed when there are too many. */
  private hold(path: string): HeldFile {
    const known = this.open.get(path);
    // The first in the map is the one that was not used for longest.
    if (known !== undefined) this.open.delete(path);
    const file = known ?? { handle: open(path, 'r'), readers: 0 };
    this.open.set(path, file);
    file.readers++;
    if (this.open.size <= MOST_OPEN) return file;
    for (const [other, { handle, readers }] of this.open) {
      if (readers > 0) continue;
      this.open.delete(other);
      handle.then((idle) => idle.close()).catch(() => {});
      break;
    }
    return file;
  }

  private notArchived(request: RequestLine, place?: Place, reason?: string): PageError {
    const { folder, damaged } = this.index;
    const { method, url } = request;
    if (place !== undefined) {
      const where = `${place.file}, byte ${place.offset}`;
      return new PageError(
        'NOT_ARCHIVED',
        url,
        `it cannot be had from the archive: ${where}: ${reason ?? ''}`,
      );
    }
    const lost =
      damaged === 0 ? '' : `, of which ${damaged === 1 ? 'a place' : `${damaged} places`} could not be read`;
    const what = method === 'GET' ? 'it is not' : `no answer to this ${method} is`;
    return new PageError('NOT_ARCHIVED', url, `${what} in the archive ${folder}${lost}`);
  }
}

interface HeldFile {
  readonly handle: Promise<FileHandle>;
  /** How many are reading it. */
  readers: number;
}

const NO_ORIGINAL = 'that is not in the archive';

function tooLarge(url: string, size: number, maxBytes: number): PageError {
  const reason = `the archived response has ${size} bytes or more; the limit maxBytes is ${maxBytes}`;
  return new PageError('TOO_LARGE', url, reason);
}
