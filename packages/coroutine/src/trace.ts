import type { Coroutine } from './coroutine.ts';
import type { Task } from './task.ts';

const traced = new WeakSet<object>();

/**
 * Adds to an error's stack which coroutines were waiting on which, since the trampoline resumes only the
 * innermost and JavaScript's own stack shows no other. Once per error, where it first comes through.
 * @param frame the innermost coroutine to name; null starts with the task itself
 */
export function trace<E>(error: E, task: Task | null, frame: Coroutine<unknown> | null): E {
  if (!(error instanceof Error) || task === null || traced.has(error)) return error;
  traced.add(error);
  let lines = '';
  let depth = 0;
  for (let waiting = frame; waiting !== null && depth < MOST; waiting = waiting.caller, depth++) {
    lines += `\n    at coroutine ${waiting.name}`;
  }
  depth = 0;
  for (let waiting: Task | null = task; waiting !== null && depth < MOST; waiting = waiting.parent, depth++) {
    lines += `\n    at task ${waiting.name}`;
  }
  try {
    error.stack = `${error.stack ?? String(error)}${lines}`;
  } catch {
    // A frozen error keeps the stack it has.
  }
  return error;
}

/** How many coroutines, and tasks, are named: a stack is read by people. */
const MOST = 20;
