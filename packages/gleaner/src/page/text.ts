import type { ParentNode } from 'domhandler';
import { firstIn, following, followingAll, isElement, isText } from './tree.ts';

/** Elements that begin on a line of their own, or in a cell, as browsers show them (HTML standard, 15.3). */
export const APART: ReadonlySet<string> = new Set(
  (
    'address article aside blockquote body br button caption center dd details dialog dir div dl dt fieldset figcaption ' +
    'figure footer form frameset h1 h2 h3 h4 h5 h6 head header hgroup hr html input legend li listing main menu nav ol ' +
    'optgroup option p plaintext pre search section select summary table tbody td textarea tfoot th thead title tr ul xmp'
  ).split(' '),
);

/** What is written in them is not for readers. */
export const SILENT: ReadonlySet<string> = new Set(['script', 'style', 'template']);

const NEEDS_TIDYING = /^\s|\s$|\s\s|[^\S ]/;

/**
 * The text of a node as a reader sees it, on one line: each run of white space (no-break spaces included) becomes one
 * space, none is left at the ends; paragraphs, lines, list items and cells are kept apart by a space, and what merely
 * is bold is not. What stands in `<script>`, `<style>` and `<template>` is left out; asked for the text of one of
 * these itself, it is given as it is. Text that style sheets hide is not left out.
 */
export function textOf(node: ParentNode): string {
  const only = node.children.length === 1 ? node.children[0] : undefined;
  const isSilent = 'name' in node && SILENT.has(node.name);
  if (only !== undefined && isText(only)) return isSilent ? only.data : tidy(only.data);
  return isSilent ? rawTextOf(node) : tidy(spaced(node));
}

function spaced(top: ParentNode): string {
  let text = '';
  // How far back a space is due, as soon as an element that stands apart has ended: its end is not walked over.
  for (let node = firstIn(top); node !== null;) {
    if (isText(node)) text += node.data;
    else if (isElement(node)) {
      if (SILENT.has(node.name)) {
        node = followingAll(node, top);
        continue;
      }
      if (APART.has(node.name)) text += ' ';
    }
    const next = following(node, top);
    // Whatever was left on the way up from this node to the next one has ended.
    for (let at = node; at !== top && at !== next?.parent;) {
      if (isElement(at) && APART.has(at.name)) text += ' ';
      const { parent } = at;
      if (parent === null) break;
      at = parent;
    }
    node = next;
  }
  return text;
}

/** All text in a node, as it is written (DOM standard, descendant text content). */
export function rawTextOf(top: ParentNode): string {
  let text = '';
  for (let node = firstIn(top); node !== null; node = following(node, top))
    if (isText(node)) text += node.data;
  return text;
}

/** White space as a reader sees it. */
export function tidy(text: string): string {
  return NEEDS_TIDYING.test(text) ? text.replace(/\s+/g, ' ').trim() : text;
}
