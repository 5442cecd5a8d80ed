import { mkdirSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import type { REPLServer } from 'node:repl';

/** Where the prompt's history is kept (XDG Base Directory Specification: $XDG_STATE_HOME). */
export function historyFile(environment: NodeJS.ProcessEnv = process.env): string {
  const { XDG_STATE_HOME: state } = environment;
  // The specification: a relative path is to be ignored.
  const folder =
    state !== undefined && path.isAbsolute(state) ? state : path.join(os.homedir(), '.local', 'state');
  return path.join(folder, 'gleaner', 'history');
}

/** Gives a prompt its history; why it has none, if it cannot have one. */
export async function keepHistory(server: REPLServer): Promise<string | undefined> {
  const file = historyFile();
  try {
    mkdirSync(path.dirname(file), { recursive: true, mode: 0o700 });
  } catch (error) {
    return (error as Error).message;
  }
  return await new Promise((resolve) => {
    server.setupHistory(file, (error) => resolve(error?.message));
  });
}
