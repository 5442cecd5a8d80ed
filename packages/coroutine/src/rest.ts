import type { Joiner } from './join.ts';
import { checkpoint } from './sleep.ts';
import { begin } from './spawn.ts';
import { LINKED, type Task } from './task.ts';

/** How many items a source drops in one go. */
const MOST = 64;

/**
 * The rest that a source takes now and then which drops item after item, as a filter may: its consumer starts no
 * operation meanwhile, so that nothing else would make it give way to other tasks, timers and I/O.
 */
export class Rest {
  /** Nothing is to be asked of upstream before it is over. */
  isOn = false;
  private dropped = 0;
  private readonly host: Task;
  private readonly over: () => void;

  constructor(host: Task, over: () => void) {
    this.host = host;
    this.over = over;
  }

  /** One more was dropped. */
  drop(): void {
    if (++this.dropped < MOST || !this.host.isOpen) return;
    this.dropped = 0;
    this.isOn = true;
    const joined: Joiner['joined'] = (task) => {
      this.isOn = false;
      if (task.status === 'done') this.over();
    };
    const task = begin(checkpoint(), this.host, LINKED);
    task.addJoiner({ before: null, after: null, joined });
  }
}
