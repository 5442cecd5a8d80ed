// The reference: what an experienced user writes by hand.

import { Pool } from 'undici';

export async function scrape(urls, add) {
  const { origin } = new URL(urls[0]);
  const pool = new Pool(origin, { connections: 64 });
  let next = 0;
  async function worker() {
    while (next < urls.length) {
      const path = urls[next++].slice(origin.length);
      const { statusCode, body } = await pool.request({ method: 'GET', path });
      if (statusCode !== 200) throw new Error(`${path}: ${statusCode}`);
      add(await body.json());
    }
  }
  await Promise.all(Array.from({ length: 64 }, worker));
  await pool.close();
}
