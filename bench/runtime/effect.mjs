// Effect 4. `Effect.fnUntraced` is its fastest form of a generator.

import * as Effect from 'effect/Effect';
import * as Fiber from 'effect/Fiber';
import * as Queue from 'effect/Queue';
import * as Stream from 'effect/Stream';

const { fnUntraced, forkChild, runPromise, yieldNow } = Effect;

const readyOf = fnUntraced(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* Effect.succeed(i);
  return sum;
});

export const ready = (n) => runPromise(readyOf(n));

const steps = fnUntraced(function* (n) {
  let done = 0;
  for (; done < n; done++) yield* yieldNow;
  return done;
});

const twoBySteps = fnUntraced(function* (n) {
  const other = yield* forkChild(steps(n / 2));
  return (yield* steps(n / 2)) + (yield* Fiber.join(other));
});

export const queue = (n) => runPromise(twoBySteps(n));

const promisesOf = fnUntraced(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* Effect.promise(() => Promise.resolve(i));
  return sum;
});

export const promises = (n) => runPromise(promisesOf(n));

const chain = fnUntraced(function* (depth, leaf) {
  return depth === 0 ? yield* leaf() : yield* chain(depth - 1, leaf);
});

const one = () => Effect.succeed(1);

const chain10Of = fnUntraced(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* chain(10, one);
  return sum;
});

export const chain10 = (n) => runPromise(chain10Of(n));

const twoChains = fnUntraced(function* (n) {
  const other = yield* forkChild(chain(1000, () => steps(n / 2)));
  return (yield* chain(1000, () => steps(n / 2))) + (yield* Fiber.join(other));
});

export const chain1000 = (n) => runPromise(twoChains(n));

const fibonacci = fnUntraced(function* (n) {
  if (n < 2) return n;
  return (yield* fibonacci(n - 1)) + (yield* fibonacci(n - 2));
});

const fibOf = fnUntraced(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* fibonacci(20);
  return sum;
});

export const fib = (n) => runPromise(fibOf(n));

const waitingChild = fnUntraced(function* (i) {
  yield* yieldNow;
  return i;
});

const readyChild = fnUntraced(function* (i) {
  return i;
});

const spawnAndJoin = fnUntraced(function* (n, child) {
  const fibers = [];
  for (let i = 0; i < n; i++) fibers.push(yield* forkChild(child(i)));
  let sum = 0;
  for (const fiber of fibers) sum += yield* Fiber.join(fiber);
  return sum;
});

export const spawn = (n) => runPromise(spawnAndJoin(n, waitingChild));
export const spawnReady = (n) => runPromise(spawnAndJoin(n, readyChild));

const node = fnUntraced(function* (first, size) {
  if (size === 1) return first;
  const part = size / 10;
  const children = [];
  for (let i = 0; i < 10; i++) children.push(yield* forkChild(node(first + i * part, part)));
  let sum = 0;
  for (const child of children) sum += yield* Fiber.join(child);
  return sum;
});

const nodeAll = fnUntraced(function* (first, size) {
  if (size === 1) return first;
  const part = size / 10;
  const children = [];
  for (let i = 0; i < 10; i++) children.push(nodeAll(first + i * part, part));
  let sum = 0;
  for (const value of yield* Effect.all(children, { concurrency: 'unbounded' })) sum += value;
  return sum;
});

export const skynet = (n) => runPromise(node(0, n));
export const skynetAll = (n) => runPromise(nodeAll(0, n));

const answer = fnUntraced(function* (n, there, back) {
  for (let i = 1; i < n; i += 2) yield* Queue.offer(back, (yield* Queue.take(there)) + 1);
});

const pingPongOf = fnUntraced(function* (n) {
  const there = yield* Queue.bounded(1);
  const back = yield* Queue.bounded(1);
  yield* forkChild(answer(n, there, back));
  let sum = 0;
  for (let i = 0; i < n; i += 2) {
    yield* Queue.offer(there, i);
    sum += i + (yield* Queue.take(back));
  }
  return sum;
});

export const pingPong = (n) => runPromise(pingPongOf(n));

const send = fnUntraced(function* (n, numbers) {
  for (let i = 0; i < n; i++) yield* Queue.offer(numbers, i);
});

const oneWayOf = fnUntraced(function* (n) {
  const numbers = yield* Queue.bounded(16);
  yield* forkChild(send(n, numbers));
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* Queue.take(numbers);
  return sum;
});

export const oneWay = (n) => runPromise(oneWayOf(n));

/** Its streams work on chunks, which is what makes them fast; the range comes in chunks too. */
export async function stream(n) {
  let sum = 0;
  const batches = Stream.range(0, n - 1).pipe(
    Stream.map((i) => i * 2),
    Stream.filter((i) => i % 4 === 0),
    Stream.grouped(100),
  );
  await runPromise(
    Stream.runForEach(batches, (items) =>
      Effect.sync(() => {
        for (const item of items) sum += item;
      }),
    ),
  );
  return sum;
}

export async function boundedMap(n) {
  let sum = 0;
  const numbers = [];
  for (let i = 0; i < n; i++) numbers.push(i);
  const task = (i) => Effect.map(waitingChild(i), (value) => void (sum += value));
  await runPromise(Effect.forEach(numbers, task, { concurrency: 100, discard: true }));
  return sum;
}

const timeoutOf = fnUntraced(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* Effect.timeout(waitingChild(1), 60_000);
  return sum;
});

export const timeout = (n) => runPromise(timeoutOf(n));

export async function cancel(n) {
  let ended = 0;
  const sleeper = Effect.ensuring(
    Effect.sleep(3_600_000),
    Effect.sync(() => void ended++),
  );
  await runPromise(
    Effect.gen(function* () {
      const fibers = [];
      for (let i = 0; i < n; i++) fibers.push(yield* forkChild(sleeper, { startImmediately: true }));
      yield* Fiber.interruptAll(fibers);
    }),
  );
  return ended;
}

export async function memory(n) {
  const sleeping = fnUntraced(function* () {
    yield* Effect.sleep(3_600_000);
  });
  await new Promise((resolve) => {
    void runPromise(
      Effect.gen(function* () {
        for (let i = 0; i < n; i++) yield* forkChild(sleeping(), { startImmediately: true });
        resolve();
        yield* Effect.sleep(3_600_000);
      }),
    );
  });
  return n;
}
