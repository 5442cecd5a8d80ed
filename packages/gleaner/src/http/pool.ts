/** How long making a connection may take, in milliseconds. */
export const CONNECT_TIMEOUT = 10_000;

/**
 * What all pools of connections have in common. Their timers are off, since time is the runtime's business, except for
 * the making of connections, which cannot be cancelled otherwise.
 */
export const POOL = {
  pipelining: 1,
  allowH2: true,
  headersTimeout: 0,
  bodyTimeout: 0,
  keepAliveTimeout: 30_000,
  maxHeaderSize: 65_536,
} as const;
