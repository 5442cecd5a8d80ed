import type { As } from '../page/extract.ts';
import { UsageError } from './arguments.ts';

/** How what was found becomes a value. */
type Reading = As | 'markdown' | 'url';

/** A field of the items that `--field` describes. */
export interface Field {
  readonly name: string;
  /** Which elements; '' is the item's own. */
  readonly css: string;
  /** Which of the element's attributes is read instead of its text. */
  readonly attribute: string | undefined;
  readonly reading: Reading;
  /** All that is found, not the first. */
  readonly list: boolean;
}

const READINGS: readonly Reading[] = ['text', 'number', 'link', 'date', 'html', 'json', 'markdown', 'url'];

/**
 * Reads a field: `name=css`, then `@attribute`, then filters, each optional: `price=.price|number`, `id=@data-id`,
 * `tags=.tag|list`. An `@` or `|` in brackets, parentheses or quotes belongs to the selector.
 * @throws {UsageError}
 */
export function parseField(text: string): Field {
  const equals = text.indexOf('=');
  const name = text.slice(0, equals).trim();
  if (equals < 1 || name === '')
    throw new UsageError(`--field expects NAME=CSS, as 'title=h1' or 'price=.price|number', not '${text}'`);
  const [selector = '', ...filters] = split(text.slice(equals + 1), '|');
  const [css = '', attribute, ...more] = split(selector, '@');
  if (more.length > 0 || (attribute !== undefined && !/^[^\s"'<>/=]+$/u.test(attribute.trim())))
    throw new UsageError(`--field ${name}: '@' is followed by the name of one attribute, in '${selector}'`);
  let reading: Reading | undefined;
  let list = false;
  for (const filter of filters.map((part) => part.trim())) {
    const known = READINGS.find((one) => one === filter);
    if (filter === 'list') list = true;
    else if (known === undefined)
      throw new UsageError(
        `--field ${name}: '|' is followed by ${READINGS.join(', ')} or list, not '${filter}'`,
      );
    else if (reading !== undefined)
      throw new UsageError(`--field ${name} is read in one way, not as ${reading} and ${known}`);
    else reading = known;
  }
  const field = { name, css: css.trim(), attribute: attribute?.trim(), reading: reading ?? 'text', list };
  if (field.css === '' && field.attribute === undefined && reading === undefined)
    throw new UsageError(
      `--field ${name}= selects nothing: name=CSS, name=@ATTRIBUTE, or name=|text for the whole element`,
    );
  if (reading === 'url' && (field.css !== '' || field.attribute !== undefined || list))
    throw new UsageError(
      `--field ${name}: |url is the page's own address, so nothing is selected: '${name}=|url'`,
    );
  if (field.attribute !== undefined && (reading === 'html' || reading === 'markdown'))
    throw new UsageError(`--field ${name}: an attribute has no ${reading}`);
  return field;
}

/**
 * Reads all fields of a command line.
 * @throws {UsageError}
 */
export function parseFields(texts: readonly string[]): readonly Field[] {
  const fields = texts.map(parseField);
  const names = new Set<string>();
  for (const { name } of fields) {
    if (names.has(name)) throw new UsageError(`--field ${name} is there twice`);
    names.add(name);
  }
  return fields;
}

const CLOSING: Readonly<Record<string, string>> = { '[': ']', '(': ')', '"': '"', "'": "'" };

/** Cuts a text at a character, except within brackets, parentheses and quotes, and after a backslash. */
function split(text: string, at: '|' | '@'): string[] {
  const parts: string[] = [];
  const open: string[] = [];
  let begin = 0;
  for (let i = 0; i < text.length; i++) {
    const character = text.charAt(i);
    const closing = open.at(-1);
    if (character === '\\') i++;
    else if (character === closing) open.pop();
    else if (closing === '"' || closing === "'") continue;
    else if (CLOSING[character] !== undefined) open.push(CLOSING[character]);
    else if (character === at && open.length === 0) {
      parts.push(text.slice(begin, i));
      begin = i + 1;
    }
  }
  parts.push(text.slice(begin));
  return parts;
}
