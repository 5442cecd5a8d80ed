import { parts } from './exchange.ts';
import { OptionError } from './failure.ts';

/** Who asks: a name and password (RFC 7617), or a token (RFC 6750). */
export type Credential =
  { readonly username: string; readonly password: string } | { readonly bearer: string };

/** Credentials by origin: `{ 'https://example.com': { username, password } }`. */
export type Auth = Readonly<Record<string, Credential>>;

/** How many origins' credentials are learned from addresses. */
const MOST_LEARNED = 1000;

/** RFC 6750, 2.1: what a bearer token is made of. */
const TOKEN68 = /^[\w\-.~+/]+=*$/;

/** Credentials, each for one origin (scheme, host and port) and never sent to another. */
export class Credentials {
  /** What the Authorization header has to be, by origin. */
  private readonly headers = new Map<string, string>();
  private learned = 0;

  /** @throws {OptionError} which does not repeat what is secret */
  constructor(auth: Auth = {}) {
    if (typeof auth !== 'object' || (auth as unknown) === null) {
      throw new OptionError('auth', 'an object of origins and credentials', typeof auth);
    }
    for (const [origin, credential] of Object.entries(auth)) {
      this.headers.set(originOf(origin), authorization(origin, credential));
    }
  }

  /** The Authorization header for an origin; undefined for none. */
  of(origin: string): string | undefined {
    return this.headers.get(origin);
  }

  /** Keeps a header for an origin that has none. */
  learn(origin: string, header: string): void {
    if (this.headers.has(origin) || this.learned === MOST_LEARNED) return;
    this.learned++;
    this.headers.set(origin, header);
  }
}

function originOf(key: string): string {
  const url = URL.canParse(key) ? new URL(key) : undefined;
  const isOrigin = url?.protocol === 'https:' || url?.protocol === 'http:';
  if (isOrigin && url.href === `${url.origin}/`) return url.origin;
  throw new OptionError(
    'a name in auth',
    "an origin, as 'https://example.com'",
    url === undefined ? key : url.origin,
  );
}

function authorization(origin: string, credential: Partial<Record<string, unknown>>): string {
  const { username, password, bearer } = credential;
  if (typeof bearer === 'string' && TOKEN68.test(bearer)) return `Bearer ${bearer}`;
  if (typeof username === 'string' && typeof password === 'string' && !username.includes(':')) {
    return basic(username, password);
  }
  throw new OptionError(
    `auth['${origin}']`,
    '{ username, password } or { bearer }, no colon in the name, and the token one word of ASCII',
    'what it is',
  );
}

/** RFC 7617, 2.1: in UTF-8. */
export function basic(username: string, password: string): string {
  return `Basic ${Buffer.from(`${username}:${password}`).toString('base64')}`;
}

/**
 * Takes the credentials out of an address, as the header that they are.
 * @param url serialised
 */
export function withoutUserInfo(url: string): { url: string; authorization: string | undefined } {
  const { origin } = parts(url);
  if (url.startsWith('/', origin.length) && url.startsWith(origin)) return { url, authorization: undefined };
  const parsed = new URL(url);
  const header = basic(decoded(parsed.username), decoded(parsed.password));
  parsed.username = '';
  parsed.password = '';
  return { url: parsed.href, authorization: header };
}

/** Percent-encoding undone, where it is one. */
export function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}
