import type { CoroutineBody, Journal, Written } from '@gleaner/coroutine';
import type { CrawlRequest, Json } from '../http/request.ts';

/** The right to work on one request, until it is committed, failed, put off or given back. */
export interface Lease {
  /** The request's id in the store: its place in the order of discovery. */
  readonly id: number;
  /** The id of its host. */
  readonly host: number;
  /** Grows with each claim of the request: what comes in under an older one is refused (a fencing token). */
  readonly epoch: number;
  /** How many attempts there have been before this one. */
  readonly attempts: number;
  readonly request: CrawlRequest;
}

/** A host with requests to be made. */
export interface StoredHost {
  readonly id: number;
  /** Scheme, host and port. */
  readonly origin: string;
  /** What `release` was last given for it: when it may be asked, how it is paced, its robots.txt. */
  readonly state: Json | undefined;
}

/** Why a page was given up. */
export interface StoredFailure {
  readonly url: string;
  readonly code: string;
  /** For people: names the page and what was wrong. */
  readonly message: string;
  readonly attempts: number;
  readonly depth: number;
}

/** What one run of a spider over one page has led to. All of it lands, or none. */
export interface Effects {
  /** The items, in their order; each must have JSON. */
  readonly items: readonly unknown[];
  /** What is to be fetched next; what was seen before is dropped. */
  readonly requests: readonly CrawlRequest[];
  /** The status of the page's response. */
  readonly status: number;
  /** Bytes of bodies over the wire, those of pages visited meanwhile included. */
  readonly bytes: number;
}

export interface Committed {
  /** How many of the requests were new. */
  readonly added: number;
  /** Each item's key: the same whenever the same page yields its items in the same order. */
  readonly keys: readonly string[];
  /** The first item's number: they are counted in the order of their commits, from 1. */
  readonly first: number;
}

/** Requests by what has become of them. */
export interface StoreCounts {
  pending: number;
  /** Claimed and not yet ended. */
  leased: number;
  done: number;
  failed: number;
  items: number;
  /** Bytes of bodies over the wire. */
  bytes: number;
  /** Requests tried again. */
  retries: number;
  /** Pages done, by their response's status. */
  statuses: Record<string, number>;
  /** Pages failed, by code, each with the first of its kind. */
  failures: Record<string, { count: number; example: { url: string; message: string } }>;
}

export interface StoredItem {
  /** Counted in the order of the commits, from 1. */
  readonly number: number;
  readonly key: string;
  readonly url: string;
  /** As it was yielded, by way of JSON. */
  readonly item: unknown;
}

/** The journal of the spider's run over one page. It goes when the page is done or failed. */
export interface PageJournal extends Journal {
  /** Lets the page begin anew. */
  forget(): CoroutineBody<void>;
}

/** A run of a coroutine that is known by a name. */
export interface StoredRun {
  readonly journal: Journal;
  /** What it has ended with; undefined as long as it has not. */
  readonly outcome: Written | undefined;
  /** It has ended: its journal goes. */
  end(outcome: Written): CoroutineBody<void>;
  /** It is not under way any more. */
  leave(): void;
}

/** In which order a host's requests of the same priority are claimed: as found, or the deepest and newest first. */
export type Order = 'breadth' | 'depth';

/**
 * Where a crawl keeps its state. Every implementation passes the same conformance suite. Hosts are the unit of sharing:
 * whoever has adopted a host is the only one to ask it, so that politeness is decided in one place.
 */
export interface Store {
  /** The file's name, or ':memory:'. */
  readonly name: string;

  /** Adds requests; those whose key was seen before are dropped, for good. Gives how many were new. */
  push(requests: readonly CrawlRequest[]): CoroutineBody<number>;

  /** Takes over hosts that have pending requests and that nobody has adopted: those that have waited longest first. */
  adopt(limit: number): CoroutineBody<readonly StoredHost[]>;

  /** Lets a host go; `state` is kept for whoever adopts it next. */
  release(host: number, state: Json | undefined): CoroutineBody<void>;

  /**
   * Claims the next requests of an adopted host: highest priority first, then in the store's order; none that was put
   * off until later than `now` (milliseconds since 1970). Empty when there is none.
   */
  claim(host: number, limit: number, now: number): CoroutineBody<readonly Lease[]>;

  /** When the first of a host's requests that were put off may be claimed; `Infinity` if there is none. */
  putOffUntil(host: number): number;

  /** A page is done: its items and the requests it led to, in one transaction; returns when that is committed. */
  commit(lease: Lease, effects: Effects): CoroutineBody<Committed>;

  /** A page is given up, for a reason that is kept. */
  fail(lease: Lease, failure: { code: string; message: string }): CoroutineBody<void>;

  /** A page is tried again, not before `at` (milliseconds since 1970). */
  putOff(lease: Lease, at: number): CoroutineBody<void>;

  /** A claim that came to nothing: the request is pending as before, its attempts uncounted. */
  giveBack(lease: Lease): CoroutineBody<void>;

  /** What the run over a request has written down so far; what comes in under an older lease is refused. */
  journal(lease: Lease): PageJournal;

  /** Forgets the journals of all pages: they begin anew. Gives how many there were. */
  forgetJournals(): CoroutineBody<number>;

  /**
   * Begins, or goes on with, the run of a coroutine.
   * @param now when it is begun, in milliseconds since 1970
   * @throws {StoreError} `STORE_LOCKED` if it is under way
   */
  beginRun(name: string, now: number): StoredRun;

  /** The names of the runs that have not ended, the oldest first. */
  runs(): readonly string[];

  /** Forgets a run, its outcome included. Gives whether there was one. */
  forgetRun(name: string): CoroutineBody<boolean>;

  /** Settings and notes of the crawl, by name. */
  note(name: string): Json | undefined;
  setNote(name: string, value: Json): CoroutineBody<void>;

  counts(): StoreCounts;

  /** The items, in the order of their commits, without holding more than a few at a time. */
  items(): Iterable<StoredItem>;

  /** Whoever the items are for has dealt with all up to this number. Is committed with what comes next, or soon. */
  acknowledge(number: number): void;

  /** The items beyond that. */
  unacknowledged(): Iterable<StoredItem>;

  failures(): Iterable<StoredFailure>;

  /** Commits what is pending, gives back every lease and host, and lets go of the file. */
  close(): CoroutineBody<void>;
}
