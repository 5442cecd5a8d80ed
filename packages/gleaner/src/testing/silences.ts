import type { HostileCase } from './hostile-case.ts';

const HALF_A_PAGE = '<!doctype html><title>half a page</title>';

/** Servers that do not answer, or not in time. */
export const silences: readonly HostileCase[] = [
  {
    path: '/silence/before-headers',
    does: 'takes the request and says nothing',
    answer() {},
  },
  {
    path: '/silence/in-headers',
    does: 'says nothing more in the middle of the headers',
    answer: (wire) => wire.send('HTTP/1.1 200 OK\r\nContent-Type: te'),
  },
  {
    path: '/silence/after-headers',
    does: 'says nothing more after the headers',
    answer: (wire) => wire.head('200 OK', { 'Content-Length': '1000' }),
  },
  {
    path: '/silence/in-body',
    does: 'says nothing more in the middle of the body',
    answer(wire) {
      wire.head('200 OK', { 'Content-Length': '1000' });
      wire.send(HALF_A_PAGE);
    },
  },
  {
    path: '/slow/headers',
    does: 'sends one byte of headers at a time, for ever',
    answer: (wire, _, { drip }) => wire.drip(letters('HTTP/1.1 200 OK\r\nX-Slow: '), drip),
  },
  {
    path: '/slow/body',
    does: 'sends one byte of body at a time, for ever',
    answer(wire, _, { drip }) {
      wire.head('200 OK', { 'Content-Type': 'text/html' });
      wire.drip(letters(HALF_A_PAGE), drip);
    },
  },
  {
    path: '/slow/late',
    does: 'answers in full, but only after a minute',
    answer: (wire, _, { delay }) => wire.after(delay, () => wire.answer('at last')),
  },
];

/** The letters of a beginning, and then an x for ever. */
function* letters(beginning: string): Generator<string, void> {
  yield* beginning;
  for (;;) yield 'x';
}
