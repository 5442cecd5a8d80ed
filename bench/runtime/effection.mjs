// Effection 4. It has no bounded channel and no operators on streams; those are written with its own words.

import { action, all, call, createQueue, each, race, run, sleep, spawn as fork, until } from 'effection';

function* readyOf(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* call(() => i);
  return sum;
}

export const ready = (n) => run(() => readyOf(n));

/** It has no checkpoint: an action that resolves at once goes through its reducer's queue. */
const checkpoint = action((resolve) => {
  resolve();
  return nothing;
});

function nothing() {}

function* steps(n) {
  let done = 0;
  for (; done < n; done++) yield* checkpoint;
  return done;
}

function* twoBySteps(n) {
  const other = yield* fork(() => steps(n / 2));
  return (yield* steps(n / 2)) + (yield* other);
}

export const queue = (n) => run(() => twoBySteps(n));

function* promisesOf(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* until(Promise.resolve(i));
  return sum;
}

export const promises = (n) => run(() => promisesOf(n));

function* chain(depth, leaf) {
  return depth === 0 ? yield* leaf() : yield* chain(depth - 1, leaf);
}

const one = () => call(() => 1);

function* chain10Of(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* chain(10, one);
  return sum;
}

export const chain10 = (n) => run(() => chain10Of(n));

function* twoChains(n) {
  const other = yield* fork(() => chain(1000, () => steps(n / 2)));
  return (yield* chain(1000, () => steps(n / 2))) + (yield* other);
}

export const chain1000 = (n) => run(() => twoChains(n));

function* fibonacci(n) {
  if (n < 2) return n;
  return (yield* fibonacci(n - 1)) + (yield* fibonacci(n - 2));
}

function* fibOf(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* fibonacci(20);
  return sum;
}

export const fib = (n) => run(() => fibOf(n));

function* waitingChild(i) {
  yield* checkpoint;
  return i;
}

function* readyChild(i) {
  return i;
}

function* spawnAndJoin(n, child) {
  const tasks = [];
  for (let i = 0; i < n; i++) tasks.push(yield* fork(() => child(i)));
  let sum = 0;
  for (const task of tasks) sum += yield* task;
  return sum;
}

export const spawn = (n) => run(() => spawnAndJoin(n, waitingChild));
export const spawnReady = (n) => run(() => spawnAndJoin(n, readyChild));

function* node(first, size) {
  if (size === 1) return first;
  const part = size / 10;
  const children = [];
  for (let i = 0; i < 10; i++) children.push(yield* fork(() => node(first + i * part, part)));
  let sum = 0;
  for (const child of children) sum += yield* child;
  return sum;
}

function* nodeAll(first, size) {
  if (size === 1) return first;
  const part = size / 10;
  const children = [];
  for (let i = 0; i < 10; i++) children.push(nodeAll(first + i * part, part));
  let sum = 0;
  for (const value of yield* all(children)) sum += value;
  return sum;
}

export const skynet = (n) => run(() => node(0, n));
export const skynetAll = (n) => run(() => nodeAll(0, n));

function* pingPongOf(n) {
  const there = createQueue();
  const back = createQueue();
  yield* fork(function* () {
    for (let i = 1; i < n; i += 2) back.add((yield* there.next()).value + 1);
  });
  let sum = 0;
  for (let i = 0; i < n; i += 2) {
    there.add(i);
    sum += i + (yield* back.next()).value;
  }
  return sum;
}

export const pingPong = (n) => run(() => pingPongOf(n));

/** A stream is an operation that gives a subscription: an object with an operation `next`. */
const streaming = (open) => ({
  *[Symbol.iterator]() {
    return yield* open();
  },
});

const range = (n) =>
  streaming(function* () {
    let i = 0;
    return {
      *next() {
        return i < n ? { done: false, value: i++ } : { done: true, value: undefined };
      },
    };
  });

const map = (items, fn) =>
  streaming(function* () {
    const source = yield* items;
    return {
      *next() {
        const next = yield* source.next();
        return next.done ? next : { done: false, value: fn(next.value) };
      },
    };
  });

const filter = (items, fn) =>
  streaming(function* () {
    const source = yield* items;
    return {
      *next() {
        let next = yield* source.next();
        while (!next.done && !fn(next.value)) next = yield* source.next();
        return next;
      },
    };
  });

const batch = (items, size) =>
  streaming(function* () {
    const source = yield* items;
    return {
      *next() {
        const full = [];
        while (full.length < size) {
          const next = yield* source.next();
          if (next.done && full.length === 0) return next;
          if (next.done) break;
          full.push(next.value);
        }
        return { done: false, value: full };
      },
    };
  });

function* streamOf(n) {
  const doubled = map(range(n), (i) => i * 2);
  const fourth = filter(doubled, (i) => i % 4 === 0);
  let sum = 0;
  for (const items of yield* each(batch(fourth, 100))) {
    for (const item of items) sum += item;
    yield* each.next();
  }
  return sum;
}

export const stream = (n) => run(() => streamOf(n));

export async function boundedMap(n) {
  let next = 0;
  let sum = 0;
  function* worker() {
    while (next < n) {
      const task = yield* fork(() => waitingChild(next++));
      const value = yield* task;
      sum += value;
    }
  }
  await run(() => all(Array.from({ length: 100 }, worker)));
  return sum;
}

function* late() {
  yield* sleep(60_000);
  throw new Error('timeout');
}

function* timeoutOf(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* race([waitingChild(1), late()]);
  return sum;
}

export const timeout = (n) => run(() => timeoutOf(n));

export async function cancel(n) {
  let ended = 0;
  function* sleeper() {
    try {
      yield* sleep(3_600_000);
    } finally {
      ended++;
    }
  }
  await run(function* () {
    const parent = yield* fork(function* () {
      for (let i = 0; i < n; i++) yield* fork(sleeper);
      yield* sleep(3_600_000);
    });
    yield* sleep(1);
    yield* parent.halt();
  });
  return ended;
}

function* sleeping() {
  yield* sleep(3_600_000);
}

export async function memory(n) {
  void run(function* () {
    for (let i = 0; i < n; i++) yield* fork(sleeping);
    yield* sleep(3_600_000);
  });
  await new Promise((resolve) => setTimeout(resolve, 100));
  return n;
}
