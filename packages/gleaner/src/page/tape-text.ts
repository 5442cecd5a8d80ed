import { SVG, SVG_NAMES } from './quick-svg.ts';
import { TAGS } from './quick-tags.ts';
import type { TapeTree } from './tape-tree.ts';
import { APART, SILENT, tidy } from './text.ts';

/** By their numbers, the elements that stand apart (1), and those that are not for readers (2). */
const KINDS = new Uint8Array(TAGS.length);
const SVG_KINDS = new Uint8Array(SVG_NAMES.length);
for (const { name, number } of TAGS) KINDS[number] = kindOf(name);
for (const [number, name] of SVG_NAMES.entries()) SVG_KINDS[number] = kindOf(name);

function kindOf(name: string): number {
  return SILENT.has(name) ? 2 : APART.has(name) ? 1 : 0;
}

/** What `textOf` gives of an element or the whole page, from its tape; undefined for those that are not for readers. */
export function tapeText(tree: TapeTree, from: number, to: number): string {
  let text = '';
  /** Where the elements end that stand apart, the innermost last. */
  const ends: number[] = [];
  for (let at = from; at < to;) {
    while (ends.length > 0 && (ends[ends.length - 1] ?? 0) <= at) {
      ends.pop();
      text += ' ';
    }
    const what = tree.what(at);
    if (what < 0) {
      if (tree.isText(at)) text += tree.data(at);
      at++;
      continue;
    }
    const kind = (what >= SVG ? SVG_KINDS[what - SVG] : KINDS[what]) ?? 0;
    if (kind === 2) {
      at = tree.end(at);
      continue;
    }
    if (kind === 1) {
      text += ' ';
      ends.push(tree.end(at));
    }
    at++;
  }
  return tidy(text);
}
