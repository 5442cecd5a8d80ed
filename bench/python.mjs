import { spawnSync } from 'node:child_process';

const PYTHON = '/usr/bin/python3';

export const python = process.platform === 'win32' ? 'python' : PYTHON;

/** `--with-apt`: installs Debian's packages. */
export function installWithApt(/** @type {readonly string[]} */ packages) {
  if (process.getuid?.() !== 0) return console.error('--with-apt needs root; goes on without.');
  console.error(`Installing ${packages.join(', ')} …`);
  for (const args of [['update'], ['install', '-y', ...packages]]) {
    const env = { ...process.env, DEBIAN_FRONTEND: 'noninteractive' };
    const { status, stderr, error } = spawnSync('apt-get', ['-qq', ...args], { env, encoding: 'utf8' });
    if (status !== 0) return console.error(`apt-get ${args[0]} failed; goes on without.\n${error ?? stderr}`);
  }
}

/** The version of a Python module; undefined if it cannot be imported. */
export function pythonVersion(/** @type {string} */ module) {
  const code = `import ${module}; print(${module}.__version__)`;
  const { status, stdout } = spawnSync(python, ['-c', code], { encoding: 'utf8' });
  return status === 0 ? stdout.trim() : undefined;
}
