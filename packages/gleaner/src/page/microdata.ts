import type { Element, ParentNode } from 'domhandler';
import type { Addresses } from './addresses.ts';
import { detached } from './detached.ts';
import { followingAll, following, firstIn, isElement, isText } from './tree.ts';
import { walk } from './walk.ts';

/** An item of microdata (HTML standard, 5.2). */
export interface MicrodataItem {
  /** Usually one absolute address, as `https://schema.org/Product`. */
  readonly type: readonly string[];
  /** Its global identifier, if it has one: an absolute address. */
  readonly id: string | null;
  readonly properties: Readonly<Record<string, readonly (string | MicrodataItem)[]>>;
}

/** Items within items are read to this depth: deeper ones are left out. */
const MAX_DEPTH = 32;
/** So many values, characters of text and visits of elements are spent on one page: with `itemref` it could ask for any number. */
const MAX_VALUES = 100_000;
const MAX_CHARACTERS = 16_000_000;
const MAX_VISITS = 4_000_000;

/**
 * The items of microdata that are not within others, in the order of the document, each with its properties' values as
 * the HTML standard (5.2.4) takes them from the elements: addresses are absolute, times and data as machines read them.
 * There are two differences: white space at the ends of text is cut off, and an item that is within itself is left out
 * there instead of being replaced by the word ERROR.
 */
export function readMicrodata(root: ParentNode, addresses: Addresses): MicrodataItem[] {
  const page = survey(root);
  const budget = { values: MAX_VALUES, characters: MAX_CHARACTERS, visits: MAX_VISITS };
  /** The items on the way to the one at hand. */
  const path = new Set<Element>();

  const read = (element: Element): MicrodataItem => {
    path.add(element);
    const properties = new Map<string, (string | MicrodataItem)[]>();
    for (const property of propertiesOf(element)) {
      if (budget.values <= 0 || budget.characters <= 0) break;
      const value = valueOf(property);
      if (value === undefined) continue;
      for (const name of new Set(words(property.attribs.itemprop))) {
        budget.values--;
        if (typeof value === 'string') budget.characters -= value.length;
        const values = properties.get(name);
        if (values === undefined) properties.set(name, [value]);
        else values.push(value);
      }
    }
    path.delete(element);
    const { itemid, itemtype } = element.attribs;
    const id = itemid === undefined ? '' : absolute(itemid);
    // `fromEntries` makes properties of its own even of what is called `__proto__`.
    return {
      type: words(itemtype).map(detached),
      id: id === '' ? null : id,
      properties: Object.fromEntries(properties),
    };
  };

  /** The elements that give an item its properties (5.2.5), in the order of the document. */
  const propertiesOf = (item: Element): Element[] => {
    const found: Element[] = [];
    const references = words(item.attribs.itemref);
    const seen = references.length > 0 ? new Set<Element>([item]) : undefined;
    /** @returns whether what is inside belongs to the item, too */
    const visit = (element: Element): boolean => {
      budget.visits--;
      if (seen?.has(element) === true) return false;
      seen?.add(element);
      if (words(element.attribs.itemprop).length > 0) found.push(element);
      return element.attribs.itemscope === undefined;
    };
    const visitAllIn = (top: Element): void => {
      for (let node = firstIn(top); node !== null && budget.visits > 0;)
        node = !isElement(node) || visit(node) ? following(node, top) : followingAll(node, top);
    };
    visitAllIn(item);
    for (const id of new Set(references)) {
      const referred = page.byId.get(id);
      if (referred !== undefined && budget.visits > 0 && visit(referred)) visitAllIn(referred);
    }
    return seen === undefined ? found : found.sort((a, b) => placeOf(a).order - placeOf(b).order);
  };

  const placeOf = (element: Element): Place => page.places.get(element) ?? NOWHERE;

  /** Undefined for an item that is within itself, or too deep. */
  const valueOf = (element: Element): string | MicrodataItem | undefined => {
    const { name, attribs } = element;
    if (attribs.itemscope !== undefined)
      return path.has(element) || path.size >= MAX_DEPTH ? undefined : read(element);
    const address = ADDRESS[name];
    if (address !== undefined) return absolute(attribs[address] ?? '');
    if (name === 'meta') return detached(attribs.content ?? '');
    if (name === 'data' || name === 'meter') return detached(attribs.value ?? '');
    const { start, end } = placeOf(element);
    const text = page.text.slice(start, Math.min(end, start + budget.characters)).trim();
    return detached(name === 'time' ? (attribs.datetime ?? text) : text);
  };

  const absolute = (href: string): string =>
    href === '' ? '' : (addresses.absolute(href) ?? (URL.canParse(href) ? detached(href.trim()) : ''));

  const items: MicrodataItem[] = [];
  for (const item of page.items) if (budget.values-- > 0) items.push(read(item));
  return items;
}

/** Where an element's value is an address, and in which attribute. */
const ADDRESS: Partial<Record<string, string>> = {
  a: 'href',
  area: 'href',
  audio: 'src',
  embed: 'src',
  iframe: 'src',
  img: 'src',
  link: 'href',
  object: 'data',
  source: 'src',
  track: 'src',
  video: 'src',
};

/** Where an element stands among those with properties, and from where to where its text goes in the page's text. */
interface Place {
  order: number;
  start: number;
  end: number;
}
const NOWHERE: Place = { order: 0, start: 0, end: 0 };

interface Survey {
  /** All text of the page. */
  text: string;
  places: Map<Element, Place>;
  byId: Map<string, Element>;
  /** The items that are no properties. */
  items: Element[];
}

/** One look at the whole page: an element's text, taken on its own, would be walked over again for each one around it. */
function survey(root: ParentNode): Survey {
  const page: Survey = { text: '', places: new Map(), byId: new Map(), items: [] };
  walk(root, {
    enter(node) {
      if (isText(node)) page.text += node.data;
      if (!isElement(node)) return true;
      const { id, itemscope, itemprop } = node.attribs;
      if (id !== undefined && !page.byId.has(id)) page.byId.set(id, node);
      if (itemprop !== undefined)
        page.places.set(node, { order: page.places.size, start: page.text.length, end: 0 });
      else if (itemscope !== undefined) page.items.push(node);
      return true;
    },
    leave(node) {
      const place = isElement(node) ? page.places.get(node) : undefined;
      if (place !== undefined) place.end = page.text.length;
    },
  });
  return page;
}

function words(text = ''): string[] {
  return text.match(/[^\t\n\f\r ]+/g) ?? [];
}
