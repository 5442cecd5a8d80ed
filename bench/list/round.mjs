// One round of one client, in a process of its own:
//
//   node round.mjs CLIENT FILE WARM     FILE has an address a line, of which the first WARM warm up
//   node --import ./round.mjs glean …   only measures the process; GLEANER_MEASURE is set then
//
// Prints one line of JSON: seconds of CPU of the job and of the whole process, peak memory in MB, and what was found.

import { readFileSync } from 'node:fs';
import { tally } from './pages.mjs';

const seconds = () => {
  const { user, system } = process.cpuUsage();
  return (user + system) / 1e6;
};

/** `maxRSS` starts from the memory of the process that started this one; Linux knows better. */
function peak() {
  try {
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}

const result = {};
process.on('exit', () => console.log(JSON.stringify({ ...result, whole: seconds(), peak: peak() })));

if (process.env.GLEANER_MEASURE === undefined) {
  const [client = '', file = '', warm = ''] = process.argv.slice(2);
  const urls = readFileSync(file, 'utf8').trim().split('\n');
  const { scrape } = await import(`./${client}.mjs`);
  await scrape(urls.slice(0, Number(warm)), tally().add);
  const { sums, add } = tally();
  const before = seconds();
  await scrape(urls.slice(Number(warm)), add);
  Object.assign(result, { job: seconds() - before, sums });
}
