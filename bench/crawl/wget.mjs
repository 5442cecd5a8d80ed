// One crawl by wget, which keeps files instead of reading pages: node wget.mjs START OUTPUT TEMPORARY, as round.mjs.

import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import path from 'node:path';
import { jsonLines } from './output.mjs';

const [start = '', output = '', temporary = ''] = process.argv.slice(2);
const log = path.join(temporary, 'log');
const options = ['-r', '-l', 'inf', '-np', '-e', 'robots=off', '--follow-tags=a', '-nv', '-o', log];

// The shell counts the CPU time of what it has waited for.
const script = '"$@" & echo $!; wait $!; times';
const args = ['-c', script, 'sh', 'wget', ...options, '-P', path.join(temporary, 'files'), start];
const shell = spawn('sh', args, { stdio: ['ignore', 'pipe', 'inherit'] });
let printed = '';
shell.stdout.on('data', (chunk) => (printed += chunk));

// The high-water mark only grows: the last look before the end is as good as one at the end.
let peak = 0;
const watch = setInterval(() => {
  try {
    const status = readFileSync(`/proc/${printed.split('\n', 1)[0]}/status`, 'utf8');
    peak = Math.max(peak, Number(/^VmHWM:\s*(\d+) kB$/m.exec(status)?.[1] ?? 0) / 1024);
  } catch {
    // It has ended.
  }
}, 50);
await once(shell, 'close');
clearInterval(watch);

const lines = jsonLines(output);
for (const [, url = ''] of readFileSync(log, 'utf8').matchAll(/ URL:(\S+) \[/g)) {
  if (/(\.html|\/)$/.test(url)) lines.write({ url });
}
lines.flush();

// The last line is the children's: 0m1.230000s 0m0.450000s
const [user = NaN, system = NaN] = Array.from(
  printed
    .trim()
    .split('\n')
    .at(-1)
    ?.matchAll(/(\d+)m([\d.]+)s/g) ?? [],
  ([, minutes, seconds]) => Number(minutes) * 60 + Number(seconds),
);
console.log(JSON.stringify({ cpu: user + system, peak }));
