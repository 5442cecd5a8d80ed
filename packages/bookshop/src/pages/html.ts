/** Markup that needs no more escaping. Made by {@link html} only. */
export interface Html {
  readonly markup: string;
}

type Value = string | number | Html | readonly Html[];

/**
 * Template tag for HTML and XML: markup as written, values escaped.
 * ``html`<b>${'Q & A'}</b>`.markup`` is `<b>Q &amp; A</b>`. Markup inside markup stays as it is, lists are joined.
 */
export function html(strings: TemplateStringsArray, ...values: readonly Value[]): Html {
  let markup = strings[0] ?? '';
  values.forEach((value, i) => {
    markup += markupOf(value) + (strings[i + 1] ?? '');
  });
  return { markup };
}

/** Nothing at all, for a part of a page that is left out. */
export const nothing: Html = { markup: '' };

function markupOf(value: Value): string {
  if (typeof value === 'string') return escapeMarkup(value);
  if (typeof value === 'number') return String(value);
  if ('markup' in value) return value.markup;
  return value.map(({ markup }) => markup).join('');
}

const ENTITIES: Readonly<Record<string, string>> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  "'": '&#39;',
};

function escapeMarkup(text: string): string {
  return text.replace(/[&<>"']/g, (character) => ENTITIES[character] ?? character);
}

/** A script element that holds JSON. `<` is written `\u003c`, so that no text in it can end the element. */
export function jsonScript(type: string, value: unknown): Html {
  const json = JSON.stringify(value).replaceAll('<', '\\u003c');
  return { markup: `<script type="${type}">${json}</script>` };
}
