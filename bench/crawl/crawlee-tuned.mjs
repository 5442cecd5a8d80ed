// A crawl by one of Crawlee's crawlers, tuned: nothing on disk, no sessions, no cookies, no made-up headers, no log, a
// fixed concurrency; links are collected once, and only new ones reach the queue.

import { Configuration, log, LogLevel } from '@crawlee/http';

log.setLevel(LogLevel.OFF);

/**
 * @param {any} Crawler
 * @param {string} start
 * @param {(found: import('./output.mjs').Found) => void} write
 * @param {(context: any) => { title: string | null, heading: string | null, links: string[] }} read links as they stand
 *   in the page
 */
export async function crawlTuned(Crawler, start, write, read) {
  const home = new URL('/', start).href;
  const seen = new Set([start]);
  const crawler = new Crawler(
    {
      minConcurrency: 16,
      maxConcurrency: 16,
      useSessionPool: false,
      persistCookiesPerSession: false,
      retryOnBlocked: false,
      maxRequestRetries: 0,
      preNavigationHooks: [(_context, gotOptions) => void (gotOptions.useHeaderGenerator = false)],
      async requestHandler(context) {
        if (context.response.statusCode !== 200) return;
        const { url } = context.request;
        const { title, heading, links: hrefs } = read(context);
        const links = new Set();
        for (const whole of hrefs) {
          const href = whole.split('#', 1)[0];
          if (URL.canParse(href, url)) links.add(new URL(href, url).href);
        }
        const fresh = [...links].filter((link) => link.startsWith(home) && !seen.has(link));
        for (const link of fresh) seen.add(link);
        write({ url, title, heading, links: [...links] });
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
