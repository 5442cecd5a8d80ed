/**
 * @typedef {object} Job
 * @property {string} name as the libraries export it
 * @property {string} title
 * @property {number} n how many operations one run does
 * @property {Record<string, number>} [fewer] for libraries that would take too long, or whose cost grows with n
 * @property {number} [target] at least this ratio to native promises; for `bytes`, at most this
 * @property {boolean} [bytes] measures memory, not time
 * @property {(n: number) => number} expected what a run must answer
 */

const count = (/** @type {number} */ n) => n;
/** The sum of 0 … n - 1. */
const sum = (/** @type {number} */ n) => (n * (n - 1)) / 2;

/** @type {Job[]} */
export const jobs = [
  {
    name: 'ready',
    title: 'steps on ready values',
    n: 1e6,
    fewer: { effection: 2e5 },
    target: 3,
    expected: sum,
  },
  {
    name: 'queue',
    title: 'steps through the run queue',
    n: 1e6,
    fewer: { effect: 1e5, effection: 2e5 },
    target: 1,
    expected: count,
  },
  {
    name: 'promises',
    title: 'steps on resolved promises',
    n: 1e6,
    fewer: { effect: 2e5, effection: 1e5 },
    target: 0.6,
    expected: sum,
  },
  {
    name: 'chain10',
    title: 'chains of depth 10, leaf ready',
    n: 1e5,
    fewer: { effection: 1e4, 'effection-call': 1e3 },
    target: 2,
    expected: count,
  },
  {
    name: 'chain1000',
    title: 'resumptions at depth 1000',
    n: 1e6,
    fewer: { effect: 1e5, effection: 1e4, 'effection-call': 1e4 },
    target: 1,
    expected: count,
  },
  {
    name: 'fib',
    title: 'fib(20), each call a coroutine',
    n: 10,
    fewer: { effection: 2, 'effection-call': 1 },
    target: 1.4,
    expected: (n) => n * 6765,
  },
  {
    name: 'spawn',
    title: 'spawn all, then join all; each waits once',
    n: 1e6,
    fewer: { effect: 2e5, effection: 5e3 },
    target: 1.3,
    expected: sum,
  },
  {
    name: 'spawnReady',
    title: 'spawn all, then join all; none waits',
    n: 1e6,
    fewer: { effect: 2e5, effection: 5e3 },
    expected: sum,
  },
  {
    name: 'skynet',
    title: 'skynet, spawn and join by tens',
    n: 1e6,
    fewer: { effection: 1e4 },
    target: 2,
    expected: sum,
  },
  { name: 'skynetAll', title: 'skynet, `all` of tens', n: 1e6, fewer: { effection: 1e4 }, expected: sum },
  {
    name: 'pingPong',
    title: 'channel, ping-pong',
    n: 1e6,
    fewer: { effect: 1e5, effection: 1e5 },
    target: 1.2,
    expected: sum,
  },
  {
    name: 'oneWay',
    title: 'channel, one way, capacity 16',
    n: 1e6,
    fewer: { effect: 2e5 },
    target: 3,
    expected: sum,
  },
  // The even ones, doubled and added: 0 + 4 + 8 + … (n is even).
  {
    name: 'stream',
    title: 'stream of ready items: map, filter, batch',
    n: 1e6,
    target: 5,
    expected: (n) => n * (n / 2 - 1),
  },
  {
    name: 'boundedMap',
    title: 'map over tasks, 100 at once',
    n: 1e5,
    fewer: { effection: 2e4 },
    target: 0.6,
    expected: sum,
  },
  {
    name: 'timeout',
    title: 'steps, each under a timeout',
    n: 1e5,
    fewer: { effect: 2e4, effection: 2e3 },
    target: 1,
    expected: count,
  },
  {
    name: 'cancel',
    title: 'spawn and cancel sleepers',
    n: 1e5,
    fewer: { native: 1e4, effection: 2e3 },
    target: 300,
    expected: count,
  },
  {
    name: 'memory',
    title: 'memory of a sleeping task',
    n: 1e6,
    fewer: { native: 3e5, effect: 2e5, effection: 2e4 },
    target: 370,
    bytes: true,
    expected: count,
  },
];
