// Ours; `GLEANER` names the copy of the build.

/** @type {typeof import('../../packages/gleaner/dist/index.js')} */
const { scrape: pages } = await import(process.env.GLEANER ?? '../../packages/gleaner/dist/index.js');

export async function scrape(urls, add) {
  const options = { concurrency: 64, perHost: 64, onFailure: 'throw' };
  for await (const { data } of pages(urls, options)) add(data);
}
