// The documentation to be crawled, and the server on loopback that serves it.

import { spawn, spawnSync } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdirSync, readdirSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const DOCS = '/usr/share/doc';
const python = existsSync(DOCS) ? readdirSync(DOCS).filter((name) => /^python3\.\d+$/.test(name)) : [];

/** Each manual: where Debian puts it, and the package that does. Its first page is index.html. */
const MANUALS = {
  python: { from: python.map((name) => `${DOCS}/${name}/html`), by: 'python3-doc' },
  postgresql: { from: [`${DOCS}/postgresql-doc-15/html`], by: 'postgresql-doc-15' },
  java: { from: [`${DOCS}/openjdk-17-jre-headless/api`], by: 'openjdk-17-doc' },
};

/** The sites by size: some 530, 1,700 and 11,800 pages. */
export const SITES = {
  S: { manuals: ['python'], about: 'the manual of Python' },
  M: { manuals: ['python', 'postgresql'], about: 'the manuals of Python and PostgreSQL' },
  L: { manuals: ['python', 'postgresql', 'java'], about: 'the manuals of Python, PostgreSQL and Java' },
};

/** The Debian packages of all that is needed here. */
export const PACKAGES = ['nginx-light', ...Object.values(MANUALS).map(({ by }) => by)];

/** The manual's folder, if it is installed. */
function folderOf(/** @type {string} */ manual) {
  const folders = MANUALS[manual].from;
  return folders.find((/** @type {string} */ folder) => existsSync(path.join(folder, 'index.html')));
}

/** The packages that a site lacks here. */
export function lacking(/** @type {string} */ site) {
  return SITES[site].manuals
    .filter((manual) => folderOf(manual) === undefined)
    .map((manual) => MANUALS[manual].by);
}

/** Makes a folder that has the site's manuals beside each other, and a page that links to them. */
function layOut(/** @type {string} */ site, /** @type {string} */ folder) {
  mkdirSync(folder);
  let links = '';
  for (const name of SITES[site].manuals) {
    symlinkSync(folderOf(name), path.join(folder, name));
    links += `<li><a href="${name}/index.html">${name}</a>`;
  }
  const page = `<!doctype html><meta charset="utf-8"><title>Manuals</title><h1>Manuals</h1><ul>${links}</ul>`;
  writeFileSync(path.join(folder, 'index.html'), page);
}

/**
 * Serves the site by nginx, or by a server of our own where there is none.
 *
 * @param {string} site
 * @param {string} temporary a folder that is thrown away later
 * @param {readonly string[]} pin what to put before a command to give it a core of its own
 * @returns {Promise<{ start: string, by: string, stop: () => Promise<void> }>}
 */
export async function serve(site, temporary, pin) {
  const root = path.join(temporary, 'site');
  layOut(site, root);
  const port = await freePort();
  const nginx = spawnSync('nginx', ['-v'], { encoding: 'utf8' });
  const ours = fileURLToPath(new URL('server.mjs', import.meta.url));
  const settings = path.join(temporary, 'nginx.conf');
  const log = path.join(temporary, 'nginx.log');
  const usesNginx = nginx.error === undefined;
  if (usesNginx) writeFileSync(settings, nginxSettings(root, port, temporary));
  const command = usesNginx
    ? ['nginx', '-c', settings, '-p', temporary, '-e', log]
    : [process.execPath, ours, root, String(port)];
  const [program = '', ...args] = [...pin, ...command];
  const server = spawn(program, args, { stdio: ['ignore', 'ignore', 'pipe'] });
  const exited = once(server, 'exit');
  // Both say something as soon as they listen.
  await Promise.race([
    once(server.stderr, 'data'),
    exited.then(() => Promise.reject(new Error(`no server: ${command.join(' ')}`))),
  ]);
  server.stderr.resume();
  return {
    start: `http://127.0.0.1:${port}/index.html`,
    by: usesNginx ? nginx.stderr.trim().replace('nginx version: ', '') : 'a node:http server',
    async stop() {
      server.kill();
      await exited;
    },
  };
}

/** One process, so that whoever ends it ends all of it; a notice on stderr says that it listens. */
function nginxSettings(
  /** @type {string} */ root,
  /** @type {number} */ port,
  /** @type {string} */ temporary,
) {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
    daemon off;
    master_process off;
    error_log stderr notice;
    pid ${temporary}/nginx.pid;
    events { worker_connections 1024; }
    http {
      types { text/html html; text/css css; text/javascript js; text/plain txt; image/png png; image/svg+xml svg; }
      default_type application/octet-stream;
      access_log off;
      sendfile on;
      keepalive_requests 1000000;
      open_file_cache max=20000;
      ${paths.map((name) => `${name}_temp_path ${temporary}/${name};`).join(' ')}
      server { listen 127.0.0.1:${port}; root ${root}; absolute_redirect off; log_not_found off; }
    }
  `;
}

async function freePort() {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = /** @type {import('node:net').AddressInfo} */ (server.address());
  server.close();
  await once(server, 'close');
  return port;
}
