// No file of the repository names the package registry that it happened to be installed from: the lock file
// keeps hashes, not addresses, so that it works with any registry, and a private one's name stays private.

import { execFileSync } from 'node:child_process';
import { readFileSync, statSync } from 'node:fs';
import path from 'node:path';
import { root } from './setup.mjs';

/** @type {Record<string, { resolved?: string }>} */
const locked = JSON.parse(readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
const problems = Object.entries(locked)
  .filter(([, { resolved }]) => resolved !== undefined && /^\w+:/.test(resolved))
  .map(([name]) => `package-lock.json: ${name} has a download address; run: npm install`);

const registry = new URL(execFileSync('npm', ['config', 'get', 'registry'], { cwd: root, encoding: 'utf8' }));
const files = execFileSync('git', ['ls-files', '-z', '--cached', '--others', '--exclude-standard'], {
  cwd: root,
  encoding: 'utf8',
  maxBuffer: 64 * 1024 * 1024,
});
for (const file of files.split('\0')) {
  const stat = statSync(path.join(root, file), { throwIfNoEntry: false });
  if (stat === undefined || !stat.isFile()) continue; // a folder's link, or deleted and not yet committed
  if (readFileSync(path.join(root, file)).includes(registry.host)) {
    problems.push(`${file}: names the package registry, ${registry.host}`);
  }
}

for (const problem of problems) console.error(problem);
process.exitCode = problems.length === 0 ? 0 : 1;
