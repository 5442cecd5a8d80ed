import { randomUUID } from 'node:crypto';
import type { HostileCase } from './hostile-case.ts';

/** Sites that never end. */
export const traps: readonly HostileCase[] = [
  {
    path: '/traps/calendar',
    does: 'a calendar with a link to the next month, for ever',
    answer(wire, { query }) {
      const month = Number(query.get('month') ?? 0);
      wire.answer(`<h1>Month ${month}</h1><a href="/traps/calendar?month=${month + 1}">next</a>`);
    },
  },
  {
    path: '/traps/sessions',
    does: 'a new session id in the links of each page, so that every address is a new one',
    answer(wire) {
      const links = Array.from({ length: 5 }, () => `<a href="/traps/sessions?sid=${randomUUID()}">on</a>`);
      wire.answer(`<h1>Welcome</h1>${links.join('')}`);
    },
  },
  {
    path: '/traps/deeper',
    does: 'a relative link that makes the address longer each time',
    answer: (wire) => wire.answer('<a href="./deeper/deeper/deeper/">deeper</a>'),
  },
  {
    path: '/traps/soft-404',
    does: 'answers every address with the same page, and links to ten more',
    answer(wire, { target }) {
      const links = Array.from(
        { length: 10 },
        (_, n) => `<a href="${target.split('?', 1).join('')}/${n}">x</a>`,
      );
      wire.answer(`<h1>Not here</h1>${links.join('')}`);
    },
  },
];
