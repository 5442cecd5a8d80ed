import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../../scripts/setup.mjs';
import { barChart } from '../plot.mjs';
import { installWithApt, python, pythonVersion } from '../python.mjs';
import { digits, median, pins, ratio, report, round, table } from '../series.mjs';
import { copyOfPackages, versionOf } from '../setup.mjs';
import { compare, readOutput } from './output.mjs';
import { lacking, PACKAGES, serve, SITES } from './site.mjs';

const file = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));

/** Seconds until a crawl is given up. */
const LIMIT = 900;
/** What the others find is compared to what this one does, which parses as browsers do. */
const REFERENCE = 'undici-parse5';

/** The names of the results that are kept, by site. */
const RESULTS = { M: 'crawl', L: 'crawl-large' };

/**
 * @typedef {object} Program
 * @property {string} title
 * @property {'wget' | 'scrapy'} [needs] what has to be installed
 * @property {string} [packages] where our packages are, for those that are ours
 * @property {number} [target] ours is to be at least so many times as fast on site L, where start-up does not weigh
 */

/** @type {Record<string, Program>} */
const PROGRAMS = {
  'undici-parse5': { title: "undici + parse5's tree, by hand" },
  'undici-htmlparser2': { title: 'undici + htmlparser2, by hand' },
  gleaner: { title: '**gleaner `crawl`**' },
  'gleaner-memory': { title: 'gleaner, its state in memory' },
  wget: { title: 'wget -r, which keeps files', needs: 'wget' },
  scrapy: { title: 'Scrapy, tuned, lxml by hand', needs: 'scrapy', target: 16 },
  'scrapy-plain': { title: 'Scrapy, `LinkExtractor`', needs: 'scrapy' },
  crawlee: { title: 'Crawlee CheerioCrawler, tuned', target: 20 },
  'crawlee-plain': { title: 'Crawlee CheerioCrawler, as its guide shows it' },
};

export async function run({ rounds, only, quick, before, jobs, 'with-apt': withApt }) {
  if (withApt) installWithApt([...PACKAGES, 'wget', 'python3-scrapy']);
  const site = siteOf(jobs, quick);
  const notes = [];
  const programs = chosen(only, before, notes);
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gleaner-crawl-'));
  process.on('exit', () => rmSync(folder, { recursive: true }));
  const output = path.join(folder, 'pages.jsonl');
  const temporary = path.join(folder, 'temporary');
  const [serverPin, programPin] = pins();

  /** @type {Record<string, { rounds: any[], missing?: string, different?: number | undefined }>} */
  const found = Object.fromEntries(Object.keys(programs).map((name) => [name, { rounds: [] }]));
  /** @type {ReturnType<typeof readOutput> | undefined} */
  let reference;
  const { start, by, stop } = await serve(site, folder, serverPin);
  try {
    for (let i = 0; i < rounds; i++) {
      for (const name of Object.keys(programs)) {
        if (found[name].missing === undefined) await oneRound(name);
      }
    }
  } finally {
    await stop();
  }

  /** @param {string} name */
  async function oneRound(name) {
    const { packages, title } = programs[name];
    for (const old of [temporary, output]) rmSync(old, { recursive: true, force: true });
    mkdirSync(temporary);
    const [command = '', ...args] = [...programPin, ...commandOf(name)];
    const env = packages === undefined ? {} : { GLEANER: path.join(packages, 'gleaner/dist/index.js') };
    const measured = await round(command, args, { seconds: LIMIT, env });
    const difference = measured.missing === undefined ? differenceOf() : { wrong: measured.missing };
    if ('wrong' in difference) {
      found[name].missing = difference.wrong;
      notes.push(`${title}: ${difference.wrong}`);
      return console.error(notes.at(-1));
    }
    if (found[name].rounds.length === 0 && difference.pages)
      notes.push(`${title}: reads ${difference.example}, for one, differently`);
    found[name].different = difference.pages;
    found[name].rounds.push({ speed: reference.size / measured.cpu, peak: measured.peak });
    console.error(`${name}: ${digits(reference.size / measured.cpu)} | ${digits(measured.peak)}`);
  }

  function differenceOf() {
    try {
      const found = readOutput(output);
      reference ??= found;
      return compare(reference, found);
    } catch (error) {
      return { wrong: error.message };
    }
  }

  /** @param {string} name */
  function commandOf(name) {
    const { needs, packages } = programs[name];
    if (needs === 'wget') return [process.execPath, file('wget.mjs'), start, output, temporary];
    if (needs === 'scrapy') return [python, file('round.py'), name, start, output];
    const program = packages === undefined ? name : 'gleaner';
    return [process.execPath, file('round.mjs'), program, start, output, temporary];
  }

  const ours = found.gleaner?.rounds ?? [];
  const rows = Object.entries(programs).map(([name, { title, target }]) => {
    const { rounds, different } = found[name];
    if (rounds.length === 0) return [title, 'no figure', '', '', '', '', ''];
    const speed = median(rounds.map(({ speed }) => speed));
    return [
      title,
      digits(speed),
      digits(1000 / speed),
      name === 'gleaner' ? '–' : ratio(ours, rounds, 'speed'),
      target === undefined || site !== 'L' ? '' : `≥ ${target}`,
      digits(median(rounds.map(({ peak }) => peak))),
      different === undefined ? 'not read' : digits(different),
    ];
  });

  const bars = Object.entries(programs)
    .filter(([name]) => found[name].rounds.length > 0)
    .map(([name, { title, packages }]) => ({
      label: title,
      value: median(found[name].rounds.map(({ speed }) => speed)),
      isOurs: packages !== undefined,
    }))
    .toSorted((a, b) => b.value - a.value);
  const chart = barChart({
    title: `A crawl of ${SITES[site].about}`,
    unit: `pages per second of CPU time, site ${site}, with start-up and imports`,
    groups: [{ bars }],
  });

  const packages = ['undici', 'htmlparser2', 'parse5', '@crawlee/cheerio'];
  const versions = [by, ...packages.map((name) => `${name} ${versionOf(name)}`)];
  const scrapy = pythonVersion('scrapy');
  if (scrapy !== undefined) versions.push(`Scrapy ${scrapy}`);
  const wget = wgetVersion();
  if (wget !== undefined) versions.push(wget);
  const isWhole = only === undefined && before === undefined;
  const parts = [
    `Every page of site ${site}, ${digits(reference?.size ?? NaN)} HTML pages, found by links from its first page and read: title, first
heading, all links, written as JSON lines. 16 requests at once, but wget one; no robots.txt. Server and program each have a
core of their own. Pages per second of CPU time (user and system, all threads) of the program's whole process, with start-up
and imports; ours keeps its state in an SQLite file, the others in memory. Medians of ${rounds} rounds, each in a process of its
own, in turn; ratios are taken in each round. Who did not find the same pages as the first row has no figure; the last column
counts the pages whose title, heading or links then differ from those of the first row, which parses as browsers do.`,
    table(
      [
        'program',
        'pages / CPU-s',
        'CPU-ms / page',
        'gleaner ÷ it',
        'target',
        'peak MB',
        'pages read differently',
      ],
      rows,
    ),
    ...(notes.length === 0 ? [] : [notes.map((note) => `- ${note}`).join('\n')]),
  ];
  const name = (isWhole && RESULTS[site]) || 'crawl-part';
  report(name, `A crawl of ${SITES[site].about}`, versions, parts, chart);
}

/** The site that is asked for, or the middle one; the small one for a quick run, or where there is no other. */
function siteOf(/** @type {readonly string[] | undefined} */ jobs, /** @type {boolean} */ quick) {
  const site = jobs?.[0] ?? (quick || lacking('M').length > 0 ? 'S' : 'M');
  if (SITES[site] === undefined)
    throw new Error(`--jobs is one of ${Object.keys(SITES).join(', ')}, not ${site}`);
  const missing = lacking(site);
  if (missing.length === 0) return site;
  throw new Error(
    `site ${site} needs ${missing.join(' and ')}: apt-get install them, or run with --with-apt`,
  );
}

/**
 * The programs that are asked for and can run; the reference always.
 *
 * @param {readonly string[] | undefined} only
 * @param {string | undefined} before
 * @param {string[]} notes
 * @returns {Record<string, Program>}
 */
function chosen(only, before, notes) {
  const has = { wget: wgetVersion() !== undefined, scrapy: pythonVersion('scrapy') !== undefined };
  /** @type {Record<string, Program>} */
  const programs = {};
  for (const [name, program] of Object.entries(PROGRAMS)) {
    if (name !== REFERENCE && only?.includes(name) === false) continue;
    if (program.needs !== undefined && !has[program.needs]) {
      notes.push(`${program.title}: skipped, there is no ${program.needs} (\`--with-apt\` installs it)`);
      console.error(notes.at(-1));
    } else programs[name] = program;
  }
  if (programs.gleaner !== undefined) {
    const packages = path.dirname(copyOfPackages(path.join(root, 'packages'), 'gleaner'));
    programs.gleaner = { ...programs.gleaner, packages };
  }
  if (before !== undefined) {
    const packages = path.dirname(copyOfPackages(path.resolve(before), 'gleaner'));
    programs.before = { title: 'gleaner before', packages };
  }
  return programs;
}

function wgetVersion() {
  const { stdout, error } = spawnSync('wget', ['--version'], { encoding: 'utf8' });
  return error === undefined ? /Wget [\d.]+/.exec(stdout)?.[0] : undefined;
}
