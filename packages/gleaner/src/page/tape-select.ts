import type { Element } from 'domhandler';
import { svgNumber } from './quick-svg.ts';
import { tagNamed } from './quick-tags.ts';
import { NOWHERE } from './tape.ts';
import type { TapeTree } from './tape-tree.ts';

/** One compound of a selector, as far as a tape tells it. */
export interface TapeCompound {
  /** In small letters; undefined for any element. */
  readonly name: string | undefined;
  readonly id: string | undefined;
  readonly classes: readonly string[];
  /** What else there is to be told, of the element as a node. */
  readonly rest: ((element: Element) => boolean) | undefined;
  /** How it stands to the one on its left; of the leftmost it does not count. */
  readonly combinator: 'descendant' | 'child';
}

/** Elements by their numbers, in HTML and in drawings; -1 for none, ANY for whichever. */
interface Wanted {
  readonly html: number;
  readonly svg: number;
}

const ANY = -2;

/**
 * A complex selector, matched on a tape from right to left. Elements are told by their numbers, their classes and ids by the
 * page's bytes; a node is made only for what cannot be told so, and of what is selected.
 */
export class TapeSelector {
  private readonly compounds: readonly TapeCompound[];
  /** The leftmost compound that has to be a child. */
  private readonly firstChild: number;

  private constructor(compounds: readonly TapeCompound[]) {
    this.compounds = compounds;
    const at = compounds.findIndex(({ combinator }, place) => place > 0 && combinator === 'child');
    this.firstChild = at < 0 ? Infinity : at;
  }

  /**
   * Of several compounds, from left to right; undefined where matching could take long: what stands behind a child
   * combinator would have to be looked for at every element around, again and again.
   */
  static of(compounds: readonly TapeCompound[]): TapeSelector | undefined {
    let isAfterChild = false;
    let searches = 0;
    for (const { combinator } of compounds.slice(1)) {
      if (combinator === 'child') isAfterChild = true;
      else if (isAfterChild) searches++;
    }
    return searches <= 1 ? new TapeSelector(compounds) : undefined;
  }

  /** The numbers of all elements on a tape that may match; undefined if any may. */
  numbersOn(tree: TapeTree): readonly number[] | undefined {
    const name = this.compounds.at(-1)?.name;
    if (name === undefined) return undefined;
    const { html, svg } = wantedIn(tree, name);
    return svg < 0 ? [html] : [html, svg];
  }

  /** Tells whether an entry of a tape matches. */
  on(tree: TapeTree): (entry: number) => boolean {
    const wanted = this.compounds.map(({ name }) => wantedIn(tree, name));
    const last = wanted.length - 1;
    return (entry) => this.matches(tree, wanted, last, entry);
  }

  /** Recurses on the length of the selector. */
  private matches(tree: TapeTree, wanted: readonly Wanted[], place: number, entry: number): boolean {
    const compound = this.compounds[place];
    if (compound === undefined || !this.isOne(tree, wanted, place, entry)) return false;
    if (place === 0) return true;
    let around = tree.parent(entry);
    if (compound.combinator === 'child')
      return around !== NOWHERE && this.matches(tree, wanted, place - 1, around);
    for (; around !== NOWHERE; around = tree.parent(around)) {
      if (!this.isOne(tree, wanted, place - 1, around)) continue;
      if (this.matches(tree, wanted, place - 1, around)) return true;
      // If the nearest will not do, then none farther out, as long as what is left may be anywhere around.
      if (place - 1 < this.firstChild) return false;
    }
    return false;
  }

  private isOne(tree: TapeTree, wanted: readonly Wanted[], place: number, entry: number): boolean {
    const compound = this.compounds[place];
    const number = wanted[place];
    const what = tree.what(entry);
    if (compound === undefined || number === undefined || what < 0) return false;
    if (number.html !== ANY && what !== number.html && what !== number.svg) return false;
    const { id, classes, rest } = compound;
    if (id !== undefined && tree.attribute(entry, 'id') !== id) return false;
    if (classes.length > 0) {
      const value = tree.attribute(entry, 'class');
      if (value === undefined) return false;
      for (const name of classes) if (!hasWord(value, name)) return false;
    }
    return rest === undefined || rest(tree.nodes.element(entry));
  }
}

function wantedIn(tree: TapeTree, name: string | undefined): Wanted {
  if (name === undefined) return { html: ANY, svg: ANY };
  return { html: tagNamed(name)?.number ?? tree.otherNumber(name), svg: svgNumber(name) ?? -1 };
}

/** Whether a word is among those of an attribute, parted by white space (DOM standard, ordered sets). */
export function hasWord(value: string, word: string): boolean {
  for (let at = value.indexOf(word); at >= 0; at = value.indexOf(word, at + 1)) {
    const end = at + word.length;
    if (
      (at === 0 || isBlank(value.charCodeAt(at - 1))) &&
      (end === value.length || isBlank(value.charCodeAt(end)))
    )
      return true;
  }
  return false;
}

function isBlank(code: number): boolean {
  return code === 32 || (code >= 9 && code <= 13 && code !== 11);
}
