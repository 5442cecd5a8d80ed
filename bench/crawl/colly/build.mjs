// Builds the crawl by Colly, where there are Go and its modules.

import { spawn } from 'node:child_process';
import { cpSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

/** Seconds until it is given up that modules come, and that all is compiled. */
const LIMITS = { modules: 20, build: 180 };

/**
 * Builds in a folder of its own: which other modules are needed, and their checksums, Go writes down beside the sources.
 *
 * @param {string} temporary a folder that is thrown away later
 * @returns {Promise<{ program: string } | { missing: string }>}
 */
export async function buildColly(temporary) {
  const folder = path.join(temporary, 'colly');
  cpSync(fileURLToPath(new URL('.', import.meta.url)), folder, { recursive: true });
  const program = path.join(folder, 'crawl');
  try {
    await go(['version'], folder, LIMITS.modules);
  } catch {
    return { missing: 'there is no go' };
  }
  try {
    await go(['mod', 'download', 'github.com/gocolly/colly/v2'], folder, LIMITS.modules);
    await go(['build', '-o', program, '.'], folder, LIMITS.build);
    return { program };
  } catch (error) {
    console.error(error.message);
    return { missing: 'its Go modules could not be had and built' };
  }
}

/** @param {readonly string[]} args @param {string} cwd @param {number} seconds @returns {Promise<void>} */
function go(args, cwd, seconds) {
  const GOFLAGS = `${process.env.GOFLAGS ?? ''} -mod=mod`.trim();
  const env = { ...process.env, GOFLAGS, CGO_ENABLED: '0' };
  return new Promise((resolve, reject) => {
    // A group of its own: what go has started ends with it.
    const child = spawn('go', args, { cwd, env, detached: true, stdio: ['ignore', 'ignore', 'pipe'] });
    let errors = '';
    const timer = setTimeout(() => {
      errors += `go ${args.join(' ')}: over ${seconds} s`;
      process.kill(-(child.pid ?? NaN), 'SIGKILL');
    }, seconds * 1000);
    child.stderr.on('data', (chunk) => (errors += chunk));
    child.on('error', (error) => (errors += error.message));
    child.on('close', (code) => {
      clearTimeout(timer);
      if (code === 0) resolve();
      else reject(new Error(errors.trim() || `go ${args.join(' ')}: exit code ${code}`));
    });
  });
}
