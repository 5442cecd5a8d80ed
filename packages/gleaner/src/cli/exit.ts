import { existsSync } from 'node:fs';
import path from 'node:path';
import { JobTimeoutError, OptionError } from '../http/failure.ts';
import { UsageError } from './arguments.ts';
import { printable } from './terminal.ts';

/** Documented in each command's help. */
export const Exit = {
  Done: 0,
  SomeFailed: 1,
  Usage: 2,
  InputOutput: 3,
  TimeOver: 4,
  Interrupted: 130,
} as const;

/** Tells why a command ended, and gives its exit status. What nobody foresaw is thrown again. */
export function exitOf(command: string, error: unknown): number {
  if (error instanceof UsageError || error instanceof OptionError) {
    complain(command, `${error.message}\nAll about it: glean help ${command}`);
    return Exit.Usage;
  }
  const code = codeOf(error);
  // `| head` has seen enough.
  if (code === 'EPIPE') return Exit.Done;
  if (code === undefined) throw error;
  complain(command, told((error as Error).message));
  return error instanceof JobTimeoutError ? Exit.TimeOver : Exit.InputOutput;
}

export function complain(command: string, message: string): void {
  process.stderr.write(`glean ${command}: ${message.split('\n').map(printable).join('\n')}\n`);
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}

/** What the system says of files, by its code (errno(3)). */
const SYSTEM: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EEXIST: 'it is there already',
  EISDIR: 'it is a folder',
  ENOENT: 'there is no such file',
  ENOSPC: 'there is no room left on the disk',
  ENOTDIR: 'part of its path is no folder',
  EPERM: 'permission denied',
  EROFS: 'it cannot be written: its file system is read-only',
};

/** A system's error in a sentence that begins with the file, as it is of Node's own form; else as it is. */
export function told(message: string): string {
  const [, code = '', call = '', file = ''] = /^([A-Z]+): .*, (\w+) '(.*)'$/s.exec(message) ?? [];
  const reason = Object.hasOwn(SYSTEM, code) ? SYSTEM[code] : undefined;
  if (reason === undefined) return message;
  const folder = path.dirname(file);
  if (code === 'ENOENT' && !existsSync(folder)) return `${file}: there is no folder ${folder}`;
  if (code === 'EEXIST' && call === 'mkdir') return `${file}: it is there already, and is no folder`;
  return `${file}: ${reason}`;
}
