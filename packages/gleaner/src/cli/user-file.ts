import { closeSync, openSync, realpathSync } from 'node:fs';
import path from 'node:path';
import { fileURLToPath } from 'node:url';
import { UsageError } from './arguments.ts';

/** A user's file that was run. */
export interface UserFile {
  /** Its real path. */
  readonly file: string;
  readonly exports: Readonly<Record<string, unknown>>;
}

/**
 * Runs a user's file, TypeScript or JavaScript, as it is: types are taken away and not checked. What it imports from
 * 'gleaner' is this very package, whether or not one is installed beside the file.
 * @throws {UsageError} saying where in which file
 * @throws the system's error if the file cannot be read
 */
export async function runUserFile(name: string): Promise<UserFile> {
  // What these throw is the system's own: there is no such file, or it may not be read.
  const file = realpathSync(path.resolve(name));
  closeSync(openSync(file, 'r'));
  const [{ createJiti }, gleaner, coroutine] = await Promise.all([
    import('jiti'),
    import('../index.ts'),
    import('@gleaner/coroutine'),
  ]);
  const jiti = createJiti(import.meta.url, {
    virtualModules: { gleaner, '@gleaner/coroutine': coroutine },
    interopDefault: false,
    // Its place is a folder that anybody may write to.
    fsCache: false,
  });
  try {
    return { file, exports: await jiti.import<UserFile['exports']>(file) };
  } catch (error) {
    throw new UsageError(explained(error, file, name), { cause: error });
  }
}

/** What was wrong with a user's file, in one line that begins with the place. */
export function explained(error: unknown, file: string, name: string): string {
  if (!(error instanceof Error)) return `${name}: it threw ${String(error)}`;
  // The compiler's own errors have no stack, and the place in their second line.
  const syntax = /^(?:ParseError: )?(.*?)\s*\n\s*(\/.*|[a-z]:\\.*):(\d+):(\d+)\s*$/is.exec(error.message);
  if (syntax !== null) {
    const [, reason = '', where = '', line = '', column = ''] = syntax;
    return `${shown(where)}:${line}:${column}: ${reason}`;
  }
  const [message = ''] = error.message.split('\n');
  const what = error.name === 'Error' ? message : `${error.name}: ${message}`;
  return `${placeOf(error, file) ?? name}: ${what}`;
}

/** Where in the user's own files an error was thrown: 'spider.ts:12:9'. */
export function placeOf(error: Error, file: string): string | undefined {
  const folder = path.dirname(file) + path.sep;
  for (const frame of (error.stack ?? '').split('\n')) {
    const [, where = '', line = '', column = ''] = /([^\s(]+):(\d+):(\d+)\)?$/.exec(frame) ?? [];
    const place = where.startsWith('file:') ? fileURLToPath(where) : where;
    if (!place.startsWith(folder) || place.slice(folder.length).includes('node_modules')) continue;
    return `${shown(place)}:${line}:${column}`;
  }
  return undefined;
}

function shown(file: string): string {
  const relative = path.relative(process.cwd(), file);
  return relative.startsWith('..') ? file : relative;
}
