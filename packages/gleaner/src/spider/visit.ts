import { context, MisuseError, type Context, type CoroutineBody, type Operation } from '@gleaner/coroutine';
import type { Page } from '../page/page.ts';
import type { Address, VisitOptions } from './follow.ts';

/** What a spider's run can ask of the crawl. @internal */
export interface Visitor {
  visit(address: Address, options: VisitOptions): Operation<Page>;
}

/** The run that is under way. @internal */
export const visitor: Context<Visitor | null> = context<Visitor | null>('visitor', null);

/**
 * Fetches a page and waits for it, in the middle of a spider: `const detail = yield* visit(card.link('h3 a'))`. The
 * spider keeps its variables. It waits for its turn at the page's host like any other request, and is tried again
 * like any other.
 *
 * @throws {PageError} when the page cannot be had: `LINK` for `null`, `HTTP_404`, `ROBOTS`, `TIMEOUT`, …; uncaught, it
 * fails the spider's page
 */
export function* visit(address: Address, options: VisitOptions = {}): CoroutineBody<Page> {
  const run = yield* visitor;
  if (run === null)
    throw new MisuseError('visit works inside a spider only: there is no crawl here to fetch the page');
  return yield* run.visit(address, options);
}
