// node server.mjs ROOT PORT: serves a folder on 127.0.0.1 where there is no nginx, until it is killed.

import { readFileSync } from 'node:fs';
import { createServer } from 'node:http';
import path from 'node:path';

const TYPES = { '.html': 'text/html', '.css': 'text/css', '.js': 'text/javascript', '.txt': 'text/plain' };

const [root = '', port = ''] = process.argv.slice(2);
/** @type {Map<string, Buffer | undefined>} */
const files = new Map();

function load(/** @type {string} */ name) {
  try {
    return readFileSync(path.join(root, decodeURIComponent(name)));
  } catch {
    return undefined;
  }
}

const server = createServer({ keepAliveTimeout: 60_000 }, ({ url = '/' }, response) => {
  const { pathname } = new URL(url, 'http://host/');
  const name = pathname.endsWith('/') ? `${pathname}index.html` : pathname;
  if (!files.has(name)) files.set(name, load(name));
  const body = files.get(name);
  if (body === undefined) return response.writeHead(404).end();
  const type = TYPES[path.extname(name)] ?? 'application/octet-stream';
  response.writeHead(200, { 'content-type': type, 'content-length': body.length }).end(body);
});

server.listen(Number(port), '127.0.0.1', () => console.error('listening'));
