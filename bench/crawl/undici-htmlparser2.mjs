// The fastest that one writes by hand with a parser.

import { crawlByHand } from './by-hand.mjs';
import { readEvents } from './htmlparser2-events.mjs';

export const crawl = (start, write) => crawlByHand(start, write, readEvents);
