import { spawn, spawnSync, type ChildProcessWithoutNullStreams } from 'node:child_process';
import { fileURLToPath } from 'node:url';
import { vi } from 'vitest';
import { main } from '../src/cli/main.ts';

/** How a run of the command ended. */
export interface Ended {
  /** null: it was killed. */
  readonly code: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

/** Begins `glean` in this process, one at a time; `said` are its words on standard error up to now. */
export function begin(...args: string[]): { ended: Promise<Ended>; said: () => string } {
  const out = vi.spyOn(process.stdout, 'write').mockReturnValue(true);
  const errors = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  const text = (write: typeof out): string => write.mock.calls.map(([chunk]) => String(chunk)).join('');
  const ended = main(args)
    .then((code) => ({ code, stdout: text(out), stderr: text(errors) }))
    .finally(() => {
      out.mockRestore();
      errors.mockRestore();
    });
  return { ended, said: () => text(errors) };
}

/** Runs `glean` in this process, one at a time. */
export async function glean(...args: string[]): Promise<Ended> {
  return await begin(...args).ended;
}

/** The lines of JSON in a text. */
export function linesOfJson(text: string): unknown[] {
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line) as unknown);
}

/** The program that `npm test` has just built. */
const program = fileURLToPath(new URL('../dist/cli/main.js', import.meta.url));

/** A process that was started, and what it has written up to now. */
export interface Started {
  readonly child: ChildProcessWithoutNullStreams;
  readonly out: { readonly stdout: string; readonly stderr: string };
  readonly ended: Promise<Ended>;
}

/** Runs `glean` in processes of its own, for what only these can show: being killed, a closed pipe, a terminal, a prompt. */
export class Processes {
  private readonly folder: string;

  /** @param folder that they run in */
  constructor(folder: string) {
    this.folder = folder;
  }

  start(...args: string[]): Started {
    return this.started(process.execPath, [program, ...args]);
  }

  /** Runs the command to its end, its standard input a text. */
  async run(args: readonly string[], input = ''): Promise<Ended> {
    const { child, ended } = this.start(...args);
    child.stdin.end(input);
    return await ended;
  }

  /** Runs a line of shell in which $GLEAN is the command. */
  async shell(line: string): Promise<Ended> {
    return await this.started('bash', ['-c', line], { GLEAN: `${process.execPath} ${program}` }).ended;
  }

  /** Starts the command, its arguments as a shell takes them, on a terminal of so many columns. */
  onTerminal(columns: number, args: string, env: Record<string, string> = {}): Started {
    const line = `stty cols ${columns} rows 24; ${process.execPath} ${program} ${args}`;
    return this.started('script', ['-qec', line, '/dev/null'], { TERM: 'xterm', ...env });
  }

  private started(file: string, args: readonly string[], env: Record<string, string> = {}): Started {
    const child = spawn(file, args, { cwd: this.folder, env: { ...process.env, ...env } });
    const out = { stdout: '', stderr: '' };
    child.stdout.on('data', (chunk: Buffer) => (out.stdout += chunk.toString()));
    child.stderr.on('data', (chunk: Buffer) => (out.stderr += chunk.toString()));
    child.stdin.on('error', () => {});
    const ended = new Promise<Ended>((resolve) => child.once('close', (code) => resolve({ ...out, code })));
    return { child, out, ended };
  }
}

/** Whether there can be terminals here; says so if not, and throws where all tests are to run. */
export function hasTerminals(): boolean {
  if (spawnSync('script', ['-qec', 'true', '/dev/null']).status === 0) return true;
  if (process.env.GLEANER_REQUIRE_ALL === '1')
    throw new Error('script (util-linux) is required: it makes terminals');
  console.log('skipped: tests on a terminal, which script (util-linux) makes');
  return false;
}
