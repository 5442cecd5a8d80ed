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

/** Adds a node at the end of another's children. */
export function append(parent: ParentNode, node: Element | Text | Comment | ProcessingInstruction): void {
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
