import { createGunzip } from 'node:zlib';
import { checkpoint, each, stream, type CoroutineBody, type Stream } from '@gleaner/coroutine';
import { PageError } from '../http/failure.ts';
import { SitemapError, sitemapParser, type NestedSitemap, type SitemapEntry } from './sitemap-parser.ts';
import { serialised } from './target.ts';

export interface SitemapOptions {
  /** Only what changed since, or of which it is not known when it did. */
  readonly since?: Date | undefined;
  /** Told of a sitemap that could not be had, or not in full; the others are read on. */
  readonly onFailure: (url: string, error: unknown) => void;
}

/** An index in an index in an index … is none of a site that wants to be read; the protocol knows one. */
const MAX_NESTING = 5;

/** As many as one index may name (sitemaps.org). */
const MAX_SITEMAPS = 50_000;

/** So much of a sitemap is parsed at a time, in bytes: about a millisecond's work. */
const CHUNK = 65_536;

/**
 * The pages that sitemaps name, as they are parsed, those of nested ones included: one sitemap after the other, each
 * once, of which no more than one is held at a time. A gzipped one is unpacked, whatever its name and headers say.
 *
 * @param start addresses of sitemaps, or of indexes of them
 * @param fetch gives a sitemap's bytes, with its Content-Encoding undone; what it throws fails this one sitemap
 *
 * @example
 * const entries = sitemapEntries(['https://example.com/sitemap.xml'], fetchBytes, { onFailure: console.error });
 * for await (const { url, lastmod } of entries) console.log(url, lastmod);
 */
export const sitemapEntries: (
  start: readonly string[],
  fetch: (url: string) => CoroutineBody<Uint8Array>,
  options: SitemapOptions,
) => Stream<SitemapEntry> = stream(function* sitemapEntries(
  start: readonly string[],
  fetch: (url: string) => CoroutineBody<Uint8Array>,
  { since, onFailure }: SitemapOptions,
) {
  const waiting = new Waiting(onFailure);
  for (const url of start) waiting.addStart(url);
  for (let next = waiting.next(); next !== undefined; next = waiting.next()) {
    const { url, nesting } = next;
    let found: SitemapEntry[] = [];
    const parser = sitemapParser(url, {
      onEntry: (entry) => found.push(entry),
      onSitemap: (sitemap) => {
        waiting.addNested(sitemap, url, nesting + 1);
      },
      since,
    });
    let failure: { readonly error: unknown } | undefined;
    try {
      const chunks = each(unpacked(url, yield* fetch(url)));
      try {
        while (yield* chunks.next()) {
          parser.write(chunks.value);
          yield* found;
          found = [];
          yield* checkpoint();
        }
      } finally {
        yield* chunks.close();
      }
      parser.end();
    } catch (error) {
      failure = { error };
    }
    // What comes before the end, or before what is wrong.
    yield* found;
    if (failure !== undefined) onFailure(url, failure.error);
  }
});

/** A body in parts, unpacked if it begins as gzip does (RFC 1952, 2.3.1). */
const unpacked: (url: string, body: Uint8Array) => Stream<Uint8Array> = stream(function* unpacked(
  url: string,
  body: Uint8Array,
) {
  if (body[0] !== 0x1f || body[1] !== 0x8b) {
    for (let at = 0; at < body.length; at += CHUNK) yield body.subarray(at, at + CHUNK);
    return;
  }
  const gunzip = createGunzip({ chunkSize: CHUNK });
  gunzip.end(body);
  const chunks = each(gunzip as AsyncIterable<Uint8Array>);
  try {
    while (yield* chunks.next()) yield chunks.value;
  } catch (error) {
    throw new PageError('ENCODING', url, 'the sitemap is not valid gzip', { cause: error });
  }
});

interface Waits {
  readonly url: string;
  readonly nesting: number;
}

/** Sitemaps that are to be read, each once, however many indexes name it. */
class Waiting {
  private readonly onFailure: SitemapOptions['onFailure'];
  private readonly seen = new Set<string>();
  private readonly list: Waits[] = [];
  private at = 0;
  private isFull = false;

  constructor(onFailure: SitemapOptions['onFailure']) {
    this.onFailure = onFailure;
  }

  addStart(given: string): void {
    try {
      this.add(serialised(given), 0);
    } catch (error) {
      if (!(error instanceof PageError)) throw error;
      this.onFailure(given, error);
    }
  }

  addNested({ url }: NestedSitemap, parent: string, nesting: number): void {
    if (this.seen.has(url)) return;
    if (nesting > MAX_NESTING) {
      this.onFailure(url, new SitemapError(url, `it is nested in more than ${MAX_NESTING} others`));
    } else if (this.seen.size < MAX_SITEMAPS) this.add(url, nesting);
    else if (!this.isFull) {
      this.isFull = true;
      this.onFailure(
        parent,
        new SitemapError(parent, `there are more sitemaps than the limit of ${MAX_SITEMAPS}`),
      );
    }
  }

  next(): Waits | undefined {
    return this.list[this.at++];
  }

  private add(url: string, nesting: number): void {
    if (this.seen.has(url)) return;
    this.seen.add(url);
    this.list.push({ url, nesting });
  }
}
