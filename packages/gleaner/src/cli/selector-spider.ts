import type { Page } from '../page/page.ts';
import type { Selection } from '../page/selection.ts';
import { selector } from '../page/selector.ts';
import { follow } from '../spider/follow.ts';
import { spider, type Spider } from '../spider/spider.ts';
import type { Field } from './field.ts';

/** A spider without code. */
export interface Described {
  /** Selectors of the links that are followed; '*' is every link. */
  readonly follow: readonly string[];
  /** Which elements are an item each; undefined: the page is one. */
  readonly item: string | undefined;
  readonly fields: readonly Field[];
}

/**
 * Makes a spider of selectors.
 * @throws {OptionError} for what is no selector
 */
export function selectorSpider({ follow: links, item, fields }: Described): Spider<unknown> {
  for (const css of links) if (css !== EVERY) selector(css, false, '--follow');
  if (item !== undefined) selector(item, false, '--item');
  for (const { name, css } of fields) if (css !== '') selector(css, false, `--field ${name}`);
  return spider(function* described(page) {
    for (const css of links) yield follow(css === EVERY ? page.links() : page.links(css));
    if (item === undefined) yield fields.length === 0 ? aboutPage(page) : itemOf(fields, page, null);
    else
      for (const element of page.selectAll(item))
        yield fields.length === 0 ? aboutElement(page, element) : itemOf(fields, page, element);
  });
}

const EVERY = '*';

function aboutPage(page: Page): object {
  return {
    url: page.url,
    title: page.text('title'),
    description: page.attr('content', 'meta[name="description" i]'),
    h1: page.text('h1'),
  };
}

function aboutElement(page: Page, element: Selection): object {
  return { url: page.url, text: element.text(), link: element.link() };
}

function itemOf(fields: readonly Field[], page: Page, element: Selection | null): object {
  return Object.fromEntries(fields.map((field) => [field.name, valueOf(field, page, element)]));
}

function valueOf(field: Field, page: Page, element: Selection | null): unknown {
  const { css, attribute, list, reading } = field;
  if (reading === 'url') return page.url;
  const read = (found: Selection): unknown =>
    reading === 'markdown'
      ? found.markdown()
      : found.extract({ value: { as: reading, attr: attribute } }).value;
  const within = element ?? page.select(':root');
  if (!list) return read(css === '' ? within : within.select(css));
  const all = css === '' ? [within] : within.selectAll(css);
  return all.map(read).filter((value) => value !== null);
}
