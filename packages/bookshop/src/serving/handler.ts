import type { IncomingMessage, RequestListener, ServerResponse } from 'node:http';
import { errorJson } from '../api.ts';
import { hash } from '../catalogue/random.ts';
import type { FaultyPath } from '../faulty-paths.ts';
import type { Site } from '../site.ts';
import { ByteCache } from './byte-cache.ts';
import { chooseCoding } from './content-coding.ts';
import { isFresh, type Representation, represent } from './representation.ts';
import type { Counters } from './stats.ts';

/** What the handler answers with, and how fast. */
export interface Serving {
  readonly site: Site;
  readonly faulty: ReadonlyMap<string, FaultyPath>;
  /** Mean milliseconds before an ordinary page is sent; 0 sends it at once. */
  readonly latency: number;
  /** Milliseconds until a page that never answers has its connection closed; Infinity leaves it open. */
  readonly hang: number;
  readonly seed: number;
  readonly counters: Counters;
}

/** Measured: the whole site in all its codings takes 44 MB, so that in practice nothing is made twice. */
const CACHE_BYTES = 64 * 1024 * 1024;

/** What an entry of the cache takes beside its body: headers, key, bookkeeping. */
const ENTRY_BYTES = 1024;

/** Answers the requests of a `node:http` server. */
export function createHandler({ site, faulty, latency, hang, seed, counters }: Serving): RequestListener {
  const cache = new ByteCache<Representation>(CACHE_BYTES);

  /** A sound page in the coding that the client prefers. */
  function representationOf(path: string, query: string, accept: string | undefined): Representation {
    const coding = chooseCoding(accept);
    const key = `${coding} ${path}?${query}`;
    const kept = cache.get(key);
    if (kept !== undefined) return kept;
    const made = represent(site(path, query), coding);
    if (made.status === 200) cache.set(key, made, made.body.length + ENTRY_BYTES);
    return made;
  }

  function send(request: IncomingMessage, response: ServerResponse, answer: Representation): void {
    const { validators } = answer;
    const fresh = validators !== undefined && isFresh(request.headers, validators);
    const status = fresh ? 304 : answer.status;
    counters.answered(status);
    response.writeHead(status, fresh ? validators.headers : answer.headers);
    response.end(fresh || request.method === 'HEAD' ? undefined : answer.body);
  }

  return (request, response) => {
    const [path, query] = split(request.url ?? '/');
    counters.received(path);
    let timer: NodeJS.Timeout | undefined;
    const after = (milliseconds: number, act: () => void): void => {
      if (milliseconds === 0) act();
      else if (milliseconds < Infinity) timer = setTimeout(act, milliseconds);
    };
    response.once('close', () => {
      clearTimeout(timer);
      counters.ended(response.writableFinished);
    });

    if (request.method !== 'GET' && request.method !== 'HEAD') {
      const refusal = errorJson(405, 'Only GET and HEAD are understood here.', { Allow: 'GET, HEAD' });
      send(request, response, represent(refusal, 'identity'));
      return;
    }

    const fault = faulty.get(path);
    // Now, not after the delay: which request is the first one is a matter of arrival.
    const outcome = fault?.respond();
    const delay = fault?.delay ?? (latency === 0 ? 0 : latencyOf(path, latency, seed));
    after(delay, () => {
      const accept = request.headers['accept-encoding'];
      if (outcome === undefined) send(request, response, representationOf(path, query, accept));
      else if (outcome === 'reset') request.socket.resetAndDestroy();
      else if (outcome === 'hang') after(hang, () => request.socket.destroy());
      else send(request, response, represent(outcome, chooseCoding(accept)));
    });
  };
}

/** Half to one and a half times the mean, always the same for the same path. */
function latencyOf(path: string, mean: number, seed: number): number {
  return mean * (0.5 + hash(`${seed}${path}`) / 2 ** 32);
}

/** The path and the query of a request's target. */
function split(target: string): [path: string, query: string] {
  const mark = target.indexOf('?');
  return mark === -1 ? [target, ''] : [target.slice(0, mark), target.slice(mark + 1)];
}
