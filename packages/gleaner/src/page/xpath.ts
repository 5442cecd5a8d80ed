import type { AnyNode, Element } from 'domhandler';
import { createRequire } from 'node:module';
import { OptionError } from '../http/failure.ts';
import type { PageNode } from './document.ts';
import { rawTextOf } from './text.ts';
import { isElement, isText } from './tree.ts';

/** The part of fontoxpath that is used. Its own types would bring those of a browser with them. */
interface FontoXPath {
  evaluateXPath(
    expression: string,
    context: PathNode,
    facade: typeof FACADE,
    variables: null,
    returnType: number,
    options: { namespaceResolver: (prefix: string) => string | null },
  ): unknown[];
  readonly ReturnType: { readonly ALL_RESULTS: number };
}

/** Loaded when first needed. */
const load = createRequire(import.meta.url);
let fontoxpath: FontoXPath | undefined;

/**
 * Evaluates XPath 3.1 from a node: gives elements as elements, and all else as its value: attributes and texts as
 * strings, and what is counted or compared as numbers and booleans. Names are those that the document shows: `p` is any
 * `<p>`, `dc:creator` any `<dc:creator>`, without declaring a namespace.
 *
 * @throws {OptionError} which names the expression
 */
export function evaluate(expression: string, from: PageNode): (Element | string | number | boolean)[] {
  fontoxpath ??= load('fontoxpath') as FontoXPath;
  let results: unknown[];
  try {
    if (typeof expression !== 'string') throw new TypeError('it is no text');
    results = fontoxpath.evaluateXPath(
      expression,
      wrapped(from),
      FACADE,
      null,
      fontoxpath.ReturnType.ALL_RESULTS,
      {
        namespaceResolver: (prefix) => (prefix === '' ? null : prefix),
      },
    );
  } catch (error) {
    const message = error instanceof Error ? error.message : String(error);
    // The code and what it says, out of several lines (XPath 3.1, appendix F).
    const reason = /[A-Z]{4}\d{4}:.*/.exec(message)?.[0] ?? message;
    throw new OptionError('what xpath is given', `an XPath expression (${reason})`, expression);
  }
  return results.map(plain);
}

function plain(result: unknown): Element | string | number | boolean {
  if (typeof result === 'string' || typeof result === 'number' || typeof result === 'boolean') return result;
  if (!(result instanceof PathNode)) return String(result);
  return result.node !== null && isElement(result.node) ? result.node : result.data;
}

const DOCUMENT = 9;
const ELEMENT = 1;
const ATTRIBUTE = 2;
const TEXT = 3;
const INSTRUCTION = 7;
const COMMENT = 8;

/** A node as the DOM standard has it, which is what fontoxpath reads; it stands for one of the tree. */
class PathNode {
  /** `null` for an attribute. */
  readonly node: AnyNode | null;
  readonly parent: PathNode | null;
  readonly nodeType: number;
  readonly nodeName: string;
  readonly localName: string;
  readonly prefix: string | null;
  /** The prefix, as no one declares namespaces here. */
  readonly namespaceURI: string | null;
  /** Of an attribute, of text, and of a comment. */
  readonly data: string;
  /** Made when asked for, so that each attribute is always the same one. */
  attributes: PathNode[] | undefined = undefined;

  constructor(node: AnyNode | null, parent: PathNode | null, nodeType: number, name: string, data: string) {
    const colon = name.indexOf(':');
    this.node = node;
    this.parent = parent;
    this.nodeType = nodeType;
    this.nodeName = name;
    this.localName = name.slice(colon + 1);
    this.prefix = this.namespaceURI = colon < 0 ? null : name.slice(0, colon);
    this.data = data;
  }

  /** What is called so of processing instructions. */
  get target(): string {
    return this.nodeName;
  }

  get name(): string {
    return this.nodeName;
  }

  get value(): string {
    return this.data;
  }
}

const wrappers = new WeakMap<AnyNode, PathNode>();

function wrapped(node: AnyNode): PathNode {
  let wrapper = wrappers.get(node);
  if (wrapper === undefined) wrappers.set(node, (wrapper = wrap(node)));
  return wrapper;
}

function wrap(node: AnyNode): PathNode {
  if (isElement(node)) return new PathNode(node, null, ELEMENT, node.name, '');
  if (isText(node)) return new PathNode(node, null, TEXT, '#text', node.data);
  const type: string = node.type;
  if ('children' in node) {
    // Of CDATA, what is in it is the text.
    if (type === 'cdata') return new PathNode(node, null, TEXT, '#text', rawTextOf(node));
    return new PathNode(node, null, DOCUMENT, '#document', '');
  }
  const isInstruction = type === 'directive' && 'name' in node;
  return new PathNode(
    node,
    null,
    isInstruction ? INSTRUCTION : COMMENT,
    isInstruction ? node.name : '#comment',
    node.data,
  );
}

/** Whether XPath sees a node: not what templates hold, nor the document type. */
function isSeen(node: AnyNode): boolean {
  const type: string = node.type;
  return type !== 'root' && !(type === 'directive' && 'name' in node && node.name.startsWith('!'));
}

function childrenOf({ node }: PathNode): readonly AnyNode[] {
  const type: string | undefined = node?.type;
  return node !== null && 'children' in node && type !== 'cdata' ? node.children : [];
}

/** How fontoxpath walks the tree. */
const FACADE = {
  getAllAttributes(element: PathNode): PathNode[] {
    const { node } = element;
    if (node === null || !isElement(node)) return [];
    return (element.attributes ??= Object.entries(node.attribs).map(
      ([name, value]) => new PathNode(null, element, ATTRIBUTE, name, value),
    ));
  },
  getAttribute({ node }: PathNode, name: string): string | null {
    return node !== null && isElement(node) ? (node.attribs[name] ?? null) : null;
  },
  getChildNodes: (node: PathNode): PathNode[] => childrenOf(node).filter(isSeen).map(wrapped),
  getData: (node: PathNode): string => node.data,
  getFirstChild(node: PathNode): PathNode | null {
    const found = childrenOf(node).find(isSeen);
    return found === undefined ? null : wrapped(found);
  },
  getLastChild(node: PathNode): PathNode | null {
    const found = childrenOf(node).findLast(isSeen);
    return found === undefined ? null : wrapped(found);
  },
  getNextSibling({ node }: PathNode): PathNode | null {
    let at = node?.next ?? null;
    while (at !== null && !isSeen(at)) at = at.next;
    return at === null ? null : wrapped(at);
  },
  getPreviousSibling({ node }: PathNode): PathNode | null {
    let at = node?.prev ?? null;
    while (at !== null && !isSeen(at)) at = at.prev;
    return at === null ? null : wrapped(at);
  },
  getParentNode({ node, parent }: PathNode): PathNode | null {
    const above = node?.parent ?? null;
    return above === null ? parent : wrapped(above);
  },
};
