import {
  each,
  now,
  race,
  spawn,
  stream,
  type Event,
  type Stream,
  type Streamable,
  type Task,
} from '@gleaner/coroutine';
import { PageError } from '../http/failure.ts';
import type { Admitted, Hosts } from './hosts.ts';
import { target } from './target.ts';

/** An address that is none: the error says why. */
export interface Rejected {
  readonly target?: never;
  readonly permit?: never;
  /** As it was given. */
  readonly given: string;
  readonly error: PageError;
}

/**
 * Turns addresses into targets whose request may begin now, in their order as far as hosts permit. An address is read
 * only when the next target is asked for and none that waits may begin.
 *
 * @param lookahead how many targets may wait for their hosts before no more addresses are read; as long as fewer wait,
 * a host that is busy keeps none of the others waiting
 * @param stopped from when on nothing more begins
 */
export const admission: (
  addresses: Streamable<string | URL>,
  hosts: Hosts,
  lookahead: number,
  stopped: Event,
) => Stream<Admitted | Rejected> = stream(function* admission(
  addresses: Streamable<string | URL>,
  hosts: Hosts,
  lookahead: number,
  stopped: Event,
) {
  // What can be read without waiting is read so: most lists are arrays or generators.
  const list = Symbol.asyncIterator in addresses ? undefined : addresses[Symbol.iterator]();
  const incoming = each(addresses);
  /** A task of its own: an address that comes just when a host becomes free must not be lost. */
  let reading: Task<boolean> | undefined;
  let ended = false;
  try {
    while (!stopped.isSet) {
      const time = hosts.keepsTime ? yield* now() : 0;
      const waited = hosts.waiting > 0 ? hosts.next(time) : undefined;
      if (waited !== undefined) {
        yield waited;
        continue;
      }
      if (ended && hosts.waiting === 0) return;
      if (ended || hosts.waiting >= lookahead) {
        yield* race([hosts.change(), stopped]);
        continue;
      }
      let address: string | URL;
      if (list !== undefined) {
        const next = list.next();
        ended = next.done === true;
        if (next.done === true) continue;
        address = next.value;
      } else {
        reading ??= yield* spawn(incoming.next());
        if (reading.status === 'running') {
          yield* race(hosts.waiting === 0 ? [reading, stopped] : [reading, hosts.change(), stopped]);
          continue;
        }
        ended = !(yield* reading);
        reading = undefined;
        if (ended) continue;
        address = incoming.value;
      }
      const admitted = admit(hosts, address, time);
      if (admitted !== undefined) yield admitted;
    }
  } finally {
    if (!ended) list?.return?.();
    if (reading !== undefined) yield* reading.cancel();
  }
});

function admit(hosts: Hosts, address: string | URL, time: number): Admitted | Rejected | undefined {
  try {
    return hosts.admit(target(address), time);
  } catch (error) {
    if (!(error instanceof PageError)) throw error;
    return { error, given: String(address) };
  }
}
