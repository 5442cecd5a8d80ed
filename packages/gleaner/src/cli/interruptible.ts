import { run, type CoroutineBody } from '@gleaner/coroutine';

export interface Interruptible {
  /** Of the task, in stacks of errors. */
  readonly name: string;
  /** Asks the work to finish what is under way, and then to end. */
  readonly finish: () => void;
  /** Tells people what another Ctrl-C would do. */
  readonly say: (sentence: string) => void;
}

/**
 * Does a command's work. Ctrl-C once: what is under way is finished; twice: it is stopped now.
 * @returns how many times it was pressed
 */
export async function interruptible(
  work: () => CoroutineBody<void>,
  { name, finish, say }: Interruptible,
): Promise<number> {
  const stopNow = new AbortController();
  let interrupts = 0;
  const onInterrupt = (): void => {
    interrupts++;
    if (interrupts > 1) {
      stopNow.abort(STOPPED);
    } else {
      finish();
      say('Finishing what is in flight; Ctrl-C again stops now.');
    }
  };
  process.on('SIGINT', onInterrupt);
  try {
    await run(work, { signal: stopNow.signal, name });
  } catch (error) {
    if (error !== STOPPED) throw error;
  } finally {
    process.off('SIGINT', onInterrupt);
  }
  return interrupts;
}

const STOPPED = new Error('stopped');
