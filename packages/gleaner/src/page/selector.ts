import type * as CssSelect from 'css-select';
import type * as CssWhat from 'css-what';
import type { AnyNode, Element, ParentNode } from 'domhandler';
import { createRequire } from 'node:module';
import { OptionError } from '../http/failure.ts';
import { Chain, nthChild, previousOf, type Combinator, type Compound } from './matching.ts';
import { rawTextOf } from './text.ts';
import { placeOnTape } from './tape-nodes.ts';
import { hasWord, TapeSelector, type TapeCompound } from './tape-select.ts';
import type { TapeTree } from './tape-tree.ts';
import { firstIn, following, isElement, isText } from './tree.ts';

/** Loaded when first needed. */
const load = createRequire(import.meta.url);
let cssSelect: typeof CssSelect | undefined;
let cssWhat: typeof CssWhat | undefined;

/**
 * A selector, compiled: CSS selectors level 4 as css-select knows them. It is matched with the whole document, as
 * `querySelectorAll` does: in `card.select('main h3')`, `main` may stand around the card. `:scope` is the element that
 * is searched; a selector may begin with a combinator (`> td`), which is then the scope's.
 */
export class Selector {
  /** It matches what any of these does: they are parted by commas. */
  private readonly chains: readonly Chain[];
  private readonly scope: Scope;
  /** The same for tapes, if they tell all that is asked for. */
  private readonly onTape: readonly TapeSelector[] | undefined;

  /** @internal */
  constructor(chains: readonly Chain[], scope: Scope, onTape: readonly TapeSelector[] | undefined) {
    this.chains = chains;
    this.scope = scope;
    this.onTape = onTape;
  }

  /** The first element below another that it selects. */
  first(top: ParentNode): Element | null {
    return this.search(top, 1)[0] ?? null;
  }

  /** Every element below another that it selects, in the order of the document. */
  all(top: ParentNode): Element[] {
    return this.search(top, Infinity);
  }

  private search(top: ParentNode, most: number): Element[] {
    const { chains, scope, onTape } = this;
    const found: Element[] = [];
    const place = onTape === undefined ? undefined : placeOnTape(top);
    if (place !== undefined) {
      const { tree, from, to } = place;
      const mayBe = mayMatch(tree, onTape ?? []);
      const tests = onTape?.map((one) => one.on(tree)) ?? [];
      for (let at = from; at < to && found.length < most; at++) {
        const what = tree.what(at);
        if (what < 0 || mayBe?.includes(what) === false) continue;
        if (passesAny(tests, at)) found.push(tree.nodes.element(at));
      }
      return found;
    }
    // Of a whole document it is the root (Selectors level 4, 8.4).
    scope.element = isElement(top) ? top : (top.children.find(isElement) ?? null);
    try {
      for (let node = firstIn(top); node !== null; node = following(node, top)) {
        if (!isElement(node) || !matchesAny(chains, node)) continue;
        found.push(node);
        if (found.length === most) break;
      }
    } finally {
      // Selectors are kept, and pages should not be with them.
      scope.element = null;
      for (const chain of chains) chain.forget();
    }
    return found;
  }
}

/** No closure, which would be made anew for each entry of a page. */
function passesAny(tests: readonly ((entry: number) => boolean)[], entry: number): boolean {
  for (const test of tests) if (test(entry)) return true;
  return false;
}

/** The numbers of the elements that may match one of some selectors; undefined if any element may. */
function mayMatch(tree: TapeTree, selectors: readonly TapeSelector[]): readonly number[] | undefined {
  const all: number[] = [];
  for (const one of selectors) {
    const numbers = one.numbersOn(tree);
    if (numbers === undefined) return undefined;
    all.push(...numbers);
  }
  return all;
}

function matchesAny(chains: readonly Chain[], element: Element): boolean {
  for (const chain of chains) if (chain.matches(element)) return true;
  return false;
}

/** The element that `:scope` is in the search that is under way. */
interface Scope {
  element: Element | null;
}

/** So many selectors are kept, of each kind of document; the oldest goes first. */
const MOST_KEPT = 500;
const forHtml = new Map<string, Selector>();
const forXml = new Map<string, Selector>();

/**
 * Compiles a selector, once.
 * @param what names it in the error
 * @throws {OptionError} which names the selector
 */
export function selector(css: unknown, isXml: boolean, what = 'a selector'): Selector {
  const kept = isXml ? forXml : forHtml;
  if (typeof css !== 'string') throw new OptionError(what, 'a CSS selector', css);
  let found = kept.get(css);
  if (found === undefined) {
    found = compiled(css, isXml, what);
    if (kept.size >= MOST_KEPT)
      for (const [oldest] of kept) {
        kept.delete(oldest);
        break;
      }
    kept.set(css, found);
  }
  return found;
}

/** Stands for whichever element is searched, in compiled selectors. */
const SCOPE = {} as AnyNode;

function compiled(css: string, isXml: boolean, what: string): Selector {
  cssSelect ??= load('css-select') as typeof CssSelect;
  cssWhat ??= load('css-what') as typeof CssWhat;
  const scope: Scope = { element: null };
  const options: CssSelect.Options<AnyNode, Element> = {
    adapter: isXml ? XML : HTML,
    xmlMode: isXml,
    relativeSelector: false,
    ...(/:scope\b/i.test(css) && {
      context: SCOPE,
      // What was found out about an element may be otherwise in the next search.
      cacheResults: false,
      equals: (one: AnyNode, other: AnyNode) => (one === SCOPE ? scope.element : one) === other,
    }),
  };
  try {
    const parsed = cssWhat.parse(css);
    const chains = parsed.map((tokens) => chain(tokens, scope, options));
    if (chains.length === 0) throw new Error('it says nothing');
    const onTape =
      isXml || /:scope\b/i.test(css) ? [] : parsed.map((tokens) => tapeSelector(tokens, options));
    return new Selector(chains, scope, onTape.length > 0 && onTape.every(isThere) ? onTape : undefined);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OptionError(what, `a CSS selector (${reason})`, css);
  }
}

const COMBINATORS: Partial<Record<string, Combinator>> = {
  descendant: 'descendant',
  child: 'child',
  sibling: 'sibling',
  adjacent: 'adjacent',
};

/** A complex selector, taken apart at its combinators. */
function chain(
  tokens: readonly CssWhat.Selector[],
  scope: Scope,
  options: CssSelect.Options<AnyNode, Element>,
): Chain {
  const compounds: Compound[] = [];
  let combinator: Combinator = 'descendant';
  let current: CssWhat.Selector[] = [];
  const [first] = tokens;
  if (first !== undefined && COMBINATORS[first.type] !== undefined)
    compounds.push({ test: (element) => element === scope.element, combinator });
  for (const token of tokens) {
    const next = COMBINATORS[token.type];
    if (next === undefined) current.push(token);
    else {
      if (token !== first) compounds.push({ test: compoundTest(current, options), combinator });
      combinator = next;
      current = [];
    }
  }
  compounds.push({ test: compoundTest(current, options), combinator });
  return new Chain(compounds);
}

/** The test of one compound. Classes, and where elements stand among their siblings, are told here; all else is css-select's. */
function compoundTest(
  tokens: readonly CssWhat.Selector[],
  options: CssSelect.Options<AnyNode, Element>,
): Compound['test'] {
  if (tokens.length === 0) throw new Error('something is missing before or after a combinator or comma');
  const own: Compound['test'][] = [];
  const others: CssWhat.Selector[] = [];
  for (const token of tokens) {
    if (options.xmlMode !== true && isQuirky(token, 'class', 'element')) {
      // css-select takes a no-break space for white space.
      const { value } = token;
      own.push(({ attribs }) => attribs.class !== undefined && hasWord(attribs.class, value));
      continue;
    }
    const isNth = 'name' in token && (token.name === 'nth-child' || token.name === 'nth-last-child');
    const test =
      isNth && 'data' in token && typeof token.data === 'string'
        ? nthChild(token.data, token.name === 'nth-last-child')
        : undefined;
    if (test === undefined) others.push(token);
    else own.push(test);
  }
  const rest = others.length === 0 ? undefined : cssSelect?.compile<AnyNode, Element>([others], options);
  if (own.length === 0 && rest !== undefined) return rest;
  return (element) => (rest === undefined || rest(element)) && own.every((test) => test(element));
}

function isThere<T>(value: T | undefined): value is T {
  return value !== undefined;
}

/** A complex selector as tapes are searched by it; undefined where siblings matter, or what is searched. */
function tapeSelector(
  tokens: readonly CssWhat.Selector[],
  options: CssSelect.Options<AnyNode, Element>,
): TapeSelector | undefined {
  const compounds: TapeCompound[] = [];
  let combinator: TapeCompound['combinator'] = 'descendant';
  let current: CssWhat.Selector[] = [];
  for (const token of tokens) {
    const next = COMBINATORS[token.type];
    if (next === undefined) current.push(token);
    else {
      if (current.length === 0 || next === 'sibling' || next === 'adjacent') return undefined;
      compounds.push(tapeCompound(current, combinator, options));
      combinator = next;
      current = [];
    }
  }
  compounds.push(tapeCompound(current, combinator, options));
  return TapeSelector.of(compounds);
}

function tapeCompound(
  tokens: readonly CssWhat.Selector[],
  combinator: TapeCompound['combinator'],
  options: CssSelect.Options<AnyNode, Element>,
): TapeCompound {
  let name: string | undefined;
  let id: string | undefined;
  const classes: string[] = [];
  const rest: CssWhat.Selector[] = [];
  for (const token of tokens) {
    const type: string = token.type;
    const isPlain = !('namespace' in token) || token.namespace === null;
    if (type === 'tag' && 'name' in token && isPlain && name === undefined) name = token.name.toLowerCase();
    else if (isQuirky(token, 'id', 'equals') && id === undefined) id = token.value;
    else if (isQuirky(token, 'class', 'element')) classes.push(token.value);
    else if (type !== 'universal' || !isPlain) rest.push(token);
  }
  return {
    name,
    id,
    classes,
    rest: rest.length === 0 ? undefined : compoundTest(rest, options),
    combinator,
  };
}

/** `#a` (which asks whether an id equals it), or `.a` (whether it is an element of the class). */
function isQuirky(token: CssWhat.Selector, name: string, action: string): token is CssWhat.AttributeSelector {
  const type: string = token.type;
  if (type !== 'attribute' || !('action' in token)) return false;
  const asked: string = token.action;
  return token.name === name && asked === action && token.ignoreCase === 'quirks' && token.namespace === null;
}

/** How css-select sees a tree: nothing in it recurses on the tree's depth. */
const XML = {
  isTag: isElement,
  getName: (element: Element): string => element.name,
  getAttributeValue: (element: Element, name: string): string | undefined => element.attribs[name],
  hasAttrib: (element: Element, name: string): boolean => element.attribs[name] !== undefined,
  getChildren: (node: AnyNode): AnyNode[] => ('children' in node ? node.children : []),
  getParent: (node: AnyNode): AnyNode | null => node.parent,
  getSiblings: (node: AnyNode): AnyNode[] => node.parent?.children ?? [node],
  prevElementSibling: (node: AnyNode): Element | null => (isElement(node) ? previousOf(node) : null),
  getText: (node: AnyNode): string => (isText(node) ? node.data : 'children' in node ? rawTextOf(node) : ''),
  /** Only css-select's own search needs it. */
  removeSubsets: (nodes: AnyNode[]): AnyNode[] => nodes,
};

/** In HTML, names are compared in small letters, but SVG's are kept as SVG writes them: `linearGradient`. */
const HTML = {
  ...XML,
  getName: (element: Element): string =>
    element.namespace === XHTML ? element.name : element.name.toLowerCase(),
};

const XHTML = 'http://www.w3.org/1999/xhtml';
