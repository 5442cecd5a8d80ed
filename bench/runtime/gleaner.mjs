// Ours. `GLEANER_COROUTINE` names another build of it, for `--before`.

/** @type {typeof import('../../packages/coroutine/dist/index.js')} */
const gleaner = await import(process.env.GLEANER_COROUTINE ?? '../../packages/coroutine/dist/index.js');
const { all, channel, checkpoint, coroutine, event, run, sleep, streamOf, until } = gleaner;

const readyOf = coroutine(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* until(i);
  return sum;
});

export const ready = (n) => run(readyOf(n));

const steps = coroutine(function* (n) {
  let done = 0;
  for (; done < n; done++) yield* checkpoint();
  return done;
});

const twoBySteps = coroutine(function* (n) {
  const other = yield* gleaner.spawn(steps(n / 2));
  return (yield* steps(n / 2)) + (yield* other);
});

/** Two by turns, so that giving way means something. */
export const queue = (n) => run(twoBySteps(n));

const promisesOf = coroutine(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* until(Promise.resolve(i));
  return sum;
});

export const promises = (n) => run(promisesOf(n));

const chain = coroutine(function* (depth, leaf) {
  return depth === 0 ? yield* leaf() : yield* chain(depth - 1, leaf);
});

const one = () => until(1);

const chain10Of = coroutine(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* chain(10, one);
  return sum;
});

export const chain10 = (n) => run(chain10Of(n));

const twoChains = coroutine(function* (n) {
  const other = yield* gleaner.spawn(chain(1000, () => steps(n / 2)));
  return (yield* chain(1000, () => steps(n / 2))) + (yield* other);
});

export const chain1000 = (n) => run(twoChains(n));

const fibonacci = coroutine(function* (n) {
  if (n < 2) return n;
  return (yield* fibonacci(n - 1)) + (yield* fibonacci(n - 2));
});

const fibOf = coroutine(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* fibonacci(20);
  return sum;
});

export const fib = (n) => run(fibOf(n));

const waitingChild = coroutine(function* (i) {
  yield* checkpoint();
  return i;
});

const readyChild = coroutine(function* (i) {
  return i;
});

const spawnAndJoin = coroutine(function* (n, child) {
  const tasks = [];
  for (let i = 0; i < n; i++) tasks.push(yield* gleaner.spawn(child(i)));
  let sum = 0;
  for (const task of tasks) sum += yield* task;
  return sum;
});

export const spawn = (n) => run(spawnAndJoin(n, waitingChild));
export const spawnReady = (n) => run(spawnAndJoin(n, readyChild));

const node = coroutine(function* (first, size) {
  if (size === 1) return first;
  const part = size / 10;
  const children = [];
  for (let i = 0; i < 10; i++) children.push(yield* gleaner.spawn(node(first + i * part, part)));
  let sum = 0;
  for (const child of children) sum += yield* child;
  return sum;
});

const nodeAll = coroutine(function* (first, size) {
  if (size === 1) return first;
  const part = size / 10;
  const children = [];
  for (let i = 0; i < 10; i++) children.push(nodeAll(first + i * part, part));
  let sum = 0;
  for (const value of yield* all(children)) sum += value;
  return sum;
});

export const skynet = (n) => run(node(0, n));
export const skynetAll = (n) => run(nodeAll(0, n));

const answer = coroutine(function* (n, there, back) {
  for (let i = 1; i < n; i += 2) yield* back.send((yield* there.receive()) + 1);
});

const pingPongOf = coroutine(function* (n) {
  const there = channel(1);
  const back = channel(1);
  yield* gleaner.spawn(answer(n, there, back));
  let sum = 0;
  for (let i = 0; i < n; i += 2) {
    yield* there.send(i);
    sum += i + (yield* back.receive());
  }
  return sum;
});

export const pingPong = (n) => run(pingPongOf(n));

const send = coroutine(function* (n, numbers) {
  for (let i = 0; i < n; i++) yield* numbers.send(i);
});

const oneWayOf = coroutine(function* (n) {
  const numbers = channel(16);
  yield* gleaner.spawn(send(n, numbers));
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* numbers.receive();
  return sum;
});

export const oneWay = (n) => run(oneWayOf(n));

const range = gleaner.stream(function* (n) {
  for (let i = 0; i < n; i++) yield i;
});

export async function stream(n) {
  const batches = range(n)
    .map((i) => i * 2)
    .filter((i) => i % 4 === 0)
    .batch(100);
  let sum = 0;
  for await (const items of batches) for (const item of items) sum += item;
  return sum;
}

export async function boundedMap(n) {
  let sum = 0;
  const numbers = [];
  for (let i = 0; i < n; i++) numbers.push(i);
  await streamOf(numbers)
    .map(waitingChild, { concurrency: 100, ordered: false })
    .forEach((value) => void (sum += value));
  return sum;
}

const timeoutOf = coroutine(function* (n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += yield* gleaner.timeout(60_000, waitingChild(1));
  return sum;
});

export const timeout = (n) => run(timeoutOf(n));

const sleeper = coroutine(function* (count) {
  try {
    yield* sleep(3_600_000);
  } finally {
    count.ended++;
  }
});

const sleepers = coroutine(function* (n, count, started) {
  for (let i = 0; i < n; i++) yield* gleaner.spawn(sleeper(count));
  started.set();
});

const cancelOf = coroutine(function* (n) {
  const count = { ended: 0 };
  const started = event();
  const parent = yield* gleaner.spawn(sleepers(n, count, started));
  yield* started;
  yield* parent.cancel();
  return count.ended;
});

export const cancel = (n) => run(cancelOf(n));

const sleeping = coroutine(function* () {
  yield* sleep(3_600_000);
});

export async function memory(n) {
  await new Promise((resolve) => {
    run(function* () {
      for (let i = 0; i < n; i++) yield* gleaner.spawn(sleeping());
      resolve();
    });
  });
  return n;
}
