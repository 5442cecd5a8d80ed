import type { CoroutineBody } from '@gleaner/coroutine';
import type { Sink } from '../sinks/sink.ts';
import { openStoreForReading } from '../store/sqlite-store.ts';
import type { StoredItem } from '../store/store.ts';
import { parsed, UsageError } from './arguments.ts';
import { Exit, exitOf } from './exit.ts';
import { EXPORT_HELP } from './help/export.ts';
import { interruptible } from './interruptible.ts';
import { outputs, printing, type Outputs } from './outputs.ts';
import { grouped } from './terminal.ts';

const OPTIONS = {
  output: { type: 'string', short: 'o', multiple: true },
  keys: { type: 'boolean' },
  salvage: { type: 'boolean' },
  quiet: { type: 'boolean', short: 'q' },
  help: { type: 'boolean', short: 'h' },
} as const;

interface Plan {
  readonly store: string;
  readonly outputs: Outputs;
  readonly keys: boolean;
  readonly salvage: boolean;
  readonly quiet: boolean;
}

/** `glean export`: gives the exit status. */
export async function exportCommand(argv: readonly string[]): Promise<number> {
  try {
    const { values, positionals } = parsed(argv, OPTIONS);
    if (values.help === true) {
      process.stdout.write(EXPORT_HELP);
      return Exit.Done;
    }
    const [store] = positionals;
    if (store === undefined || positionals.length > 1)
      throw new UsageError('name one store: glean export FILE');
    return await new Exporting({
      store,
      outputs: outputs(values.output ?? [], [[store, 'the store itself']]),
      keys: values.keys ?? false,
      salvage: values.salvage ?? false,
      quiet: values.quiet ?? false,
    }).carryOut();
  } catch (error) {
    return exitOf('export', error);
  }
}

class Exporting {
  private readonly plan: Plan;
  private interrupted = false;
  private count = 0;
  /** How many items of a damaged store could not be read. */
  private lost = 0;

  constructor(plan: Plan) {
    this.plan = plan;
  }

  async carryOut(): Promise<number> {
    const interrupts = await interruptible(() => this.work(), {
      name: 'glean export',
      finish: () => (this.interrupted = true),
      say: () => {},
    });
    const { outputs, quiet, salvage } = this.plan;
    const { count, lost } = this;
    const damage = salvage ? `, ${grouped(lost)} could not be read` : '';
    if (!quiet && (outputs.targets !== undefined || salvage))
      process.stderr.write(`${grouped(count)} ${count === 1 ? 'item' : 'items'} written${damage}\n`);
    if (interrupts > 0) return Exit.Interrupted;
    return lost > 0 ? Exit.SomeFailed : Exit.Done;
  }

  private *work(): CoroutineBody<void> {
    const { store, outputs, keys, salvage } = this.plan;
    const held = yield* openStoreForReading(store, { isDamaged: salvage });
    try {
      const sinks: Sink[] = outputs.targets === undefined ? [] : [yield* outputs.targets];
      const printed = outputs.printed ? yield* printing() : undefined;
      if (printed !== undefined) sinks.push(printed.sink);
      const items = salvage ? held.salvaged(() => this.lost++) : held.items();
      for (const stored of items) {
        if (this.interrupted) break;
        const item = keys ? withKeys(stored) : stored.item;
        for (const sink of sinks) yield* sink.write(item, stored.key);
        this.count++;
      }
      if (printed !== undefined) yield* printed.watching.cancel();
    } finally {
      yield* held.close();
    }
  }
}

/** An item that is no object becomes one, as in a table. */
function withKeys({ key, url, item }: StoredItem): object {
  const fields = typeof item === 'object' && item !== null && !Array.isArray(item) ? item : { value: item };
  return { _key: key, _url: url, ...fields };
}
