import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import {
  cpSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { root, setUpOrExit } from '../scripts/setup.mjs';

export const bench = path.join(root, 'bench');

/** Builds ours, and installs the peers at first use or when their lock file has changed. */
export async function setUp({ build = true } = {}) {
  if (build) await setUpOrExit();
  const wanted = createHash('sha256')
    .update(readFileSync(path.join(bench, 'package-lock.json')))
    .digest('hex');
  const stamp = path.join(bench, 'node_modules/.gleaner-bench');
  if (existsSync(stamp) && readFileSync(stamp, 'utf8') === wanted) return;
  console.error('Installing the peers …');
  execFileSync('npm', ['ci', '--silent'], { cwd: bench, stdio: ['ignore', 'ignore', 'inherit'] });
  writeFileSync(stamp, wanted);
}

/** A copy of a built package, which stays as it is when somebody builds again during a long series. */
export function copyOfBuild(/** @type {string} */ folder) {
  const copy = mkdtempSync(path.join(os.tmpdir(), 'gleaner-bench-'));
  process.on('exit', () => rmSync(copy, { recursive: true }));
  writeFileSync(path.join(copy, 'package.json'), '{ "type": "module" }');
  cpSync(folder, path.join(copy, 'dist'), { recursive: true });
  return path.join(copy, 'dist/index.js');
}

/**
 * A copy of our built packages with their dependencies linked beside them, for the same reason.
 *
 * @param {string} packages the folder that has them; their dependencies are those installed here
 * @param {string} name the one that is wanted; gives its folder
 */
export function copyOfPackages(packages, name) {
  const modules = path.join(mkdtempSync(path.join(os.tmpdir(), 'gleaner-bench-')), 'node_modules');
  process.on('exit', () => rmSync(path.dirname(modules), { recursive: true }));
  copyPackage(packages, name, modules, name);
  return path.join(modules, name);
}

/** @param {string} packages @param {string} folder @param {string} modules @param {string} name */
function copyPackage(packages, folder, modules, name) {
  const description = readFileSync(path.join(packages, folder, 'package.json'), 'utf8');
  cpSync(path.join(packages, folder, 'dist'), path.join(modules, name, 'dist'), { recursive: true });
  writeFileSync(path.join(modules, name, 'package.json'), description);
  for (const dependency of Object.keys(JSON.parse(description).dependencies ?? {})) {
    const copy = path.join(modules, dependency);
    if (existsSync(copy)) continue;
    mkdirSync(path.dirname(copy), { recursive: true });
    const ours = /^@gleaner\/(.*)$/.exec(dependency)?.[1];
    if (ours !== undefined) copyPackage(packages, ours, modules, dependency);
    else symlinkSync(installed(folder, dependency), copy, 'junction');
  }
}

/** Where a package of ours finds a dependency: in its own folder, if another one there needs another version. */
function installed(/** @type {string} */ folder, /** @type {string} */ dependency) {
  const own = path.join(root, 'packages', folder, 'node_modules', dependency);
  return existsSync(own) ? own : path.join(root, 'node_modules', dependency);
}

export function versionOf(/** @type {string} */ name) {
  return JSON.parse(readFileSync(path.join(bench, 'node_modules', name, 'package.json'), 'utf8')).version;
}
