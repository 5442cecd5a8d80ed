// Promises, async functions and async generators, as an experienced user writes them by hand.

import { setTimeout as sleep } from 'node:timers/promises';

export async function ready(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await i;
  return sum;
}

async function steps(n) {
  let done = 0;
  for (; done < n; done++) await undefined;
  return done;
}

/** Two by turns, so that giving way means something. */
export async function queue(n) {
  const other = steps(n / 2);
  return (await steps(n / 2)) + (await other);
}

export async function promises(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await Promise.resolve(i);
  return sum;
}

async function chain(depth, leaf) {
  return depth === 0 ? await leaf() : await chain(depth - 1, leaf);
}

const one = () => 1;

export async function chain10(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await chain(10, one);
  return sum;
}

export async function chain1000(n) {
  const other = chain(1000, () => steps(n / 2));
  return (await chain(1000, () => steps(n / 2))) + (await other);
}

async function fibonacci(n) {
  if (n < 2) return n;
  return (await fibonacci(n - 1)) + (await fibonacci(n - 2));
}

export async function fib(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await fibonacci(20);
  return sum;
}

async function waitingChild(i) {
  await undefined;
  return i;
}

async function readyChild(i) {
  return i;
}

async function spawnAndJoin(n, child) {
  const tasks = [];
  for (let i = 0; i < n; i++) tasks.push(child(i));
  let sum = 0;
  for (const task of tasks) sum += await task;
  return sum;
}

export const spawn = (n) => spawnAndJoin(n, waitingChild);
export const spawnReady = (n) => spawnAndJoin(n, readyChild);

async function node(first, size) {
  if (size === 1) return first;
  const part = size / 10;
  const children = [];
  for (let i = 0; i < 10; i++) children.push(node(first + i * part, part));
  let sum = 0;
  for (const child of children) sum += await child;
  return sum;
}

async function nodeAll(first, size) {
  if (size === 1) return first;
  const part = size / 10;
  const children = [];
  for (let i = 0; i < 10; i++) children.push(nodeAll(first + i * part, part));
  let sum = 0;
  for (const value of await Promise.all(children)) sum += value;
  return sum;
}

export const skynet = (n) => node(0, n);
export const skynetAll = (n) => nodeAll(0, n);

/** Any number of senders and receivers, first come, first served. */
class Channel {
  items = [];
  senders = [];
  receivers = [];

  constructor(capacity) {
    this.capacity = capacity;
  }

  send(item) {
    if (this.receivers.length > 0) return this.receivers.shift()(item);
    if (this.items.length < this.capacity) return void this.items.push(item);
    return new Promise((resolve) => this.senders.push({ item, resolve }));
  }

  receive() {
    if (this.items.length === 0) return new Promise((resolve) => this.receivers.push(resolve));
    const item = this.items.shift();
    if (this.senders.length > 0) {
      const sender = this.senders.shift();
      this.items.push(sender.item);
      sender.resolve();
    }
    return item;
  }
}

export async function pingPong(n) {
  const there = new Channel(1);
  const back = new Channel(1);
  async function answer() {
    for (let i = 1; i < n; i += 2) await back.send((await there.receive()) + 1);
  }
  const answering = answer();
  let sum = 0;
  for (let i = 0; i < n; i += 2) {
    await there.send(i);
    sum += i + (await back.receive());
  }
  await answering;
  return sum;
}

export async function oneWay(n) {
  const channel = new Channel(16);
  async function send() {
    for (let i = 0; i < n; i++) await channel.send(i);
  }
  const sending = send();
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await channel.receive();
  await sending;
  return sum;
}

async function* range(n) {
  for (let i = 0; i < n; i++) yield i;
}

async function* map(items, fn) {
  for await (const item of items) yield fn(item);
}

async function* filter(items, fn) {
  for await (const item of items) if (fn(item)) yield item;
}

async function* batch(items, size) {
  let full = [];
  for await (const item of items) {
    full.push(item);
    if (full.length < size) continue;
    yield full;
    full = [];
  }
  if (full.length > 0) yield full;
}

export async function stream(n) {
  const doubled = map(range(n), (i) => i * 2);
  const fourth = filter(doubled, (i) => i % 4 === 0);
  let sum = 0;
  for await (const items of batch(fourth, 100)) for (const item of items) sum += item;
  return sum;
}

export async function boundedMap(n) {
  let next = 0;
  let sum = 0;
  async function worker() {
    while (next < n) {
      const value = await waitingChild(next++); // `sum += await` would read `sum` before it waits
      sum += value;
    }
  }
  await Promise.all(Array.from({ length: 100 }, worker));
  return sum;
}

async function withTimeout(ms, promise) {
  let timer;
  const late = new Promise((_resolve, reject) => {
    timer = setTimeout(() => reject(new Error('timeout')), ms);
  });
  try {
    return await Promise.race([promise, late]);
  } finally {
    clearTimeout(timer);
  }
}

export async function timeout(n) {
  let sum = 0;
  for (let i = 0; i < n; i++) sum += await withTimeout(60_000, waitingChild(1));
  return sum;
}

export async function cancel(n) {
  const controller = new AbortController();
  const { signal } = controller;
  let ended = 0;
  async function sleeper() {
    try {
      await sleep(3_600_000, undefined, { signal });
    } finally {
      ended++;
    }
  }
  const tasks = [];
  for (let i = 0; i < n; i++) tasks.push(sleeper());
  controller.abort();
  await Promise.allSettled(tasks);
  return ended;
}

async function sleeping() {
  await new Promise((resolve) => setTimeout(resolve, 3_600_000));
}

export async function memory(n) {
  for (let i = 0; i < n; i++) void sleeping();
  return n;
}
