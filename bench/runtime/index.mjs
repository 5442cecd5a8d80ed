import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { root } from '../../scripts/setup.mjs';
import { barChart } from '../plot.mjs';
import { digits, median, report, round, table } from '../series.mjs';
import { copyOfBuild, versionOf } from '../setup.mjs';
import { jobs } from './jobs.mjs';

const script = fileURLToPath(new URL('round.mjs', import.meta.url));

/** A peer is given up on a job when one round of it takes longer. */
const LIMIT = 60;

const HEADS = { 'effection-call': 'effection, `call` ¹' };

const DELEGATION = `¹ A \`yield*\` of a generator, which is what an Effection user writes, is JavaScript's own delegation: no scheduler
takes part, a resumption costs more the deeper it is, and the stack overflows at a depth of some 4,000. In the column
"effection, \`call\`" each call goes through Effection's own \`call()\`; that looks at what it was given, and then delegates
in the same way, down to the same depth. The others' calls go through their runtimes.`;

/** Jobs in which coroutines call coroutines. */
const CALLS = ['chain10', 'chain1000', 'fib'];

/** What a library cannot do, or does only quadratically. */
const ABSENT = {
  'effection-call': (/** @type {string} */ job) => !CALLS.includes(job),
  'p-map': (/** @type {string} */ job) => job !== 'boundedMap',
  effection: (/** @type {string} */ job) => job === 'oneWay', // it has no bounded channel
};

/** Every library in turn, each round in a process of its own; then the table. */
export async function run({ rounds, only, jobs: chosen, quick, before }) {
  const mine = copyOfBuild(path.join(root, 'packages/coroutine/dist'));
  const libraries = {
    native: {},
    effect: {},
    effection: {},
    'effection-call': {},
    'p-map': {},
    gleaner: { GLEANER_COROUTINE: mine },
    ...(before === undefined ? {} : { before: { GLEANER_COROUTINE: copyOfBuild(path.resolve(before)) } }),
  };
  const names = Object.keys(libraries).filter(
    (name) => name === 'native' || name === 'before' || only?.includes(name) !== false,
  );
  const rows = [];
  const groups = [];
  const notes = new Set();
  for (const job of jobs.filter(({ name }) => chosen?.includes(name) !== false)) {
    const figures = await series(job);
    rows.push(row(job, figures));
    groups.push({ title: job.title, bars: bars(figures) });
    console.error(`${rows.at(-1)?.join(' | ')}`);
  }

  /** @param {import('./jobs.mjs').Job} job */
  async function series(job) {
    /** @type {Record<string, { figures: number[], missing?: string }>} */
    const found = Object.fromEntries(names.map((name) => [name, { figures: [] }]));
    for (let i = 0; i < rounds; i++) {
      for (const name of names) {
        const entry = found[name];
        if (ABSENT[name]?.(job.name)) entry.missing = '–';
        if (entry.missing !== undefined) continue;
        const module = name === 'before' ? 'gleaner' : name;
        const args = [
          '--expose-gc',
          script,
          module,
          job.name,
          String(size(job, name)),
          quick ? '0.1' : '0.5',
        ];
        const { figure, missing } = await round(process.execPath, args, {
          seconds: LIMIT,
          env: libraries[name],
        });
        if (missing === undefined) entry.figures.push(figure);
        else entry.missing = missing;
      }
    }
    return found;
  }

  function size(job, name) {
    const n = job.fewer?.[name === 'before' ? 'gleaner' : name] ?? job.n;
    return quick && job.bytes !== true && n > 1e5 ? n / 10 : n;
  }

  /** How many times as fast as native each is, or how many times less memory it takes. */
  function bars(found) {
    return names
      .slice(1)
      .filter((name) => found[name].missing === undefined && found.native.figures.length > 0)
      .map((name) => ({
        label: (HEADS[name] ?? name).replace(' ¹', ''),
        value: timesNative(found, name),
        isOurs: isOurs(name),
      }));
  }

  function row(job, found) {
    const native = found.native.figures;
    const cells = names.slice(1).map((name) => {
      const { figures, missing } = found[name];
      if (missing !== undefined) return missing;
      if (job.bytes) return digits(median(figures));
      const ratio = digits(timesNative(found, name));
      const mark = name === 'effection' && CALLS.includes(job.name) ? ' ¹' : '';
      return size(job, name) === size(job, 'native')
        ? `${ratio}${mark}`
        : `${ratio}${mark} (n = ${size(job, name).toLocaleString('en')})`;
    });
    for (const name of ['native'])
      if (found[name].missing) notes.add(`${job.title}: native ${found[name].missing}`);
    const base = native.length === 0 ? '–' : job.bytes ? digits(median(native)) : perSecond(median(native));
    const target = job.target === undefined ? '' : job.bytes ? `≤ ${job.target}` : `≥ ${job.target}`;
    return [`${job.title} (n = ${size(job, 'native').toLocaleString('en')})`, base, ...cells, target];
  }

  const versions = ['effect', 'effection', 'p-map'].map((name) => `${name} ${versionOf(name)}`);
  const whole = !quick && only === undefined && chosen === undefined && before === undefined;
  const parts = [
    `CPU time. The column "native" gives operations per second of promises and async functions (for memory: bytes); the
others how many times as fast (for memory: bytes too). Medians of ${rounds} rounds, each in a process of its own, in turn;
each round is the median of several runs, after a warm-up. "n = …": this library does fewer, because it would take
too long; where its cost grows with n that flatters it.`,
    table(['job', 'native', ...names.slice(1).map((name) => HEADS[name] ?? name), 'target'], rows),
    ...(names.includes('effection') ? [DELEGATION] : []),
    ...notes,
  ];
  const chart = barChart({
    title: 'The coroutine runtime',
    unit: 'how many times as fast as native promises and async functions, or how many times less memory',
    groups,
    isLogarithmic: true,
  });
  report(whole ? 'runtime' : 'runtime-part', 'The coroutine runtime', versions, parts, chart);
}

const isOurs = (/** @type {string} */ name) => name === 'gleaner' || name === 'before';

/** The median of the ratios, taken in each round. */
function timesNative(/** @type {Record<string, { figures: number[] }>} */ found, /** @type {string} */ name) {
  const native = found.native.figures;
  return median(found[name].figures.slice(0, native.length).map((figure, i) => native[i] / figure));
}

function perSecond(/** @type {number} */ nanoseconds) {
  const rate = 1e9 / nanoseconds;
  return rate >= 1e6 ? `${digits(rate / 1e6)} M/s` : `${digits(rate / 1e3)} k/s`;
}
