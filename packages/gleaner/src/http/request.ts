/** Any JSON value (RFC 8259). */
export type Json = null | boolean | number | string | readonly Json[] | { readonly [name: string]: Json };

/** What is to be fetched, and what whoever asked for it wants to be told along with the answer. */
export interface CrawlRequest {
  /** Absolute, http: or https:, as the URL standard serialises it, without its fragment. */
  readonly url: string;
  /** In capitals. */
  readonly method: string;
  /** Sent besides the crawl's own, by lower-case name. */
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string | Uint8Array | undefined;
  /** Higher comes sooner, among the requests of one host; 0 by default. */
  readonly priority: number;
  /** How many links it is away from a start page. */
  readonly depth: number;
  /** Which of the spider's handlers its page is for. */
  readonly label: string | undefined;
  /** Handed to the spider with the page. */
  readonly data: Json | undefined;
  /** Whose cookies and proxy it goes with. */
  readonly session: string | undefined;
  /** Two requests with the same key are one: the later is dropped. */
  readonly key: string;
}
