import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import path from 'node:path';
import { fileURLToPath } from 'node:url';

const folder = fileURLToPath(new URL('..', import.meta.url));
/** What `npm start` runs the sources with. */
const jiti = path.join(folder, '../../node_modules/jiti/lib/jiti-cli.mjs');

/** The example as a process of its own; on what `npm test` has just built. */
export class Program implements AsyncDisposable {
  readonly child: ChildProcess;
  /** What it has written, on either output. */
  said = '';
  private readonly ended: Promise<unknown>;

  constructor(...args: string[]) {
    this.child = spawn(process.execPath, [jiti, 'main.ts', ...args], {
      cwd: folder,
      stdio: ['ignore', 'pipe', 'pipe'],
    });
    for (const output of [this.child.stdout, this.child.stderr])
      output?.setEncoding('utf8').on('data', (text: string) => (this.said += text));
    this.ended = once(this.child, 'close');
  }

  /** Its address, as soon as it listens. */
  async address(): Promise<string> {
    for (;;) {
      const address = /http:\S+/.exec(this.said)?.[0];
      if (address !== undefined) return address;
      if (this.child.exitCode !== null) throw new Error(`the chatbot has ended: ${this.said}`);
      await Promise.race([once(this.child.stdout ?? this.child, 'data'), this.ended]);
    }
  }

  /** Ends it, and gives its exit code; null if it was killed. */
  async end(signal?: NodeJS.Signals): Promise<number | null> {
    if (signal !== undefined) this.child.kill(signal);
    await this.ended;
    return this.child.exitCode;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.end('SIGKILL');
  }
}
