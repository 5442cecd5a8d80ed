import { requestKey, type KeyOptions } from '../frontier/request-key.ts';
import { serialised } from '../frontier/target.ts';
import { OptionError } from '../http/failure.ts';
import type { CrawlRequest } from '../http/request.ts';
import { fieldsOf } from './checks.ts';
import type { Page } from '../page/page.ts';
import type { FollowOptions, VisitOptions } from '../spider/follow.ts';

/** What a request takes over from the page on which it was found. */
export interface Origin {
  /** Relative addresses are relative to its base; undefined where there is no page. */
  readonly page: Page | undefined;
  readonly depth: number;
  readonly label: string | undefined;
  readonly session: string | undefined;
}

const ABSOLUTE = /^https?:\/\//i;

const NONE: Record<string, string> = {};

/** Start pages are found nowhere. */
export const START: Origin = { page: undefined, depth: 0, label: undefined, session: undefined };

/**
 * A request, complete.
 * @throws {PageError} `BAD_URL`
 * @throws {OptionError}
 */
export function requestOf(
  address: string | URL,
  options: FollowOptions & VisitOptions,
  origin: Origin,
  keys: KeyOptions,
): CrawlRequest {
  const given = String(address);
  // A page's base is asked for where it matters only: to know it, the page must be parsed.
  const url = withoutFragment(
    ABSOLUTE.test(given) ? serialised(given) : serialised(given, origin.page?.base),
  );
  const { priority = 0, label = origin.label, session = origin.session, data } = options;
  const { body, type } = bodyOf(options.body);
  const method = (options.method ?? (body === undefined ? 'GET' : 'POST')).toUpperCase();
  if (!/^[A-Z]{1,20}$/.test(method)) throw new OptionError('method', 'the name of an HTTP method', method);
  const own = options.headers === undefined ? NONE : fieldsOf(options.headers);
  const headers = type === undefined ? own : { 'content-type': type, ...own };
  const key = options.key ?? requestKey({ url, method, body }, keys);
  return { url, method, headers, body, priority, depth: origin.depth, label, data, session, key };
}

function withoutFragment(href: string): string {
  const hash = href.indexOf('#');
  return hash < 0 ? href : href.slice(0, hash);
}

function bodyOf(body: VisitOptions['body']): {
  body: string | Uint8Array | undefined;
  type: string | undefined;
} {
  if (body === undefined || typeof body === 'string' || body instanceof Uint8Array)
    return { body, type: undefined };
  return { body: new URLSearchParams(body).toString(), type: 'application/x-www-form-urlencoded' };
}
