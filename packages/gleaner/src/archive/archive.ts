import { until, type CoroutineBody } from '@gleaner/coroutine';
import { access, constants, mkdir } from 'node:fs/promises';
import type { ExchangeArchive, Exchanged } from '../http/archive.ts';
import type { Json } from '../http/request.ts';
import { archiveError } from './archive-error.ts';
import { requestMessage, responseMessage, type HttpMessage } from './http-message.ts';
import { IDENTICAL, labelledDigest, recordId, warcDate, type WarcRecord } from './warc-record.ts';
import { WarcWriter } from './warc-writer.ts';

/** How large a file becomes before another is begun, in bytes, unless told: as ISO 28500:2017, annex C.1, advises. */
const FILE_BYTES = 1_000_000_000;

/** Payloads smaller than this are written again rather than referred to: a reference is not much smaller, in bytes. */
const WORTH_A_REVISIT = 1024;

/** How many payloads of this run are remembered, the latest ones: some 300 bytes each. */
const MOST_REMEMBERED = 50_000;

/** So many bytes of start pages are held back until there is a page to be kept with them. */
const MOST_HELD = 1024 * 1024;

/** Where a crawl's archive is. */
export interface ArchiveOptions {
  readonly folder: string;
  /** How large a file becomes before another is begun, in bytes; 1 GB unless told. */
  readonly fileBytes?: number | undefined;
}

/** What the records are about that say where a crawl began. */
export const STARTS = 'urn:gleaner:starts';

/** A response with a payload that others may refer to. */
interface Original {
  readonly id: string;
  readonly url: string;
  readonly date: string;
}

/** Where a crawl began. */
export interface RecordedStart {
  readonly url: string;
  readonly method?: string;
  /** Base64 of its bytes, secrets masked. */
  readonly body?: string;
  readonly label?: string;
  readonly data?: Json;
  readonly session?: string;
}

/**
 * Keeps exchanges in a folder of WARC files, each as a request and a response next to each other; responses whose payload was
 * kept before in this run refer to it. What is secret in requests, and the cookies that are set, is masked.
 */
export class Archive implements ExchangeArchive {
  private readonly writer: WarcWriter;
  private readonly originals = new Map<string, Original>();
  /** Start pages, as long as nothing else is in the file: a crawl that finds nothing to do leaves no file. */
  private held: WarcRecord[] = [];
  private heldBytes = 0;
  private hasBegun = false;

  /** @internal */
  constructor(writer: WarcWriter) {
    this.writer = writer;
  }

  *keep(exchanged: Exchanged): CoroutineBody<void> {
    yield* this.writer.write({ records: this.recordsOf(exchanged), at: exchanged.at });
  }

  /** Keeps where the crawl begins. @param time milliseconds since 1970 */
  *begin(starts: readonly RecordedStart[], time: number): CoroutineBody<void> {
    if (starts.length === 0) return;
    const block = Buffer.from(JSON.stringify(starts));
    const record: WarcRecord = {
      fields: [
        ['WARC-Type', 'metadata'],
        ['WARC-Record-ID', recordId()],
        ['WARC-Date', warcDate(time)],
        ['WARC-Target-URI', STARTS],
        ['Content-Type', 'application/json'],
        ['WARC-Block-Digest', labelledDigest(block)],
      ],
      block: [block],
    };
    this.held.push(record);
    this.heldBytes += block.length;
    if (this.hasBegun || this.heldBytes > MOST_HELD)
      yield* this.writer.write({ records: this.released(), at: time });
  }

  /** @throws {ArchiveError} */
  close(): CoroutineBody<void> {
    return this.writer.close();
  }

  private released(): WarcRecord[] {
    this.hasBegun = true;
    this.heldBytes = 0;
    return this.held.splice(0);
  }

  private recordsOf({ request, response, at, ip }: Exchanged): WarcRecord[] {
    const hash = request.url.indexOf('#');
    const url = hash < 0 ? request.url : request.url.slice(0, hash);
    const date = warcDate(at);
    const asked = requestMessage(request);
    const askedId = recordId();
    const id = recordId();
    const common = [
      ['WARC-Target-URI', url],
      ['WARC-Date', date],
      ...(ip === undefined ? [] : [['WARC-IP-Address', ip] as const]),
    ] as const;
    const requested: WarcRecord = {
      fields: [
        ['WARC-Type', 'request'],
        ['WARC-Record-ID', askedId],
        ...common,
        ['WARC-Concurrent-To', id],
        ['Content-Type', 'application/http; msgtype=request'],
        ...digestsOf(asked),
      ],
      block: [asked.head, asked.body],
    };
    const answered = responseMessage(response);
    const digest = labelledDigest(answered.body);
    const original = this.originals.get(digest);
    const fields = [
      ['WARC-Type', original === undefined ? 'response' : 'revisit'],
      ['WARC-Record-ID', id],
      ...common,
      ['WARC-Concurrent-To', askedId],
      ['Content-Type', 'application/http; msgtype=response'],
      ['WARC-Payload-Digest', digest],
    ] as const;
    if (original === undefined) {
      this.remember(digest, { id, url, date }, answered.body.length);
      const block = [answered.head, answered.body];
      return [
        ...this.released(),
        requested,
        { fields: [...fields, ['WARC-Block-Digest', labelledDigest(...block)]], block },
      ];
    }
    const revisit: WarcRecord = {
      fields: [
        ...fields,
        ['WARC-Block-Digest', labelledDigest(answered.head)],
        ['WARC-Profile', IDENTICAL],
        ['WARC-Refers-To', original.id],
        ['WARC-Refers-To-Target-URI', original.url],
        ['WARC-Refers-To-Date', original.date],
      ],
      block: [answered.head],
    };
    return [...this.released(), requested, revisit];
  }

  private remember(digest: string, original: Original, bytes: number): void {
    if (bytes < WORTH_A_REVISIT) return;
    // The first in the map is the oldest.
    if (this.originals.size === MOST_REMEMBERED)
      this.originals.delete(this.originals.keys().next().value ?? '');
    this.originals.set(digest, original);
  }
}

function digestsOf({ head, body }: HttpMessage): (readonly [string, string])[] {
  const block = ['WARC-Block-Digest', labelledDigest(head, body)] as const;
  return body.length === 0 ? [block] : [block, ['WARC-Payload-Digest', labelledDigest(body)]];
}

/**
 * Opens a folder to keep exchanges in; it is made if it is not there. Files of earlier runs stay as they are.
 * @throws {ArchiveError} when it is no folder, or may not be written
 */
export function* openArchive({ folder, fileBytes = FILE_BYTES }: ArchiveOptions): CoroutineBody<Archive> {
  yield* until(
    mkdir(folder, { recursive: true })
      .then(() => access(folder, constants.W_OK | constants.X_OK))
      .catch((error: unknown) => {
        throw archiveError(error, folder);
      }),
  );
  return new Archive(new WarcWriter(folder, fileBytes));
}
