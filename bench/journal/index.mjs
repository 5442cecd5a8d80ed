import { fileURLToPath } from 'node:url';
import { barChart } from '../plot.mjs';
import { digits, median, report, round, table } from '../series.mjs';

const effects = fileURLToPath(new URL('effects.mjs', import.meta.url));

/** How many coroutines, how many effects each, and from what a commit is safe. */
const JOBS = [
  ['1', '5000', 'machine'],
  ['64', '1000', 'machine'],
  ['1000', '100', 'machine'],
  ['1', '5000', 'process'],
  ['64', '1000', 'process'],
  ['1000', '100', 'process'],
];

/** What is aimed at, with 64 coroutines that are safe from the death of the machine. */
const WRITTEN = 20_000;
const REPLAYED = 75_000;

export async function run(/** @type {{ rounds: number, quick: boolean }} */ { rounds, quick }) {
  const rows = [];
  /** @type {import('../plot.mjs').Bar[]} */
  const written = [];
  /** @type {import('../plot.mjs').Bar[]} */
  const replayed = [];
  for (const [coroutines = '', count = '', safeFrom = ''] of JOBS) {
    const found = [];
    for (let n = 0; n < rounds; n++) {
      const args = [effects, coroutines, quick ? '50' : count, '', safeFrom];
      const measured = await round(process.execPath, args, { seconds: 120 });
      if (measured.missing !== undefined) throw new Error(measured.missing);
      found.push(measured);
    }
    const of = (/** @type {(one: any) => number} */ what) => digits(median(found.map(what)));
    const label = `${coroutines}, safe from the ${safeFrom}'s death`;
    written.push({ label, value: median(found.map(({ written }) => written.perSecond)), isOurs: true });
    replayed.push({ label, value: median(found.map(({ replayed }) => replayed.perSecond)), isOurs: true });
    const aim = coroutines === '64' && safeFrom === 'machine';
    rows.push([
      label,
      of(({ written }) => written.perSecond),
      aim ? `≥ ${WRITTEN.toLocaleString('en')}` : '',
      of(({ written }) => written.cpuMicroseconds),
      of(({ replayed }) => replayed.perSecond),
      aim ? `≥ ${REPLAYED.toLocaleString('en')}` : '',
      of(({ replayed }) => replayed.cpuMicroseconds),
      of(({ peakMB }) => peakMB),
    ]);
  }
  report(
    quick ? 'journal-part' : 'journal',
    'Durable coroutines',
    ['SQLite (WAL)'],
    [
      `So many \`durable\` coroutines at once, each doing one effect after the other in one store; what comes of an effect is committed before
its coroutine goes on. Then all are run anew from their journals. SQLite is safe from the death of the machine with \`synchronous =
FULL\`, from that of the process with NORMAL. JIT warm-up counts. Effects a second of wall time depend on the disk; medians of
${rounds} rounds, each in a process of its own.`,
      table(
        [
          'coroutines',
          'written / s',
          'target',
          'CPU µs each',
          'given again / s',
          'target',
          'CPU µs each',
          'peak MB',
        ],
        rows,
      ),
    ],
    barChart({
      title: 'Durable coroutines',
      unit: 'effects per second, by how many coroutines do them at once',
      groups: [
        { title: 'written down', bars: written },
        { title: 'given again', bars: replayed },
      ],
    }),
  );
}
