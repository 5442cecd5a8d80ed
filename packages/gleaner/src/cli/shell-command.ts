import { now, run, type CoroutineBody } from '@gleaner/coroutine';
import { createInterface } from 'node:readline';
import repl, { type REPLServer } from 'node:repl';
import { PassThrough } from 'node:stream';
import { crawlSettings, type CrawlSettings } from '../crawl/crawl-options.ts';
import { requestOf, START } from '../crawl/request-of.ts';
import { Client } from '../http/client.ts';
import { NamedHosts } from '../http/named-hosts.ts';
import { PageError } from '../http/failure.ts';
import { Page } from '../page/page.ts';
import { VERSION } from '../version.ts';
import { parsed, UsageError } from './arguments.ts';
import { ASKING, askingOptions } from './crawl-options.ts';
import { complain, Exit, exitOf, told } from './exit.ts';
import { SHELL_HELP } from './help/shell.ts';
import { inspected, PromptError } from './inspected.ts';
import { keepHistory } from './shell-history.ts';
import { bytes, palette, printable, span } from './terminal.ts';

const OPTIONS = { ...ASKING, help: { type: 'boolean', short: 'h' } } as const;

/** `glean shell`: gives the exit status. */
export async function shellCommand(argv: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parsed(argv, OPTIONS);
    if (values.help === true) {
      process.stdout.write(SHELL_HELP);
      return Exit.Done;
    }
    if (positionals.length > 1) throw new UsageError('one address to begin with');
    const shell = new Shell(crawlSettings(askingOptions(values)));
    try {
      return await shell.carryOut(positionals[0]);
    } finally {
      await shell.close();
    }
  } catch (error) {
    return exitOf('shell', error);
  }
}

class Shell {
  private readonly client: Client;
  /** What the prompt's names stand for. */
  private context: { page?: unknown } = {};

  constructor(settings: CrawlSettings) {
    const { headers, maxBytes, maxRedirects, timeout, cookies, auth, proxies, perHost } = settings;
    this.client = new Client({
      headers,
      maxBytes,
      maxRedirects,
      timeout,
      cookies,
      auth,
      proxies,
      named: settings.allowPrivate ? undefined : new NamedHosts(),
      connections: perHost,
    });
  }

  async carryOut(address: string | undefined): Promise<number> {
    if (address !== undefined) {
      try {
        await this.visit(address);
      } catch (error) {
        if (!(error instanceof PageError)) throw error;
        if (error.code === 'BAD_URL') throw new UsageError(error.message);
        complain('shell', error.message);
        return Exit.SomeFailed;
      }
    }
    const gleaner = await import('../index.ts');
    const { stdin, stdout } = process;
    const isTerminal = stdin.isTTY && stdout.isTTY;
    if (isTerminal) {
      stdout.write(
        `Gleaner ${VERSION}. page, $('css'), $$('css'), links('css'), visit('url'); .help, Ctrl-D\n`,
      );
    }
    const lines = isTerminal ? undefined : new PassThrough();
    const server = repl.start({
      input: lines ?? stdin,
      output: stdout,
      terminal: isTerminal,
      prompt: isTerminal ? 'glean> ' : '',
      ignoreUndefined: true,
      writer: (value) => inspected(value, stdout),
    });
    awaitVisits(server);
    this.fill(server, gleaner);
    const ended = new Promise<void>((resolve) => server.once('exit', resolve));
    if (lines !== undefined) feed(server, lines);
    else {
      const failure = await keepHistory(server);
      if (failure !== undefined) complain('shell', `there will be no history: ${told(failure)}`);
    }
    await ended;
    // At a terminal it was seen, and something was done about it.
    return !isTerminal && server.lastError !== undefined ? Exit.SomeFailed : Exit.Done;
  }

  async close(): Promise<void> {
    await run(() => this.client.close());
  }

  /** What is there at the prompt, besides what Node has. */
  private fill(server: REPLServer, gleaner: object): void {
    const visit = async (address: string | URL): Promise<Page> => await this.visit(address);
    const select = (css: string): unknown => this.current().select(css);
    const selectAll = (css: string): unknown => this.current().selectAll(css);
    const links = (css?: string): unknown => this.current().links(css);
    const { page } = this.context;
    this.context = server.context;
    Object.assign(server.context, {
      page,
      gleaner,
      visit,
      fetch: visit,
      select,
      selectAll,
      $: select,
      $$: selectAll,
      links,
    });
  }

  private current(): Page {
    const { page } = this.context;
    if (page instanceof Page) return page;
    throw new PromptError(
      page === undefined ? "there is no page yet: visit('https://…')" : 'page is no page any more: visit one',
    );
  }

  /** Fetches a page, makes it the current one, and says what came. */
  private async visit(address: string | URL): Promise<Page> {
    const { page, line } = await run(() => this.fetched(address), { name: 'visit' });
    this.context.page = page;
    process.stderr.write(`${line}\n`);
    return page;
  }

  private *fetched(address: string | URL): CoroutineBody<{ page: Page; line: string }> {
    const { page: before } = this.context;
    const origin = before instanceof Page ? { ...START, page: before } : START;
    const request = requestOf(address, {}, origin, {});
    // It was named by hand.
    this.client.trust(request.url);
    const response = yield* this.client.fetch(request, yield* now(), function* () {});
    const { url, status, headers, body, total } = response;
    const colours = palette(process.stderr);
    const good = status >= 200 && status < 300;
    const line = [
      (good ? colours.green : colours.red)(String(status)),
      printable(url),
      printable(headers['content-type'] ?? 'no content type'),
      bytes(body.length),
      span(total),
    ].join(' · ');
    return { page: new Page(response, request), line };
  }
}

/** A line that begins with a visit waits for it: what comes after it is about the page that came. */
function awaitVisits(server: REPLServer): void {
  const evaluate = server.eval;
  // Node's own type of what it evaluates with has no `this`; it needs one.
  (server as { eval: typeof evaluate }).eval = function evaluateAwaiting(code, context, file, done) {
    const awaiting = /^\s*(?:visit|fetch)\s*\(/.test(code) ? `await ${code}` : code;
    evaluate.call(server, awaiting, context, file, done);
  };
}

/** Gives a prompt that nobody sees its lines one by one: Node's own would not wait for what a line waits for. */
function feed(server: REPLServer, into: PassThrough): void {
  const lines = createInterface({ input: process.stdin, crlfDelay: Infinity })[Symbol.asyncIterator]();
  const next = async (): Promise<void> => {
    const line = await lines.next();
    if (line.done === true) into.end();
    else into.write(`${line.value}\n`);
  };
  // It asks for the next line by asking for it on the screen.
  server.displayPrompt = () => void next();
  void next();
}
