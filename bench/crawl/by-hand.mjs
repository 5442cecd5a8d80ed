// The crawl that an experienced user writes by hand: undici, a Set of what was seen, and 16 workers.

import { Pool } from 'undici';

/**
 * @param {string} start
 * @param {(found: import('./output.mjs').Found) => void} write
 * @param {(html: string) => { title: string | null, heading: string | null, links: string[] }} read links as they
 *   stand in the page
 */
export async function crawlByHand(start, write, read) {
  const { origin } = new URL(start);
  const home = `${origin}/`;
  const pool = new Pool(origin, { connections: 16 });
  const queue = [start];
  const seen = new Set(queue);
  let next = 0;
  let working = 0;
  await new Promise((resolve, reject) => {
    function begin() {
      while (working < 16 && next < queue.length) {
        working++;
        visit(queue[next++]).then(end, reject);
      }
      if (working === 0) resolve(undefined);
    }
    function end() {
      working--;
      begin();
    }
    begin();
  });
  await pool.close();

  async function visit(/** @type {string} */ url) {
    const { statusCode, headers, body } = await pool.request({
      method: 'GET',
      path: url.slice(origin.length),
    });
    if (statusCode !== 200 || !String(headers['content-type']).startsWith('text/html'))
      return await body.dump();
    const { title, heading, links } = read(await body.text());
    const found = new Set();
    for (const href of links) {
      const link = absolute(href, url);
      if (link !== undefined) found.add(link);
    }
    for (const link of found) {
      if (!link.startsWith(home) || seen.has(link)) continue;
      seen.add(link);
      queue.push(link);
    }
    write({ url, title, heading, links: [...found] });
  }
}

function absolute(/** @type {string} */ href, /** @type {string} */ base) {
  const hash = href.indexOf('#');
  try {
    const { protocol, href: url } = new URL(hash < 0 ? href : href.slice(0, hash), base);
    return protocol === 'http:' || protocol === 'https:' ? url : undefined;
  } catch {
    return undefined;
  }
}
