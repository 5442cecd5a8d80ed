import { execFileSync, type ExecFileSyncOptions } from 'node:child_process';
import { chownSync, existsSync, mkdtempSync, readdirSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';

/** Where PostgreSQL's programs are: the newest of Debian's, or on the PATH; undefined if nowhere. */
export function postgresPrograms(): string | undefined {
  const debian = '/usr/lib/postgresql';
  const versions = existsSync(debian) ? readdirSync(debian).sort((a, b) => Number(b) - Number(a)) : [];
  const folders = [
    ...versions.map((version) => path.join(debian, version, 'bin')),
    ...(process.env.PATH ?? '').split(':'),
  ];
  return folders.find((folder) => existsSync(path.join(folder, 'initdb')));
}

/** A cluster to be thrown away, at a socket in a folder of its own. */
export function startPostgres(
  programs: string,
): Disposable & { host: string; user: string; database: string } {
  const folder = mkdtempSync(path.join(os.tmpdir(), 'gleaner-postgres-'));
  const data = path.join(folder, 'data');
  // PostgreSQL refuses to run as root.
  const who = process.getuid?.() === 0 ? unprivileged() : undefined;
  if (who !== undefined) chownSync(folder, who.uid, who.gid);
  const options: ExecFileSyncOptions = { ...who, cwd: folder, stdio: ['ignore', 'ignore', 'pipe'] };
  const settings = `-k ${folder} -c listen_addresses= -c fsync=off`;
  execFileSync(
    path.join(programs, 'initdb'),
    ['-D', data, '-U', 'test', '-A', 'trust', '--no-sync'],
    options,
  );
  const control = (...args: string[]): unknown =>
    execFileSync(path.join(programs, 'pg_ctl'), ['-D', data, ...args], options);
  control('-w', '-l', path.join(folder, 'log'), '-o', settings, 'start');
  return {
    host: folder,
    user: 'test',
    database: 'postgres',
    [Symbol.dispose]() {
      control('-w', '-m', 'immediate', 'stop');
      rmSync(folder, { recursive: true });
    },
  };
}

function unprivileged(): { uid: number; gid: number } {
  const id = (flag: string, name: string): number =>
    Number(execFileSync('id', [flag, name], { stdio: ['ignore', 'pipe', 'ignore'] }));
  for (const name of ['postgres', 'nobody']) {
    try {
      return { uid: id('-u', name), gid: id('-g', name) };
    } catch {
      // There is no such user.
    }
  }
  throw new Error('PostgreSQL does not run as root, and there is neither a user postgres nor a user nobody');
}
