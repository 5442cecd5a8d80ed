import { createHash } from 'node:crypto';
import type { IncomingHttpHeaders } from 'node:http';
import type { Resource } from '../resource.ts';
import { type Coding, COMPRESS_ABOVE, encode } from './content-coding.ts';

/** A resource as it goes over the wire in one content coding. */
export interface Representation {
  readonly status: number;
  /** Names and values in turn, as `writeHead` takes them. */
  readonly headers: string[];
  readonly body: Buffer;
  /** What a later request may be compared with; absent where nothing should be. */
  readonly validators?: Validators;
}

interface Validators {
  readonly etag: string;
  readonly modified?: Date;
  /** The headers of the answer 304. */
  readonly headers: string[];
}

/**
 * A resource in the given coding, or as it is where compressing would not pay. Good answers have an `ETag`, another for each
 * coding, and `Last-Modified` where that is known (RFC 9110, section 8.8).
 */
export function represent(resource: Resource, coding: Coding): Representation {
  const { status, type, modified } = resource;
  const plain = Buffer.from(resource.body);
  const compressible = plain.length > COMPRESS_ABOVE;
  const used = compressible ? coding : 'identity';
  const body = encode(plain, used);

  const vary = compressible ? ['Vary', 'Accept-Encoding'] : [];
  const about = ['Content-Type', type, 'Content-Length', String(body.length), ...vary];
  if (used !== 'identity') about.push('Content-Encoding', used);
  about.push(...Object.entries(resource.headers ?? {}).flat());
  if (status !== 200 || resource.headers?.['Cache-Control'] === 'no-store')
    return { status, headers: about, body };

  const hash = createHash('sha1').update(plain).digest('base64url').slice(0, 20);
  const etag = used === 'identity' ? `"${hash}"` : `"${hash}-${used}"`;
  const stamps = ['ETag', etag, 'Cache-Control', 'no-cache'];
  if (modified !== undefined) stamps.push('Last-Modified', modified.toUTCString());
  return {
    status,
    headers: [...about, ...stamps],
    body,
    validators: { etag, ...(modified === undefined ? {} : { modified }), headers: [...stamps, ...vary] },
  };
}

/**
 * Whether the client has this already, so that the answer is 304 (RFC 9110, section 13.2.2): `If-None-Match` decides where it
 * is sent, else `If-Modified-Since`.
 */
export function isFresh(request: IncomingHttpHeaders, { etag, modified }: Validators): boolean {
  const known = request['if-none-match'];
  if (known !== undefined) {
    return known.trim() === '*' || known.split(',').some((tag) => tag.trim().replace(/^W\//, '') === etag);
  }
  const since = request['if-modified-since'];
  return since !== undefined && modified !== undefined && modified.getTime() <= Date.parse(since);
}
