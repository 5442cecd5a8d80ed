import type { ChildNode, ParentNode } from 'domhandler';

/** Adds a node at the end of another's children. */
export function append(parent: ParentNode, node: ChildNode): void {
  const { children } = parent;
  const last = children[children.length - 1];
  node.parent = parent;
  if (last === undefined) {
    // An array made for one child: one that grows for its first has room for seventeen.
    parent.children = [node];
    return;
  }
  last.next = node;
  node.prev = last;
  children.push(node);
}
