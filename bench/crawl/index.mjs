import { spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../../scripts/setup.mjs';
import { barChart } from '../plot.mjs';
import { installWithApt, python, pythonVersion } from '../python.mjs';
import { digits, median, pins, ratio, report, round, table } from '../series.mjs';
import { copyOfPackages, versionOf } from '../setup.mjs';
import { buildColly } from './colly/build.mjs';
import { compare, readOutput } from './output.mjs';
import { lacking, PACKAGES, serve, SITES } from './site.mjs';

const file = (/** @type {string} */ name) => fileURLToPath(new URL(name, import.meta.url));

/** Seconds until a crawl is given up. */
const LIMIT = 900;
/** What the others find is compared to what this one does, which parses as browsers do. */
const REFERENCE = 'undici-parse5';

/** The names of the results that are kept, by site. */
const RESULTS = { M: 'crawl', L: 'crawl-large' };

/** Stands in where Colly cannot be built: both were measured in one series on site L. */
const COLLY_BY_SCRAPY =
  'on site L it read 4.5 × as many pages per CPU-second as Scrapy tuned (706, 156), so that 3 × Colly is 13.6 × Scrapy tuned';

/**
 * @typedef {object} Program
 * @property {string} title
 * @property {'wget' | 'scrapy' | 'go'} [needs] what has to be installed
 * @property {string} [script] the file that is run, if it has not the program's name
 * @property {string} [binary] what is run instead of a script
 * @property {string} [packages] where our packages are, for those that are ours
 * @property {Partial<Record<string, number>>} [targets] by site: ours is to be at least so many times as fast
 * @property {{ than: string, times: number }} [faster] is itself to be at least so many times as fast as another one
 */

/** @type {Record<string, Program>} */
const PROGRAMS = {
  'undici-parse5': { title: "undici + parse5's tree, by hand" },
  'undici-htmlparser2': { title: 'undici + htmlparser2, by hand' },
  'undici-scan': { title: 'floor: undici `dispatch` + a scan for three tags ¹' },
  gleaner: { title: '**gleaner `crawl`**' },
  'gleaner-memory': { title: 'gleaner, its state in memory' },
  'gleaner-tree': {
    title: 'gleaner, the spider walks the tree',
    faster: { than: 'crawlee', times: 2 },
  },
  colly: { title: 'Colly, tuned', needs: 'go', targets: { L: 3 } },
  wget: { title: 'wget -r, which keeps files', needs: 'wget' },
  scrapy: { title: 'Scrapy, tuned, lxml by hand', needs: 'scrapy', targets: { M: 9, L: 14 } },
  'scrapy-plain': { title: 'Scrapy, `LinkExtractor`', needs: 'scrapy' },
  'crawlee-http': { title: 'Crawlee HttpCrawler + htmlparser2, tuned', targets: { M: 4, L: 5 } },
  crawlee: { title: 'Crawlee CheerioCrawler, tuned', targets: { M: 13, L: 18 } },
  'crawlee-plain': { title: 'Crawlee CheerioCrawler, as its guide shows it' },
};

const FLOOR = `¹ By hand, and right on these manuals rather than on any page: it makes no tree, resolves five named character
references and the numeric ones, and knows only UTF-8, no \`<base>\`, \`<svg>\`, CDATA, \`<textarea>\` or \`<template>\`; an error ends it,
and nothing bounds its memory.`;

export async function run({ rounds, only, quick, before, jobs, 'with-apt': withApt }) {
  if (withApt) installWithApt([...PACKAGES, 'wget', 'python3-scrapy']);
  const site = siteOf(jobs, quick);
  const notes = [];
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gleaner-crawl-'));
  process.on('exit', () => rmSync(folder, { recursive: true }));
  const programs = await chosen(only, before, notes, folder);
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
    const { needs, script = name, binary } = programs[name];
    if (binary !== undefined) return [binary, start, output];
    if (needs === 'wget') return [process.execPath, file('wget.mjs'), start, output, temporary];
    if (needs === 'scrapy') return [python, file('round.py'), name, start, output];
    return [process.execPath, file('round.mjs'), script, start, output, temporary];
  }

  const ours = found.gleaner?.rounds ?? [];
  const rows = Object.entries(programs).map(([name, { title, targets, faster }]) => {
    const { rounds, different } = found[name];
    if (rounds.length === 0) return [title, 'no figure', '', '', '', '', ''];
    const speed = median(rounds.map(({ speed }) => speed));
    return [
      title,
      digits(speed),
      digits(1000 / speed),
      name === 'gleaner' ? '–' : ratio(ours, rounds, 'speed'),
      targets?.[site] === undefined ? aimOf(rounds, faster) : `≥ ${targets[site]}`,
      digits(median(rounds.map(({ peak }) => peak))),
      different === undefined ? 'not read' : digits(different),
    ];
  });

  /** @param {any[]} rounds @param {Program['faster']} faster */
  function aimOf(rounds, faster) {
    const other = faster && found[faster.than];
    if (other === undefined) return '';
    return `≥ ${faster.times} × ${programs[faster.than].title}; is ${ratio(rounds, other.rounds, 'speed')}`;
  }

  const bars = Object.entries(programs)
    .filter(([name]) => found[name].rounds.length > 0)
    .map(([name, { title, packages }]) => ({
      label: title.replace(' ¹', ''),
      value: median(found[name].rounds.map(({ speed }) => speed)),
      isOurs: packages !== undefined,
    }))
    .toSorted((a, b) => b.value - a.value);
  const chart = barChart({
    title: `A crawl of ${SITES[site].about}`,
    unit: `pages per second of CPU time, site ${site}, with start-up and imports`,
    groups: [{ bars }],
  });

  const packages = ['undici', 'htmlparser2', 'parse5', '@crawlee/http', '@crawlee/cheerio'];
  const versions = [by, ...packages.map((name) => `${name} ${versionOf(name)}`)];
  const scrapy = pythonVersion('scrapy');
  if (scrapy !== undefined) versions.push(`Scrapy ${scrapy}`);
  const wget = wgetVersion();
  if (wget !== undefined) versions.push(wget);
  if (programs.colly !== undefined) versions.push(collyVersions());
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
    ...(programs['undici-scan'] === undefined ? [] : [FLOOR]),
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
 * @param {string} folder where they may be built
 * @returns {Promise<Record<string, Program>>}
 */
async function chosen(only, before, notes, folder) {
  const has = { wget: wgetVersion() !== undefined, scrapy: pythonVersion('scrapy') !== undefined };
  const ours = path.dirname(copyOfPackages(path.join(root, 'packages'), 'gleaner'));
  /** @type {Record<string, Program>} */
  const programs = {};
  for (const [name, program] of Object.entries(PROGRAMS)) {
    if (name !== REFERENCE && only?.includes(name) === false) continue;
    const { needs, title } = program;
    if (needs === 'go') {
      const built = await buildColly(folder);
      if ('missing' in built) skip(`${title}: skipped, ${built.missing}; ${COLLY_BY_SCRAPY}`);
      else programs[name] = { ...program, binary: built.program };
    } else if (needs !== undefined && !has[needs])
      skip(`${title}: skipped, there is no ${needs} (\`--with-apt\` installs it)`);
    else programs[name] = name.startsWith('gleaner') ? { ...program, packages: ours } : program;
  }
  if (before !== undefined) {
    const packages = path.dirname(copyOfPackages(path.resolve(before), 'gleaner'));
    programs.before = { title: 'gleaner before', script: 'gleaner', packages };
  }
  return programs;

  function skip(/** @type {string} */ note) {
    notes.push(note);
    console.error(note);
  }
}

function wgetVersion() {
  const { stdout, error } = spawnSync('wget', ['--version'], { encoding: 'utf8' });
  return error === undefined ? /Wget [\d.]+/.exec(stdout)?.[0] : undefined;
}

/** Of Colly as it is pinned, and of the compiler. */
function collyVersions() {
  const pinned = /colly\/v2 v([\d.]+)/.exec(readFileSync(file('colly/go.mod'), 'utf8'))?.[1];
  const { stdout } = spawnSync('go', ['version'], { encoding: 'utf8' });
  return `Colly ${pinned} (${/go\d[\d.]*/.exec(stdout)?.[0]})`;
}
