import type { Pool } from 'undici';
import { MAX_HEADER_BYTES } from './limits.ts';

/** How long making a connection may take, in milliseconds. */
export const CONNECT_TIMEOUT = 10_000;

type PoolSettings = Required<
  Pick<
    Pool.Options,
    'pipelining' | 'allowH2' | 'headersTimeout' | 'bodyTimeout' | 'keepAliveTimeout' | 'maxHeaderSize'
  >
>;

/**
 * What all pools of connections have in common. Their timers are off, since time is the runtime's business, except for
 * the making of connections, which cannot be cancelled otherwise.
 */
export const POOL: PoolSettings = {
  pipelining: 1,
  allowH2: true,
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: 30_000,
  maxHeaderSize: MAX_HEADER_BYTES,
};
