import { BlockList, isIPv4, isIPv6 } from 'node:net';

/**
 * What is not on the public internet, or not a single host there: IANA's IPv4 Special-Purpose Address Registry (RFC 6890)
 * where it does not say "globally reachable", multicast (RFC 5771), and what was reserved and may mean anything.
 */
const SPECIAL_IPV4: readonly (readonly [network: string, prefix: number])[] = [
  ['0.0.0.0', 8], // this host, on many systems
  ['10.0.0.0', 8],
  ['100.64.0.0', 10], // behind a carrier's NAT; the metadata of one cloud
  ['127.0.0.0', 8],
  ['169.254.0.0', 16], // link-local; the metadata of most clouds
  ['172.16.0.0', 12],
  ['192.0.0.0', 24], // IETF protocol assignments; the metadata of one cloud
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
  ['168.63.129.16', 32], // public by its number, but what one cloud shows its machines there is not
];

/**
 * The same of IANA's IPv6 registry, within what is global unicast (2000::/3, RFC 4291): all else is local, multicast, mapped
 * from IPv4, or reserved.
 */
const SPECIAL_IPV6: readonly (readonly [network: string, prefix: number])[] = [
  ['2001::', 23], // IETF protocol assignments, Teredo among them, which holds an IPv4 address
  ['2001:db8::', 32],
  ['2002::', 16], // 6to4, which holds an IPv4 address
  ['3fff::', 20],
];

const special = new BlockList();
for (const [network, prefix] of SPECIAL_IPV4) special.addSubnet(network, prefix, 'ipv4');
for (const [network, prefix] of SPECIAL_IPV6) special.addSubnet(network, prefix, 'ipv6');

const global = new BlockList();
global.addSubnet('2000::', 3, 'ipv6');

/** NAT64 (RFC 6052): where there is no IPv4, the public IPv4 internet is behind this prefix; the last 32 bits say where. */
const translated = new BlockList();
translated.addSubnet('64:ff9b::', 96, 'ipv6');

/** Whether an IP address is one of the public internet; what is no IP address is not. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !special.check(address, 'ipv4');
  // What has a zone (fe80::1%eth0) is of a link.
  if (!isIPv6(address) || address.includes('%')) return false;
  if (translated.check(address, 'ipv6')) return isPublicAddress(lastBits(address));
  return global.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/** The last 32 bits of an IPv6 address, as an IPv4 address. */
function lastBits(address: string): string {
  const dotted = /[\d.]+$/.exec(address)?.[0] ?? '';
  if (isIPv4(dotted)) return dotted;
  const [high = '', low = ''] = new URL(`http://[${address}]/`).hostname.slice(1, -1).split(':').slice(-2);
  const [a, b] = [Number.parseInt(high || '0', 16), Number.parseInt(low || '0', 16)];
  return [a >> 8, a & 255, b >> 8, b & 255].join('.');
}
