// Crawlee's HttpCrawler as its guide shows it, with the concurrency of the others; on memory only.

import { Configuration, HttpCrawler, log, LogLevel } from '@crawlee/http';

log.setLevel(LogLevel.OFF);

export async function scrape(urls, add) {
  const crawler = new HttpCrawler(
    {
      maxConcurrency: 64,
      additionalMimeTypes: ['application/json'],
      async requestHandler({ json }) {
        add(json);
      },
    },
    new Configuration({ persistStorage: false }),
  );
  await crawler.run(urls);
}
