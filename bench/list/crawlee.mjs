// Crawlee's HttpCrawler, tuned: nothing on disk, no sessions, no cookies, no made-up headers, no log, a fixed concurrency.

import { Configuration, HttpCrawler, log, LogLevel, RequestList } from '@crawlee/http';

log.setLevel(LogLevel.OFF);

export async function scrape(urls, add) {
  const configuration = new Configuration({ persistStorage: false, availableMemoryRatio: 1 });
  const crawler = new HttpCrawler(
    {
      requestList: await RequestList.open(null, urls),
      minConcurrency: 64,
      maxConcurrency: 64,
      useSessionPool: false,
      persistCookiesPerSession: false,
      retryOnBlocked: false,
      maxRequestRetries: 0,
      additionalMimeTypes: ['application/json'],
      preNavigationHooks: [(_context, gotOptions) => void (gotOptions.useHeaderGenerator = false)],
      async requestHandler({ json }) {
        add(json);
      },
    },
    configuration,
  );
  await crawler.run();
}
