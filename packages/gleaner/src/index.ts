export { JobTimeoutError, OptionError, PageError, type FailureCode } from './http/failure.ts';
export { Page, type ReadAs } from './page/page.ts';
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
