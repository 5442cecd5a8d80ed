import type { Random } from './random.ts';

/** Word lists by name: what the slots of a template are filled from. */
export type Lists = Readonly<Record<string, readonly string[]>>;

/** Fills the slots of one template after another, for one book. */
export type Fill = (template: string) => string;

/**
 * A filler for one book's texts.
 *
 * In a template `{thing}` stands for an entry of the list `thing`, `{Thing}` for the same in title case, and
 * `{a thing}` (or `{A thing}`) puts the right article before it. A slot whose list is named in `kept` is drawn once and
 * stays: the lighthouse of the title is the lighthouse of the description; `{thing2}` is a second one, from the same
 * list. The other slots are drawn anew each time, never twice the same within one template.
 *
 * Throws a RangeError that names the slot when there is no such list.
 */
export function filler(lists: Lists, shared: Lists, kept: ReadonlySet<string>, random: Random): Fill {
  const bound = new Map<string, string>();

  const draw = (slot: Slot, taken: string[]): string => {
    const known = bound.get(slot.name);
    if (known !== undefined) return known;
    const list = lists[slot.list] ?? shared[slot.list];
    if (list === undefined) throw new RangeError(`template: no word list is named "${slot.list}"`);
    let word = random.pick(list);
    for (let tries = 0; taken.includes(word) && tries < 8; tries++) word = random.pick(list);
    taken.push(word);
    if (kept.has(slot.list)) bound.set(slot.name, word);
    return word;
  };

  return (template) => {
    const taken = [...bound.values()];
    let text = '';
    for (const part of partsOf(template)) {
      if (typeof part === 'string') {
        text += part;
        continue;
      }
      const drawn = draw(part, taken);
      const word = part.title ? titleCase(drawn) : drawn;
      text += part.article === '' ? word : `${part.article}${startsWithVowelSound(word) ? 'n' : ''} ${word}`;
    }
    return text;
  };
}

interface Slot {
  /** `thing2`: slots of the same name share a kept word. */
  readonly name: string;
  /** `thing`: the list that the word comes from. */
  readonly list: string;
  readonly title: boolean;
  readonly article: string;
}

/** Templates taken apart, each once: there are a few hundred, all of them constants of this package. */
const parsed = new Map<string, readonly (string | Slot)[]>();

function partsOf(template: string): readonly (string | Slot)[] {
  const known = parsed.get(template);
  if (known !== undefined) return known;
  const parts: (string | Slot)[] = [];
  let end = 0;
  for (const match of template.matchAll(/\{(?:([aA]) )?(([A-Za-z]+)\d?)\}/g)) {
    const [whole, article = '', name = '', list = ''] = match;
    parts.push(template.slice(end, match.index));
    parts.push({ name: name.toLowerCase(), list: list.toLowerCase(), title: /^[A-Z]/.test(name), article });
    end = match.index + whole.length;
  }
  parts.push(template.slice(end));
  parsed.set(template, parts);
  return parts;
}

function startsWithVowelSound(words: string): boolean {
  return /^([aeiou]|hon|hour)/i.test(words.normalize('NFD'));
}

const SMALL_WORDS: ReadonlySet<string> = new Set([
  'a',
  'an',
  'and',
  'at',
  'by',
  'for',
  'in',
  'of',
  'on',
  'the',
  'to',
]);

function titleCase(words: string): string {
  if (!words.includes(' ')) return capitalised(words);
  return words
    .split(' ')
    .map((word) => (SMALL_WORDS.has(word) ? word : capitalised(word)))
    .join(' ');
}

/** The same text with its first letter a capital. */
export function capitalised(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}
