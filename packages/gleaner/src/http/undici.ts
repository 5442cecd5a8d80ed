import { createRequire } from 'node:module';
import type * as Undici from 'undici';

/*
 * The parts of undici that are used here, each by itself: all of it, with its fetch, its mocks and its caches, takes twice
 * as long to load, which is a fifth of the time in which `glean` starts. The version of undici is pinned, since these paths
 * are its own business.
 */

const load = createRequire(import.meta.url);

export const Agent: typeof Undici.Agent = load('undici/lib/dispatcher/agent.js') as typeof Undici.Agent;
export type Agent = Undici.Agent;

export type Pool = Undici.Pool;

/** A pool of connections to a proxy: only where all of undici is loaded can it `connect` to what is behind. */
export function newPool(...[origin, options]: ConstructorParameters<typeof Undici.Pool>): Pool {
  const { Pool } = load('undici') as typeof Undici;
  return new Pool(origin, options);
}

export const newConnector: typeof Undici.buildConnector = load(
  'undici/lib/core/connect.js',
) as typeof Undici.buildConnector;
