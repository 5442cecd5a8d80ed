import type { ChildNode, ParentNode } from 'domhandler';
import { firstIn } from './tree.ts';

/** What is done on a walk through a tree. */
export interface Walker {
  /** On the way in; `false` passes over what is inside, and over `leave`. */
  enter(node: ChildNode): boolean;
  /** On the way out of a node that was entered. */
  leave(node: ChildNode): void;
}

/**
 * Walks through all that is below a node, in the order of the document. It neither recurses nor keeps a stack: a tree
 * may be as deep as it likes. What a `<template>` holds is a document of its own, and is left out.
 */
export function walk(top: ParentNode, walker: Walker): void {
  let node = firstIn(top);
  while (node !== null) {
    const entered = walker.enter(node);
    if (entered && 'children' in node) {
      const child = node.children[0];
      const type: string | undefined = child?.type;
      if (child !== undefined && type !== 'root') {
        node = child;
        continue;
      }
    }
    if (entered) walker.leave(node);
    while (node !== null && node.next === null) {
      const { parent }: ChildNode = node;
      if (parent === null || parent === top) return;
      // Whatever is up there was entered.
      node = parent;
      walker.leave(node);
    }
    node = node?.next ?? null;
  }
}
