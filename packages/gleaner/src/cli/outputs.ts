import { spawn, type CoroutineBody, type Operation, type Task } from '@gleaner/coroutine';
import path from 'node:path';
import { JsonLines } from '../sinks/json-lines.ts';
import { several } from '../sinks/several.ts';
import { sinkFor } from '../sinks/sink-for.ts';
import type { Sink } from '../sinks/sink.ts';
import { UsageError } from './arguments.ts';
import { printableJson } from './terminal.ts';

/** Where a command's items go: to files and tables, or else, as lines of JSON, to standard output. */
export interface Outputs {
  /** undefined where all goes to standard output alone. */
  readonly targets: Operation<Sink> | undefined;
  /** Whether items are printed as well. */
  readonly printed: boolean;
}

/**
 * Reads what -o says, as often as it is there; '-' is standard output. Nothing is opened before a sink is asked for.
 * @param taken files that must not be written over, and what they are
 * @throws {UsageError}
 * @throws {OptionError} for an output that nobody knows
 */
export function outputs(targets: readonly string[], taken: readonly (readonly [string, string])[]): Outputs {
  const named = targets.filter((target) => target !== '-');
  const seen = new Map(taken.map(([file, what]) => [path.resolve(file), what]));
  for (const target of named) {
    const file = path.resolve(target);
    const what = seen.get(file);
    if (what !== undefined) throw new UsageError(`--output ${target} would overwrite ${what}`);
    seen.set(file, 'another output');
  }
  const sinks = named.map((target) => sinkFor(target));
  return {
    targets: sinks.length === 0 ? undefined : several(...sinks),
    printed: named.length === 0 || named.length < targets.length,
  };
}

/** Standard output as a sink. */
export interface Printed {
  readonly sink: Sink;
  /** Fails as soon as nobody reads any more; cancel it when all is written. */
  readonly watching: Task<void>;
}

export function* printing(): CoroutineBody<Printed> {
  const { stdout } = process;
  const sink = new JsonLines(stdout, stdout.isTTY ? printableJson : undefined);
  return { sink, watching: yield* spawn(sink.broken()) };
}
