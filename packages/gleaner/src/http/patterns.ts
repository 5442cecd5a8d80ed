import { types } from 'node:util';
import { parts } from './exchange.ts';
import { OptionError } from './failure.ts';

/**
 * Which addresses are meant: a glob, or a regular expression that is looked for anywhere in the address. Both see the
 * whole address as the URL standard serialises it, its query included. In a glob
 *
 * | this | stands for |
 * |---|---|
 * | `*` | any characters but `/`, or none |
 * | `**` | any characters, or none |
 * | `**` and `/`, at the start of a segment | any number of whole segments, or none |
 * | `/**` at the end | nothing, or `/` or `?` and whatever follows |
 * | `{a,b}` | either; may be nested |
 * | `\*` | the character itself |
 * | anything else | itself: `?` too, as it begins the query, and `[`, as it begins an IPv6 address |
 *
 * A glob that begins with one `/` is matched with the path and query of the address, on any host. In hosts, capitals
 * count as small letters; elsewhere case counts. Blanks and what is not ASCII are percent-encoded, as in addresses.
 * So that `*` cannot leave the host, write `https://*.example.com/**`, not `https://**example.com/**`.
 */
export type Pattern = string | RegExp;

/**
 * Compiles patterns to a test of absolute addresses: whether any of them matches; none if there are no patterns.
 * The time that a glob takes is proportional to its length times that of the address, whatever both contain. That of a
 * regular expression is up to whoever wrote it.
 *
 * @throws {OptionError} which names the pattern that can be none, or that no address can match
 *
 * @example
 * const isDocument = matcher(['/docs/**', 'https://*.example.com/{a,b}/*.html', /[?&]id=\d+/]);
 * isDocument('https://example.org/docs/intro'); // true
 */
export function matcher(patterns: Pattern | readonly Pattern[]): (url: string) => boolean {
  const list: readonly unknown[] = Array.isArray(patterns) ? (patterns as readonly unknown[]) : [patterns];
  const expressions: RegExp[] = [];
  const onAddress: Glob[] = [];
  const onPath: Glob[] = [];
  for (const pattern of list) {
    if (types.isRegExp(pattern)) {
      // With these two flags an expression begins where its last match ended.
      expressions.push(new RegExp(pattern.source, pattern.flags.replace(/[gy]/g, '')));
    } else if (typeof pattern === 'string' && pattern !== '') {
      for (const glob of alternatives(pattern)) {
        if (/^\/(?!\/)/.test(glob)) onPath.push(compiled(tokens(glob)));
        else onAddress.push(addressGlob(glob, pattern));
      }
    } else {
      throw new OptionError('a pattern', 'a glob or a regular expression', pattern);
    }
  }
  return (url) => {
    for (const glob of onAddress) if (glob.matches(url)) return true;
    if (onPath.length > 0) {
      const { path } = parts(url);
      for (const glob of onPath) if (glob.matches(path)) return true;
    }
    for (const expression of expressions) if (expression.test(url)) return true;
    return false;
  };
}

/** A glob over whole addresses; it is refused if it could never match. */
function addressGlob(glob: string, pattern: string): Glob {
  // Scheme and host are serialised in small letters.
  const host = glob.indexOf('//') + 2;
  const slash = host < 2 ? -1 : glob.indexOf('/', host);
  const end = host < 2 ? 0 : slash < 0 ? glob.length : slash;
  if (/[^\0-\x7f]/.test(glob.slice(0, end))) {
    throw new OptionError('a pattern', 'one whose host is in ASCII (xn--…)', pattern);
  }
  const found = tokens(glob.slice(0, end).toLowerCase() + glob.slice(end));
  const whole = new Glob('', found, '');
  if (whole.canBegin('http://') || whole.canBegin('https://')) return compiled(found);
  throw new OptionError(
    'a pattern',
    "one that begins as an address does: with http:, https:, '*' or '/'",
    pattern,
  );
}

/** More than this, nobody wrote with intent. */
const MAX_ALTERNATIVES = 1000;
const MAX_LENGTH = 10_000;

/** What a pattern's braces stand for, each by itself. */
function alternatives(pattern: string): string[] {
  if (pattern.length > MAX_LENGTH) {
    throw new OptionError('a pattern', `one of at most ${MAX_LENGTH} characters`, `${pattern.slice(0, 50)}…`);
  }
  const done: string[] = [];
  const open = [pattern];
  for (let glob = open.pop(); glob !== undefined; glob = open.pop()) {
    const choice = firstBraces(glob, pattern);
    if (choice === undefined) done.push(glob);
    else for (const one of choice.alternatives) open.push(choice.before + one + choice.after);
    if (done.length + open.length > MAX_ALTERNATIVES) {
      throw new OptionError(
        'a pattern',
        `one whose braces stand for at most ${MAX_ALTERNATIVES} others`,
        pattern,
      );
    }
  }
  return done;
}

interface Braces {
  readonly before: string;
  readonly alternatives: readonly string[];
  readonly after: string;
}

function firstBraces(glob: string, pattern: string): Braces | undefined {
  let start = -1;
  let depth = 0;
  let from = 0;
  const found: string[] = [];
  for (let at = 0; at < glob.length; at++) {
    const character = glob[at];
    if (character === '\\') at++;
    else if (character === '{' && depth++ === 0) from = (start = at) + 1;
    else if (depth === 0) continue;
    else if (depth === 1 && (character === ',' || character === '}')) {
      found.push(glob.slice(from, at));
      from = at + 1;
      if (character === ',') continue;
      if (found.length > 1)
        return { before: glob.slice(0, start), alternatives: found, after: glob.slice(from) };
      throw new OptionError('a pattern', 'one whose braces have alternatives, as in {a,b}', pattern);
    } else if (character === '}') depth--;
  }
  if (depth > 0) throw new OptionError('a pattern', 'one whose braces are closed', pattern);
  return undefined;
}

const SLASH = 47;
const QUESTION_MARK = 63;

/** What is not one character, given by its code. */
const STAR = -1;
const GLOBSTAR = -2;
// `**/`
const SEGMENTS = -3;
// `/**` at the end
const REST = -4;

function tokens(glob: string): number[] {
  const found: number[] = [];
  for (let at = 0; at < glob.length;) {
    if (glob[at] !== '*') {
      if (glob[at] === '\\') at++;
      const code = glob.codePointAt(at);
      if (code === undefined)
        throw new OptionError('a pattern', 'one in which something follows the last \\', glob);
      const character = String.fromCodePoint(code);
      at += character.length;
      for (const one of encoded(character)) found.push(one.charCodeAt(0));
      continue;
    }
    const isFirst = at === 0 || glob[at - 1] === '/';
    let end = at + 1;
    while (glob[end] === '*') end++;
    if (end === at + 1) found.push(STAR);
    else if (isFirst && glob[end] === '/') {
      found.push(SEGMENTS);
      end++;
    } else if (end === glob.length && found.at(-1) === SLASH) found[found.length - 1] = REST;
    else found.push(GLOBSTAR);
    at = end;
  }
  return found;
}

/** As the URL standard encodes it in paths and queries. */
function encoded(character: string): string {
  if (/[!-~]/.test(character)) return character;
  return Buffer.from(character).toString('hex').toUpperCase().replace(/../g, '%$&');
}

/** Most addresses differ at one of their ends from what is asked for: these are compared first. */
function compiled(tokens: readonly number[]): Glob {
  const wild = tokens.findIndex((token) => token < 0);
  if (wild < 0) return new Glob(String.fromCharCode(...tokens), [], '');
  const end = tokens.at(-1) === REST ? tokens.length : tokens.findLastIndex((token) => token < 0) + 1;
  const prefix = String.fromCharCode(...tokens.slice(0, wild));
  return new Glob(prefix, tokens.slice(wild, end), String.fromCharCode(...tokens.slice(end)));
}

/**
 * A glob as an automaton that is in several states at a time (Thompson, 1968), so that nothing is ever tried again:
 * a state is how many tokens have been matched.
 */
class Glob {
  private readonly prefix: string;
  /** What is to be matched between prefix and suffix. */
  private readonly tokens: readonly number[];
  private readonly suffix: string;
  /** The states after the last character, and how many they are. */
  private next: Uint32Array;
  private count = 0;
  private active: Uint32Array;
  /** When a state was last entered. */
  private readonly entered: Uint32Array;
  private step = 0;

  constructor(prefix: string, tokens: readonly number[], suffix: string) {
    this.prefix = prefix;
    this.tokens = tokens;
    this.suffix = suffix;
    this.entered = new Uint32Array(tokens.length + 1);
    this.next = new Uint32Array(tokens.length + 1);
    this.active = new Uint32Array(tokens.length + 1);
  }

  matches(text: string): boolean {
    const { prefix, suffix, tokens } = this;
    const end = text.length - suffix.length;
    if (end < prefix.length || !text.startsWith(prefix) || !text.endsWith(suffix)) return false;
    const verdict = this.read(text, prefix.length, end);
    if (verdict !== undefined) return verdict;
    return this.next
      .subarray(0, this.count)
      .some((state) => state === tokens.length || tokens[state] === REST);
  }

  /** Whether something that begins so can match. */
  canBegin(text: string): boolean {
    return this.read(text, 0, text.length) ?? true;
  }

  /** Whether all that begins so matches, or nothing; undefined if that depends on what follows. */
  private read(text: string, from: number, end: number): boolean | undefined {
    const { tokens } = this;
    if (this.step > 0xf000_0000) {
      this.entered.fill(0);
      this.step = 0;
    }
    this.count = 0;
    this.step++;
    this.enter(0);
    for (let at = from; at < end; at++) {
      const active = this.next;
      const { count } = this;
      if (count === 0) return false;
      this.next = this.active;
      this.active = active;
      this.count = 0;
      this.step++;
      const code = text.charCodeAt(at);
      for (let i = 0; i < count; i++) {
        const state = Number(active[i]);
        const token = tokens[state];
        if (token === code) this.enter(state + 1);
        else if (token === STAR ? code !== SLASH : token === GLOBSTAR) this.enter(state);
        else if (token === REST) {
          if (code === SLASH || code === QUESTION_MARK) return true;
        } else if (token === SEGMENTS) {
          // In the middle of a segment: what follows comes only after a slash.
          if (this.entered[state] !== this.step) {
            this.entered[state] = this.step;
            this.next[this.count++] = state;
          }
          if (code === SLASH) this.enter(state + 1);
        }
      }
    }
    return this.count === 0 ? false : undefined;
  }

  /** Enters a state, and those that it leads to by matching nothing. */
  private enter(state: number): void {
    for (let to = state; this.entered[to] !== this.step; to++) {
      this.entered[to] = this.step;
      this.next[this.count++] = to;
      const token = this.tokens[to];
      if (token === undefined || token >= 0 || token === REST) return;
    }
  }
}
