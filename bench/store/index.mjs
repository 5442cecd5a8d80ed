import { execFileSync } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { barChart } from '../plot.mjs';
import { report, table } from '../series.mjs';

const frontier = fileURLToPath(new URL('frontier.mjs', import.meta.url));
/** Where files are in memory, if there is such a place: so that the largest run shows the store and not the disk. */
const MEMORY = existsSync('/dev/shm') ? ['--folder', '/dev/shm'] : [];
const PAGE = ['--links', '100', '--new', '10'];

/** @type {Record<string, string[]>} */
const jobs = {
  'few-hosts': ['1e6', '--hosts', '10', ...PAGE],
  'many-hosts': ['1e6', '--hosts', '100000', ...PAGE],
  large: ['1e7', '--hosts', '1000', ...PAGE, ...MEMORY],
};

/** Runs `frontier.mjs` for each job, and writes what it says as tables. */
export async function run(/** @type {{ quick: boolean, jobs?: string[] }} */ { quick, jobs: only }) {
  const parts = [];
  const groups = [];
  for (const [name, [urls = '', ...args]] of Object.entries(jobs)) {
    if (only !== undefined && !only.includes(name)) continue;
    const all = [frontier, quick ? '2e4' : urls, ...args];
    const job = [urls, ...args].join(' ');
    const lines = execFileSync(process.execPath, all, { encoding: 'utf8' }).trim().split('\n');
    const rows = lines.filter((line) => line.includes(' | ')).map((line) => line.split(' | '));
    parts.push(described(job, rows, lines.filter((line) => !line.includes(' | ')).join('; ')));
    groups.push({
      title: job,
      bars: rows.map(([label = '', pace = '']) => ({ label, value: parseInt(pace), isOurs: true })),
    });
  }
  const chart = barChart({ title: 'The store', unit: 'new URLs per second, by how many there are', groups });
  const name = quick || only !== undefined ? 'store-part' : 'store';
  report(name, 'The store', ['SQLite'], [ABOUT, ...parts], chart);
}

const ABOUT = `A crawl without network and pages: each page is claimed, leads to 100 links of some 60 characters (90 of them known, of
these some to anywhere), and is committed with an item. 32 pages at once. A row for each tenth; CPU time without the making of the links.`;

/** @param {string} job @param {string[][]} rows one for each tenth @param {string} after how it ended */
function described(job, rows, after) {
  const heads = (rows[0] ?? []).map((_, i) => HEADS[i] ?? '');
  return `## \`${job}\`\n\n${table(heads, rows)}\n\n${after}`;
}

const HEADS = [
  'so far',
  'pace',
  'CPU, a new URL',
  'CPU, claim + commit',
  'claim',
  'event loop',
  'file',
  'memory',
];
