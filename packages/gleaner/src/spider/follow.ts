import type { Json } from '../http/request.ts';

/** How a page is to be asked for. */
export interface FollowOptions {
  /** Which of the spider's handlers the page is for; that of the current page unless said. */
  label?: string | undefined;
  /** Handed to the spider with the page: `page.request.data`. */
  data?: Json | undefined;
  /** Higher comes sooner, among the requests of one host; 0 by default. */
  priority?: number | undefined;
  /** GET by default, POST where there is a body. */
  method?: string | undefined;
  headers?: Record<string, string> | undefined;
  /** An object goes as a form (application/x-www-form-urlencoded), a string or bytes as they are. */
  body?: string | Uint8Array | Record<string, string> | undefined;
  /** Whose cookies and proxy it goes with; that of the current page unless said. */
  session?: string | undefined;
  /** What makes it the same as another request: its method, URL and body unless said. A page that has been asked for is not asked for again. */
  key?: string | undefined;
}
