// Crawlee's HttpCrawler, tuned, its pages read with htmlparser2's events.

import { HttpCrawler } from '@crawlee/http';
import { crawlTuned } from './crawlee-tuned.mjs';
import { readEvents } from './htmlparser2-events.mjs';

export const crawl = (start, write) =>
  crawlTuned(HttpCrawler, start, write, ({ body }) => readEvents(body.toString()));
