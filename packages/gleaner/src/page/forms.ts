import type { Element } from 'domhandler';
import { OptionError } from '../http/failure.ts';
import type { PageDocument, PageNode } from './document.ts';
import { rawTextOf } from './text.ts';
import { firstIn, following, isElement } from './tree.ts';

/** What a form's controls say, by name; several of one name are a list. */
export type Fields = Record<string, string | string[]>;

/** What is filled in: `null` takes a field out. */
export type FieldValues = Record<string, string | number | readonly string[] | null>;

/** A request as `follow` and `visit` take it: `const { url, ...options } = form.submit()`. */
export interface Submission {
  url: string;
  method: 'GET' | 'POST';
  body?: string;
  headers?: Record<string, string>;
}

/** A form of a page. */
export class Form {
  /** Where it is sent to: absolute; the page's own address unless the form says. */
  readonly action: string;
  readonly method: 'GET' | 'POST';
  readonly enctype: string;
  /** `null` if it has none. */
  readonly name: string | null;
  /**
   * What a browser would send if nothing was filled in (HTML standard, 4.10.21.4): what is disabled, not checked or has
   * no name is left out, and so are buttons, since none was pressed.
   */
  readonly fields: Fields;

  /** @internal */
  constructor(element: Element, controls: readonly Element[], document: PageDocument) {
    const { attribs } = element;
    const action = attribs.action?.trim() ?? '';
    const { addresses } = document;
    this.action = (action === '' ? null : addresses.fetchable(action)) ?? document.url;
    this.method = attribs.method?.trim().toLowerCase() === 'post' ? 'POST' : 'GET';
    const enctype = attribs.enctype?.trim().toLowerCase() ?? '';
    this.enctype = ENCTYPES.has(enctype) ? document.own(enctype) : URLENCODED;
    this.name = document.attribute(element, 'name');
    const fields = new Map<string, string | string[]>();
    for (const control of controls) {
      const { name } = control.attribs;
      if (name === undefined || name === '') continue;
      for (const value of valuesOf(control).map((one) => document.own(one))) {
        const before = fields.get(name);
        fields.set(name, before === undefined ? value : [before, value].flat());
      }
    }
    this.fields = Object.fromEntries(fields);
  }

  /**
   * The request that sends the form, with some fields filled in or, with `null`, taken out: a GET has them in its
   * address, a POST in its body, as UTF-8.
   *
   * @throws {OptionError}
   *
   * @example
   * const search = page.forms('#search')[0]?.submit({ q: 'generators' });
   * if (search) yield follow(search.url, { method: search.method, body: search.body });
   */
  submit(values: FieldValues = {}): Submission {
    const entries = this.entries(values);
    const { action, method, enctype } = this;
    if (method === 'GET') {
      // The query that the action has is replaced (HTML standard, 4.10.21.3, 'mutate action URL').
      const query = new URLSearchParams(entries).toString();
      return { url: `${action.replace(/[?#].*$/s, '')}${query === '' ? '' : '?'}${query}`, method };
    }
    const [body, type] =
      enctype === MULTIPART
        ? multipart(entries)
        : enctype === PLAIN
          ? [entries.map(([name, value]) => `${name}=${value}\r\n`).join(''), PLAIN]
          : [new URLSearchParams(entries).toString(), URLENCODED];
    return { url: action, method, body, headers: { 'content-type': type } };
  }

  private entries(values: FieldValues): [name: string, value: string][] {
    const entries: [string, string][] = [];
    const add = (name: string, value: FieldValues[string]): void => {
      if (value === null) return;
      if (typeof value === 'string' || typeof value === 'number')
        entries.push([lines(name), lines(String(value))]);
      else if (Array.isArray(value))
        for (const one of value as string[]) entries.push([lines(name), lines(one)]);
      else throw new OptionError(`the field '${name}'`, 'a text, a number, several texts, or null', value);
    };
    for (const [name, value] of Object.entries(this.fields)) {
      const filled = Object.hasOwn(values, name) ? values[name] : undefined;
      add(name, filled === undefined ? value : filled);
    }
    for (const [name, value] of Object.entries(values)) {
      if (value !== undefined && !Object.hasOwn(this.fields, name)) add(name, value);
    }
    return entries;
  }
}

const URLENCODED = 'application/x-www-form-urlencoded';
const MULTIPART = 'multipart/form-data';
const PLAIN = 'text/plain';
const ENCTYPES: ReadonlySet<string> = new Set([URLENCODED, MULTIPART, PLAIN]);

/** Lines end as they do in forms: with CR LF. */
function lines(text: string): string {
  return text.replace(/\r\n?|\n/g, '\r\n');
}

/** RFC 7578. The boundary is the same for the same fields, so that the request is. */
function multipart(entries: readonly [string, string][]): [body: string, type: string] {
  let boundary = 'gleaner-form-boundary';
  for (let next = 2; entries.some((entry) => entry.some((text) => text.includes(boundary))); next++)
    boundary = `gleaner-form-boundary-${next}`;
  const parts = entries.map(([name, value]) => {
    const quoted = name.replace(/\r\n/g, '%0D%0A').replace(/"/g, '%22');
    return `--${boundary}\r\nContent-Disposition: form-data; name="${quoted}"\r\n\r\n${value}\r\n`;
  });
  return [`${parts.join('')}--${boundary}--\r\n`, `${MULTIPART}; boundary=${boundary}`];
}

const CONTROLS: ReadonlySet<string> = new Set(['input', 'select', 'textarea']);
/** Where a form may stand, as old pages have it, but not enclose anything: the parser leaves it empty. */
const IN_TABLE: ReadonlySet<string> = new Set(['table', 'tbody', 'thead', 'tfoot', 'tr']);

/** The forms in a node, each with what belongs to it. @throws {OptionError} */
export function formsIn(document: PageDocument, top: PageNode, css?: string): Form[] {
  const owners = ownersIn(document.root);
  const forms = formsOf(css === undefined ? [top] : document.all(css, top));
  return forms.map((form) => new Form(form, owners.get(form) ?? [], document));
}

/** What was selected, or the forms in it. */
function formsOf(elements: readonly PageNode[]): Element[] {
  const forms = new Set<Element>();
  for (const element of elements) {
    if (isElement(element) && element.name === 'form') forms.add(element);
    for (let node = firstIn(element); node !== null; node = following(node, element))
      if (isElement(node) && node.name === 'form') forms.add(node);
  }
  return [...forms];
}

/** The controls that count, by their form (HTML standard, 4.10.17.3). */
function ownersIn(root: PageNode): Map<Element, Element[]> {
  const forms = new Map<string, Element>();
  const controls: { element: Element; form: Element | null }[] = [];
  /** The form that the parser would take as the owner, had it not been closed by the table around it. */
  let open: Element | null = null;
  for (let node = firstIn(root); node !== null; node = following(node, root)) {
    if (!isElement(node)) continue;
    if (node.name === 'form') {
      const { id } = node.attribs;
      if (id !== undefined && !forms.has(id)) forms.set(id, node);
      const isAstray = node.children.length === 0 && node.parent !== null && 'name' in node.parent;
      open = isAstray && IN_TABLE.has((node.parent as Element).name) ? node : null;
    } else if (CONTROLS.has(node.name)) {
      const { form, isBarred } = surroundings(node);
      if (!isBarred) controls.push({ element: node, form: form ?? open });
    }
  }
  const owned = new Map<Element, Element[]>();
  for (const { element, form } of controls) {
    const named = element.attribs.form;
    const owner = named === undefined ? form : (forms.get(named) ?? null);
    if (owner === null) continue;
    const others = owned.get(owner);
    if (others === undefined) owned.set(owner, [element]);
    else others.push(element);
  }
  return owned;
}

/** So far up it is looked for a control's form and for what disables it. */
const HIGHEST = 1000;

function surroundings(control: Element): { form: Element | null; isBarred: boolean } {
  let form: Element | null = null;
  let isBarred = control.attribs.disabled !== undefined;
  let legend: Element | null = null;
  let at = control.parent;
  for (let height = 0; at !== null && isElement(at) && height < HIGHEST; at = at.parent, height++) {
    if (at.name === 'form') form ??= at;
    else if (at.name === 'datalist') isBarred = true;
    else if (at.name === 'legend') legend = at;
    else if (at.name === 'fieldset' && at.attribs.disabled !== undefined) {
      // What is in its first legend is spared.
      const first = at.children.find((child) => isElement(child) && child.name === 'legend');
      if (legend === null || legend !== first) isBarred = true;
    }
  }
  return { form, isBarred };
}

/** The values that a control sends. */
function valuesOf(control: Element): string[] {
  const { attribs } = control;
  if (control.name === 'textarea') return [rawTextOf(control)];
  if (control.name === 'select') return optionsOf(control);
  switch (attribs.type?.toLowerCase()) {
    case 'checkbox':
    case 'radio':
      return attribs.checked === undefined ? [] : [attribs.value ?? 'on'];
    case 'submit':
    case 'image':
    case 'button':
    case 'reset':
      return [];
    case 'file':
      return [''];
    case 'hidden':
      return [attribs.name === '_charset_' ? 'UTF-8' : (attribs.value ?? '')];
    default:
      return [(attribs.value ?? '').replace(/[\r\n]/g, '')];
  }
}

/** The values of the options that are selected; the first one's, where a choice is shown as one line. */
function optionsOf(select: Element): string[] {
  const chosen: string[] = [];
  let first: string | undefined;
  for (let node = firstIn(select); node !== null; node = following(node, select)) {
    if (!isElement(node) || node.name !== 'option' || isDisabled(node)) continue;
    const value =
      node.attribs.value ??
      rawTextOf(node)
        .replace(/[\t\n\f\r ]+/g, ' ')
        .trim();
    first ??= value;
    if (node.attribs.selected !== undefined) chosen.push(value);
  }
  if (select.attribs.multiple !== undefined) return chosen;
  // Of several, the last one was selected last.
  const one = chosen.at(-1) ?? (Number(select.attribs.size ?? 1) > 1 ? undefined : first);
  return one === undefined ? [] : [one];
}

function isDisabled({ attribs, parent }: Element): boolean {
  const isGroupDisabled =
    parent !== null &&
    isElement(parent) &&
    parent.name === 'optgroup' &&
    parent.attribs.disabled !== undefined;
  return attribs.disabled !== undefined || isGroupDisabled;
}
