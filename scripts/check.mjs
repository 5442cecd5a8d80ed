// `npm run check`: everything that must hold besides the tests. All parts run, two or more at a time; then
// what failed is shown in full. `npm run check -- eslint knip` runs only the parts named.

import { spawn } from 'node:child_process';
import os from 'node:os';
import { root, setUpOrExit } from './setup.mjs';

/** Each part as the command to run with Node; slow ones first, so that no core idles at the end. */
const parts = {
  eslint: ['eslint/bin/eslint.js', '.', '--max-warnings=0'],
  'attw coroutine': ['@arethetypeswrong/cli/dist/index.js', ...attw('packages/coroutine')],
  'attw gleaner': ['@arethetypeswrong/cli/dist/index.js', ...attw('packages/gleaner')],
  prettier: ['prettier/bin/prettier.cjs', '--check', '--log-level=warn', '.'],
  types: ['typescript-7/bin/tsc', '--build'],
  knip: ['knip/bin/knip.js', '--no-progress'],
  'size-limit': ['size-limit/bin.js'],
  'publint coroutine': ['publint/src/cli.js', 'packages/coroutine', '--strict'],
  'publint gleaner': ['publint/src/cli.js', 'packages/gleaner', '--strict'],
  oxlint: ['oxlint/bin/oxlint', '--deny-warnings'],
  addresses: ['../scripts/check-addresses.mjs'],
};

/** @param {string} folder */
function attw(folder) {
  return ['--pack', folder, '--profile', 'esm-only', '--quiet'];
}

/** @param {string} name @param {string[]} command */
function runPart(name, [script = '', ...args]) {
  /** @type {Promise<{ name: string, ok: boolean, output: string, seconds: string }>} */
  const finished = new Promise((resolve) => {
    const started = performance.now();
    let output = '';
    const child = spawn(process.execPath, [`node_modules/${script}`, ...args], {
      cwd: root,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    child.stdout.on('data', (chunk) => (output += chunk));
    child.stderr.on('data', (chunk) => (output += chunk));
    child.on('error', (error) => (output += error.message));
    child.on('close', (code) => {
      const seconds = ((performance.now() - started) / 1000).toFixed(1);
      resolve({ name, ok: code === 0, output, seconds });
    });
  });
  return finished;
}

async function main() {
  const asked = process.argv.slice(2);
  const unknown = asked.filter((word) => !Object.keys(parts).some((name) => name.startsWith(word)));
  if (unknown.length > 0) {
    console.error(`No part is named ${unknown.join(', ')}. The parts: ${Object.keys(parts).join(', ')}.`);
    return 2;
  }
  const waiting = Object.entries(parts).filter(
    ([name]) => asked.length === 0 || asked.some((word) => name.startsWith(word)),
  );
  /** @type {Awaited<ReturnType<typeof runPart>>[]} */
  const failed = [];
  async function worker() {
    for (let next = waiting.shift(); next !== undefined; next = waiting.shift()) {
      const part = await runPart(...next);
      console.log(`${part.ok ? 'ok    ' : 'FAILED'} ${part.name} (${part.seconds} s)`);
      if (!part.ok) failed.push(part);
    }
  }
  await Promise.all(Array.from({ length: Math.max(2, os.availableParallelism()) }, worker));

  for (const part of failed) console.log(`\n=== ${part.name} ===\n${part.output.trimEnd()}`);
  if (failed.length > 0) console.log(`\nFailed: ${failed.map((part) => part.name).join(', ')}`);
  return failed.length === 0 ? 0 : 1;
}

await setUpOrExit();
process.exitCode = await main();
