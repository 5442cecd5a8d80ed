import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { createRequire } from 'node:module';
import { mkdtemp, readFile, rm, symlink, writeFile, mkdir } from 'node:fs/promises';
import os from 'node:os';
import path from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { SITES } from './sites.mjs';

const root = fileURLToPath(new URL('../..', import.meta.url));
// As the scraper has it.
const { DatabaseSync } = createRequire(path.join(root, 'packages/gleaner/package.json'))(
  '@photostructure/sqlite',
);
const program = path.join(root, 'packages/gleaner/dist/cli/main.js');

/**
 * Crawls a site and kills the crawl (SIGKILL) at random moments; the same command is run again each time, until it has
 * come to its end. Then it begins anew, as long as kills are left.
 *
 * What must hold: the items are those of a crawl that was left alone, each once; and what was asked for again is at most
 * what was under way when the crawl was killed: a page that was being fetched or read, and not committed.
 *
 * @param {{ site: string, kills: number, seed: number, say?: (line: string) => void }} options
 */
export async function torture({ site: name, kills, seed, say = () => {} }) {
  const site = SITES[name];
  if (site === undefined) throw new Error(`a site is one of ${Object.keys(SITES).join(', ')}, not '${name}'`);
  const chance = lcg(seed);
  const server = await site.open();
  const folder = await mkdtemp(path.join(os.tmpdir(), 'gleaner-torture-'));
  try {
    await writeFile(path.join(folder, 'spider.ts'), site.spider);
    await mkdir(path.join(folder, 'node_modules'));
    await symlink(path.join(root, 'packages/gleaner'), path.join(folder, 'node_modules/gleaner'));
    const args = (/** @type {string} */ store) => [
      program,
      'crawl',
      'spider.ts',
      server.origin + site.start,
      '--quiet',
      '--delay=0',
      ...site.options,
      `--store=${store}.glean`,
      `--output=${store}.jsonl`,
      `--output=${store}.csv`,
    ];
    const run = (/** @type {string} */ store) =>
      spawn(process.execPath, args(store), { cwd: folder, stdio: ['ignore', 'inherit', 'inherit'] });
    const ended = (/** @type {import('node:child_process').ChildProcess} */ child) =>
      new Promise((resolve) => child.once('exit', (code) => resolve(code)));

    const begun = performance.now();
    // 1: some pages could not be had, the same ones each time.
    const wholeCode = await ended(run('whole'));
    if (wholeCode !== 0 && wholeCode !== 1) throw new Error('the crawl that was left alone has failed');
    const whole = performance.now() - begun;
    const wanted = (await lines(folder, 'whole.jsonl')).sort();
    if (server.repeated() > 0) throw new Error('the crawl that was left alone asks for pages twice');
    say(
      `${name}: ${wanted.length} items, ${server.asked()} addresses, ${Math.round(whole)} ms; seed ${seed}`,
    );

    let left = kills;
    let rounds = 0;
    let repeated = 0;
    let inFlight = 0;
    while (left > 0) {
      const store = `round-${++rounds}`;
      server.reset();
      for (let isOver = false; !isOver;) {
        const child = run(store);
        const over = ended(child);
        // Soon after it has begun, or a while after: seldom at its end.
        const moment = left > 0 ? 150 + chance() * (0.5 * whole) : Infinity;
        const code = await Promise.race([over, ...(left > 0 ? [wait(moment, 'still there')] : [])]);
        if (code === 'still there') {
          inFlight += server.inFlight();
          child.kill('SIGKILL');
          await over;
          inFlight += uncommitted(path.join(folder, `${store}.glean`), server.wasAsked);
          left--;
          say(`  kill ${kills - left} after ${Math.round(moment)} ms`);
        } else if (code === wholeCode) isOver = true;
        else throw new Error(`${store}: the crawl has failed (${code}); seed ${seed}`);
      }
      const items = (await lines(folder, `${store}.jsonl`)).sort();
      const differing = difference(wanted, items);
      if (differing !== undefined) throw new Error(`${store}: ${differing}; seed ${seed}, folder ${folder}`);
      const rows = await lines(folder, `${store}.csv`);
      if (rows.length !== wanted.length + 1)
        throw new Error(`${store}: ${rows.length - 1} rows of CSV; seed ${seed}`);
      repeated += server.repeated();
    }
    say(`${name}: ${kills} kills in ${rounds} crawls: the same ${wanted.length} items each time, each once;`);
    say(`  ${repeated} requests made again, at most ${inFlight} were under way when it was killed`);
    if (repeated > inFlight) throw new Error(`more was asked for again than was under way; seed ${seed}`);
    return { items: wanted.length, rounds, repeated, inFlight };
  } finally {
    await server.close();
    await rm(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string} folder
 * @param {string} file
 */
async function lines(folder, file) {
  return (await readFile(path.join(folder, file), 'utf8')).split('\n').filter((line) => line !== '');
}

/**
 * How many pages a crawl had fetched, or was about to, of which the store knows nothing.
 *
 * @param {string} file
 * @param {(path: string) => boolean} wasAsked
 */
function uncommitted(file, wasAsked) {
  if (!existsSync(file)) return 0;
  const database = new DatabaseSync(file);
  try {
    const rows = database
      .prepare('SELECT url FROM requests WHERE state = 2 AND id NOT IN (SELECT owner FROM journal)')
      .all();
    return rows.filter((/** @type {{ url: string }} */ { url }) => wasAsked(new URL(url).pathname)).length;
  } catch {
    // Killed before it was laid out.
    return 0;
  } finally {
    database.close();
  }
}

/**
 * In words, what is missing from a sorted list, or too much; undefined if it is the same as another.
 *
 * @param {string[]} wanted
 * @param {string[]} found
 */
function difference(wanted, found) {
  if (wanted.length === found.length && wanted.every((line, n) => line === found[n])) return undefined;
  const extra = [...found];
  const missing = wanted.filter((line) => {
    const at = extra.indexOf(line);
    if (at >= 0) extra.splice(at, 1);
    return at < 0;
  });
  return `${missing.length} items are missing, ${extra.length} too many: ${[...missing, ...extra].slice(0, 3).join(', ')}`;
}

/**
 * Random numbers from a seed (Numerical Recipes, 7.1.1).
 *
 * @param {number} seed
 */
function lcg(seed) {
  let state = seed >>> 0;
  return () => (state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0) / 2 ** 32;
}
