import type { Step } from './operation.ts';
import type { Task } from './task.ts';
import { Wait } from './wait.ts';

/** Waits until its task is cancelled, or somebody wakes it: for a task that only holds what others use. */
export class Forever extends Wait<void> {
  start(task: Task): Step {
    return this.park(task);
  }

  abandon(): boolean {
    return false;
  }
}
