import { each, now, race, stream, type Event, type Stream, type Streamable } from '@gleaner/coroutine';
import { PageError } from '../http/failure.ts';
import type { Admitted, Hosts } from './hosts.ts';
import { target } from './target.ts';


/** An address that is none: the error says why. */
export interface Rejected {
  readonly target?: never;
  readonly permit?: never;
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
  const incoming = each(addresses);
  let ended = false;
  while (!stopped.isSet) {
    const waited = hosts.waiting > 0 ? hosts.next(yield* now()) : undefined;
    if (waited !== undefined) {
      yield waited;
      continue;
    }
    if (ended && hosts.waiting === 0) return;
    if (ended || hosts.waiting >= lookahead) {
      yield* race([hosts.change(), stopped]);
      continue;
    }
    const more = yield* race(
      hosts.waiting === 0 ? [incoming.next(), stopped] : [incoming.next(), hosts.change(), stopped],
    );
    if (more === false) ended = true;
    if (more !== true) continue;
    try {
      const admitted = hosts.admit(target(incoming.value), yield* now());
      if (admitted !== undefined) yield admitted;
    } catch (error) {
      if (!(error instanceof PageError)) throw error;
      yield { error };
    }
  }
});
