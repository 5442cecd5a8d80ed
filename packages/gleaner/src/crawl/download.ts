import type { CoroutineBody } from '@gleaner/coroutine';
import { folder, type SavedFile } from '../sinks/downloads.ts';
import type { Address, VisitOptions } from '../spider/follow.ts';
import { visit } from '../spider/visit.ts';

/**
 * Fetches a file or an image in the middle of a spider, as `visit` does a page, and keeps it in a folder, which is made if it
 * is not there: `const { path } = yield* download(page.link('img'), 'covers')`. The same address is the same file again.
 *
 * @param address absolute, or relative to the page at hand
 * @throws {PageError} when it cannot be had; larger files than the crawl's `maxBytes` are `TOO_LARGE`
 * @throws {SinkError} when it cannot be written
 */
export function* download(
  address: Address,
  into: string,
  options: VisitOptions = {},
): CoroutineBody<SavedFile> {
  const page = yield* visit(address, options);
  const files = yield* folder(into, function* given() {
    return { status: page.status, headers: page.headers, body: page.bytes() };
  });
  return yield* files.save(page.request?.url ?? page.url);
}
