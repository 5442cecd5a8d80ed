import type * as CssSelect from 'css-select';
import type * as CssWhat from 'css-what';
import type { AnyNode, Element, ParentNode } from 'domhandler';
import { createRequire } from 'node:module';
import { OptionError } from '../http/failure.ts';
import { rawTextOf } from './text.ts';
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
  private readonly matches: (element: Element) => boolean;
  /** Where it looks up what `:scope` is; undefined if it does not ask. */
  private readonly scope: Scope | undefined;

  /** @internal */
  constructor(matches: (element: Element) => boolean, scope: Scope | undefined) {
    this.matches = matches;
    this.scope = scope;
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
    const { matches, scope } = this;
    const found: Element[] = [];
    if (scope !== undefined) scope.element = top;
    for (let node = firstIn(top); node !== null && found.length < most; node = following(node, top)) {
      if (isElement(node) && matches(node)) found.push(node);
    }
    // Selectors are kept, and pages should not be with them.
    if (scope !== undefined) scope.element = null;
    return found;
  }
}

interface Scope {
  element: ParentNode | null;
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
  try {
    const tokens = cssWhat.parse(css);
    for (const rules of tokens) {
      if (rules[0] !== undefined && cssWhat.isTraversal(rules[0]))
        rules.unshift({ type: cssWhat.SelectorType.Pseudo, name: 'scope', data: null });
    }
    const isScoped = /:scope\b/.test(css) || tokens.some(([first]) => isScope(first));
    const matches = cssSelect.compile<AnyNode, Element>(tokens, {
      adapter: isXml ? XML : HTML,
      xmlMode: isXml,
      relativeSelector: false,
      ...(isScoped && {
        context: SCOPE,
        // What was found out about an element may be otherwise in the next search.
        cacheResults: false,
        equals: (one: AnyNode, other: AnyNode) => (one === SCOPE ? scope.element : one) === other,
      }),
    });
    return new Selector(matches, isScoped ? scope : undefined);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    throw new OptionError(what, `a CSS selector (${reason})`, css);
  }
}

function isScope(token: CssWhat.Selector | undefined): boolean {
  return token !== undefined && 'name' in token && token.name === 'scope';
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
  prevElementSibling(node: AnyNode): Element | null {
    for (let at = node.prev; at !== null; at = at.prev) if (isElement(at)) return at;
    return null;
  },
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
