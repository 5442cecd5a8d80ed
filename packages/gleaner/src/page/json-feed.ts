import { PageError } from '../http/failure.ts';
import { Addresses } from './addresses.ts';
import { dateIn } from './dates.ts';
import type { Feed, FeedEnclosure, FeedItem } from './feed.ts';

/**
 * Reads a JSON Feed (jsonfeed.org, version 1.1 and 1) that has been parsed. Members of a wrong type count as missing.
 * @param url where it was found
 * @throws {PageError} `NOT_A_FEED`, if it does not say that it is one
 */
export function readJsonFeed(value: unknown, url: string): Feed {
  const feed = membersOf(value);
  const version = feed.version;
  if (typeof version !== 'string' || !/^https?:\/\/(?:www\.)?jsonfeed\.org\/version\//.test(version)) {
    const came =
      version === undefined ? 'no version' : `the version ${JSON.stringify(version)?.slice(0, 60)}`;
    throw new PageError(
      'NOT_A_FEED',
      url,
      `expected a JSON Feed, with a version of jsonfeed.org, but it has ${came}`,
    );
  }
  const addresses = new Addresses(url);
  const authors = authorOf(feed);
  return {
    kind: 'json',
    title: line(feed.title),
    link: absolute(feed.home_page_url, addresses),
    description: text(feed.description),
    language: text(feed.language),
    // The format has no such member.
    updated: null,
    items: listOf(feed.items).map((item) => itemOf(membersOf(item), authors, addresses)),
  };
}

function itemOf(item: Members, feedAuthors: string | null, addresses: Addresses): FeedItem {
  const url = absolute(item.url, addresses) ?? absolute(item.external_url, addresses);
  const id = item.id;
  return {
    // Some number their items, though the standard wants strings.
    id: typeof id === 'number' ? String(id) : (text(id) ?? url),
    url,
    title: line(item.title),
    summary: text(item.summary),
    content: text(item.content_html) ?? text(item.content_text),
    author: authorOf(item) ?? feedAuthors,
    published: date(item.date_published),
    updated: date(item.date_modified),
    categories: [...new Set(listOf(item.tags).flatMap((tag) => line(tag) ?? []))],
    enclosures: listOf(item.attachments).flatMap((one) => enclosureOf(membersOf(one), addresses)),
  };
}

/** Version 1 had one author, 1.1 has several. */
function authorOf(members: Members): string | null {
  const names = [...listOf(members.authors), members.author].flatMap(
    (one) => line(membersOf(one).name) ?? [],
  );
  return [...new Set(names)].join(', ') || null;
}

function enclosureOf(attachment: Members, addresses: Addresses): FeedEnclosure[] {
  const url = absolute(attachment.url, addresses);
  const size = attachment.size_in_bytes;
  if (url === null) return [];
  return [{ url, type: text(attachment.mime_type), length: typeof size === 'number' ? size : null }];
}

type Members = Readonly<Record<string, unknown>>;

/** Of what is no object: none. */
function membersOf(value: unknown): Members {
  return typeof value === 'object' && value !== null ? (value as Members) : {};
}

function listOf(value: unknown): readonly unknown[] {
  return Array.isArray(value) ? value : [];
}

function text(value: unknown): string | null {
  return typeof value === 'string' ? value.trim() || null : null;
}

function line(value: unknown): string | null {
  return text(value)?.replace(/\s+/g, ' ') ?? null;
}

function date(value: unknown): Date | null {
  return typeof value === 'string' ? dateIn(value) : null;
}

function absolute(value: unknown, addresses: Addresses): string | null {
  const written = text(value);
  return written === null ? null : addresses.absolute(written);
}
