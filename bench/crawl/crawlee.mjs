// Crawlee's CheerioCrawler, tuned: nothing on disk, no sessions, no cookies, no made-up headers, no log, a fixed
// concurrency; links are collected once, and only new ones reach the queue.

import { CheerioCrawler, Configuration, log, LogLevel } from '@crawlee/cheerio';

log.setLevel(LogLevel.OFF);

export async function crawl(start, write) {
  const home = new URL('/', start).href;
  const seen = new Set([start]);
  const crawler = new CheerioCrawler(
    {
      minConcurrency: 16,
      maxConcurrency: 16,
      useSessionPool: false,
      persistCookiesPerSession: false,
      retryOnBlocked: false,
      maxRequestRetries: 0,
      preNavigationHooks: [(_context, gotOptions) => void (gotOptions.useHeaderGenerator = false)],
      async requestHandler({ $, request: { url }, response }) {
        if (response.statusCode !== 200) return;
        const links = new Set();
        for (const { attribs } of $('a[href]')) {
          const href = attribs.href.split('#', 1)[0];
          if (URL.canParse(href, url)) links.add(new URL(href, url).href);
        }
        const fresh = [...links].filter((link) => link.startsWith(home) && !seen.has(link));
        for (const link of fresh) seen.add(link);
        write({
          url,
          title: $('title').first().text(),
          heading: $('h1, h2, h3, h4, h5, h6').first().text(),
          links: [...links],
        });
        if (fresh.length > 0) {
          const requests = fresh.map((link) => ({ url: link, uniqueKey: link }));
          await crawler.addRequests(requests, { waitForAllRequestsToBeAdded: true });
        }
      },
    },
    new Configuration({ persistStorage: false, availableMemoryRatio: 1 }),
  );
  await crawler.run([{ url: start, uniqueKey: start }]);
}
