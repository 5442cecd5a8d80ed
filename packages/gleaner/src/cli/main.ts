#!/usr/bin/env node
import { realpathSync } from 'node:fs';
import { pathToFileURL } from 'node:url';
import { VERSION } from '../version.ts';
import { MAIN_HELP, SCRAPE_HELP } from './help.ts';
import { Exit, scrapeCommand } from './scrape-command.ts';
import { printable } from './terminal.ts';

/** The `glean` command: gives the exit status. */
export async function main(argv: readonly string[]): Promise<number> {
  for (const stream of [process.stdout, process.stderr]) stream.off('error', ignore).on('error', ignore);
  const [command, ...rest] = argv;
  switch (command) {
    case 'scrape':
      return scrapeCommand(rest);
    case undefined:
    case 'help':
    case '--help':
    case '-h':
      if (rest[0] !== undefined && rest[0] !== 'scrape') return unknown(rest[0]);
      process.stdout.write(rest[0] === 'scrape' ? SCRAPE_HELP : MAIN_HELP);
      return Exit.Done;
    case '--version':
      process.stdout.write(`${VERSION}\n`);
      return Exit.Done;
    default:
      return unknown(command);
  }
}

function unknown(command: string): number {
  process.stderr.write(`glean: there is no command '${printable(command)}'\n\n${MAIN_HELP}`);
  return Exit.Usage;
}

/** `| head` has seen enough. Whoever writes what must not be lost (`JsonLines`) hears of an error as well. */
function ignore(): void {}

const script = process.argv[1];
if (script !== undefined && import.meta.url === pathToFileURL(realpathSync(script)).href) {
  process.exitCode = await main(process.argv.slice(2));
}
