import { each, now, type CoroutineBody, type Streamable } from '@gleaner/coroutine';
import { MAX_SITEMAP_BYTES } from '../frontier/sitemap-parser.ts';
import type { RecordedStart } from '../archive/archive.ts';
import { maskedBody } from '../archive/secrets.ts';
import { sitemapEntries } from '../frontier/sitemap.ts';
import { serialised } from '../frontier/target.ts';
import { parts } from '../http/exchange.ts';
import { OptionError, PageError } from '../http/failure.ts';
import type { CrawlRequest } from '../http/request.ts';
import { Follow } from '../spider/follow.ts';
import { countDropped, type CrawlJob } from './job.ts';
import { fetchPatiently, TROUBLE } from './fetching.ts';
import { robotsOf } from './obeying.ts';
import { requestOf, START } from './request-of.ts';

/** Where a crawl starts: an address, or what `follow` gives where there is more to say. */
export type Start = string | URL | Follow;

/** How many requests are given to the store at a time. */
const BATCH = 500;

/** Adds the start pages to the frontier, and then, where they are asked for, the pages of sitemaps. */
export function* seeding(job: CrawlJob, start: Streamable<Start>): CoroutineBody<void> {
  const batch: CrawlRequest[] = [];
  const origins = new Set<string>();
  // The next may be long in coming: what is there does not wait for it.
  const isWaitedFor = Symbol.asyncIterator in start;
  const starts = each(start);
  while (yield* starts.next()) {
    for (const request of requestsOf(job, starts.value)) {
      if (origins.size < MOST_ORIGINS) origins.add(parts(request.url).origin);
      batch.push(request);
      if (batch.length >= BATCH) yield* begin(job, batch);
    }
    if (isWaitedFor) yield* begin(job, batch);
  }
  yield* begin(job, batch);
  if (job.settings.sitemaps === false) return;
  const addresses = job.settings.sitemaps === true ? yield* sitemapsOf(job, origins) : job.settings.sitemaps;
  // These the user has named, too; those of a robots.txt are the site's words.
  if (job.settings.sitemaps !== true)
    for (const url of addresses)
      if (/^https?:/i.test(url) && URL.canParse(url)) job.client.trust(new URL(url).href);
  const { since } = job.settings;
  const onFailure = (): void => countDropped(job, 'sitemap failed');
  const entries = each(sitemapEntries(addresses, (url) => fetchSitemap(job, url), { since, onFailure }));
  while (yield* entries.next()) {
    const { url } = entries.value;
    const verdict = job.scope.verdict(url, 0);
    if (verdict !== true) {
      countDropped(job, verdict);
      continue;
    }
    batch.push(requestOf(url, {}, START, job.keys));
    if (batch.length >= BATCH) yield* push(job, batch);
  }
  yield* push(job, batch);
}

/** More start origins than this are a list of pages, whose sitemaps nobody wants all of. */
const MOST_ORIGINS = 10_000;

function* requestsOf(job: CrawlJob, start: Start): Generator<CrawlRequest, void> {
  const { addresses, options } = start instanceof Follow ? start : { addresses: [start], options: {} };
  for (const address of addresses) {
    if (typeof address !== 'string' && !((address as unknown) instanceof URL)) {
      throw new OptionError('a start page', 'an address, or what follow gives', address);
    }
    // The client keeps what the address says of a name and a password, for its origin only.
    const request = requestOf(job.client.learn(serialised(String(address))), options, START, job.keys);
    job.scope.include(request.url);
    job.confidants.add(parts(request.url).origin);
    job.client.trust(request.url);
    yield request;
  }
}

/** Adds start pages, which the archive tells of first: whoever replays it begins with them. */
function* begin(job: CrawlJob, batch: CrawlRequest[]): CoroutineBody<void> {
  if (job.archive !== undefined) yield* job.archive.begin(batch.map(recordedStart), yield* now());
  yield* keepNamed(job);
  yield* push(job, batch);
}

/** Which hosts were named is in the store before their pages are. */
function* keepNamed(job: CrawlJob): CoroutineBody<void> {
  const { named } = job.client;
  if (named === undefined || named.revision === job.namedKept) return;
  job.namedKept = named.revision;
  yield* job.store.setNote('named', named.toJson());
}

/** Header fields are not among it: they may be secrets, and an archive does not look at them. */
function recordedStart({ url, method, headers, body, label, data, session }: CrawlRequest): RecordedStart {
  const kept = maskedBody(body, Object.entries(headers).flat());
  return {
    url,
    ...(method === 'GET' ? {} : { method }),
    ...(kept.length === 0 ? {} : { body: kept.toString('base64') }),
    ...(label === undefined ? {} : { label }),
    ...(data === undefined ? {} : { data }),
    ...(session === undefined ? {} : { session }),
  };
}

function* push(job: CrawlJob, batch: CrawlRequest[]): CoroutineBody<void> {
  if (batch.length === 0) return;
  const added = yield* job.store.push(batch);
  if (added > 0) job.frontier.added(batch, yield* now());
  batch.length = 0;
}

/** The sitemaps that the start pages' hosts name in their robots.txt; /sitemap.xml where they name none. */
function* sitemapsOf(job: CrawlJob, origins: Iterable<string>): CoroutineBody<string[]> {
  const found: string[] = [];
  for (const origin of origins) {
    const permit = yield* job.frontier.enter(`${origin}/`);
    try {
      const { sitemaps } = yield* robotsOf(job, permit.host);
      for (const named of sitemaps.length > 0 ? sitemaps : ['/sitemap.xml']) {
        if (URL.canParse(named, origin)) found.push(new URL(named, origin).href);
      }
    } catch (error) {
      if (!(error instanceof PageError)) throw error;
      if (TROUBLE.has(error.code)) permit.host.pace.troubled(yield* now(), error.retryAfter);
      countDropped(job, 'sitemap failed');
    } finally {
      permit.release(yield* now());
    }
  }
  return found;
}

/** A sitemap may be as large as their protocol has it, whatever the limit on pages is. */
function* fetchSitemap(job: CrawlJob, url: string): CoroutineBody<Uint8Array> {
  const request = { ...requestOf(url, {}, START, job.keys), maxBytes: MAX_SITEMAP_BYTES };
  const { page } = yield* fetchPatiently(job, request);
  return page.bytes();
}
