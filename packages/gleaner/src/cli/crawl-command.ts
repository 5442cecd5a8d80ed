import { each, spawn, type CoroutineBody, type Task } from '@gleaner/coroutine';
import type { Crawl } from '../crawl/crawl.ts';
import { damageText } from '../archive/archive-index.ts';
import type { Damage } from '../archive/warc-file.ts';
import type { CrawlSummary } from '../crawl/crawl-summary.ts';
import { JobTimeoutError, PageError } from '../http/failure.ts';
import type { Sink } from '../sinks/sink.ts';
import { openStore } from '../store/sqlite-store.ts';
import type { StoreCounts } from '../store/store.ts';
import { UsageError } from './arguments.ts';
import { passage, type Passage } from './checking.ts';
import { crawlPlan, type CrawlPlan } from './crawl-plan.ts';
import { crawlJson, crawlRows } from './crawl-progress.ts';
import { crawlReport, invalidRows } from './crawl-report.ts';
import { complain, Exit, exitOf } from './exit.ts';
import { CRAWL_HELP } from './help/crawl.ts';
import { interruptible } from './interruptible.ts';
import { LiveArea } from './live-area.ts';
import { printing } from './outputs.ts';
import { grouped, palette, printable, printableJson } from './terminal.ts';

/** `glean crawl`: gives the exit status. */
export function crawlCommand(argv: readonly string[]): Promise<number> {
  return carriedOut('crawl', CRAWL_HELP, () => crawlPlan(argv));
}

/** Does what a plan says: gives the exit status. */
export async function carriedOut(
  command: string,
  help: string,
  planned: () => Promise<CrawlPlan | undefined>,
): Promise<number> {
  try {
    const plan = await planned();
    if (plan === undefined) {
      process.stdout.write(help);
      return Exit.Done;
    }
    return await new CrawlRun(plan).carryOut();
  } catch (error) {
    // A page that the spider's file begins with; failures of others are counted, and end nothing …
    if (error instanceof PageError && error.code === 'BAD_URL')
      return exitOf(command, new UsageError(error.message));
    // … unless its options say so.
    if (error instanceof PageError) {
      complain(command, error.message);
      return Exit.SomeFailed;
    }
    return exitOf(command, error);
  }
}

/** One run of the command. */
class CrawlRun {
  private readonly plan: CrawlPlan;
  private readonly job: Crawl<unknown>;
  private readonly area: LiveArea | undefined;
  /** What the store held before. */
  private before: StoreCounts | undefined;
  private interrupted = false;
  /** How many places in an archive could not be read. */
  private damaged = 0;
  /** What the items go through; undefined before there can be any. */
  private passage: Passage | undefined;

  constructor(plan: CrawlPlan) {
    const { stderr } = process;
    this.plan = plan;
    this.job = plan.begin((damage) => this.sayDamaged(damage));
    const live = stderr.isTTY && !plan.quiet && !plan.json && process.env.TERM !== 'dumb';
    this.area = live ? new LiveArea(stderr) : undefined;
  }

  async carryOut(): Promise<number> {
    let interrupts: number;
    try {
      interrupts = await interruptible(() => this.work(), {
        name: `glean ${this.plan.command}`,
        finish: () => {
          this.interrupted = true;
          this.job.stop();
        },
        say: (sentence) => this.say(sentence),
      });
    } catch (error) {
      if (error instanceof JobTimeoutError) this.tell();
      throw error;
    }
    this.tell();
    if (interrupts > 0) return Exit.Interrupted;
    const failed = this.job.summary.failed > 0;
    return failed || this.invalidItems > 0 ? Exit.SomeFailed : Exit.Done;
  }

  private *work(): CoroutineBody<void> {
    const { plan, job, area } = this;
    const { outputs } = plan;
    const sinks: Sink[] = [];
    const items = yield* this.passageWithWhatWasHad(sinks);
    if (this.interrupted) return;
    this.greet();
    const beside: Task<void>[] = [];
    if (outputs.printed) {
      const { sink, watching } = yield* printing();
      sinks.push(sink);
      beside.push(watching);
    }
    const summary = (): CrawlSummary => job.summary;
    if (area !== undefined) beside.push(yield* spawn(crawlRows(summary, area, palette(process.stderr))));
    if (plan.json && !plan.quiet) beside.push(yield* spawn(crawlJson(summary, process.stderr)));
    const clears = outputs.printed && process.stdout.isTTY;
    const entries = each(job.entries());
    try {
      while (yield* entries.next()) {
        const { item, key, url } = entries.value;
        // Both may be the same terminal: the rows make way for the lines of JSON.
        if (clears) area?.clear();
        yield* items.write(item, key, url);
      }
    } finally {
      yield* entries.close();
      for (const task of beside) yield* task.cancel();
    }
  }

  /**
   * Files are made anew from what the store holds: so none of it is missing and none is there twice, whatever became
   * of the run before. The store is opened first, so that nothing is written over if it is none, or another process is
   * at work on it.
   * @param sinks the files are added to these
   */
  private *passageWithWhatWasHad(sinks: Sink[]): CoroutineBody<Passage> {
    const { options } = this.plan;
    const { store, order, fresh } = options;
    if (store === undefined) return yield* this.opened(sinks);
    const held = yield* openStore(store, { order, fresh });
    try {
      const counts = held.counts();
      if (counts.done + counts.failed + counts.pending + counts.leased > 0) this.before = counts;
      const items = yield* this.opened(sinks);
      if (sinks.length === 0 && this.plan.checking?.invalid === undefined) return items;
      for (const { number, item, key, url } of held.items()) {
        if (this.interrupted) break;
        yield* items.write(item, key, url);
        held.acknowledge(number);
      }
      return items;
    } finally {
      yield* held.close();
    }
  }

  private *opened(sinks: Sink[]): CoroutineBody<Passage> {
    const { outputs, checking } = this.plan;
    if (outputs.targets !== undefined) sinks.push(yield* outputs.targets);
    return (this.passage = yield* passage(checking, sinks));
  }

  private greet(): void {
    const { before, plan } = this;
    if (before === undefined || plan.quiet) return;
    const { done, failed, items } = before;
    const left = before.pending + before.leased;
    const store = plan.options.store ?? '';
    if (plan.json) {
      process.stderr.write(`${printableJson({ type: 'resumed', store, done, failed, left, items })}\n`);
    } else if (left > 0) {
      this.say(
        `Going on with ${printable(store)}: ${grouped(done)} done, ${grouped(left)} left, ${grouped(items)} items so far.`,
      );
    }
  }

  private tell(): void {
    const { plan, job, before } = this;
    const { summary } = job;
    if (plan.quiet) return;
    if (plan.json) {
      const { finishedBefore } = this;
      const { invalid } = this.passage ?? {};
      const checked = plan.checking === undefined ? {} : { invalid };
      process.stderr.write(`${printableJson({ type: 'summary', finishedBefore, ...summary, ...checked })}\n`);
      return;
    }
    const store = printable(plan.options.store ?? '');
    if (this.finishedBefore) {
      const items = `${grouped(summary.items)} ${summary.items === 1 ? 'item' : 'items'}`;
      const { failed } = summary;
      const failures = `${grouped(failed)} failed ${failed === 1 ? 'page' : 'pages'}`;
      const found = failed === 0 ? items : `${items} and ${failures} (glean status ${store})`;
      this.say(
        `${store}: already finished, with ${found}. --fresh begins anew; glean export ${store} writes the items again.`,
      );
      this.tellOfInvalid();
      return;
    }
    this.say(crawlReport(summary, before === undefined ? 0 : pagesOf(before), palette(process.stderr)));
    this.tellOfInvalid();
    if (plan.item !== undefined && summary.items === 0 && summary.done > 0)
      this.say(`No page has an element that fits --item '${printable(plan.item)}'.`);
    if (summary.pending + summary.inFlight === 0 || store === '') return;
    if (this.limitReached) this.say('A limit of pages or items is reached: raise it to go on.');
    else this.say(`What is left is in ${store}: the same command goes on with it.`);
  }

  private tellOfInvalid(): void {
    const { checking } = this.plan;
    const { invalid } = this.passage ?? {};
    if (checking === undefined || invalid === undefined || invalid.count === 0) return;
    this.say(invalidRows(invalid, checking, palette(process.stderr)).join('\n'));
  }

  private get invalidItems(): number {
    return this.passage?.invalid.count ?? 0;
  }

  /** Whether there was nothing left to do. */
  private get finishedBefore(): boolean {
    const { pending, inFlight, done, failed, forbidden } = this.job.summary;
    const { before } = this;
    return (
      before !== undefined &&
      !this.interrupted &&
      pending + inFlight === 0 &&
      pagesOf(before) === done + failed + forbidden
    );
  }

  private get limitReached(): boolean {
    const { maxPages = Infinity, maxItems = Infinity } = this.plan.options;
    const { done, failed, forbidden, items } = this.job.summary;
    return done + failed + forbidden >= maxPages || items >= maxItems;
  }

  private sayDamaged(damage: Damage): void {
    const { quiet, json } = this.plan;
    if (quiet) return;
    if (json) process.stderr.write(`${printableJson({ type: 'damaged', ...damage })}\n`);
    else if (++this.damaged <= MOST_DAMAGES) this.say(printable(damageText(damage)));
    else if (this.damaged === MOST_DAMAGES + 1) this.say('More damaged records are skipped without a word.');
  }

  private say(sentence: string): void {
    const { quiet, json } = this.plan;
    if (quiet || json) return;
    this.area?.clear();
    process.stderr.write(`${sentence}\n`);
  }
}

/** How many damaged places are told of, one by one. */
const MOST_DAMAGES = 10;

function pagesOf({ done, failed }: StoreCounts): number {
  return done + failed;
}
