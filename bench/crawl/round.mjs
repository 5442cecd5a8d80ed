// One crawl by one program, in a process of its own:
//
//   node round.mjs PROGRAM START OUTPUT TEMPORARY    TEMPORARY is an empty folder
//
// Prints one line of JSON: seconds of CPU of the whole process, and its peak memory in MB.

import { readFileSync } from 'node:fs';
import { jsonLines } from './output.mjs';

/** `maxRSS` starts from the memory of the process that started this one; Linux knows better. */
function peak() {
  try {
    return Number(/^VmHWM:\s*(\d+) kB$/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1]) / 1024;
  } catch {
    return process.resourceUsage().maxRSS / 1024;
  }
}

process.on('exit', () => {
  const { user, system } = process.cpuUsage();
  console.log(JSON.stringify({ cpu: (user + system) / 1e6, peak: peak() }));
});

const [program = '', start = '', output = '', temporary = ''] = process.argv.slice(2);
const lines = jsonLines(output);
const { crawl } = await import(`./${program}.mjs`);
await crawl(start, (found) => lines.write(found), temporary);
lines.flush();
