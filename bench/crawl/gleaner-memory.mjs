import { crawl as crawlInto } from './gleaner.mjs';

/** Ours, its state in memory: what the file costs. */
export const crawl = (start, write) => crawlInto(start, write, undefined);
