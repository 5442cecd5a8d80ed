// Installs the dependencies and builds the packages, each only when something it depends on has changed.
// Plain old syntax and no dependency: it must be able to say "your Node is too old" on any Node.
//
//   node scripts/setup.mjs
//   import { setUpOrExit } from './setup.mjs';

import { spawn } from 'child_process';
import { createHash } from 'crypto';
import fs from 'fs';
import path from 'path';
import { fileURLToPath } from 'url';

export const root = path.dirname(path.dirname(fileURLToPath(import.meta.url)));

const modules = path.join(root, 'node_modules');
const stampFile = path.join(modules, '.gleaner-setup');
const lock = path.join(root, '.gleaner-setup.lock');

/** The oldest Node that can run Gleaner; the same as `engines.node` in package.json. */
const oldestNode = '20.19';

/**
 * What the last set-up was made from.
 *
 * @typedef {object} Stamp
 * @property {string} install a hash of package-lock.json and of the platform
 * @property {Record<string, string>} sources each file that the build reads, with its time and size
 */

/** A failure that the user has already been told about. */
class SetUpError extends Error {}

/** Brings `node_modules` and every package's `dist` up to date. Silent, and some 30 ms, when they are. */
async function setUp() {
  checkNode();
  if (isUpToDate()) return;
  await withLock(async function () {
    let stamp = readStamp(); // read anew: another process may have done the work while this one waited
    const wanted = installFingerprint();
    if (stamp === undefined || stamp.install !== wanted) {
      if (!isInstalledByHand()) await install();
      // The sources are left out: whatever the build made from the old dependencies is built again.
      stamp = { install: wanted, sources: {} };
      writeStamp(stamp);
    }
    const sources = sourceFingerprint();
    if (!isBuilt(stamp, sources)) {
      removeOrphans(stamp.sources, sources);
      await build();
      writeStamp({ install: wanted, sources: sources });
    }
  });
}

function checkNode() {
  const running = process.versions.node;
  if (running.localeCompare(oldestNode, 'en', { numeric: true }) >= 0) return;
  fail('Gleaner needs Node ' + oldestNode + ' or newer; this is Node ' + running + '.');
}

function isUpToDate() {
  const stamp = readStamp();
  return stamp !== undefined && stamp.install === installFingerprint() && isBuilt(stamp, sourceFingerprint());
}

// --- what there is ---------------------------------------------------------------------------------

/** @returns {Stamp | undefined} */
function readStamp() {
  try {
    return JSON.parse(fs.readFileSync(stampFile, 'utf8'));
  } catch {
    return undefined; // none yet, or cut short by a crash
  }
}

/** @param {Stamp} stamp */
function writeStamp(stamp) {
  fs.writeFileSync(stampFile + '.' + process.pid, JSON.stringify(stamp));
  fs.renameSync(stampFile + '.' + process.pid, stampFile);
}

function installFingerprint() {
  const lockfile = fs.readFileSync(path.join(root, 'package-lock.json'));
  return createHash('sha256')
    .update(lockfile)
    .update(process.platform + process.arch)
    .digest('hex');
}

/** Whether `npm install` or `npm ci`, run by hand, has left in node_modules just what package-lock.json asks for. */
function isInstalledByHand() {
  const hidden = path.join(modules, '.package-lock.json');
  if (!fs.existsSync(hidden)) return false;
  const have = JSON.parse(fs.readFileSync(hidden, 'utf8')).packages;
  const want = JSON.parse(fs.readFileSync(path.join(root, 'package-lock.json'), 'utf8')).packages;
  delete want['']; // the repository itself
  const missing = Object.keys(want).filter((name) => !(name in have) && !want[name].optional);
  const other = Object.keys(have).filter(
    (name) =>
      !(name in want) ||
      want[name].version !== have[name].version ||
      want[name].integrity !== have[name].integrity,
  );
  return missing.length === 0 && other.length === 0;
}

/** Every file that the build reads. A file that is added, changed, put back or deleted shows. */
function sourceFingerprint() {
  /** @type {Record<string, string>} */
  const found = {};
  /** @param {string} folder @param {boolean} deep */
  function walk(folder, deep) {
    for (const entry of fs.readdirSync(path.join(root, folder), { withFileTypes: true })) {
      const file = folder === '' ? entry.name : folder + '/' + entry.name;
      if (entry.isDirectory()) {
        if (deep) walk(file, true);
      } else if (deep ? /\.tsx?$/.test(file) && !/\.test\.tsx?$/.test(file) : isConfiguration(entry.name)) {
        const stat = fs.statSync(path.join(root, file));
        found[file] = stat.mtimeMs + ':' + stat.size;
      }
    }
  }
  walk('', false);
  for (const folder of packageFolders()) {
    walk(folder, false);
    if (fs.existsSync(path.join(root, folder, 'src'))) walk(folder + '/src', true);
  }
  return found;
}

/** @param {string} name */
function isConfiguration(name) {
  return name === 'package.json' || /^tsconfig.*\.json$/.test(name);
}

/** The packages that are compiled, each as `packages/name`. */
function packageFolders() {
  return fs
    .readdirSync(path.join(root, 'packages'))
    .map((name) => 'packages/' + name)
    .filter((folder) => fs.existsSync(path.join(root, folder, 'tsconfig.json')));
}

/** @param {Stamp} stamp @param {Record<string, string>} sources */
function isBuilt(stamp, sources) {
  const names = Object.keys(sources);
  return (
    names.length === Object.keys(stamp.sources).length &&
    names.every((name) => stamp.sources[name] === sources[name]) &&
    packageFolders().every((folder) => fs.existsSync(path.join(root, folder, 'dist', '.tsbuildinfo')))
  );
}

// --- what is done ----------------------------------------------------------------------------------

async function install() {
  say('installing dependencies (once, some 20 s) …');
  const npm = process.env.npm_execpath;
  const options = ['ci', '--include=dev', '--loglevel=error', '--no-progress'];
  if (npm !== undefined && npm.endsWith('npm-cli.js'))
    await runTool('npm ci', process.execPath, [npm].concat(options));
  else await runTool('npm ci', process.platform === 'win32' ? 'npm.cmd' : 'npm', options);
}

async function build() {
  say('building …');
  const tsc = path.join(modules, 'typescript-7', 'bin', 'tsc');
  await runTool('the build', process.execPath, [tsc, '--build'].concat(packageFolders()));
  for (const folder of packageFolders()) makeCommandsExecutable(folder);
}

/** The compiler leaves behind what it made from a file that is gone: such a package is built from nothing.
 * @param {Record<string, string>} before @param {Record<string, string>} now */
function removeOrphans(before, now) {
  const gone = Object.keys(before).filter((file) => !(file in now) && /^packages\/[^/]+\/src\//.test(file));
  for (const folder of new Set(gone.map((file) => file.split('/').slice(0, 2).join('/')))) {
    fs.rmSync(path.join(root, folder, 'dist'), { recursive: true, force: true });
  }
}

/** @param {string} folder */
function makeCommandsExecutable(folder) {
  const bin = JSON.parse(fs.readFileSync(path.join(root, folder, 'package.json'), 'utf8')).bin || {};
  for (const name of Object.keys(bin)) {
    const file = path.join(root, folder, bin[name]);
    if (fs.existsSync(file)) fs.chmodSync(file, 0o755);
  }
}

/**
 * Runs a tool quietly; what it printed is shown only when it fails.
 *
 * @param {string} name @param {string} command @param {string[]} args
 */
async function runTool(name, command, args) {
  let output = '';
  const child = spawn(command, args, {
    cwd: root,
    stdio: ['ignore', 'pipe', 'pipe'],
    shell: command === 'npm.cmd',
  });
  child.stdout.on('data', (chunk) => (output += chunk));
  child.stderr.on('data', (chunk) => (output += chunk));
  // The lock names the tool too: it may outlive this process, when that is killed.
  const claim = path.join(lock, String(child.pid));
  if (child.pid !== undefined) fs.writeFileSync(claim, '');
  /** @type {string | undefined} */
  const failure = await new Promise((resolve) => {
    child.on('error', (error) => resolve(error.message));
    child.on('close', (code, signal) => resolve(code === 0 ? undefined : signal || 'exit code ' + code));
  });
  fs.rmSync(claim, { force: true });
  if (failure === undefined) return;
  process.stderr.write(output);
  fail(name + ' failed (' + failure + ').');
}

// --- one at a time ---------------------------------------------------------------------------------

/**
 * Runs `work` while no other process does. The lock is a folder with a file for each process that works under
 * it, named by the process's id. A folder can be renamed onto an empty one but not onto a full one: so taking
 * the lock is a single step, and whoever clears away the dead may still find another to be faster.
 *
 * @param {() => Promise<void>} work
 */
async function withLock(work) {
  const mine = fs.mkdtempSync(lock + '-');
  fs.writeFileSync(path.join(mine, String(process.pid)), '');
  let waiting = false;
  try {
    while (!tryRename(mine, lock)) {
      const holders = lockHolders();
      const alive = holders.find(isAlive);
      if (alive === undefined) {
        for (const pid of holders) fs.rmSync(path.join(lock, String(pid)), { force: true });
        removeIfEmpty(lock);
        continue;
      }
      if (!waiting) say('waiting for another set-up (process ' + alive + ') …');
      waiting = true;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
    await work();
  } finally {
    fs.rmSync(mine, { recursive: true, force: true });
    fs.rmSync(path.join(lock, String(process.pid)), { force: true });
    removeIfEmpty(lock);
  }
}

/** @param {string} from @param {string} to */
function tryRename(from, to) {
  try {
    fs.renameSync(from, to);
    return true;
  } catch (error) {
    // ENOTEMPTY and EEXIST: another process has it; Windows says EPERM or EACCES.
    const code = /** @type {NodeJS.ErrnoException} */ (error).code || '';
    if (['ENOTEMPTY', 'EEXIST', 'EPERM', 'EACCES'].includes(code)) return false;
    throw error;
  }
}

function lockHolders() {
  try {
    return fs.readdirSync(lock).map(Number);
  } catch {
    return []; // just released
  }
}

/** @param {number} pid */
function isAlive(pid) {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return /** @type {NodeJS.ErrnoException} */ (error).code === 'EPERM';
  }
}

/** @param {string} folder */
function removeIfEmpty(folder) {
  try {
    fs.rmdirSync(folder);
  } catch {
    // gone already, or another process has it
  }
}

// --- what is said ----------------------------------------------------------------------------------

/** @param {string} text */
function say(text) {
  process.stderr.write('gleaner: ' + text + '\n');
}

/** @param {string} text @returns {never} */
function fail(text) {
  say(text);
  throw new SetUpError(text);
}

/** As `setUp`, for a script that cannot go on without: when it fails, which has been told by then, the process ends. */
export async function setUpOrExit() {
  try {
    await setUp();
  } catch (error) {
    if (!(error instanceof SetUpError)) throw error;
    process.exit(1);
  }
}

if (process.argv[1] === fileURLToPath(import.meta.url)) setUpOrExit();
