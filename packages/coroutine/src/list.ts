/** What can stand in a `List`: the links are the node's own, so that joining and leaving allocates nothing. */
export interface Linked<Self> {
  before: Self | null;
  after: Self | null;
}

/** A first-come-first-served line whose members can leave from anywhere at once. A node is in one line at most. */
export class List<Node extends Linked<Node>> {
  first: Node | null = null;
  last: Node | null = null;

  push(node: Node): void {
    node.before = this.last;
    node.after = null;
    if (this.last === null) this.first = node;
    else this.last.after = node;
    this.last = node;
  }

  /** Puts a node at the head: for children, of which the newest is cancelled first. */
  unshift(node: Node): void {
    node.after = this.first;
    node.before = null;
    if (this.first === null) this.last = node;
    else this.first.before = node;
    this.first = node;
  }

  shift(): Node | null {
    const node = this.first;
    if (node !== null) this.remove(node);
    return node;
  }

  remove(node: Node): void {
    if (node.before === null) this.first = node.after;
    else node.before.after = node.after;
    if (node.after === null) this.last = node.before;
    else node.after.before = node.before;
    node.before = node.after = null;
  }
}
