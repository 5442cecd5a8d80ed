import type { ChildNode, ParentNode } from 'domhandler';

/**
 * Adds a node at the end of another's children. An array that grows has room for seventeen at once, which is most of the
 * memory of a tree: most elements have one child or two, and get arrays made for just these.
 */
export function append(parent: ParentNode, node: ChildNode): void {
  const { children } = parent;
  const last = children[children.length - 1];
  node.parent = parent;
  if (last === undefined) {
    parent.children = [node];
    return;
  }
  last.next = node;
  node.prev = last;
  if (children.length === 1) parent.children = [last, node];
  else children.push(node);
}
