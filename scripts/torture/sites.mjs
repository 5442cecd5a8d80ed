import { startBookshop } from '@gleaner/bookshop';
import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import http from 'node:http';
import path from 'node:path';

/*
 * The two sites that are crawled, each behind a server that counts what it is asked for, and the spiders for them.
 */

/** The books, each with what is on its own page: a run of the spider visits up to twenty pages, and keeps its place. */
const BOOKS = `
import { follow, spider, visit } from 'gleaner';

export default spider(function* (page) {
  yield follow(page.links('li.next a'));
  for (const card of page.selectAll('article.product_pod')) {
    const detail = yield* visit(card.link('h3 a'));
    yield { title: detail.text('h1'), price: card.number('.price_color'), upc: detail.text('td') };
  }
});
`;

/** Every page of a manual, each for itself. */
const PAGES = `
import { follow, spider } from 'gleaner';

export default spider(function* (page) {
  const links = page.links();
  yield follow(links);
  yield { page: new URL(page.url).pathname, title: page.text('title'), heading: page.text('h1'), links: links.length };
});
`;

const MANUAL = '/usr/share/doc/python3.11/html';

/**
 * @typedef {import('node:http').RequestListener} Listener
 *
 * @typedef {object} Site
 * @property {() => boolean} isThere
 * @property {string} spider
 * @property {string} start
 * @property {string[]} options
 * @property {() => ReturnType<typeof counting>} open
 */

/** @type {Record<string, Site>} */
export const SITES = {
  bookshop: {
    isThere: () => true,
    spider: BOOKS,
    start: '/',
    options: ['--per-host', '8'],
    async open() {
      const shop = await startBookshop({ latency: 1 });
      const { hostname, port } = new URL(shop.origin);
      /** @type {Listener} */
      const forward = (request, response) => {
        const { method, url, headers } = request;
        const asked = http.request({ hostname, port, method, path: url, headers }, (answer) => {
          response.writeHead(answer.statusCode ?? 500, answer.headers);
          answer.pipe(response);
        });
        asked.on('error', () => response.destroy());
        response.on('close', () => asked.destroy());
        request.pipe(asked);
      };
      return await counting(forward, () => shop.close());
    },
  },
  documentation: {
    isThere: () => existsSync(MANUAL),
    spider: PAGES,
    start: '/index.html',
    // The sources are no pages: 526 are left.
    options: ['--per-host', '8', '--deny', '**/_sources/**', '--deny', '**/*.{txt,zip,png,svg,epub,pdf}'],
    async open() {
      /** @type {(...of: Parameters<Listener>) => Promise<void>} */
      const serve = async (request, response) => {
        const { pathname } = new URL(request.url ?? '/', 'http://localhost');
        const file = path.join(MANUAL, path.normalize(decodeURIComponent(pathname)));
        try {
          const body = await readFile(file.endsWith('/') ? `${file}index.html` : file);
          const type =
            file.endsWith('.html') || file.endsWith('/') ? 'text/html' : 'application/octet-stream';
          setTimeout(() => response.writeHead(200, { 'content-type': type }).end(body), 2);
        } catch {
          response.writeHead(404).end();
        }
      };
      return await counting(
        (request, response) => void serve(request, response),
        async () => {},
      );
    },
  },
};

/** How long after an answer the crawler may still be busy with it, in milliseconds. */
const BUSY = 20;

/**
 * A server that notes how often each page was asked for, and what is under way.
 *
 * @param {Listener} handle
 * @param {() => Promise<void>} close
 */
async function counting(handle, close) {
  /** @type {Map<string, number>} */
  const counts = new Map();
  const underWay = new Set();
  /** @type {number[]} */
  const lately = [];
  const server = http.createServer((request, response) => {
    const { url = '' } = request;
    counts.set(url, (counts.get(url) ?? 0) + 1);
    underWay.add(response);
    response.on('close', () => {
      underWay.delete(response);
      lately.push(performance.now());
      if (lately.length > 100) lately.shift();
    });
    handle(request, response);
  });
  await new Promise((resolve) => server.listen(0, '127.0.0.1', () => resolve(undefined)));
  const address = server.address();
  const port = typeof address === 'object' && address !== null ? address.port : 0;
  return {
    origin: `http://127.0.0.1:${port}`,
    /** How many times pages were asked for again, robots.txt left out: that is asked for at each start. */
    repeated: () =>
      [...counts].reduce((sum, [url, count]) => sum + (url === '/robots.txt' ? 0 : count - 1), 0),
    asked: () => counts.size,
    wasAsked: (/** @type {string} */ path) => counts.has(path),
    reset: () => counts.clear(),
    /** Requests under way, or over a moment ago. */
    inFlight: () => underWay.size + lately.filter((time) => time > performance.now() - BUSY).length,
    async close() {
      server.closeAllConnections();
      await new Promise((resolve) => server.close(resolve));
      await close();
    },
  };
}
