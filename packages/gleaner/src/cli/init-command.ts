import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { parsed, UsageError } from './arguments.ts';
import { complain, Exit, exitOf } from './exit.ts';
import { INIT_HELP } from './help/init.ts';
import { starter } from './starter.ts';
import { printable } from './terminal.ts';

/** `glean init`: gives the exit status. */
export async function initCommand(argv: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parsed(argv, { help: { type: 'boolean', short: 'h' } });
    if (values.help === true) {
      process.stdout.write(INIT_HELP);
      return Exit.Done;
    }
    if (positionals.length > 1) throw new UsageError('one folder at a time');
    return made(positionals[0] ?? '.');
  } catch (error) {
    return exitOf('init', error);
  }
}

function made(folder: string): number {
  const files = Object.entries(starter(path.basename(path.resolve(folder))));
  const there = files.map(([name]) => name).filter((name) => existsSync(path.join(folder, name)));
  if (there.length > 0) {
    complain(
      'init',
      `${path.join(folder, there[0] ?? '')} is there already: nothing is overwritten, and nothing made`,
    );
    return Exit.InputOutput;
  }
  mkdirSync(folder, { recursive: true });
  for (const [name, text] of files) writeFileSync(path.join(folder, name), text, { flag: 'wx' });
  const names = files.map(([name]) => name).join(', ');
  const steps = [...(folder === '.' ? [] : [`cd ${quoted(folder)}`]), 'npm install', 'npm start'];
  process.stdout.write(
    `Made ${names}${folder === '.' ? '' : ` in ${printable(folder)}`}.\n\nNext:\n` +
      steps.map((step) => `  ${printable(step)}\n`).join('') +
      `\nThe spider is in spider.ts: edit it for your site. Try selectors with: npx glean shell https://…\n`,
  );
  return Exit.Done;
}

/** As a shell takes it for one word. */
function quoted(word: string): string {
  return /^[\w./@+-]+$/.test(word) ? word : `'${word.replaceAll("'", String.raw`'\''`)}'`;
}
