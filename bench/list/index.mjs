import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../../scripts/setup.mjs';
import { barChart } from '../plot.mjs';
import { installWithApt, python, pythonVersion } from '../python.mjs';
import { digits, median, pins, ratio, report, round, table } from '../series.mjs';
import { copyOfPackages, versionOf } from '../setup.mjs';
import { expected, SIZE, tally } from './pages.mjs';

const file = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));

const WARM = 200;
/** Seconds until a round is given up. */
const LIMIT = 120;
const REFERENCE = 'undici-request';

/**
 * @typedef {object} Client
 * @property {string} title
 * @property {string} [module] the Python module that it needs
 * @property {string} [packages] where our packages are, for those that are ours
 * @property {boolean} [command] ours as a command, which has no warm-up of its own
 * @property {number} [target] ours is to be at least so many times as fast
 */

/** @type {Record<string, Client>} */
const CLIENTS = {
  'undici-request': { title: 'undici `Pool.request`, a loop by hand', target: 0.9 },
  'undici-dispatch': { title: 'undici `Pool.dispatch`, a handler by hand' },
  gleaner: { title: '**gleaner `scrape`**' },
  'glean-command': { title: '**`glean scrape --from --output`**', command: true },
  fetch: { title: "p-map, Node's `fetch`" },
  crawlee: { title: 'Crawlee HttpCrawler, tuned', target: 10 },
  'crawlee-plain': { title: 'Crawlee HttpCrawler, as its guide shows it' },
  aiohttp: { title: 'Python aiohttp', module: 'aiohttp' },
  'requests-session': { title: 'Python requests, `Session.get` one by one', module: 'requests' },
  'requests-get': {
    title: "Python requests, `get` one by one (the article's)",
    module: 'requests',
    target: 3.5,
  },
  scrapy: { title: 'Scrapy, tuned', module: 'scrapy', target: 18 },
};

export async function run({ rounds, only, quick, before, 'with-apt': withApt }) {
  if (withApt) installWithApt(['python3-scrapy', 'python3-requests', 'python3-aiohttp']);
  const pages = quick ? 1000 : 5000;
  const notes = [];
  const clients = chosen(only, before, notes);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gleaner-list-'));
  process.on('exit', () => rmSync(folder, { recursive: true }));
  const addresses = path.join(folder, 'addresses');
  const output = path.join(folder, 'pages.jsonl');
  const [serverPin, clientPin] = pins();

  const [command = '', ...args] = [...serverPin, process.execPath, file('server.mjs'), String(WARM + pages)];
  const server = spawn(command, args, { stdio: ['ignore', 'pipe', 'inherit'] });
  /** @type {Record<string, { rounds: any[], missing?: string }>} */
  const found = Object.fromEntries(Object.keys(clients).map((name) => [name, { rounds: [] }]));
  try {
    const [port] = await once(server.stdout, 'data');
    const urls = Array.from({ length: WARM + pages }, (_, id) => `http://127.0.0.1:${Number(port)}/${id}`);
    writeFileSync(addresses, `${urls.join('\n')}\n`);
    for (let i = 0; i < rounds; i++) {
      for (const name of Object.keys(clients)) {
        if (found[name].missing === undefined) await oneRound(name);
      }
    }
  } finally {
    server.kill();
  }

  /** @param {string} name */
  async function oneRound(name) {
    const [command = '', ...args] = [...clientPin, ...commandOf(name, clients[name])];
    const env = environment(clients[name]);
    const measured = await round(command, args, { seconds: LIMIT, env });
    const wrong = measured.missing ?? difference(measured, clients[name].command === true);
    if (wrong !== undefined) {
      found[name].missing = wrong;
      notes.push(`${clients[name].title}: ${wrong}`);
      return;
    }
    found[name].rounds.push({
      job: measured.job === undefined ? undefined : pages / measured.job,
      whole: (WARM + pages) / measured.whole,
      peak: measured.peak,
    });
    const { job, whole, peak } = found[name].rounds.at(-1);
    console.error(`${name}: ${[job, whole, peak].map((figure) => digits(figure ?? NaN)).join(' | ')}`);
  }

  /** @param {string} name @param {Client} client */
  function commandOf(name, { module, packages, command }) {
    if (module !== undefined) return [python, file('round.py'), name, addresses, String(WARM)];
    if (command !== true) {
      const script = packages === undefined ? name : 'gleaner';
      return [process.execPath, file('round.mjs'), script, addresses, String(WARM)];
    }
    const cli = path.join(packages ?? '', 'gleaner/dist/cli/main.js');
    const options = ['--from', addresses, '--output', output, '-c', '64', '--per-host', '64', '--quiet'];
    return [process.execPath, '--import', file('round.mjs'), cli, 'scrape', ...options];
  }

  /** Says what is wrong with what a client has found, if anything is. */
  function difference({ sums }, isCommand) {
    const found = isCommand ? sumsOf(output) : sums;
    const wanted = expected(isCommand ? 0 : WARM, WARM + pages);
    const [is, should] = [JSON.stringify(found), JSON.stringify(wanted)];
    return is === should ? undefined : `wrong: ${is} instead of ${should}`;
  }

  const names = Object.keys(clients);
  const reference = found[REFERENCE].rounds;
  const ours = found.gleaner?.rounds ?? [];
  const rows = names.map((name) => {
    const { title, target } = clients[name];
    const { rounds, missing } = found[name];
    if (missing !== undefined || rounds.length === 0) return [title, 'no figure', '', '', '', '', ''];
    const jobs = rounds.every(({ job }) => job !== undefined);
    return [
      title,
      jobs ? digits(median(rounds.map(({ job }) => job))) : '–',
      jobs ? ratio(rounds, reference, 'job') : '–',
      jobs && name !== 'gleaner' ? ratio(ours, rounds, 'job') : '–',
      target === undefined ? '' : `≥ ${target}`,
      digits(median(rounds.map(({ whole }) => whole))),
      digits(median(rounds.map(({ peak }) => peak))),
    ];
  });

  const bars = names
    .filter((name) => found[name].rounds.length > 0)
    .map((name) => ({
      label: clients[name].title,
      value: median(found[name].rounds.map(({ job, whole }) => job ?? whole)),
      isOurs: clients[name].packages !== undefined,
    }))
    .toSorted((a, b) => b.value - a.value);
  const chart = barChart({
    title: 'A list of small JSON pages',
    unit: 'pages per second of CPU time, after warm-up; of the command, with its start-up',
    groups: [{ bars }],
  });

  const versions = ['undici', '@crawlee/http', 'p-map'].map((name) => `${name} ${versionOf(name)}`);
  for (const module of ['scrapy', 'requests', 'aiohttp']) {
    const version = pythonVersion(module);
    if (version !== undefined) versions.push(`Python ${module} ${version}`);
  }
  const whole = !quick && only === undefined && before === undefined;
  const parts = [
    `${pages.toLocaleString('en')} JSON pages of ${SIZE} bytes from a node:http server in a process of its own${
      clientPin.length > 0 ? ', each of the two pinned to a core' : ''
    }; 64 at once
unless the table says otherwise. Pages per second of CPU time (user and system, all threads) of the client's process:
"job" after the imports and ${WARM} pages of warm-up, "process" with start-up, imports and warm-up. Medians of ${rounds} rounds, each
in a process of its own, in turn; ratios are taken in each round. Every round's pages were checked against what was served.`,
    table(
      [
        'client',
        'job, pages / CPU-s',
        '÷ undici',
        'gleaner ÷ it',
        'target',
        'process, pages / CPU-s',
        'peak MB',
      ],
      rows,
    ),
    ...notes.map((note) => `- ${note}`),
  ];
  report(whole ? 'list' : 'list-part', 'A list of small JSON pages', versions, parts, chart);
}

/** The clients that were asked for and can run here. */
function chosen(only, before, notes) {
  /** @type {Record<string, Client>} */
  const clients = {};
  for (const [name, client] of Object.entries(CLIENTS)) {
    if (name !== REFERENCE && only?.includes(name) === false) continue;
    if (client.module !== undefined && pythonVersion(client.module) === undefined) {
      notes.push(
        `${client.title}: skipped, ${python} has no module ${client.module} (\`--with-apt\` installs it)`,
      );
      console.error(notes.at(-1));
    } else clients[name] = client;
  }
  const packages = path.dirname(copyOfPackages(path.join(root, 'packages'), 'gleaner'));
  for (const name of ['gleaner', 'glean-command']) {
    if (clients[name] !== undefined) clients[name] = { ...clients[name], packages };
  }
  if (before !== undefined) {
    const packages = path.dirname(copyOfPackages(path.resolve(before), 'gleaner'));
    clients.before = { title: 'gleaner before', packages };
  }
  return clients;
}

/** @param {Client} client @returns {Record<string, string>} */
function environment({ packages, command }) {
  if (packages === undefined) return {};
  if (command === true) return { GLEANER_MEASURE: '1' };
  return { GLEANER: path.join(packages, 'gleaner/dist/index.js') };
}

/** What the command has written. */
function sumsOf(/** @type {string} */ lines) {
  const { sums, add } = tally();
  for (const line of readFileSync(lines, 'utf8').trim().split('\n')) add(JSON.parse(line).data);
  return sums;
}
