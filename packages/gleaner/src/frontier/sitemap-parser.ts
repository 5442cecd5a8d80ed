import { createRequire } from 'node:module';
import { TextDecoder } from 'node:util';
import type * as Htmlparser2 from 'htmlparser2';
import { PageError } from '../http/failure.ts';
import { serialised } from './target.ts';

/** How often a page is likely to change, by its site (sitemaps.org). */
type ChangeFrequency = 'always' | 'hourly' | 'daily' | 'weekly' | 'monthly' | 'yearly' | 'never';

/** A page that a sitemap names. */
export interface SitemapEntry {
  /** As the URL standard serialises it. */
  readonly url: string;
  /** When it last changed; of a day, a month or a year, its beginning, in UTC. */
  readonly lastmod: Date | undefined;
  readonly changefreq: ChangeFrequency | undefined;
  /** Among the pages of its site, from 0 to 1. */
  readonly priority: number | undefined;
}

/** Another sitemap, that an index names. */
export interface NestedSitemap {
  readonly url: string;
  readonly lastmod: Date | undefined;
}

export interface SitemapHandler {
  readonly onEntry: (entry: SitemapEntry) => void;
  readonly onSitemap: (sitemap: NestedSitemap) => void;
  /** What is known not to have changed since is left out. */
  readonly since?: Date | undefined;
}

export interface SitemapParser {
  /**
   * Reads on.
   * @throws {SitemapError | PageError} what was found before that stays found
   */
  write(bytes: Uint8Array): void;
  /**
   * There is no more.
   * @throws {SitemapError} if what came is no sitemap, or not all of one
   */
  end(): void;
}

/** What was to be a sitemap is none, or not all of one, or would not end. */
export class SitemapError extends Error {
  override readonly name = 'SitemapError';
  readonly code = 'NOT_A_SITEMAP';
  readonly url: string;

  constructor(url: string, reason: string) {
    super(`${url}: ${reason}`);
    this.url = url;
  }
}

/** The protocol's limits: bytes of a sitemap, unpacked, and characters of an address (sitemaps.org). */
export const MAX_SITEMAP_BYTES: number = 50 * 1024 * 1024;
const MAX_URL_LENGTH = 2048;

/** So deep, elements are a trap: four are enough for any format. */
const MAX_DEPTH = 200;

/** In so many bytes, an XML document must have said what its encoding is. */
const HEAD = 1024;

/** Loaded with the first sitemap that is XML. */
let library: typeof Htmlparser2 | undefined;

/**
 * Reads a sitemap as it comes, unpacked: a list of pages or of sitemaps (sitemaps.org, 0.9), RSS 1.0 and 2.0, Atom, or
 * plain text with an address a line. It is more tolerant than the protocol: of ampersands that are not escaped, relative
 * addresses, missing namespaces, and more than 50,000 entries. Addresses that are none, or longer than 2,048 characters,
 * are left out.
 *
 * @param url where the sitemap was found: what relative addresses are relative to
 */
export function sitemapParser(url: string, handler: SitemapHandler): SitemapParser {
  let head: Uint8Array[] = [];
  let size = 0;
  let decoder: TextDecoder | undefined;
  let reader: TextReader | undefined;

  const begin = (): void => {
    const bytes = Buffer.concat(head);
    head = [];
    decoder = decoderOf(bytes);
    const text = decoder.decode(bytes, { stream: true });
    reader = /^\s*</.test(text) ? xmlReader(url, handler) : lineReader(url, handler);
    reader.write(text);
  };
  return {
    write(bytes) {
      size += bytes.length;
      if (size > MAX_SITEMAP_BYTES) {
        throw new PageError(
          'TOO_LARGE',
          url,
          `the sitemap unpacks to more than the limit of ${MAX_SITEMAP_BYTES} bytes`,
        );
      }
      if (decoder !== undefined) reader?.write(decoder.decode(bytes, { stream: true }));
      else if (head.push(bytes) && size >= HEAD) begin();
    },
    end() {
      if (decoder === undefined) begin();
      reader?.write(decoder?.decode() ?? '');
      reader?.end();
    },
  };
}

/** By the byte-order mark, else by the XML declaration (XML 1.0, F), else UTF-8. */
function decoderOf(bytes: Buffer): TextDecoder {
  const start = bytes.subarray(0, 2).toString('latin1');
  if (start === '\xff\xfe' || start === '<\0') return new TextDecoder('utf-16le');
  if (start === '\xfe\xff' || start === '\0<') return new TextDecoder('utf-16be');
  const declaration = /^\s*<\?xml\s[^>]*?encoding\s*=\s*["']([^"']+)/.exec(bytes.toString('latin1', 0, HEAD));
  const label = declaration?.[1] ?? 'utf-8';
  try {
    // What can be read as ASCII is not UTF-16, whatever it says.
    return new TextDecoder(/^\s*(utf-?16|ucs)/i.test(label) ? 'utf-8' : label);
  } catch {
    return new TextDecoder();
  }
}

/** Reads the text of one format. */
interface TextReader {
  write(text: string): void;
  end(): void;
}

function lineReader(url: string, { onEntry }: SitemapHandler): TextReader {
  let rest = '';
  let count = 0;
  const read = (line: string): void => {
    const given = line.trim();
    if (!/^https?:/i.test(given)) return;
    const address = addressOf(given, url);
    if (address === undefined) return;
    count++;
    onEntry({ url: address, lastmod: undefined, changefreq: undefined, priority: undefined });
  };
  return {
    write(text) {
      const lines = (rest + text).split(/[\r\n]+/);
      // Of a line without end there is enough if it is known to be too long.
      rest = (lines.pop() ?? '').slice(0, MAX_URL_LENGTH * 2);
      lines.forEach(read);
    },
    end() {
      read(rest);
      if (count === 0) throw new SitemapError(url, 'expected a sitemap, not text without addresses');
    },
  };
}

/** Elements that name something to be fetched, by the document's root. */
const ENTRIES = new Map([
  ['urlset', ['url', 'sitemap']],
  ['sitemapindex', ['sitemap', 'url']],
  ['rss', ['item']],
  ['rdf', ['item']],
  ['feed', ['entry']],
]);

type Field = 'loc' | 'lastmod' | 'changefreq' | 'priority';

const FIELDS = new Map<string, Field>([
  ['loc', 'loc'],
  ['link', 'loc'],
  ['lastmod', 'lastmod'],
  ['pubdate', 'lastmod'],
  ['date', 'lastmod'],
  ['updated', 'lastmod'],
  ['published', 'lastmod'],
  ['changefreq', 'changefreq'],
  ['priority', 'priority'],
]);

/** So much of an element's text is kept: blanks around an address may be many, but not that many. */
const MAX_TEXT = MAX_URL_LENGTH * 2;

type Texts = Partial<Record<Field, string>>;

function xmlReader(url: string, handler: SitemapHandler): TextReader {
  library ??= createRequire(import.meta.url)('htmlparser2') as typeof Htmlparser2;
  let root = '';
  let entryNames: readonly string[] = [];
  let depth = 0;
  /** The element at hand that names something, what is known of it, and which of its children is being read. */
  let entryName = '';
  let entryDepth = 0;
  let texts: Texts | undefined;
  let field: Field | undefined;
  let text = '';
  /** Whether what is open is closed only because there is no more. */
  let isEnding = false;
  let isComplete = false;

  const leave = (): void => {
    if (texts !== undefined && !isEnding) emit(url, handler, entryName === 'sitemap', texts);
    texts = undefined;
  };
  const parser = new library.Parser(
    {
      onopentag(qualified, attributes) {
        const name = localName(qualified);
        if (++depth > MAX_DEPTH)
          throw new SitemapError(url, `its elements are nested deeper than ${MAX_DEPTH}`);
        if (depth === 1) {
          root = name;
          const names = ENTRIES.get(root);
          if (names === undefined) {
            const expected = 'a sitemap: urlset, sitemapindex, rss, feed or a list of addresses';
            throw new SitemapError(url, `expected ${expected}, not <${root.slice(0, 50)}>`);
          }
          entryNames = names;
        } else if (entryNames.includes(name)) {
          // One inside another is one whose end was forgotten.
          leave();
          texts = {};
          entryName = name;
          entryDepth = depth;
        } else if (texts !== undefined && depth === entryDepth + 1) {
          field = FIELDS.get(name);
          text = '';
          if (root === 'feed' && name === 'link') {
            field = undefined;
            const { href, rel = 'alternate' } = attributes;
            if (href !== undefined && rel === 'alternate') texts.loc ??= href;
          }
        }
      },
      ontext(part) {
        if (field !== undefined && text.length < MAX_TEXT) text += part;
      },
      onclosetag(qualified) {
        if (texts !== undefined && depth === entryDepth) leave();
        else if (texts !== undefined && field !== undefined && depth === entryDepth + 1) {
          // Of several dates the last change is meant, not the first publication.
          if (text.trim() !== '' && (texts[field] === undefined || localName(qualified) === 'updated')) {
            texts[field] = text.trim();
          }
          field = undefined;
        }
        if (--depth === 0 && !isEnding) isComplete = true;
      },
    },
    { xmlMode: true },
  );
  return {
    write: (part) => parser.write(part),
    end() {
      isEnding = true;
      parser.end();
      if (!isComplete) throw new SitemapError(url, 'the sitemap is cut off');
    },
  };
}

/** Without the prefix of its namespace, which any document may call as it likes. */
function localName(qualified: string): string {
  return qualified.slice(qualified.indexOf(':') + 1).toLowerCase();
}

const FREQUENCIES = new Set(['always', 'hourly', 'daily', 'weekly', 'monthly', 'yearly', 'never']);

function emit(url: string, handler: SitemapHandler, isSitemap: boolean, texts: Texts): void {
  const address = texts.loc === undefined ? undefined : addressOf(texts.loc, url);
  if (address === undefined) return;
  const period = texts.lastmod === undefined ? undefined : periodOf(texts.lastmod);
  if (period !== undefined && handler.since !== undefined && period.end < handler.since.getTime()) return;
  const lastmod = period === undefined ? undefined : new Date(period.start);
  if (isSitemap) {
    handler.onSitemap({ url: address, lastmod });
    return;
  }
  const frequency = texts.changefreq?.toLowerCase() ?? '';
  const changefreq = FREQUENCIES.has(frequency) ? (frequency as ChangeFrequency) : undefined;
  const number = Number(texts.priority ?? NaN);
  const priority = number >= 0 && number <= 1 ? number : undefined;
  handler.onEntry({ url: address, lastmod, changefreq, priority });
}

function addressOf(given: string, base: string): string | undefined {
  if (given.length > MAX_URL_LENGTH) return undefined;
  try {
    return serialised(given, base);
  } catch (error) {
    if (error instanceof PageError) return undefined;
    throw error;
  }
}

/** A moment, or the day, month or year in which it was, in milliseconds since 1970. */
interface Period {
  readonly start: number;
  readonly end: number;
}

/** W3C Date and Time Formats, the form of sitemaps and Atom; a missing zone is taken to be UTC. */
const W3C =
  /^(\d{4})(?:-(\d\d)(?:-(\d\d))?)?(?:[T ](\d\d:\d\d(?::\d\d(?:\.\d{1,9})?)?)\s*(Z|[+-]\d\d:?\d\d)?)?$/i;

/** RFC 5322, 3.3, the form of RSS: with a zone, or it would be taken to be here. */
const RFC_5322 =
  /^(?:[a-z]{3,9},?\s+)?\d{1,2}\s+[a-z]{3,9}\s+\d{4}\s+\d\d:\d\d(?::\d\d)?\s+(?:[a-z]{1,3}|[+-]\d{4})$/i;

function periodOf(text: string): Period | undefined {
  const found = W3C.exec(text);
  if (found === null) return RFC_5322.test(text) ? moment(Date.parse(text)) : undefined;
  const [, year = '', month, day, time, zone = 'Z'] = found;
  const start = Date.parse(
    `${year}-${month ?? '01'}-${day ?? '01'}T${time ?? '00:00'}${zone.replace(/^(...)(\d\d)$/, '$1:$2').toUpperCase()}`,
  );
  if (time !== undefined || Number.isNaN(start)) return moment(start);
  const next = day !== undefined ? [0, 0, 1] : month !== undefined ? [0, 1, 0] : [1, 0, 0];
  const [years = 0, months = 0, days = 0] = next;
  const end = Date.UTC(Number(year) + years, Number(month ?? 1) - 1 + months, Number(day ?? 1) + days) - 1;
  return { start, end };
}

function moment(time: number): Period | undefined {
  return Number.isNaN(time) ? undefined : { start: time, end: time };
}
