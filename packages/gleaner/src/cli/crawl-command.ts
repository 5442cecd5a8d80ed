import { each, spawn, type CoroutineBody, type Task } from '@gleaner/coroutine';
import { crawl, type Crawl } from '../crawl/crawl.ts';
import type { CrawlSummary } from '../crawl/crawl-summary.ts';
import { JobTimeoutError, PageError } from '../http/failure.ts';
import type { Sink } from '../sinks/sink.ts';
import { openStore } from '../store/sqlite-store.ts';
import type { StoreCounts } from '../store/store.ts';
import { UsageError } from './arguments.ts';
import { crawlPlan, type CrawlPlan } from './crawl-plan.ts';
import { crawlJson, crawlRows } from './crawl-progress.ts';
import { crawlReport } from './crawl-report.ts';
import { complain, Exit, exitOf } from './exit.ts';
import { CRAWL_HELP } from './help/crawl.ts';
import { interruptible } from './interruptible.ts';
import { LiveArea } from './live-area.ts';
import { printing } from './outputs.ts';
import { grouped, palette, printable, printableJson } from './terminal.ts';

/** `glean crawl`: gives the exit status. */
export async function crawlCommand(argv: readonly string[]): Promise<number> {
  try {
    const plan = await crawlPlan(argv);
    if (plan === undefined) {
      process.stdout.write(CRAWL_HELP);
      return Exit.Done;
    }
    return await new CrawlRun(plan).carryOut();
  } catch (error) {
    // A page that the spider's file begins with; failures of others are counted, and end nothing …
    if (error instanceof PageError && error.code === 'BAD_URL')
      return exitOf('crawl', new UsageError(error.message));
    // … unless its options say so.
    if (error instanceof PageError) {
      complain('crawl', error.message);
      return Exit.SomeFailed;
    }
    return exitOf('crawl', error);
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

  constructor(plan: CrawlPlan) {
    const { stderr } = process;
    this.plan = plan;
    this.job = crawl(plan.start, plan.spider, plan.options);
    const live = stderr.isTTY && !plan.quiet && !plan.json && process.env.TERM !== 'dumb';
    this.area = live ? new LiveArea(stderr) : undefined;
  }

  async carryOut(): Promise<number> {
    let interrupts: number;
    try {
      interrupts = await interruptible(() => this.work(), {
        name: 'glean crawl',
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
    return this.job.summary.failed > 0 && !this.finishedBefore ? Exit.SomeFailed : Exit.Done;
  }

  private *work(): CoroutineBody<void> {
    const { plan, job, area } = this;
    const { outputs } = plan;
    const files = yield* this.filesWithWhatWasHad();
    if (this.interrupted) return;
    this.greet();
    const beside: Task<void>[] = [];
    const sinks: Sink[] = files === undefined ? [] : [files];
    if (outputs.printed) {
      const { sink, watching } = yield* printing();
      sinks.push(sink);
      beside.push(watching);
    }
    const summary = (): CrawlSummary => job.summary;
    if (area !== undefined) beside.push(yield* spawn(crawlRows(summary, area, palette(process.stderr))));
    if (plan.json && !plan.quiet) beside.push(yield* spawn(crawlJson(summary, process.stderr)));
    const clears = outputs.printed && process.stdout.isTTY;
    const items = each(job.entries());
    try {
      while (yield* items.next()) {
        const { item, key } = items.value;
        // Both may be the same terminal: the rows make way for the lines of JSON.
        if (clears) area?.clear();
        for (const sink of sinks) yield* sink.write(item, key);
      }
    } finally {
      yield* items.close();
      for (const task of beside) yield* task.cancel();
    }
  }

  /**
   * Files are made anew from what the store holds: so none of it is missing and none is there twice, whatever became
   * of the run before. The store is opened first, so that nothing is written over if it is none, or another process is
   * at work on it.
   */
  private *filesWithWhatWasHad(): CoroutineBody<Sink | undefined> {
    const { options, outputs } = this.plan;
    const { store, order, fresh } = options;
    if (store === undefined) return outputs.targets === undefined ? undefined : yield* outputs.targets;
    const held = yield* openStore(store, { order, fresh });
    try {
      const counts = held.counts();
      if (counts.done + counts.failed + counts.pending + counts.leased > 0) this.before = counts;
      if (outputs.targets === undefined) return undefined;
      const files = yield* outputs.targets;
      for (const { item, key } of held.items()) {
        if (this.interrupted) break;
        yield* files.write(item, key);
      }
      return files;
    } finally {
      yield* held.close();
    }
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
      process.stderr.write(`${printableJson({ type: 'summary', finishedBefore, ...summary })}\n`);
      return;
    }
    const store = printable(plan.options.store ?? '');
    if (this.finishedBefore) {
      const items = `${grouped(summary.items)} ${summary.items === 1 ? 'item' : 'items'}`;
      this.say(
        `${store}: already finished, with ${items}. --fresh begins anew; glean export ${store} writes them again.`,
      );
      return;
    }
    this.say(crawlReport(summary, before === undefined ? 0 : pagesOf(before), palette(process.stderr)));
    if (summary.pending + summary.inFlight === 0 || store === '') return;
    if (this.limitReached) this.say('A limit of pages or items is reached: raise it to go on.');
    else this.say(`What is left is in ${store}: the same command goes on with it.`);
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

  private say(sentence: string): void {
    const { quiet, json } = this.plan;
    if (quiet || json) return;
    this.area?.clear();
    process.stderr.write(`${sentence}\n`);
  }
}

function pagesOf({ done, failed }: StoreCounts): number {
  return done + failed;
}
