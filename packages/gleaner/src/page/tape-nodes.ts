import type { ChildNode, Document, Element } from 'domhandler';
import { newAttributes } from './nodes.ts';
import { doctypeText, readDoctype } from './quick-doctype.ts';
import { SVG } from './quick-svg.ts';
import { COMMENT, DOCTYPE, NOWHERE } from './tape.ts';
import type { TapeTree } from './tape-tree.ts';

/*
 * The nodes of a tape, of the shape that domhandler's have: made when they are first asked for, and only once, so that a
 * node is the same as itself. The casts here are the border: these stand for domhandler's classes, of which nobody here
 * calls a method.
 */

const XHTML = 'http://www.w3.org/1999/xhtml';
const SVG_NAMESPACE = 'http://www.w3.org/2000/svg';

/** What all of them have. */
abstract class TapeNode {
  abstract readonly type: string;
  readonly nodes: TapeNodes;
  readonly entry: number;
  private before: TapeNode | null = null;
  private after: TapeNode | null = null;

  constructor(nodes: TapeNodes, entry: number) {
    this.nodes = nodes;
    this.entry = entry;
  }

  get parent(): TapeParent {
    return this.nodes.parentOf(this.entry);
  }

  get prev(): TapeNode | null {
    this.parent.linkChildren();
    return this.before;
  }

  get next(): TapeNode | null {
    this.parent.linkChildren();
    return this.after;
  }

  /** @internal */
  link(before: TapeNode | null, after: TapeNode | null): void {
    this.before = before;
    this.after = after;
  }
}

class TapeText extends TapeNode {
  readonly type = 'text';
  private read: string | undefined = undefined;

  /** What stands in several places is one text, if nothing is between. */
  get data(): string {
    if (this.read !== undefined) return this.read;
    const { tree } = this.nodes;
    let data = tree.data(this.entry);
    for (let at = this.entry + 1; tree.isText(at) && tree.parent(at) === tree.parent(this.entry); at++)
      data += tree.data(at);
    return (this.read = data);
  }
}

class TapeComment extends TapeNode {
  readonly type = 'comment';

  get data(): string {
    return this.nodes.tree.data(this.entry);
  }
}

class TapeDoctype extends TapeNode {
  readonly type = 'directive';
  readonly name = '!doctype';
  readonly data: string;
  readonly 'x-name' = 'html';
  readonly 'x-publicId': string;
  readonly 'x-systemId': string;

  constructor(nodes: TapeNodes, entry: number) {
    super(nodes, entry);
    const doctype = readDoctype(nodes.tree.data(entry));
    this.data = doctype === undefined ? '!doctype' : doctypeText(doctype);
    this['x-publicId'] = doctype?.publicId ?? '';
    this['x-systemId'] = doctype?.systemId ?? '';
  }
}

class TapeElement extends TapeNode {
  readonly type: 'tag' | 'script' | 'style';
  readonly name: string;
  private attributes: Record<string, string> | undefined = undefined;
  private inside: readonly TapeNode[] | undefined = undefined;

  constructor(nodes: TapeNodes, entry: number) {
    super(nodes, entry);
    this.name = nodes.tree.name(entry);
    this.type = this.name === 'script' || this.name === 'style' ? this.name : 'tag';
  }

  get namespace(): string {
    return this.nodes.tree.what(this.entry) >= SVG ? SVG_NAMESPACE : XHTML;
  }

  get attribs(): Record<string, string> {
    return (this.attributes ??= this.nodes.tree.attributes(this.entry, newAttributes()));
  }

  get children(): readonly TapeNode[] {
    return this.linkChildren();
  }

  /** @internal */
  linkChildren(): readonly TapeNode[] {
    const { tree } = this.nodes;
    return (this.inside ??= this.nodes.between(this.entry + 1, tree.end(this.entry)));
  }
}

class TapeRoot {
  readonly type = 'root';
  readonly parent = null;
  readonly prev = null;
  readonly next = null;
  readonly nodes: TapeNodes;
  readonly 'x-mode': string;
  private inside: readonly TapeNode[] | undefined = undefined;

  constructor(nodes: TapeNodes) {
    this.nodes = nodes;
    this['x-mode'] = nodes.tree.mode;
  }

  get children(): readonly TapeNode[] {
    return this.linkChildren();
  }

  /** @internal */
  linkChildren(): readonly TapeNode[] {
    return (this.inside ??= this.nodes.between(0, this.nodes.tree.size));
  }
}

type TapeParent = TapeElement | TapeRoot;

/** So many nodes are few. */
const FEW = 64;

/** The nodes of one tape. */
export class TapeNodes {
  readonly tree: TapeTree;
  private readonly root: TapeRoot;
  /** Those that were made, by their entries, of pages of which few were; … */
  private readonly few = new Map<number, TapeNode>();
  /** … and of the others. */
  private many: (TapeNode | undefined)[] | undefined = undefined;

  constructor(tree: TapeTree) {
    this.tree = tree;
    this.root = new TapeRoot(this);
  }

  get document(): Document {
    return this.root as unknown as Document;
  }

  element(entry: number): Element {
    return this.node(entry) as unknown as Element;
  }

  parentOf(entry: number): TapeParent {
    const parent = this.tree.parent(entry);
    const around = parent === NOWHERE ? undefined : this.node(parent);
    return around instanceof TapeElement ? around : this.root;
  }

  /** The nodes at the top of a range of entries, linked to one another. */
  between(from: number, to: number): readonly TapeNode[] {
    const { tree } = this;
    const found: TapeNode[] = [];
    for (let at = from; at < to;) {
      found.push(this.node(at));
      const isText = tree.isText(at);
      at = tree.behind(at);
      // The rest of the same text.
      while (isText && at < to && tree.isText(at)) at++;
    }
    found.forEach((node, n) => node.link(found[n - 1] ?? null, found[n + 1] ?? null));
    return found;
  }

  private node(entry: number): TapeNode {
    const { few, many } = this;
    if (many !== undefined) return (many[entry] ??= this.newNode(entry));
    const known = few.get(entry);
    if (known !== undefined) return known;
    const node = this.newNode(entry);
    few.set(entry, node);
    if (few.size > FEW) this.spread();
    return node;
  }

  /** An array is quicker to look up, but as large as the page. */
  private spread(): void {
    const many = new Array<TapeNode | undefined>(this.tree.size);
    for (const [entry, node] of this.few) many[entry] = node;
    this.many = many;
    this.few.clear();
  }

  private newNode(entry: number): TapeNode {
    const what = this.tree.what(entry);
    if (what >= 0) return new TapeElement(this, entry);
    if (what === COMMENT) return new TapeComment(this, entry);
    return what === DOCTYPE ? new TapeDoctype(this, entry) : new TapeText(this, entry);
  }
}

export function newNodes(tree: TapeTree): TapeNodes {
  return new TapeNodes(tree);
}

/** The entries of a tape that are in a node. */
export interface TapePlace {
  readonly tree: TapeTree;
  readonly from: number;
  readonly to: number;
}

/** The place of a node on its tape; undefined if it is of no tape. */
export function placeOnTape(node: Document | ChildNode): TapePlace | undefined {
  const one: unknown = node;
  if (one instanceof TapeElement) {
    const { tree } = one.nodes;
    return { tree, from: one.entry + 1, to: tree.end(one.entry) };
  }
  if (one instanceof TapeRoot) return { tree: one.nodes.tree, from: 0, to: one.nodes.tree.size };
  return undefined;
}
