import { gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { body, startServer } from '../../test/server.ts';
import { crawl } from './crawl.ts';
import { MAX_SITEMAP_BYTES } from '../frontier/sitemap-parser.ts';

/** A sitemap of two pages, one at its beginning and one at its end, that has so many bytes. */
function sitemapOf(origin: string, bytes: number): Buffer {
  const begin = `<urlset><url><loc>${origin}/first</loc></url>`;
  const end = `<url><loc>${origin}/last</loc></url></urlset>`;
  return Buffer.concat([
    Buffer.from(begin),
    Buffer.alloc(bytes - begin.length - end.length, '\n'),
    Buffer.from(end),
  ]);
}

test('sitemaps are read up to what their protocol allows, 50 MiB, whatever the limit on pages is', async () => {
  const xml = { 'content-type': 'application/xml' };
  const routes: Parameters<typeof startServer>[0] = {
    '*': body('<p>', { 'content-type': 'text/html' }),
    '/large': body('x'.repeat(2000)),
  };
  await using server = await startServer(routes);
  const { origin } = server;
  routes['/whole.xml'] = body(sitemapOf(origin, MAX_SITEMAP_BYTES), xml);
  routes['/packed.xml'] = body(gzipSync(sitemapOf(`${origin}/packed`, 20_000_000)), {
    ...xml,
    'content-encoding': 'gzip',
  });
  routes['/packed.xml.gz'] = body(gzipSync(sitemapOf(`${origin}/gz`, 20_000_000)));
  routes['/more.xml'] = body(sitemapOf(`${origin}/more`, MAX_SITEMAP_BYTES + 1), xml);
  // What unpacks to more is read until then.
  routes['/more.xml.gz'] = body(gzipSync(sitemapOf(`${origin}/moregz`, MAX_SITEMAP_BYTES + 200_000)));
  const job = crawl(
    `${origin}/large`,
    function* (page) {
      yield new URL(page.url).pathname;
    },
    {
      delay: 0,
      robots: false,
      perHost: 4,
      maxBytes: 1000,
      retries: 0,
      sitemaps: ['/whole.xml', '/packed.xml', '/packed.xml.gz', '/more.xml', '/more.xml.gz'].map(
        (path) => origin + path,
      ),
    },
  );
  const found: unknown[] = [];
  for await (const path of job) found.push(path);
  expect(found.sort()).toEqual([
    '/first',
    '/gz/first',
    '/gz/last',
    '/last',
    '/moregz/first',
    '/packed/first',
    '/packed/last',
  ]);
  expect(job.summary.dropped).toEqual({ 'sitemap failed': 2 });
  // Pages are held to the limit on pages.
  expect(job.summary.failures).toMatchObject({ TOO_LARGE: { count: 1 } });
});
