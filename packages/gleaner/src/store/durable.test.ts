import { all, effect, now, run, sleep, VirtualClock, type CoroutineBody } from '@gleaner/coroutine';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { durable } from './durable.ts';
import { openStore } from './sqlite-store.ts';
import type { Store } from './store.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'gleaner-durable-'));
afterAll(() => rmSync(folder, { recursive: true }));
let files = 0;
const newFile = (): string => path.join(folder, `${++files}.glean`);

/** Opens a store for as long as some work takes. */
function* withStore<T>(file: string, work: (store: Store) => CoroutineBody<T>): CoroutineBody<T> {
  const store = yield* openStore(file, { safeFrom: 'machine' });
  try {
    return yield* work(store);
  } finally {
    yield* store.close();
  }
}

/** What is done outside, by name. */
class World {
  readonly done: string[] = [];

  *do(name: string): CoroutineBody<number> {
    return yield* effect(name, undefined, () => this.perform(name));
  }

  private *perform(name: string): CoroutineBody<number> {
    yield* sleep(1);
    return this.done.push(name);
  }
}

test('what was done is not done again; what it gave is given again, and the value in the end', async () => {
  const file = newFile();
  const world = new World();
  let isMended = false;
  const work = function* () {
    const first = yield* world.do('first');
    if (!isMended) throw new Error('a mistake');
    return { first, second: yield* world.do('second') };
  };
  const once = () => run(() => withStore(file, (store) => durable(store, 'w', work)));
  await expect(once()).rejects.toThrow('a mistake');
  isMended = true;
  expect(await once()).toEqual({ first: 1, second: 2 });
  expect(await once()).toEqual({ first: 1, second: 2 });
  expect(world.done).toEqual(['first', 'second']);
});

test('three days of sleep go by while nobody is there', async () => {
  const file = newFile();
  const day = 86_400_000;
  const work = function* () {
    const begun = yield* now();
    yield* sleep(3 * day);
    return (yield* now()) - begun;
  };
  const attempt = (clock: VirtualClock) =>
    run(() => withStore(file, (store) => durable(store, 'nap', work)), { clock });
  const clock = new VirtualClock({ start: 0 });
  const first = attempt(clock);
  await clock.advance(day);
  await first.cancel();
  const later = new VirtualClock({ start: 2.5 * day });
  const second = attempt(later);
  await later.advance(day / 2 - 1);
  expect(second.status).toBe('running');
  await later.advance(1);
  expect(await second).toBe(0.5 * day + 2.5 * day);
});

test('a virtual clock stands still while something is written', async () => {
  const ended: [string, number][] = [];
  await run(
    function* () {
      yield* withStore(newFile(), function* (store) {
        yield* all([
          (function* () {
            yield* durable(store, 'short', function* () {
              yield* effect('one', undefined, () => sleep(0));
              yield* sleep(10);
            });
            ended.push(['short', yield* now()]);
          })(),
          (function* () {
            yield* sleep(1000);
            ended.push(['long', yield* now()]);
          })(),
        ]);
      });
    },
    { clock: new VirtualClock({ autojump: true }) },
  );
  expect(ended).toEqual([
    ['short', 10],
    ['long', 1000],
  ]);
});

test('many at once, and which have not ended', async () => {
  const file = newFile();
  const world = new World();
  const work = (n: number) =>
    function* () {
      const count = yield* world.do(`a${n}`);
      if (n % 2 === 1) yield* sleep(1e9);
      return count;
    };
  await run(function* () {
    yield* withStore(file, function* (store) {
      const all200 = Array.from({ length: 200 }, (_, n) => durable(store, `run ${n}`, work(n)));
      yield* all(all200.filter((_, n) => n % 2 === 0));
      expect(store.runs()).toEqual([]);
      const begun = store.beginRun('left', 0);
      begun.leave();
      expect(store.runs()).toEqual(['left']);
    });
  });
  expect(world.done).toHaveLength(100);
});

test('one name is one run: a second one at the same time is refused', async () => {
  await run(function* () {
    yield* withStore(':memory:', function* (store) {
      const sleeper = () => durable(store, 'one', () => sleep(20));
      const first = run(sleeper);
      try {
        yield* sleeper();
        throw new Error('it was let in');
      } catch (error) {
        expect(error).toMatchObject({ code: 'STORE_LOCKED' });
      }
      yield* first;
      // It has ended: its value is there, however often it is asked for.
      expect(yield* sleeper()).toBeUndefined();
    });
  });
});

test('a value that has no JSON is refused, and the run goes on from there', async () => {
  await run(function* () {
    yield* withStore(':memory:', function* (store) {
      const attempt = (value: unknown) =>
        durable(store, 'v', function* () {
          return value;
        });
      try {
        yield* attempt(5n);
        throw new Error('it was let in');
      } catch (error) {
        expect(String(error)).toContain("what the run 'v' gives has no JSON");
      }
      expect(yield* attempt([5])).toEqual([5]);
    });
  });
});

test('a coroutine that has changed is told so; forgotten, it begins anew', async () => {
  const world = new World();
  await run(function* () {
    yield* withStore(':memory:', function* (store) {
      const attempt = (name: string) =>
        durable(store, 'c', function* () {
          yield* world.do(name);
          if (name === 'old') throw new Error('not yet');
          return name;
        });
      try {
        yield* attempt('old');
      } catch {
        // As if it had crashed.
      }
      try {
        yield* attempt('new');
        throw new Error('it was let in');
      } catch (error) {
        expect(error).toMatchObject({ code: 'NON_DETERMINISM', recorded: 'old', asked: 'new' });
        expect(String(error)).toContain("the coroutine 'c' does not do what its journal says");
      }
      expect(yield* store.forgetRun('c')).toBe(true);
      expect(yield* attempt('new')).toBe('new');
    });
  });
});
