import { startBookshop } from '@gleaner/bookshop';
import { each, run, spawn, type CoroutineBody } from '@gleaner/coroutine';
import { scrape, type Result, type Scrape } from 'gleaner';
import { jsonLinesFile, palette, printable, progressLine, report, span } from 'gleaner/cli';
import path from 'node:path';

/** What a book's JSON page says, as far as the demonstration shows it. */
interface Book {
  title: string;
  author: string;
  price: number;
}

/** How many of the books are shown as they arrive. */
const SHOWN = 12;

/**
 * Opens the bookshop, scrapes its 1,000 books into a file, and shows it.
 * @param output where the lines of JSON go
 * @returns the exit status
 */
export async function demo(output: string = path.resolve('books.jsonl')): Promise<number> {
  await using shop = await startBookshop({ faults: true, slow: { min: 200, max: 900 } });
  const { bold, dim, cyan } = palette(process.stdout);
  say(`\n${bold('A bookshop is open')} at ${cyan(shop.url)}`);
  say(dim('1,000 books with a JSON page each; some pages are slow, some fail, as on real sites.\n'));
  say(`The first ${SHOWN} to arrive:\n`);

  const urls = shop.books.map(({ id }) => `${shop.origin}/api/books/${id}.json`);
  const books = scrape(urls, { as: 'json', concurrency: 64, perHost: 64, timeout: 1000, retries: 2 });
  const stopNow = new AbortController();
  let interrupts = 0;
  const onInterrupt = (): void => {
    if (interrupts++ > 0) stopNow.abort();
    else books.stop();
  };
  process.on('SIGINT', onInterrupt);
  // `| head` has seen enough.
  process.stdout.on('error', () => stopNow.abort());
  try {
    await run(() => showing(books, output, urls.length), { signal: stopNow.signal });
  } catch (error) {
    if (error !== stopNow.signal.reason) throw error;
  } finally {
    process.off('SIGINT', onInterrupt);
  }

  say(`${report(books.summary, palette(process.stdout))}\n`);
  say(dim(`Pages that fail never end the run. Of these 1,000, 15 cannot be had by anyone; the others that`));
  say(dim(`failed at first were tried again.\n`));
  const file = path.relative(process.cwd(), output) || output;
  say(`${bold(`${books.summary.done} books`)} are in ${cyan(file)} after ${span(books.summary.elapsed)}.\n`);
  say('What to try next:');
  say(`  head -n 3 ${file}`);
  say('  npm start -- help scrape');
  say('  npm start -- scrape https://api.github.com/repos/nodejs/node');
  return interrupts > 0 ? 130 : 0;
}

function* showing(books: Scrape<Result<unknown>>, output: string, total: number): CoroutineBody<void> {
  const file = yield* jsonLinesFile(output);
  let line = undefined;
  let shown = 0;
  const pages = each(books);
  while (yield* pages.next()) {
    const book = pages.value.data as Book;
    yield* file.write(book);
    if (shown < SHOWN) {
      shown++;
      say(`  ${`£${book.price.toFixed(2)}`.padStart(8)}  ${printable(`${book.title} — ${book.author}`)}`);
      if (shown < SHOWN) continue;
      say('');
      const progress = { summary: () => books.summary, total };
      if (process.stdout.isTTY) line = yield* spawn(progressLine(progress, process.stdout));
    }
  }
  if (line !== undefined) yield* line.cancel();
}

function say(text: string): void {
  process.stdout.write(`${text}\n`);
}
