// Effection 4 where each call of a coroutine goes through its own `call`. (Of a plain `yield*` of a generator, as in
// effection.mjs, Effection never hears: it is JavaScript's own delegation. In the end `call` delegates so, too.)

import { action, call, run, spawn } from 'effection';

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

function* chain(depth, leaf) {
  return depth === 0 ? yield* leaf() : yield* call(() => chain(depth - 1, leaf));
}

const one = () => call(() => 1);

function* chain10Of(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* chain(10, one);
  return sum;
}

export const chain10 = (n) => run(() => chain10Of(n));

function* twoChains(n) {
  const other = yield* spawn(() => chain(1000, () => steps(n / 2)));
  return (yield* chain(1000, () => steps(n / 2))) + (yield* other);
}

export const chain1000 = (n) => run(() => twoChains(n));

function* fibonacci(n) {
  if (n < 2) return n;
  return (yield* call(() => fibonacci(n - 1))) + (yield* call(() => fibonacci(n - 2)));
}

function* fibOf(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* call(() => fibonacci(20));
  return sum;
}

export const fib = (n) => run(() => fibOf(n));
