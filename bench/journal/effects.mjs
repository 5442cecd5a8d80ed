import { all, effect, run } from '@gleaner/coroutine';
import { mkdtempSync, rmSync } from 'node:fs';
import { durable, openStore } from 'gleaner';
import os from 'node:os';
import path from 'node:path';

/*
 * node effects.mjs COROUTINES EFFECTS FILE SAFE_FROM: so many durable coroutines at once do so many effects each, in a store;
 * then each is run again from its journal. Prints a line of JSON: effects a second, and CPU microseconds an effect.
 */
const [coroutines = 64, effects = 1000] = process.argv.slice(2, 4).map(Number);
const [given = '', safeFrom = 'machine'] = process.argv.slice(4);
const folder = mkdtempSync(path.join(os.tmpdir(), 'gleaner-journal-'));
const file = given === '' ? path.join(folder, 'bench.glean') : given;

/** Ends only when it is told to: a run that has ended has no journal. */
const work = (/** @type {boolean} */ isLast) =>
  function* () {
    let sum = 0;
    for (let n = 0; n < effects; n++) {
      sum += yield* effect('give', n, function* () {
        return n;
      });
    }
    if (!isLast) throw new Error('not yet');
    return sum;
  };

async function round(/** @type {boolean} */ isLast) {
  const cpu = process.cpuUsage();
  const begun = performance.now();
  await run(function* () {
    const store = yield* openStore(file, { safeFrom: safeFrom === 'machine' ? 'machine' : 'process' });
    try {
      yield* all(
        Array.from({ length: coroutines }, (_, n) =>
          (function* () {
            try {
              yield* durable(store, `run ${n}`, work(isLast));
            } catch (error) {
              if (isLast || !(error instanceof Error) || error.message !== 'not yet') throw error;
            }
          })(),
        ),
      );
    } finally {
      yield* store.close();
    }
  });
  const seconds = (performance.now() - begun) / 1000;
  const { user, system } = process.cpuUsage(cpu);
  const count = coroutines * effects;
  return { perSecond: count / seconds, cpuMicroseconds: (user + system) / count };
}

const written = await round(false);
const replayed = await round(false);
await round(true);
rmSync(folder, { recursive: true });
console.log(JSON.stringify({ written, replayed, peakMB: process.resourceUsage().maxRSS / 1024 }));
