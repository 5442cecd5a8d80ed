import { spawn, type ChildProcess } from 'node:child_process';
import { once } from 'node:events';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { Readable, Writable } from 'node:stream';
import { setTimeout } from 'node:timers/promises';

const PROGRAMS = ['chromium', 'chromium-browser', 'google-chrome'];

/** Chromium on the PATH (Debian's package `chromium`); undefined if it is not there, and an error where it must be. */
export function chromium(): string | undefined {
  const folders = (process.env.PATH ?? '').split(':');
  const program = PROGRAMS.flatMap((name) => folders.map((folder) => path.join(folder, name))).find((file) =>
    existsSync(file),
  );
  if (program === undefined && process.env.GLEANER_REQUIRE_ALL === '1')
    throw new Error('Chromium is required: the page is tested in it');
  if (program === undefined) console.log('skipped: the page in a browser, for lack of Chromium');
  return program;
}

/** How a page is looked at. */
export interface Look {
  readonly width: number;
  readonly height: number;
  readonly dark?: boolean | undefined;
}

/** A headless Chromium, driven over the DevTools protocol (https://chromedevtools.github.io/devtools-protocol/). */
export class Browser implements AsyncDisposable {
  private readonly child: ChildProcess;
  private readonly folder: string = mkdtempSync(path.join(os.tmpdir(), 'chatbot-browser-'));
  private readonly asked = new Map<
    number,
    { resolve: (value: unknown) => void; reject: (error: Error) => void }
  >();
  private last = 0;

  constructor(program: string) {
    const options = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-dev-shm-usage'];
    const own = [`--user-data-dir=${this.folder}`, '--remote-debugging-pipe', '--no-first-run'];
    this.child = spawn(program, [...options, ...own], {
      stdio: ['ignore', 'ignore', 'ignore', 'pipe', 'pipe'],
    });
    let text = '';
    (this.child.stdio[4] as Readable).setEncoding('utf8').on('data', (chunk: string) => {
      const messages = (text + chunk).split('\0');
      text = messages.pop() ?? '';
      for (const message of messages) this.hear(JSON.parse(message) as Heard);
    });
    this.child.once('exit', () => {
      for (const { reject } of this.asked.values()) reject(new Error('Chromium has ended'));
    });
  }

  async open(url: string, { width, height, dark = false }: Look): Promise<Tab> {
    const { targetId } = (await this.ask('Target.createTarget', { url: 'about:blank' })) as {
      targetId: string;
    };
    const attached = await this.ask('Target.attachToTarget', { targetId, flatten: true });
    const { sessionId } = attached as { sessionId: string };
    const ask = (method: string, params: object): Promise<unknown> => this.ask(method, params, sessionId);
    const features = [{ name: 'prefers-color-scheme', value: dark ? 'dark' : 'light' }];
    await ask('Emulation.setDeviceMetricsOverride', {
      width,
      height,
      deviceScaleFactor: 1,
      mobile: width < 600,
    });
    await ask('Emulation.setEmulatedMedia', { features });
    await ask('Page.navigate', { url });
    const tab = new Tab(ask);
    while ((await tab.evaluate('document.readyState')) !== 'complete') await setTimeout(10);
    return tab;
  }

  private ask(method: string, params: object, sessionId?: string): Promise<unknown> {
    const id = ++this.last;
    (this.child.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, sessionId })}\0`);
    return new Promise((resolve, reject) => this.asked.set(id, { resolve, reject }));
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const ended = once(this.child, 'exit');
    this.child.kill('SIGKILL');
    await ended;
    // Its other processes end a little later, and write until then.
    rmSync(this.folder, { recursive: true, force: true, maxRetries: 10, retryDelay: 100 });
  }

  private hear({ id, result, error }: Heard): void {
    const asked = id === undefined ? undefined : this.asked.get(id);
    if (id === undefined || asked === undefined) return;
    this.asked.delete(id);
    if (error === undefined) asked.resolve(result);
    else asked.reject(new Error(error.message));
  }
}

interface Heard {
  readonly id?: number;
  readonly result?: unknown;
  readonly error?: { readonly message: string };
}

/** One page in it. */
export class Tab {
  private readonly ask: (method: string, params: object) => Promise<unknown>;

  constructor(ask: (method: string, params: object) => Promise<unknown>) {
    this.ask = ask;
  }

  /** What an expression in the page gives. */
  async evaluate(expression: string): Promise<unknown> {
    const params = { expression, awaitPromise: true, returnByValue: true };
    const { result, exceptionDetails } = (await this.ask('Runtime.evaluate', params)) as {
      result: { value?: unknown };
      exceptionDetails?: { exception?: { description?: string } };
    };
    if (exceptionDetails !== undefined)
      throw new Error(exceptionDetails.exception?.description ?? expression);
    return result.value;
  }

  /** Waits until an expression in the page is true. */
  async until(expression: string): Promise<void> {
    await this.evaluate(
      `new Promise((resolve, reject) => {
        const look = () => {
          try { if (${expression}) resolve(); else setTimeout(look, 16); } catch (error) { reject(error); }
        };
        look();
      })`,
    );
  }

  /** A picture of it, as PNG. */
  async picture(): Promise<Buffer> {
    const { data } = (await this.ask('Page.captureScreenshot', {})) as { data: string };
    return Buffer.from(data, 'base64');
  }

  /** Types a line and presses Enter. */
  async type(text: string): Promise<void> {
    await this.evaluate("document.getElementById('text').focus()");
    await this.ask('Input.insertText', { text });
    for (const type of ['keyDown', 'keyUp'])
      await this.ask('Input.dispatchKeyEvent', {
        type,
        key: 'Enter',
        code: 'Enter',
        text: '\r',
        windowsVirtualKeyCode: 13,
      });
  }
}
