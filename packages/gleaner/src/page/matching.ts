import type { Element, ParentNode } from 'domhandler';
import { isElement } from './tree.ts';

/** How the element that a compound of a selector describes stands to the one before it. */
export type Combinator = 'descendant' | 'child' | 'sibling' | 'adjacent';

/** One compound of a selector, `a.b[c]`. */
export interface Compound {
  readonly test: (element: Element) => boolean;
  /** What leads to the compound on its left; of the leftmost it does not count. */
  readonly combinator: Combinator;
}

/** So many steps up or back are made before it is looked up what is known: nearly all end sooner. */
const FREE_STEPS = 4;

/**
 * Tells whether elements match a complex selector (Selectors level 4, 17.1: from right to left). What was found out
 * about an element's ancestors, or about the siblings before it, serves those that have them in common: the time is
 * proportional to the number of elements, however deep and wide the page is.
 */
export class Chain {
  private readonly compounds: readonly Compound[];
  /** By the place of the compound: whether anything farther up or back of an element matches what is left of it. */
  private known: Map<Element, boolean>[] = [];

  constructor(compounds: readonly Compound[]) {
    this.compounds = compounds;
  }

  matches(element: Element): boolean {
    return this.matchesAt(this.compounds.length - 1, element);
  }

  /** Another search may find it otherwise, and nothing of a page should be kept. */
  forget(): void {
    if (this.known.length > 0) this.known = [];
  }

  /** Recurses on the length of the selector, not of anything in the page. */
  private matchesAt(place: number, element: Element): boolean {
    const compound = this.compounds[place];
    if (compound === undefined || !compound.test(element)) return false;
    if (place === 0) return true;
    switch (compound.combinator) {
      case 'child':
        return this.matchesAtOne(place - 1, parentOf(element));
      case 'adjacent':
        return this.matchesAtOne(place - 1, previousOf(element));
      case 'descendant':
        return this.matchesFarther(place, element, parentOf);
      case 'sibling':
        return this.matchesFarther(place, element, previousOf);
    }
  }

  private matchesAtOne(place: number, element: Element | null): boolean {
    return element !== null && this.matchesAt(place, element);
  }

  private matchesFarther(place: number, from: Element, step: (from: Element) => Element | null): boolean {
    let known: Map<Element, boolean> | undefined;
    const passed: Element[] = [];
    let found: boolean | undefined;
    let at = from;
    for (let steps = 0; found === undefined; steps++) {
      if (steps >= FREE_STEPS) {
        known ??= this.known[place] ??= new Map<Element, boolean>();
        found = known.get(at);
        if (found !== undefined) break;
        passed.push(at);
      }
      const next = step(at);
      if (next === null) found = false;
      else if (this.matchesAt(place - 1, next)) found = true;
      else at = next;
    }
    for (const element of passed) known?.set(element, found);
    return found;
  }
}

function parentOf({ parent }: Element): Element | null {
  return parent !== null && isElement(parent) ? parent : null;
}

/** The element before another, of the same parent. */
export function previousOf(element: Element): Element | null {
  let at = element.prev;
  while (at !== null && !isElement(at)) at = at.prev;
  return at;
}

const FORMULA = /^\s*(?:(even|odd)|([+-]?\d*)n\s*(?:([+-])\s*(\d+))?|([+-]?\d+))\s*$/i;

/**
 * The test of `:nth-child(…)`, or with `fromEnd` of `:nth-last-child(…)`; undefined for formulas with `of`. Each
 * element's place among its siblings is counted once.
 */
export function nthChild(formula: string, fromEnd: boolean): ((element: Element) => boolean) | undefined {
  const match = FORMULA.exec(formula);
  if (match === null) return undefined;
  const [, word, factor, sign = '+', summand = '0', place] = match;
  let step = 0;
  let first = Number(place ?? 0);
  if (word !== undefined) [step, first] = [2, word.toLowerCase() === 'odd' ? 1 : 0];
  else if (place === undefined) {
    step = factor === '' || factor === '+' ? 1 : factor === '-' ? -1 : Number(factor);
    first = Number(sign + summand);
  }
  return (element) => {
    const { index, count } = placeOf(element);
    const steps = (fromEnd ? count - index + 1 : index) - first;
    return step === 0 ? steps === 0 : steps % step === 0 && steps / step >= 0;
  };
}

const places = new WeakMap<ParentNode, { places: Map<Element, number>; count: number }>();

/** An element's place among the elements of its parent, from 1, and how many those are. */
function placeOf(element: Element): { index: number; count: number } {
  const { parent } = element;
  if (parent === null) return { index: 1, count: 1 };
  let counted = places.get(parent);
  if (counted === undefined) {
    const elements = parent.children.filter(isElement);
    counted = { places: new Map(elements.map((one, at) => [one, at + 1])), count: elements.length };
    places.set(parent, counted);
  }
  return { index: counted.places.get(element) ?? 1, count: counted.count };
}
