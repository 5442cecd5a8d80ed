// Crawlee's CheerioCrawler as its guide shows it, with the concurrency of the others; on memory only.

import { CheerioCrawler, Configuration, log, LogLevel } from '@crawlee/cheerio';

log.setLevel(LogLevel.OFF);

export async function crawl(start, write) {
  const crawler = new CheerioCrawler(
    {
      maxConcurrency: 16,
      async requestHandler({ $, request, response, enqueueLinks }) {
        if (response.statusCode !== 200) return;
        const base = request.loadedUrl ?? request.url;
        const hrefs = $('a[href]')
          .toArray()
          .map((a) => $(a).attr('href'));
        write({
          url: base,
          title: $('title').first().text(),
          heading: $('h1, h2, h3, h4, h5, h6').first().text(),
          links: hrefs.filter((href) => URL.canParse(href, base)).map((href) => new URL(href, base).href),
        });
        await enqueueLinks({ strategy: 'same-origin' });
      },
    },
    new Configuration({ persistStorage: false }),
  );
  await crawler.run([start]);
}
