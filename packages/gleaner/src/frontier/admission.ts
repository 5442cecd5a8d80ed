import { each, now, race, stream, type Stream, type Streamable } from '@gleaner/coroutine';
import { PageError } from '../http/failure.ts';
import type { Admitted, Hosts } from './hosts.ts';
import { target } from './target.ts';

/**
 * How many targets may wait for their hosts before no more addresses are read. As long as fewer wait, a host that is
 * busy keeps none of the others waiting.
 */
const LOOKAHEAD = 1000;

/** An address that is none: the error says why. */
export interface Rejected {
  readonly target?: never;
  readonly permit?: never;
  readonly error: PageError;
}

/**
 * Turns addresses into targets whose request may begin now, in their order as far as hosts permit. An address is read
 * only when the next target is asked for and none that waits may begin.
 */
export const admission: (addresses: Streamable<string | URL>, hosts: Hosts) => Stream<Admitted | Rejected> = stream(
  function* admission(addresses: Streamable<string | URL>, hosts: Hosts) {
    const incoming = each(addresses);
    let ended = false;
    for (;;) {
      const waited = hosts.waiting > 0 ? hosts.next(yield* now()) : undefined;
      if (waited !== undefined) {
        yield waited;
        continue;
      }
      if (ended && hosts.waiting === 0) return;
      if (ended || hosts.waiting >= LOOKAHEAD) {
        yield* hosts.change();
        continue;
      }
      let more: boolean | void;
      if (hosts.waiting === 0) more = yield* incoming.next();
      else more = yield* race([incoming.next(), hosts.change()]);
      if (more === undefined) continue;
      if (!more) {
        ended = true;
        continue;
      }
      try {
        const admitted = hosts.admit(target(incoming.value), yield* now());
        if (admitted !== undefined) yield admitted;
      } catch (error) {
        if (!(error instanceof PageError)) throw error;
        yield { error };
      }
    }
  },
);
