import { until, type CoroutineBody } from '@gleaner/coroutine';
import { open } from 'node:fs/promises';
import { archiveError } from './archive-error.ts';
import { FileWindow, WINDOW } from './file-window.ts';
import { peek, readMember } from './gzip-member.ts';
import { LONGEST_FIELDS, parsedHead } from './warc-record.ts';

/** A record, as it is read. */
export interface StoredRecord {
  readonly fields: ReadonlyMap<string, string>;
  /** Where in the file it begins, and how many bytes it takes there. */
  readonly offset: number;
  readonly length: number;
  /** The content block, or as much of its beginning as was asked for. */
  readonly block: Buffer;
  /** How long the block is. */
  readonly blockLength: number;
}

/** A place in an archive that cannot be read. */
export interface Damage {
  /** The file's path. */
  readonly file: string;
  /** Where in the file, in bytes. */
  readonly offset: number;
  /** What is wrong there, for people. */
  readonly reason: string;
}

/** How much of a member is unpacked to see whether it is a record, in bytes. */
const PEEKED = 4096;

const BEGINNING = /^WARC\/1\.[01]\r?\n/;

/**
 * One WARC file, packed or not (ISO 28500:2017, annex D), read record by record. What cannot be read is told and passed
 * over: it goes on at the next place where a record begins.
 *
 * After damage, only records are taken whose WARC-Warcinfo-ID is that of the file, if it has one: the body of a damaged
 * response may itself be an archive, with records that some server made up.
 */
export class WarcFile {
  readonly path: string;
  private readonly isPacked: boolean;
  private readonly window: FileWindow;
  private readonly mostBlock: number;
  private readonly onDamage: (damage: Damage) => void;
  private offset = 0;
  private warcinfo: string | undefined;
  private hasFirst = false;
  private isDamaged = false;

  constructor(window: FileWindow, mostBlock: number, onDamage: (damage: Damage) => void) {
    this.path = window.path;
    this.isPacked = /\.gz$/i.test(window.path);
    this.window = window;
    this.mostBlock = mostBlock;
    this.onDamage = onDamage;
  }

  /** The next record; undefined at the end. */
  *next(): CoroutineBody<StoredRecord | undefined> {
    while (this.offset < this.window.size) {
      const { offset } = this;
      const record = yield* this.read(offset);
      if (typeof record === 'string') {
        this.onDamage({ file: this.path, offset, reason: record });
        this.isDamaged = true;
        this.offset = yield* this.nextBeginning(offset + 1);
        continue;
      }
      this.offset = offset + record.length;
      if (this.isOwn(record)) return record;
      this.offset = yield* this.nextBeginning(offset + 1);
    }
    return undefined;
  }

  /** Reads the record at an offset; what is wrong, if it is none. */
  *read(offset: number): CoroutineBody<StoredRecord | string> {
    try {
      return this.isPacked ? yield* this.packed(offset) : yield* this.plain(offset);
    } catch (error) {
      throw archiveError(error, this.path);
    }
  }

  *close(): CoroutineBody<void> {
    yield* until(this.window.handle.close());
  }

  private isOwn({ fields }: StoredRecord): boolean {
    const id =
      fields.get('warc-type') === 'warcinfo' ? fields.get('warc-record-id') : fields.get('warc-warcinfo-id');
    if (!this.hasFirst) {
      this.hasFirst = true;
      this.warcinfo = id;
    }
    return !this.isDamaged || this.warcinfo === undefined || id === this.warcinfo;
  }

  private *packed(offset: number): CoroutineBody<StoredRecord | string> {
    const member = yield* readMember(this.window, offset, LONGEST_FIELDS + this.mostBlock);
    if (typeof member === 'string') return member;
    const { kept, length, size } = member;
    const head = parsedHead(kept);
    if (typeof head === 'string') return head;
    const { fields, blockAt, blockLength } = head;
    const over = size - (blockAt + blockLength);
    if (over < 0)
      return `its block has ${size - blockAt} bytes, not ${blockLength} as it says (Content-Length)`;
    if (over > 4) return 'there is more than one record in its gzip member';
    const block = kept.subarray(blockAt, blockAt + Math.min(blockLength, this.mostBlock));
    return { fields, offset, length, block, blockLength };
  }

  private *plain(offset: number): CoroutineBody<StoredRecord | string> {
    const { window, mostBlock } = this;
    const bytes = yield* window.at(offset, Math.min(LONGEST_FIELDS, window.size - offset));
    const head = parsedHead(bytes);
    if (typeof head === 'string') return head;
    const { fields, blockAt, blockLength } = head;
    const length = blockAt + blockLength + 4;
    if (offset + length > window.size) return 'it is cut short';
    const block = yield* this.bytesAt(offset + blockAt, Math.min(blockLength, mostBlock));
    const end = yield* window.at(offset + length - 4, 4);
    if (end.toString('latin1', 0, 4) !== '\r\n\r\n') return 'it is not as long as it says (Content-Length)';
    return { fields, offset, length, block, blockLength };
  }

  private *bytesAt(offset: number, length: number): CoroutineBody<Buffer> {
    if (length <= WINDOW) return Buffer.from((yield* this.window.at(offset, length)).subarray(0, length));
    const bytes = Buffer.allocUnsafe(length);
    for (let had = 0; had < length;) {
      const { bytesRead } = yield* until(this.window.handle.read(bytes, had, length - had, offset + had));
      if (bytesRead === 0) return bytes.subarray(0, had);
      had += bytesRead;
    }
    return bytes;
  }

  /** Where the next record begins, from an offset on; the end of the file if there is none. */
  private *nextBeginning(from: number): CoroutineBody<number> {
    const mark = this.isPacked ? GZIP : PLAIN;
    for (let at = from; at < this.window.size;) {
      const bytes = yield* this.window.at(at, Math.min(WINDOW, this.window.size - at));
      const found = bytes.indexOf(mark);
      if (found < 0) {
        at += Math.max(1, bytes.length - mark.length + 1);
        continue;
      }
      at += found;
      const here = yield* this.window.at(at, Math.min(PEEKED, this.window.size - at));
      const text = this.isPacked ? peek(here.subarray(0, PEEKED)) : here;
      if (BEGINNING.test(text.toString('latin1', 0, 10))) return at;
      at++;
    }
    return this.window.size;
  }
}

const GZIP = Buffer.from([0x1f, 0x8b, 8]);
const PLAIN = Buffer.from('WARC/1.');

/**
 * Opens a file for reading.
 * @param mostBlock the most bytes of a record's block that are held
 * @throws {ArchiveError}
 */
export function* openWarcFile(
  path: string,
  mostBlock: number,
  onDamage: (damage: Damage) => void,
): CoroutineBody<WarcFile> {
  try {
    const handle = yield* until(open(path, 'r'));
    const { size } = yield* until(handle.stat());
    return new WarcFile(new FileWindow(path, handle, size), mostBlock, onDamage);
  } catch (error) {
    throw archiveError(error, path);
  }
}
