import { inspect } from 'node:util';
import { OptionError, PageError } from '../http/failure.ts';
import { Page } from '../page/page.ts';
import { Selection } from '../page/selection.ts';
import { fit, palette, printable, withoutBidi } from './terminal.ts';

/** What the prompt itself has to say of a line. */
export class PromptError extends Error {
  override readonly name = 'PromptError';
}

/** How much of an element's markup is shown, in characters, and how many of a list. */
const MOST_MARKUP = 200;
const MOST_LISTED = 50;

/** A value as the prompt shows it: elements by their markup, and nothing in it that a terminal would obey. */
export function inspected(value: unknown, stream: { isTTY?: boolean }): string {
  const colours = palette(stream);
  if (value instanceof PageError) return `${colours.red(value.code)} ${printable(value.message)}`;
  // What is wrong is in the line that was typed, and not where our stack begins.
  if (value instanceof OptionError || value instanceof PromptError) return printable(value.message);
  if (value instanceof Page) return pageLine(value);
  if (value instanceof Selection) return colours.cyan(markup(value));
  if (Array.isArray(value) && value.length > 0 && value.every((one) => one instanceof Selection)) {
    const rows = value.slice(0, MOST_LISTED).map((one) => `  ${colours.cyan(markup(one))},`);
    const more = value.length - rows.length;
    return ['[', ...rows, ...(more > 0 ? [`  … ${more} more`] : []), ']'].join('\n');
  }
  const isColoured = colours.red('') !== '';
  return withoutBidi(inspect(value, { colors: isColoured, depth: 4, maxStringLength: 10_000 }));
}

function markup(selection: Selection): string {
  if (!selection.exists) return '(nothing is selected)';
  return fit(printable((selection.outerHtml() ?? '').replace(/\s+/g, ' ').trim()), MOST_MARKUP);
}

function pageLine(page: Page): string {
  return printable(`Page ${page.status} ${page.url} ${page.headers['content-type'] ?? ''}`).trim();
}
