#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { VERSION } from '../version.ts';
import { nearest } from './arguments.ts';
import { Exit } from './exit.ts';
import { MAIN_HELP } from './help.ts';
import { printable } from './terminal.ts';

type Command = (argv: readonly string[]) => Promise<number>;

/** Each is loaded when it is asked for. */
const COMMANDS: Readonly<Record<string, () => Promise<Command>>> = {
  crawl: async () => (await import('./crawl-command.ts')).crawlCommand,
  scrape: async () => (await import('./scrape-command.ts')).scrapeCommand,
  replay: async () => (await import('./replay-command.ts')).replayCommand,
  status: async () => (await import('./status-command.ts')).statusCommand,
  export: async () => (await import('./export-command.ts')).exportCommand,
  init: async () => (await import('./init-command.ts')).initCommand,
  shell: async () => (await import('./shell-command.ts')).shellCommand,
};

/** The `glean` command: gives the exit status. */
export async function main(argv: readonly string[]): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) stream.off('error', ignore).on('error', ignore);
  const [name, ...rest] = argv;
  switch (name) {
    case undefined:
    case 'help':
    case '--help':
    case '-h': {
      const [about] = rest;
      if (about !== undefined) return await called(about, ['--help']);
      process.stdout.write(MAIN_HELP);
      return Exit.Done;
    }
    case '--version':
    case '-v':
      process.stdout.write(`${VERSION}\n`);
      return Exit.Done;
    default:
      return await called(name, rest);
  }
}

async function called(name: string, argv: readonly string[]): Promise<number> {
  const command = Object.hasOwn(COMMANDS, name) ? COMMANDS[name] : undefined;
  if (command !== undefined) return await (await command())(argv);
  const near = nearest(name, Object.keys(COMMANDS));
  const guess = near === undefined ? '' : `; is it ${near}?`;
  process.stderr.write(`glean: there is no command '${printable(name)}'${guess}\n\n${MAIN_HELP}`);
  return Exit.Usage;
}

/** `| head` has seen enough. Whoever writes what must not be lost (`JsonLines`) hears of an error as well. */
function ignore(): void {}

const script = process.argv[1];
if (script !== undefined && import.meta.url === pathToFileURL(realpathSync(script)).href) {
  process.exitCode = await main(process.argv.slice(2));
}
