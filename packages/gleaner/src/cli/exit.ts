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
  complain(command, (error as Error).message);
  return error instanceof JobTimeoutError ? Exit.TimeOver : Exit.InputOutput;
}

export function complain(command: string, message: string): void {
  process.stderr.write(`glean ${command}: ${message.split('\n').map(printable).join('\n')}\n`);
}

function codeOf(error: unknown): string | undefined {
  const code: unknown = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined;
  return typeof code === 'string' ? code : undefined;
}
