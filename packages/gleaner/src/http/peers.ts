import type { buildConnector } from 'undici';

/** Of more origins than this it is not remembered. */
const MOST_ORIGINS = 10_000;

/**
 * Which IP address an origin's connections lead to. undici does not say over which connection a response came, so that it
 * is known only where all of them led to the same.
 */
export class Peers {
  /** Makes connections for an undici agent. */
  readonly connector: buildConnector.connector;
  /** null: several. */
  private readonly addresses = new Map<string, string | null>();

  constructor(connect: buildConnector.connector) {
    this.connector = (options, callback) => {
      connect(options, (...result) => {
        const [, socket] = result;
        const { protocol, hostname, port } = options;
        if (socket !== null) this.add(originOf(protocol, hostname, port), socket.remoteAddress);
        callback(...result);
      });
    };
  }

  of(origin: string): string | undefined {
    return this.addresses.get(origin) ?? undefined;
  }

  private add(origin: string, address: string | undefined): void {
    const known = this.addresses.get(origin);
    if (known === undefined) {
      if (address !== undefined && this.addresses.size < MOST_ORIGINS) this.addresses.set(origin, address);
    } else if (known !== address) this.addresses.set(origin, null);
  }
}

/** As the URL standard has it: without the port that goes without saying. */
function originOf(protocol: string, hostname: string, port: string): string {
  const host = hostname.includes(':') && !hostname.startsWith('[') ? `[${hostname}]` : hostname;
  return port === '' ? `${protocol}//${host}` : new URL(`${protocol}//${host}:${port}`).origin;
}
