import { Buffer } from 'node:buffer';
import { parts } from '../http/exchange.ts';

/** What a robots.txt says (RFC 9309): plain data, which a store can keep as JSON. */
export interface Robots {
  readonly groups: readonly RobotsGroup[];
  /** How long crawlers are asked to rest between two requests: not of the standard, but widely used. */
  readonly delays: readonly RobotsDelay[];
  /** Addresses of sitemaps, as they are written: absolute, if the site keeps to the protocol. */
  readonly sitemaps: readonly string[];
}

/** Rules, and the crawlers that they are for. */
interface RobotsGroup {
  /** Product tokens in small letters; `*` is for those that no other group is for. */
  readonly agents: readonly string[];
  readonly rules: readonly RobotsRule[];
}

interface RobotsRule {
  readonly allow: boolean;
  /** What paths begin with that it is about, percent-encoded as `comparable` does; with the wildcards `*` and `$`. */
  readonly path: string;
}

interface RobotsDelay {
  readonly agent: string;
  /** In milliseconds. */
  readonly delay: number;
}

/** Nothing is forbidden. */
const ALLOW_ALL: Robots = { groups: [], delays: [], sitemaps: [] };

/** Nothing but robots.txt itself is allowed. */
const DISALLOW_ALL: Robots = {
  groups: [{ agents: ['*'], rules: [{ allow: false, path: '/' }] }],
  delays: [],
  sitemaps: [],
};

/** So much of a robots.txt is read, in bytes: the least that RFC 9309, 2.5 permits. */
const MAX_BYTES = 500 * 1024;

/** A longer line is nobody's rule: longer addresses are not fetched. In bytes. */
const MAX_LINE = 16_384;

const TOO_MANY_REQUESTS = 429;

/**
 * What follows from the answer to the request for a robots.txt (RFC 9309, 2.3.1). With redirects followed, what is
 * left of 3xx counts as none, as 4xx does: everything is allowed. A server in trouble (5xx), or one that does not
 * answer, is left alone; so is one that answers 429, which says what it thinks of more requests.
 *
 * @param status of the response, or 'unreachable' if there was none
 * @param body of the response, with its Content-Encoding undone
 */
export function robotsFor(status: number | 'unreachable', body: Uint8Array | string): Robots {
  if (status === 'unreachable' || status >= 500 || status === TOO_MANY_REQUESTS) return DISALLOW_ALL;
  return status >= 200 && status < 300 ? parseRobots(body) : ALLOW_ALL;
}

/** What a line may begin with, and what it means. The misspellings are frequent, and what they mean is no secret. */
const KEYS = new Map<string, 'agent' | 'allow' | 'disallow' | 'delay' | 'sitemap'>([
  ['user-agent', 'agent'],
  ['useragent', 'agent'],
  ['user agent', 'agent'],
  ['user_agent', 'agent'],
  ['allow', 'allow'],
  ['disallow', 'disallow'],
  ['dissallow', 'disallow'],
  ['dissalow', 'disallow'],
  ['disalow', 'disallow'],
  ['diasllow', 'disallow'],
  ['disallaw', 'disallow'],
  ['crawl-delay', 'delay'],
  ['crawldelay', 'delay'],
  ['crawl delay', 'delay'],
  ['sitemap', 'sitemap'],
  ['site-map', 'sitemap'],
]);

/**
 * Reads a robots.txt. Whatever the bytes, it gives something: lines that are none are passed over. Of more than 500 KiB
 * the beginning is read, up to the end of a line.
 *
 * - A group is the rules after one or more `User-agent` lines. Only rules end these: other lines between them, even ones
 *   that nobody knows, do not (RFC 9309, 2.2.4).
 * - A `Crawl-delay` is for those crawlers of its group that are named above it and have none yet.
 * - A colon that was forgotten is assumed where a line has just two words, as Google does. Google's other liberty, to
 *   take `/index.html` for `/` in `Allow`, is not taken.
 */
export function parseRobots(body: Uint8Array | string): Robots {
  const groups: RobotsGroup[] = [];
  const delays: RobotsDelay[] = [];
  const sitemaps: string[] = [];
  let agents: string[] = [];
  /** Of the group at hand; undefined until it has begun. */
  let rules: RobotsRule[] | undefined;
  /** Whether the next `User-agent` line begins a new group. */
  let isOver = true;
  /** Whom a delay would be for. */
  let undelayed: string[] = [];
  for (const line of linesOf(body)) {
    const [key, value] = keyAndValue(line);
    const kind = KEYS.get(key);
    if (kind === 'sitemap') {
      if (value !== '') sitemaps.push(Buffer.from(value, 'latin1').toString('utf8'));
    } else if (kind === 'agent') {
      if (isOver) {
        agents = [];
        undelayed = [];
        rules = [];
        groups.push({ agents, rules });
        isOver = false;
      }
      const agent = agentOf(value);
      if (agent !== '') {
        agents.push(agent);
        undelayed.push(agent);
      }
    } else if (kind === 'delay') {
      const delay = Number(/^\d{1,9}(\.\d{1,9})?/.exec(value)?.[0] ?? NaN) * 1000;
      if (Number.isNaN(delay)) continue;
      for (const agent of undelayed) delays.push({ agent, delay });
      undelayed = [];
    } else if (kind !== undefined && rules !== undefined) {
      isOver = true;
      // Nothing begins with anything else. An empty rule is about nothing.
      if (/^[/*]/.test(value)) rules.push({ allow: kind === 'allow', path: comparableRule(value) });
    }
  }
  return { groups, delays, sitemaps };
}

/** The lines, whichever way they end, one character for each octet. */
function linesOf(body: Uint8Array | string): string[] {
  const bytes = typeof body === 'string' ? Buffer.from(body.slice(0, MAX_BYTES + 1)) : body;
  let end = bytes.length;
  if (end > MAX_BYTES) {
    end = MAX_BYTES;
    // A line of which the end is missing could mean more than it says.
    while (end > 0 && bytes[end] !== 0x0a && bytes[end] !== 0x0d) end--;
  }
  const text = Buffer.from(bytes.buffer, bytes.byteOffset, end).toString('latin1');
  return text.replace(/^\xef\xbb\xbf/, '').split(/[\r\n]+/);
}

function keyAndValue(line: string): readonly [key: string, value: string] {
  const hash = line.indexOf('#');
  const text = trimmed(hash < 0 ? line : line.slice(0, hash));
  if (text.length > MAX_LINE) return ['', ''];
  const colon = text.indexOf(':');
  if (colon >= 0) return [trimmed(text.slice(0, colon)).toLowerCase(), trimmed(text.slice(colon + 1))];
  const [key = '', value = '', ...more] = text.split(/[ \t]+/);
  return more.length > 0 ? ['', ''] : [key.toLowerCase(), value];
}

/** Without the blanks around it. `trim` would cut octets too that are half a character. */
function trimmed(text: string): string {
  let start = 0;
  let end = text.length;
  while (start < end && isBlank(text.charCodeAt(start))) start++;
  while (end > start && isBlank(text.charCodeAt(end - 1))) end--;
  return text.slice(start, end);
}

function isBlank(code: number): boolean {
  return code === 0x20 || (code >= 0x09 && code <= 0x0c) || code === 0;
}

/** The product token in what a crawler calls itself, or is called: that of `Gleaner/1.0 (+https://…)` is `gleaner`. */
function agentOf(name: string): string {
  return (/^\*(?![^ \t])|^[\w.-]+/.exec(name)?.[0] ?? '').toLowerCase();
}

/**
 * An address's path and query, or a rule's, in the form in which they are compared (RFC 9309, 2.2.2): what is encoded
 * needlessly is decoded (`%7E` is `~`), everything else but letters, digits, `-._~` and what separates parts (`/?&=+;`)
 * is percent-encoded, with capitals. So `%2A` and `%24` in a rule are the characters `*` and `$` (2.2.3).
 *
 * @param octets one character each
 */
function comparable(octets: string): string {
  return octets.replace(/%[\da-f]{2}|[^\w\-.~/?&=+;]/gi, (found) => {
    const code = found.length === 1 ? found.charCodeAt(0) : Number.parseInt(found.slice(1), 16);
    const character = String.fromCharCode(code);
    if (/[\w\-.~]/.test(character)) return character;
    return `%${code < 16 ? '0' : ''}${code.toString(16).toUpperCase()}`;
  });
}

function comparableRule(octets: string): string {
  const isAnchored = octets.endsWith('$');
  const path = (isAnchored ? octets.slice(0, -1) : octets).split('*').map(comparable).join('*');
  return withoutSlashesInQuery(path) + (isAnchored ? '$' : '');
}

/** In a query a slash separates nothing: it is the same as `%2F` (RFC 9309, 2.2.2, the second of its examples). */
function withoutSlashesInQuery(path: string): string {
  const query = path.indexOf('?');
  return query < 0 ? path : path.slice(0, query) + path.slice(query).replaceAll('/', '%2F');
}

/** A rule, ready to be compared with many addresses. */
interface Compiled {
  readonly allow: boolean;
  readonly octets: number;
  /** What is between the wildcards. */
  readonly parts: readonly string[];
  /** Whether the path must end with it. */
  readonly isAnchored: boolean;
  /** Whether it is known where in it the query begins. */
  readonly hasQuery: boolean;
}

function compile({ allow, path }: RobotsRule): Compiled {
  const isAnchored = path.endsWith('$');
  const octets = path.replace(/%../g, '%').length;
  const parts = (isAnchored ? path.slice(0, -1) : path).split('*');
  return { allow, octets, parts, isAnchored, hasQuery: path.includes('?') };
}

/** Nothing is tried twice: if any way to match begins with the earliest place of each part, there is one. */
function matches({ parts: [first = '', ...rest], isAnchored }: Compiled, path: string): boolean {
  if (!path.startsWith(first)) return false;
  let at = first.length;
  const last = isAnchored ? rest.pop() : '';
  if (last === undefined) return path.length === at;
  for (const part of rest) {
    const found = path.indexOf(part, at);
    if (found < 0) return false;
    at = found + part.length;
  }
  return path.length - last.length >= at && path.endsWith(last);
}

interface CompiledRules {
  readonly product: string;
  readonly rules: readonly Compiled[];
}

/** A crawl asks for one product all the time. */
const compiled = new WeakMap<Robots, CompiledRules>();

/** The rules for a product, the most specific first: by octets, and of as many, those that allow (RFC 9309, 2.2.2). */
function rulesFor(robots: Robots, product: string): readonly Compiled[] {
  const known = compiled.get(robots);
  if (known?.product === product) return known.rules;
  const agent = agentFor(robots, product);
  const rules = robots.groups
    .filter(({ agents }) => agent !== undefined && agents.includes(agent))
    .flatMap((group) => group.rules.map(compile))
    .sort((a, b) => b.octets - a.octets || Number(b.allow) - Number(a.allow));
  compiled.set(robots, { product, rules });
  return rules;
}

/**
 * Under which name a robots.txt knows a product: its own, else that of the longest family that it belongs to, as
 * `gleaner-images` belongs to `gleaner`, else `*`.
 */
function agentFor({ groups }: Robots, product: string): string | undefined {
  const names = new Set(groups.flatMap(({ agents }) => agents));
  let name = agentOf(product);
  while (!names.has(name)) {
    const hyphen = name.lastIndexOf('-');
    if (hyphen < 0) return names.has('*') ? '*' : undefined;
    name = name.slice(0, hyphen);
  }
  return name;
}

/**
 * Whether a crawler may fetch an address: the longest rule for it that matches decides, and none allows.
 *
 * @param product the crawler's product token, as in its User-Agent header
 * @param address absolute, or its path and query
 *
 * @example
 * const robots = parseRobots('User-agent: *\nDisallow: /private');
 * isAllowed(robots, 'Gleaner', 'https://example.com/private/diary'); // false
 */
export function isAllowed(robots: Robots, product: string, address: string): boolean {
  const rules = rulesFor(robots, product);
  if (rules.length === 0) return true;
  const raw = address.startsWith('/') ? (address.split('#', 1)[0] ?? '') : parts(address).path;
  const path = comparable(/^[\0-\x7f]*$/.test(raw) ? raw : Buffer.from(raw).toString('latin1'));
  if (/^\/robots\.txt(?:\?|$)/.test(path)) return true;
  const withQuery = withoutSlashesInQuery(path);
  const decisive = rules.find((rule) => matches(rule, rule.hasQuery ? withQuery : path));
  return decisive?.allow ?? true;
}

/** How long a crawler is asked to rest between two requests, in milliseconds; undefined if nothing is said of it. */
export function crawlDelay(robots: Robots, product: string): number | undefined {
  const name = agentFor(robots, product);
  const delays = robots.delays.filter(({ agent }) => agent === name);
  return delays.length === 0 ? undefined : delays.reduce((longest, { delay }) => Math.max(longest, delay), 0);
}
