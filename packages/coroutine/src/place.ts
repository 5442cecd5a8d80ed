import { MisuseError } from './errors.ts';
import type { Recorder } from './recorder.ts';
import type { Task } from './task.ts';

/** Tasks in tasks, at most: a path names each of them. */
const DEEPEST = 1000;

/** Where in a journaled coroutine a task is: it numbers its effects, and its children, in the order of its own code. */
export class Place {
  readonly recorder: Recorder;
  /** How many tasks are around it, itself included. */
  readonly depth: number;
  private readonly path: string;
  private effects = 0;
  private children = 0;

  constructor(recorder: Recorder, path: string, depth: number) {
    this.recorder = recorder;
    this.path = path;
    this.depth = depth;
  }

  /** The place of a task that begins in this one. */
  child(task: Task): Place {
    if (this.depth >= DEEPEST)
      throw new MisuseError(`tasks of a journaled coroutine may be nested ${DEEPEST} deep`);
    const number = String(++this.children);
    this.recorder.tasks++;
    this.recorder.rootTask ??= task;
    return new Place(this.recorder, this.path === '' ? number : `${this.path}.${number}`, this.depth + 1);
  }

  /** The place of the task's next effect. */
  next(): string {
    return `${this.path}:${++this.effects}`;
  }

  /** The task has ended. */
  leave(): void {
    this.recorder.tasks--;
  }
}
