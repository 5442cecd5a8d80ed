// Node's own fetch; p-map bounds how many run.

import map from 'p-map';

export async function scrape(urls, add) {
  const load = async (url) => {
    const response = await fetch(url);
    if (!response.ok) throw new Error(`${url}: ${response.status}`);
    add(await response.json());
  };
  await map(urls, load, { concurrency: 64 });
}
