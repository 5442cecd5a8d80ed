import { parseArgs } from 'node:util';
import { SITES } from './sites.mjs';
import { torture } from './torture.mjs';

/* npm run torture [-- --kills 100] [--seed N] [--site bookshop]: see torture.mjs. */
const { values } = parseArgs({
  options: { kills: { type: 'string' }, seed: { type: 'string' }, site: { type: 'string' } },
});
const kills = Number(values.kills ?? 100);
const seed = Number(values.seed ?? Math.floor(Math.random() * 2 ** 32));
const sites = values.site === undefined ? Object.keys(SITES) : [values.site];
for (const site of sites) {
  if (SITES[site]?.isThere() !== false)
    await torture({ site, kills, seed, say: (line) => console.log(line) });
  else console.log(`${site}: skipped, its pages are not installed (Debian's python3-doc)`);
}
