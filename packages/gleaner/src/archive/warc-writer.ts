import { until, type CoroutineBody } from '@gleaner/coroutine';
import { open, type FileHandle } from 'node:fs/promises';
import { hostname } from 'node:os';
import path from 'node:path';
import { promisify } from 'node:util';
import { gzip, gzipSync } from 'node:zlib';
import { VERSION } from '../version.ts';
import { archiveError, ArchiveError } from './archive-error.ts';
import { labelledDigest, recordId, serialisedRecord, warcDate, type WarcRecord } from './warc-record.ts';

/** Up to this many bytes it is quicker to pack at once than to ask a thread. */
const SMALL = 32_768;

/** More files than this that begin in the same second have the same name are no coincidence. */
const MOST_SERIALS = 100_000;

const inThread = promisify<Buffer, Buffer>(gzip);

/** What goes into one file together, in this order. */
interface Entry {
  readonly records: readonly WarcRecord[];
  /** When it was, in milliseconds since 1970. */
  readonly at: number;
}

interface OpenFile {
  readonly handle: FileHandle;
  readonly path: string;
  /** The WARC-Record-ID of its warcinfo record. */
  readonly id: string;
  size: number;
}

/**
 * Writes WARC 1.1 files (ISO 28500:2017) into a folder: each record a gzip member of its own (annex D), each file begun
 * with a warcinfo record, and another file begun when one is full. No file is opened before there is something to write,
 * and none that is there already is ever written to. What comes while something is being written is written
 * together after it.
 */
export class WarcWriter {
  private readonly folder: string;
  private readonly fileBytes: number;
  private file: OpenFile | undefined;
  private serial = 0;
  private queue: Entry[] = [];
  /** The writing of what is in the queue; it begins when that which is under way has ended. */
  private next: Promise<void> | undefined;
  /** The end of the last writing, however it ends. */
  private ended: Promise<void> | undefined;
  private failure: ArchiveError | undefined;

  /** @param fileBytes a file that has so many bytes is full; one entry may make it larger */
  constructor(folder: string, fileBytes: number) {
    this.folder = folder;
    this.fileBytes = fileBytes;
  }

  /**
   * Writes records next to each other; returns when the system has them, so that the end of this process loses none.
   * @throws {ArchiveError} from then on, too
   */
  *write(entry: Entry): CoroutineBody<void> {
    if (this.failure !== undefined) throw this.failure;
    this.queue.push(entry);
    if (this.next === undefined) {
      this.next = this.writeQueue(this.ended);
      // Nobody may be listening any more when it fails; whoever writes next hears of it.
      this.ended = this.next.catch(() => {});
    }
    yield* until(this.next);
  }

  /** Waits for what is being written, and closes the file, which is on the disk by then. */
  *close(): CoroutineBody<void> {
    yield* until(this.ended);
    yield* until(this.finish());
  }

  /** Runs on when the tasks that wait for it are cancelled, so that no record is left half written. */
  private async writeQueue(before: Promise<void> | undefined): Promise<void> {
    await before;
    this.next = undefined;
    const entries = this.queue.splice(0);
    if (this.failure !== undefined) throw this.failure;
    try {
      await this.writeAll(entries);
    } catch (error) {
      this.failure = archiveError(error, this.file?.path ?? this.folder);
      throw this.failure;
    }
  }

  private async writeAll(entries: readonly Entry[]): Promise<void> {
    let left = entries;
    while (left.length > 0) {
      const file = (this.file ??= await this.begin(left[0]?.at ?? 0));
      const packed = await Promise.all(left.map((entry) => packedEntry(entry, file.id)));
      const fit: Buffer[] = [];
      let { size } = file;
      for (const bytes of packed) {
        if (size >= this.fileBytes) break;
        fit.push(bytes);
        size += bytes.length;
      }
      await append(file, Buffer.concat(fit));
      left = left.slice(fit.length);
      if (file.size >= this.fileBytes) await this.finish();
    }
  }

  /** A file that nobody has: the serial number goes on where another run, or another process, has taken a name. */
  private async begin(at: number): Promise<OpenFile> {
    for (let tries = 0; tries < MOST_SERIALS; tries++) {
      const name = nameOf(at, this.serial++);
      const full = path.join(this.folder, name);
      let handle: FileHandle;
      try {
        handle = await open(full, 'ax');
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code === 'EEXIST') continue;
        throw archiveError(error, full);
      }
      const file: OpenFile = { handle, path: full, id: recordId(), size: 0 };
      this.file = file;
      // A file has one record at least, however small it is to be.
      await append(file, await packedRecord(about(name, file.id, at)));
      file.size = 0;
      return file;
    }
    throw new ArchiveError(this.folder, `all names for files of ${stamp(at)} are taken`);
  }

  private async finish(): Promise<void> {
    const { file } = this;
    this.file = undefined;
    if (file === undefined) return;
    try {
      await file.handle.datasync();
    } catch (error) {
      throw archiveError(error, file.path);
    } finally {
      await file.handle.close();
    }
  }
}

async function append(file: OpenFile, bytes: Buffer): Promise<void> {
  try {
    await file.handle.appendFile(bytes);
  } catch (error) {
    throw archiveError(error, file.path);
  }
  file.size += bytes.length;
}

async function packedEntry({ records }: Entry, warcinfo: string): Promise<Buffer> {
  const members = records.map((record) =>
    packedRecord({ ...record, fields: [...record.fields, ['WARC-Warcinfo-ID', warcinfo]] }),
  );
  return Buffer.concat(await Promise.all(members));
}

async function packedRecord(record: WarcRecord): Promise<Buffer> {
  const bytes = serialisedRecord(record);
  return bytes.length <= SMALL ? gzipSync(bytes) : await inThread(bytes);
}

/** The warcinfo record of a file (ISO 28500:2017, 6.2). */
function about(name: string, id: string, at: number): WarcRecord {
  const block = Buffer.from(
    [`software: Gleaner/${VERSION}`, 'format: WARC File Format 1.1', `conformsTo: ${STANDARD}`, ''].join(
      '\r\n',
    ),
  );
  return {
    fields: [
      ['WARC-Type', 'warcinfo'],
      ['WARC-Record-ID', id],
      ['WARC-Date', warcDate(at)],
      ['WARC-Filename', name],
      ['Content-Type', 'application/warc-fields'],
      ['WARC-Block-Digest', labelledDigest(block)],
    ],
    block: [block],
  };
}

const STANDARD = 'http://iipc.github.io/warc-specifications/specifications/warc-format/warc-1.1/';

/** Prefix-Timestamp-Serial-Crawlhost.warc.gz (ISO 28500:2017, annex C.1). */
function nameOf(at: number, serial: number): string {
  const host = hostname()
    .replaceAll(/[^\w.-]/g, '_')
    .slice(0, 64);
  return `gleaner-${stamp(at)}-${String(serial).padStart(5, '0')}-${host}.warc.gz`;
}

/** 14 digits, UTC. */
function stamp(at: number): string {
  return warcDate(at).replaceAll(/\D/g, '').slice(0, 14);
}
