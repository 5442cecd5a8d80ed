import type { Comment, Element, ParentNode, ProcessingInstruction, Text } from 'domhandler';

/**
 * The nodes of trees made of HTML: of the shape that domhandler's have, which css-select, domutils and the serialiser go
 * by, but assigned in constructors. domhandler's own class fields cost a fifth of the time of parsing a page.
 *
 * The casts here are the border: these stand for domhandler's classes, of which nobody here calls a method.
 */
class ElementNode {
  readonly type: 'tag' | 'script' | 'style';
  parent: ParentNode | null = null;
  prev: null = null;
  next: null = null;
  readonly name: string;
  readonly attribs: Record<string, string>;
  readonly children: never[] = [];
  readonly namespace: string;
  /** How many elements are above it. In a subtree that the parser moves it stays as it was: it is a bound, no fact. */
  depth = 0;

  constructor(name: string, attribs: Record<string, string>, namespace: string) {
    this.type = name === 'script' || name === 'style' ? name : 'tag';
    this.name = name;
    this.attribs = attribs;
    this.namespace = namespace;
  }
}

class TextNode {
  readonly type = 'text';
  parent: ParentNode | null = null;
  prev: null = null;
  next: null = null;
  data: string;

  constructor(data: string) {
    this.data = data;
  }
}

/** An object that inherits nothing, since an attribute may be called anything: V8 keeps it in its fast form. */
const Attributes = function () {} as unknown as new () => Record<string, string>;
Attributes.prototype = Object.freeze(Object.create(null) as object);

export function newAttributes(): Record<string, string> {
  return new Attributes();
}

export function newElement(name: string, attribs: Record<string, string>, namespace: string): Element {
  return new ElementNode(name, attribs, namespace) as unknown as Element;
}

export function newText(data: string): Text {
  return new TextNode(data) as unknown as Text;
}

/** As Chrome's parser has it (`kMaximumHTMLParserDOMTreeDepth`). */
const DEEPEST = 512;

/**
 * Adds a node at the end of another's children. An element that would be too deep there goes beside the other instead,
 * as in Chrome: so that no reader of a page takes time that grows with the square of its size.
 */
export function appendWithin(
  parent: ParentNode,
  node: Element | Text | Comment | ProcessingInstruction,
): void {
  const element = elementNode(node);
  const around = elementNode(parent);
  const above = around !== null && element !== null && around.depth >= DEEPEST ? around.parent : null;
  if (element !== null) element.depth = around === null ? 0 : Math.min(around.depth + 1, DEEPEST);
  append(above ?? parent, node);
}

function elementNode(node: unknown): ElementNode | null {
  return node instanceof ElementNode ? node : null;
}

/** Adds a node at the end of another's children. */
function append(parent: ParentNode, node: Element | Text | Comment | ProcessingInstruction): void {
  const { children } = parent;
  const last = children[children.length - 1];
  if (last !== undefined) {
    last.next = node;
    node.prev = last;
  }
  children.push(node);
  node.parent = parent;
}

/** Adds text at the end of a node, to that which is there already. */
export function appendText(parent: ParentNode, data: string): void {
  const last = parent.children[parent.children.length - 1];
  if (last !== undefined && isTextNode(last)) last.data += data;
  else append(parent, newText(data));
}

function isTextNode(node: { type: string }): node is Text {
  return node.type === 'text';
}
