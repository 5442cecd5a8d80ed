import { checkpoint, until, type CoroutineBody } from '@gleaner/coroutine';
import { readdir } from 'node:fs/promises';
import path from 'node:path';
import { STARTS, type RecordedStart } from './archive.ts';
import { ArchiveError, archiveError } from './archive-error.ts';
import { exchangeKey, payloadKey } from './exchange-key.ts';
import { parsedMessage } from './http-message.ts';
import { openWarcFile, type Damage, type StoredRecord, type WarcFile } from './warc-file.ts';

/** Where a record is. */
export interface Place {
  readonly file: string;
  readonly offset: number;
  readonly length: number;
}

/** How much of a record is looked at, in bytes: all of what was sent, and the beginning of what came. */
const MOST_BLOCK = 16 * 1024 * 1024;

/** More start pages than this are not remembered. */
const MOST_STARTS = 1_000_000;

/** How many records are read before others have their turn. */
const PATIENCE = 100;

/** What is in a folder of archives: where the latest response to each request is. Some 200 bytes for each. */
export class ArchiveIndex {
  readonly folder: string;
  /** Where crawls began, in the order in which they said so. */
  readonly starts: RecordedStart[] = [];
  /** How many responses there are. */
  responses = 0;
  /** How many places could not be read. */
  damaged = 0;
  readonly files: readonly string[];
  private readonly latest = new Map<string, number>();
  private readonly payloads = new Map<string, number>();
  /** Of the records that either map leads to, by their numbers: which file, where, how long, and when it was. */
  private readonly places = new Numbers();

  constructor(folder: string, files: readonly string[]) {
    this.folder = folder;
    this.files = files;
  }

  /** The latest response to a request, by `keyOf`. */
  find(key: string): Place | undefined {
    return this.place(this.latest.get(key));
  }

  /** A response with a payload. @param digest as WARC-Payload-Digest has it */
  withPayload(digest: string): Place | undefined {
    return this.place(this.payloads.get(payloadKey(digest)));
  }

  /** @internal @param file its place in `files` */
  addResponse(key: string, file: number, { offset, length, fields }: StoredRecord): void {
    const time = Date.parse(fields.get('warc-date') ?? '') || 0;
    const number = this.places.add(file, offset, length, time);
    this.responses++;
    const before = this.latest.get(key);
    // Of two at the same time, the one that was written later.
    if (before === undefined || this.places.at(before, TIME) <= time) this.latest.set(key, number);
    const digest = fields.get('warc-payload-digest');
    if (digest === undefined || fields.get('warc-type') === 'revisit') return;
    const payload = payloadKey(digest);
    if (!this.payloads.has(payload)) this.payloads.set(payload, number);
  }

  private place(number: number | undefined): Place | undefined {
    if (number === undefined) return undefined;
    const { places } = this;
    return {
      file: this.files[places.at(number, FILE)] ?? '',
      offset: places.at(number, OFFSET),
      length: places.at(number, LENGTH),
    };
  }
}

const FILE = 0;
const OFFSET = 1;
const LENGTH = 2;
const TIME = 3;

/** Rows of four numbers, without an object for each. */
class Numbers {
  private rows = new Float64Array(1024);
  private count = 0;

  add(...row: readonly [file: number, offset: number, length: number, time: number]): number {
    const at = 4 * this.count;
    if (at === this.rows.length) {
      const larger = new Float64Array(2 * at);
      larger.set(this.rows);
      this.rows = larger;
    }
    this.rows.set(row, at);
    return this.count++;
  }

  at(row: number, column: number): number {
    return this.rows[4 * row + column] ?? 0;
  }
}

/**
 * Reads all WARC files of a folder (*.warc.gz and *.warc), those of other programs, too, and tells what is where.
 * Memory is bounded but for the index itself; what is damaged is counted and passed over.
 * @throws {ArchiveError} if there is no such folder, or nothing in it that can be read
 */
export function* indexOf(folder: string, onDamage: (damage: Damage) => void): CoroutineBody<ArchiveIndex> {
  const names = yield* until(
    readdir(folder).catch((error: unknown) => {
      throw archiveError(error, folder);
    }),
  );
  // By name: those of one run in their order.
  const files = names.filter((name) => /\.warc(\.gz)?$/i.test(name)).sort();
  if (files.length === 0) throw new ArchiveError(folder, 'there is no *.warc.gz or *.warc file in it');
  const index = new ArchiveIndex(
    folder,
    files.map((name) => path.join(folder, name)),
  );
  let first: Damage | undefined;
  const damaged = (damage: Damage): void => {
    first ??= damage;
    index.damaged++;
    onDamage(damage);
  };
  for (const [number, file] of index.files.entries()) {
    const warc = yield* openWarcFile(file, MOST_BLOCK, damaged);
    try {
      yield* read(warc, new Indexing(index, number));
    } finally {
      yield* warc.close();
    }
  }
  if (index.responses === 0) {
    const where = files.length === 1 ? 'its one WARC file' : `its ${files.length} WARC files`;
    const because = first === undefined ? '' : `; ${damageText(first)}`;
    throw new ArchiveError(folder, `there is no HTTP response in ${where}${because}`);
  }
  return index;
}

/** Damage, in a sentence. */
export function damageText({ file, offset, reason }: Damage): string {
  return `${file}: a damaged record at byte ${offset} was skipped: ${reason}`;
}

function* read(warc: WarcFile, indexing: Indexing): CoroutineBody<void> {
  for (let count = 1; ; count++) {
    const record = yield* warc.next();
    if (record === undefined) break;
    indexing.add(record);
    if (count % PATIENCE === 0) yield* checkpoint();
  }
  indexing.settle();
}

/** One file's records, put together: who was asked what is in one record, and what came back in the one before or after. */
class Indexing {
  private readonly index: ArchiveIndex;
  private readonly file: number;
  private request: { id: string; method: string; body: Buffer } | undefined;
  /** A response of which it is not known yet to what. */
  private response: StoredRecord | undefined;

  constructor(index: ArchiveIndex, file: number) {
    this.index = index;
    this.file = file;
  }

  add(record: StoredRecord): void {
    const { fields } = record;
    switch (fields.get('warc-type')) {
      case 'request': {
        const message = parsedMessage(record.block);
        const [method = 'GET'] = message?.start.split(' ', 1) ?? [];
        this.request = { id: fields.get('warc-record-id') ?? '', method, body: message?.body ?? NOTHING };
        if (this.response !== undefined && !areConcurrent(fields, this.response.fields)) this.settle();
        if (this.response !== undefined) this.settle(this.request);
        return;
      }
      case 'response':
      case 'revisit': {
        this.settle();
        const isHttp = /^\s*application\/http\b/i.test(fields.get('content-type') ?? '');
        if (!isHttp || !isIdentical(fields)) return;
        this.response = { ...record, block: NOTHING };
        const { request } = this;
        const asked = fields.get('warc-concurrent-to')?.split('\n') ?? [];
        if (request !== undefined && asked.includes(request.id)) this.settle(request);
        return;
      }
      case 'metadata':
        if (fields.get('warc-target-uri') === STARTS) this.addStarts(record.block);
        return;
      default:
    }
  }

  /** What is known by now is all there is to know. */
  settle(request?: { method: string; body: Buffer }): void {
    const { response } = this;
    this.response = undefined;
    if (response === undefined) return;
    // wget puts addresses in brackets.
    const target = (response.fields.get('warc-target-uri') ?? '').replace(/^<(.*)>$/s, '$1');
    if (!/^https?:/i.test(target) || !URL.canParse(target)) return;
    const { href } = new URL(target);
    const key = exchangeKey(request?.method ?? 'GET', href, request?.body ?? NOTHING);
    this.index.addResponse(key, this.file, response);
  }

  private addStarts(block: Buffer): void {
    let starts: unknown;
    try {
      starts = JSON.parse(block.toString());
    } catch {
      return;
    }
    if (!Array.isArray(starts)) return;
    for (const start of starts) {
      if (!isStart(start) || this.index.starts.length === MOST_STARTS) continue;
      this.index.starts.push(start);
    }
  }
}

const NOTHING = Buffer.alloc(0);

/** WARC-Concurrent-To, either way. */
function areConcurrent(a: StoredRecord['fields'], b: StoredRecord['fields']): boolean {
  const says = (from: StoredRecord['fields'], to: StoredRecord['fields']): boolean =>
    (from.get('warc-concurrent-to')?.split('\n') ?? []).includes(to.get('warc-record-id') ?? '?');
  return says(a, b) || says(b, a);
}

/** Whether a record has its payload, or refers to it; one that says 'not modified' of another archive does neither. */
function isIdentical(fields: StoredRecord['fields']): boolean {
  return (
    fields.get('warc-type') === 'response' ||
    fields.get('warc-profile')?.includes('identical-payload') === true
  );
}

function isStart(value: unknown): value is RecordedStart {
  if (typeof value !== 'object' || value === null) return false;
  const { url, method, body, label, session } = value as Partial<Record<string, unknown>>;
  return (
    typeof url === 'string' &&
    [method, body, label, session].every((text) => text === undefined || typeof text === 'string')
  );
}
