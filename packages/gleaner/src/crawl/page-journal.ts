import type { Codec, Entry, Journal } from '@gleaner/coroutine';
import { PageError, type FailureCode } from '../http/failure.ts';
import type { CrawlRequest } from '../http/request.ts';
import { canSucceedLater } from '../http/retry.ts';
import { Page } from '../page/page.ts';
import type { PageJournal } from '../store/store.ts';
import type { Fetched } from './fetching.ts';

/** Where in a journal the page itself is: no effect has such a place. */
const PAGE = 'page';

/**
 * The journal of a spider's run over one page. The page itself comes first, before anything else is done: a spider
 * that visits no other page needs no journal, since all that it leads to is committed in one go.
 */
export class RunJournal implements Journal {
  readonly startedAt = null;
  private readonly kept: PageJournal;
  private readonly found: readonly Entry[];
  private readonly isStopped: () => boolean;
  /** What stands at its beginning and is not written yet: made when it is, which it mostly is not. */
  private head: (() => Entry) | undefined = undefined;
  /** Nothing is written any more. */
  private isCut = false;

  /** @param isStopped whether the crawl is being stopped: what then fails was not tried as often as it should be */
  constructor(kept: PageJournal, isStopped: () => boolean) {
    this.kept = kept;
    this.found = kept.entries();
    this.isStopped = isStopped;
  }

  get isBehind(): boolean {
    return this.head !== undefined;
  }

  /** The page, if it was fetched before. */
  page(request: CrawlRequest): Fetched | undefined {
    const [first] = this.found;
    return first === undefined ? undefined : pages(request).decode(first);
  }

  /** The page, as it was fetched now. */
  begin(request: CrawlRequest, fetched: Fetched, time: number): void {
    this.head = () => {
      const written = pages(request).encode(fetched);
      return { place: PAGE, effect: request.url, at: time, failed: false, ...written };
    };
  }

  entries(): readonly Entry[] {
    return this.found.slice(1);
  }

  append(entries: readonly Entry[], written: (error?: unknown) => void): void {
    this.isCut ||= this.isStopped() && entries.some((entry) => entry.failed && mayPass(entry));
    if (this.isCut) {
      queueMicrotask(written);
      return;
    }
    const all = this.head === undefined ? entries : [this.head(), ...entries];
    this.head = undefined;
    this.kept.append(all, written);
  }
}

function mayPass({ text }: Entry): boolean {
  return text.startsWith('!') && canSucceedLater(failureIn(text.slice(1)));
}

/** How pages are written down: what the server said, and the body as it came. */
export function pages(request: CrawlRequest): Codec<Fetched> {
  return {
    encode({ page, bytes }) {
      const { url, status, headers } = page;
      return { text: JSON.stringify({ url, status, headers, bytes }), bytes: page.bytes() };
    },
    decode({ text, bytes }) {
      const kept = JSON.parse(text) as Pick<Page, 'url' | 'status' | 'headers'> & { bytes: number };
      const { url, status, headers, bytes: wireBytes } = kept;
      const body =
        bytes === null ? Buffer.alloc(0) : Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength);
      const response = { url, status, headers, body, wireBytes, firstByte: 0, total: 0, fromCache: false };
      return { page: new Page(response, request), bytes: wireBytes };
    },
    encodeError(error) {
      if (!(error instanceof PageError)) return undefined;
      const { code, url, reason, status, retryAfter } = error;
      return JSON.stringify({ code, url, reason, status, retryAfter });
    },
    decodeError: failureIn,
  };
}

function failureIn(text: string): PageError {
  const { code, url, reason, ...details } = JSON.parse(text) as {
    code: FailureCode;
    url: string;
    reason: string;
    status?: number;
    retryAfter?: number;
  };
  return new PageError(code, url, reason, details);
}
