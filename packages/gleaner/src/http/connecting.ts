import dns from 'node:dns';
import { isIP, type LookupFunction } from 'node:net';
import type { buildConnector } from 'undici';
import { PageError } from './failure.ts';
import { hostnameOf, type NamedHosts } from './named-hosts.ts';
import { CONNECT_TIMEOUT, POOL } from './pool.ts';
import { isPublicAddress } from './public-address.ts';
import { newConnector } from './undici.ts';

/** A page or a redirect led to a host that is not on the public internet, and that the user had not named. */
class PrivateAddressError extends Error {
  override readonly name = 'PrivateAddressError';
  readonly code = 'ERR_PRIVATE_ADDRESS';

  constructor(host: string, address: string) {
    const what = host === address ? address : `${host} (${address})`;
    super(
      `${what} is not on the public internet: only start pages lead there, unless the option allowPrivate is set`,
    );
  }
}

const OPTIONS = { allowH2: POOL.allowH2, timeout: CONNECT_TIMEOUT };

/**
 * Makes connections for an undici agent: to hosts that are named wherever they are, to all others only on the public
 * internet. What is looked at is the address that is connected to, so that no name can be one thing when it is looked at and
 * another when it is used.
 * @param named undefined: every host may be private
 */
export function connector(named: NamedHosts | undefined): buildConnector.connector {
  const open = newConnector(OPTIONS);
  if (named === undefined) return open;
  const publicOnly = newConnector({ ...OPTIONS, lookup: lookupPublic });
  return (options, callback) => {
    const { hostname } = options;
    const mayBePrivate = named.mayBePrivate(hostname);
    // An IP address is not looked up.
    if (!mayBePrivate && isIP(hostname) !== 0 && !isPublicAddress(hostname)) {
      process.nextTick(callback, new PrivateAddressError(hostname, hostname), null);
      return;
    }
    (mayBePrivate ? open : publicOnly)(options, (...result) => {
      const [, socket] = result;
      const address = socket?.remoteAddress;
      if (address !== undefined && isPublicAddress(address)) named.foundPublic(hostname);
      else if (address !== undefined && !mayBePrivate) {
        socket?.destroy();
        callback(new PrivateAddressError(hostname, address), null);
        return;
      }
      callback(...result);
    });
  };
}

/** Finds a host's public addresses; those that are not are left out. */
const lookupPublic: LookupFunction = (hostname, options, callback) => {
  dns.lookup(hostname, { ...options, all: true }, (error, addresses) => {
    if (error !== null) {
      callback(error, '');
      return;
    }
    const [first, ...others] = addresses.filter(({ address }) => isPublicAddress(address));
    if (first === undefined) callback(new PrivateAddressError(hostname, addresses[0]?.address ?? ''), '');
    else if (options.all === true) callback(null, [first, ...others]);
    else callback(null, first.address, first.family);
  });
};

/**
 * What can be said of an address where somebody else makes the connection: a proxy looks names up itself.
 * @throws {PageError} `PRIVATE`
 */
export function refusePrivate(url: string, origin: string, named: NamedHosts): void {
  const host = hostnameOf(origin);
  if (named.mayBePrivate(host)) return;
  const isPrivate = isIP(host) === 0 ? /(?:^|\.)localhost\.?$/.test(host) : !isPublicAddress(host);
  if (!isPrivate) return;
  const error = new PrivateAddressError(host, host);
  throw new PageError('PRIVATE', url, error.message, { cause: error });
}
