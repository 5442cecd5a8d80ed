import { createHash } from 'node:crypto';
import type { RequestLine } from '../http/exchange.ts';
import { maskedBody } from './secrets.ts';

/**
 * What stands for a request in an index: the same for requests that a server cannot tell apart but by their header
 * fields. 96 bits of a SHA-256, in 12 characters, since an index holds one of each page: that two of 10⁹ requests share
 * one happens once in 10¹¹ times, and nobody can make it happen on purpose at a price worth paying.
 * @param body as it is kept, secrets masked
 */
export function exchangeKey(method: string, url: string, body: Buffer): string {
  const hash = url.indexOf('#');
  const digest = createHash('sha256').update(`${method} ${hash < 0 ? url : url.slice(0, hash)}\n`);
  if (body.length > 0) digest.update(body);
  return short(digest.digest());
}

/** The key of a request that is to be made. */
export function keyOf({ method, url, headers, body }: RequestLine): string {
  return exchangeKey(method, url, maskedBody(body, headers));
}

/** What stands for a payload in an index. @param digest as WARC-Payload-Digest has it */
export function payloadKey(digest: string): string {
  return short(createHash('sha256').update(digest).digest());
}

function short(digest: Buffer): string {
  return digest.toString('latin1', 0, 12);
}
