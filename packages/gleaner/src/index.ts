export { JobTimeoutError, OptionError, PageError, type FailureCode } from './http/failure.ts';
export type { Auth, Credential } from './http/auth.ts';
export type { ArchiveOptions } from './archive/archive.ts';
export { ArchiveError } from './archive/archive-error.ts';
export type { Damage } from './archive/warc-file.ts';
export { CacheError } from './store/response-cache.ts';
export type { Pattern } from './http/patterns.ts';
export type { ProxyChoice } from './http/proxies.ts';
export type { CrawlRequest, Json } from './http/request.ts';
export type { As, EachSpec, Extracted, ExtractedField, Shape, Spec, ValueSpec } from './page/extract.ts';
export type { Feed, FeedEnclosure, FeedItem } from './page/feed.ts';
export { Form, type Fields, type FieldValues, type Submission } from './page/forms.ts';
export type { LinkOptions } from './page/links.ts';
export type { MarkdownOptions } from './page/markdown.ts';
export type { AlternateLink, FeedLink, IconLink, PageMeta } from './page/meta.ts';
export type { MicrodataItem } from './page/microdata.ts';
export type { NumberFormat } from './page/numbers.ts';
export { Page, type ReadAs } from './page/page.ts';
export { Selection, type XPathResult } from './page/selection.ts';
export type { TableRows } from './page/tables.ts';
export { crawl, Crawl } from './crawl/crawl.ts';
export { replay, type ReplayOptions } from './crawl/replay.ts';
export { download } from './crawl/download.ts';
export type { Item } from './crawl/crawling.ts';
export type { CrawlOptions, Within } from './crawl/crawl-options.ts';
export type { CrawlSummary } from './crawl/crawl-summary.ts';
export type { Start } from './crawl/seeding.ts';
export type { Timing } from './crawl/load.ts';
export type { OnFailure, ScrapeOptions } from './crawl/options.ts';
export {
  scrape,
  Scrape,
  type DataOf,
  type Failure,
  type FailureOf,
  type Handler,
  type Result,
} from './crawl/scrape.ts';
export type { FailureCount, Summary } from './crawl/summary.ts';
export type { HostStatus } from './frontier/frontier.ts';
export { follow, Follow, type Address, type FollowOptions, type VisitOptions } from './spider/follow.ts';
export { spider, Spider, type ItemIn, type PageHandler } from './spider/spider.ts';
export { visit } from './spider/visit.ts';
export { durable } from './store/durable.ts';
export { openStore, type StoreOptions } from './store/sqlite-store.ts';
export { StoreError, type StoreErrorCode } from './store/store-error.ts';
export type { SavedFile } from './sinks/downloads.ts';
export type { Order, Store } from './store/store.ts';
