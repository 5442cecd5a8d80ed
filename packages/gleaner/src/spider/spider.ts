import type { Wait } from '@gleaner/coroutine';
import { OptionError, PageError } from '../http/failure.ts';
import type { Page } from '../page/page.ts';
import type { Follow } from './follow.ts';

/**
 * What makes items of a page: a generator function that may wait with `yield*`, ask for more pages with
 * `yield follow(…)`, and yields items.
 */
export type PageHandler<Y> = (page: Page) => Generator<Y, void, unknown>;

/** What a spider yields to whoever loops over the crawl. */
export type ItemIn<Y> = Exclude<Y, Wait | Follow>;

/** A spider: what is done with each page of a crawl. `spider` makes one. */
export class Spider<T> {
  /** Never present: holds on to the items' type. */
  declare protected readonly item: T;
  /** By label; 'default' is for requests without one. */
  private readonly handlers: ReadonlyMap<string, PageHandler<unknown>>;

  /** @internal */
  constructor(handlers: ReadonlyMap<string, PageHandler<unknown>>) {
    this.handlers = handlers;
  }

  /** The handler for pages of a label. @throws {PageError} `SPIDER` if there is none @internal */
  handlerOf(label: string | undefined, url: string): PageHandler<unknown> {
    const handler = this.handlers.get(label ?? 'default');
    if (handler !== undefined) return handler;
    const known = [...this.handlers.keys()].join(', ');
    throw new PageError(
      'SPIDER',
      url,
      `the spider has no handler for '${label ?? 'default'}'; it has ${known}`,
    );
  }

  /** Names and source of the handlers: the same as long as the spider is. @internal */
  get source(): string {
    return [...this.handlers].map(([label, handler]) => `${label}: ${handler.toString()}`).join('\n');
  }
}

/**
 * Makes a spider of a generator function, or of several by label: `follow(url, { label: 'book' })` then leads to the
 * one called `book`, and pages without a label to the one called `default`.
 *
 * @throws {OptionError}
 *
 * @example
 * const books = spider(function* (page) {
 *   yield follow(page.links('li.next a'));
 *   for (const card of page.selectAll('article.product_pod')) {
 *     yield { title: card.attr('title', 'h3 a'), price: card.number('.price_color') };
 *   }
 * });
 */
export function spider<Y>(handler: PageHandler<Y>): Spider<ItemIn<Y>>;
export function spider<H extends Record<string, PageHandler<unknown>>>(
  handlers: H,
): Spider<{ [K in keyof H]: H[K] extends PageHandler<infer Y> ? ItemIn<Y> : never }[keyof H]>;
export function spider(given: PageHandler<unknown> | Record<string, PageHandler<unknown>>): Spider<unknown> {
  if (typeof given === 'function') return new Spider(new Map([['default', checked('the spider', given)]]));
  if (typeof given !== 'object' || (given as unknown) === null || !Object.hasOwn(given, 'default')) {
    throw new OptionError(
      'a spider',
      "a generator function, or several by label, one of them 'default'",
      given,
    );
  }
  return new Spider(
    new Map(
      Object.entries(given).map(([label, handler]) => [label, checked(`the handler '${label}'`, handler)]),
    ),
  );
}

/** That it makes generators is seen when it is called; that it is a function, at once. */
function checked(what: string, handler: unknown): PageHandler<unknown> {
  if (typeof handler === 'function') return handler as PageHandler<unknown>;
  throw new OptionError(what, 'a generator function: function* (page) { … }', handler);
}
