import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { createServer, type AddressInfo } from 'node:net';
import os from 'node:os';
import path from 'node:path';

/** A request that nginx has answered. */
interface Answered {
  status: number;
  contentType: string;
  url: string;
  userAgent: string;
}

/** nginx on loopback, serving a folder. */
export interface Nginx extends AsyncDisposable {
  /** Without a slash at the end. */
  readonly origin: string;
  /** Ends it, and gives all requests that it has answered, in order. */
  stop(): Promise<readonly Answered[]>;
}

/** A program on the PATH, or where Debian puts those of administrators; undefined if nowhere. */
export function program(name: string): string | undefined {
  const folders = [...(process.env.PATH ?? '').split(':'), '/usr/sbin'];
  return folders.map((folder) => path.join(folder, name)).find((file) => existsSync(file));
}

/** The folder of the Python manual as HTML, some 530 pages: Debian's package python3-doc; undefined if not there. */
export function pythonManual(): string | undefined {
  const documentation = '/usr/share/doc';
  if (!existsSync(documentation)) return undefined;
  const versions = readdirSync(documentation).filter((name) => /^python3\.\d+$/.test(name));
  const folders = versions.map((name) => path.join(documentation, name, 'html'));
  return folders.find((folder) => existsSync(path.join(folder, 'index.html')));
}

/** Starts nginx with settings of its own in a folder of its own. */
export async function startNginx(nginx: string, root: string): Promise<Nginx> {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gleaner-nginx-'));
  const log = path.join(folder, 'access.log');
  const settings = path.join(folder, 'nginx.conf');
  const port = await freePort();
  const origin = `http://127.0.0.1:${port}`;
  writeFileSync(settings, settingsOf({ root, port, folder, log }));
  const server = spawn(nginx, ['-c', settings, '-p', folder, '-e', path.join(folder, 'error.log')], {
    stdio: ['ignore', 'ignore', 'pipe'],
  });
  let notices = '';
  server.stderr.setEncoding('utf8').on('data', (text: string) => (notices += text));
  const exited = once(server, 'exit');
  // Its first notice comes when it listens.
  await Promise.race([once(server.stderr, 'data'), exited]);
  if (server.exitCode !== null) throw new Error(`nginx has ended: ${notices}`);

  let stopping: Promise<readonly Answered[]> | undefined;
  async function end(): Promise<readonly Answered[]> {
    server.kill();
    await exited;
    const lines = readFileSync(log, 'utf8').split('\n').slice(0, -1);
    rmSync(folder, { recursive: true });
    return lines.map((line) => answered(line, origin));
  }
  const stop = (): Promise<readonly Answered[]> => (stopping ??= end());
  return {
    origin,
    stop,
    async [Symbol.asyncDispose]() {
      await stop();
    },
  };
}

/** One process, so that whoever ends it ends all of it. */
function settingsOf(given: { root: string; port: number; folder: string; log: string }): string {
  const paths = ['client_body', 'proxy', 'fastcgi', 'uwsgi', 'scgi'];
  return `
    daemon off;
    master_process off;
    error_log stderr notice;
    pid ${given.folder}/nginx.pid;
    events { worker_connections 256; }
    http {
      types { text/html html; text/css css; text/javascript js; text/plain txt; }
      default_type application/octet-stream;
      log_format tabs '$status\t$sent_http_content_type\t$request_uri\t$http_user_agent';
      access_log ${given.log} tabs;
      log_not_found off;
      ${paths.map((name) => `${name}_temp_path ${given.folder}/${name};`).join('\n      ')}
      server {
        listen 127.0.0.1:${given.port};
        root ${given.root};
        absolute_redirect off;
      }
    }
  `;
}

function answered(line: string, origin: string): Answered {
  const [status = '', contentType = '', uri = '', userAgent = ''] = line.split('\t');
  return { status: Number(status), contentType, url: new URL(origin + uri).href, userAgent };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, 'close');
  return port;
}
