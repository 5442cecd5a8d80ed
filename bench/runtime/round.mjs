// One round of one job in one library, in a process of its own:
//
//   node --expose-gc round.mjs LIBRARY JOB N SECONDS
//
// Prints one line of JSON: nanoseconds of CPU for each operation (or bytes for each), and how many runs were timed.

import { setImmediate as loopTurn } from 'node:timers/promises';
import { jobs } from './jobs.mjs';

const [library = '', name = '', count = '', seconds = ''] = process.argv.slice(2);
const n = Number(count);
const job = jobs.find((each) => each.name === name);
const perform = (await import(`./${library}.mjs`))[name];

async function checked() {
  const answer = await perform(n);
  if (answer !== job.expected(n)) {
    throw new Error(`${library} answered ${answer} in ${name}, not ${job.expected(n)}`);
  }
}

async function bytesEach() {
  gc();
  const before = process.memoryUsage();
  await checked();
  await loopTurn();
  gc();
  const after = process.memoryUsage();
  return (after.heapUsed + after.external - before.heapUsed - before.external) / n;
}

/** No collection is forced in between: a full one makes V8 throw away code that it has optimised for what died. */
async function cpuEach() {
  const before = process.cpuUsage();
  await checked();
  const { user, system } = process.cpuUsage(before);
  return ((user + system) * 1000) / n;
}

/** Half of the time warms up; a run that takes longer than all of it needs no warming up. */
async function nanosecondsEach() {
  const figures = [];
  const budget = Number(seconds) * 1e9;
  let spent = 0;
  do {
    const figure = await cpuEach();
    spent += figure * n;
    if (spent > 4 * budget) return { figure, runs: 1 };
  } while (spent < budget / 2);
  spent = 0;
  while (figures.length < 3 || (spent < budget && figures.length < 15)) {
    figures.push(await cpuEach());
    spent += figures.at(-1) * n;
  }
  figures.sort((a, b) => a - b);
  return { figure: figures[figures.length >> 1], runs: figures.length };
}

const result = job.bytes === true ? { figure: await bytesEach(), runs: 1 } : await nanosecondsEach();
console.log(JSON.stringify(result));
process.exit();
