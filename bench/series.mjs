import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { bench } from './setup.mjs';

/**
 * Runs a command and gives its last line of output as JSON, or `{ missing }`: why there is no figure.
 *
 * @param {string} command
 * @param {readonly string[]} args
 * @param {{ seconds: number, env?: Record<string, string> }} limits
 * @returns {Promise<any>}
 */
export function round(command, args, { seconds, env = {} }) {
  return new Promise((resolve) => {
    const child = spawn(command, args, {
      env: { ...process.env, ...env },
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    let output = '';
    let errors = '';
    let late = false;
    const timer = setTimeout(() => {
      late = true;
      child.kill('SIGKILL');
    }, seconds * 1000);
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (errors += chunk));
    child.on('error', (error) => (errors += error.message));
    child.on('close', (code) => {
      clearTimeout(timer);
      const last = output.trim().split('\n').at(-1) ?? '';
      if (late) resolve({ missing: `over ${seconds} s` });
      else if (code === 0 && last.startsWith('{')) resolve(JSON.parse(last));
      else resolve({ missing: (/^\w*Error.*$/m.exec(errors)?.[0] ?? errors.trim()) || `exit code ${code}` });
    });
  });
}

/** @param {readonly number[]} figures */
export function median(figures) {
  const sorted = figures.toSorted((a, b) => a - b);
  const middle = sorted.length >> 1;
  return sorted.length % 2 === 1 ? sorted[middle] : (sorted[middle - 1] + sorted[middle]) / 2;
}

/**
 * The median of the ratios of two programs' figures, taken in each round.
 *
 * @param {readonly Record<string, number>[]} a
 * @param {readonly Record<string, number>[]} b
 * @param {string} key
 */
export function ratio(a, b, key) {
  const ratios = a.slice(0, b.length).map((each, i) => each[key] / b[i][key]);
  return ratios.length === 0 ? '–' : digits(median(ratios));
}

/** Three significant digits. */
export function digits(/** @type {number} */ x) {
  if (x >= 100) return Math.round(x).toLocaleString('en');
  return String(Number(x.toPrecision(x < 1 ? 2 : 3)));
}

/** What to put before the commands of the server and of a client to give each a core of its own. */
export function pins() {
  const works = os.cpus().length > 1 && spawnSync('taskset', ['-c', '0', 'true']).status === 0;
  return works ? [1, 0].map((core) => ['taskset', '-c', String(core)]) : [[], []];
}

/** @param {readonly string[]} heads @param {readonly (readonly string[])[]} rows */
export function table(heads, rows) {
  const rule = heads.map((_, i) => (i === 0 ? '---' : '--:'));
  return [heads, rule, ...rows].map((cells) => `| ${cells.join(' | ')} |`).join('\n');
}

/**
 * Writes results/NAME.md, and NAME.svg if there is a chart.
 *
 * @param {string} name
 * @param {string} title
 * @param {readonly string[]} versions
 * @param {readonly string[]} parts
 * @param {string | undefined} chart as SVG
 */
export function report(name, title, versions, parts, chart) {
  const processor = os.cpus()[0]?.model.trim() ?? 'unknown processor';
  const machine = `${os.cpus().length} × ${processor}, ${digits(os.totalmem() / 2 ** 30)} GiB, ${os.type()} ${os.release()}`;
  const head = [
    `# ${title}`,
    [
      `- date: ${new Date().toISOString().slice(0, 10)}`,
      `- machine: ${machine}`,
      `- versions: Node ${process.versions.node}, ${versions.join(', ')}`,
      `- command: \`${['npm run bench --', ...process.argv.slice(2)].join(' ')}\``,
    ].join('\n'),
  ];
  mkdirSync(path.join(bench, 'results'), { recursive: true });
  if (chart !== undefined) {
    writeFileSync(path.join(bench, 'results', `${name}.svg`), chart);
    head.push(`![${title}](${name}.svg)`);
  }
  const text = `${[...head, ...parts].join('\n\n')}\n`;
  writeFileSync(path.join(bench, 'results', `${name}.md`), text);
  console.log(text);
}
