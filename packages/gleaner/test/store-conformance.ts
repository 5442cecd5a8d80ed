import { all, event, run, sleep, type CoroutineBody, type Entry, type Journal } from '@gleaner/coroutine';
import { describe, expect, test } from 'vitest';
import type { CrawlRequest, Json } from '../src/http/request.ts';
import { StoreError } from '../src/store/store-error.ts';
import type { Effects, Lease, Order, Store, StoreCounts } from '../src/store/store.ts';
import { request, storeModel } from './store-model.ts';

/** Opens the same store, time and again. */
type OpenStore = (order?: Order) => CoroutineBody<Store>;

/** A page without links. */
const NOTHING: Effects = { items: [], requests: [], status: 200, bytes: 0 };

const A = 'https://a.example';
const B = 'https://b.example';
const at = (origin: string, ...names: (string | number)[]): CrawlRequest[] =>
  names.map((name) => request(`${origin}/${name}`));
const urlsOf = (leases: readonly Lease[]): string[] => leases.map((lease) => lease.request.url);
const lists = <T>(from: Iterable<T>): T[] => [...from];

/** Adopts the one host that there is to be adopted. */
function* theHost(store: Store): CoroutineBody<number> {
  const [host] = yield* store.adopt(1);
  if (host === undefined) throw new Error('there is no host to be adopted');
  return host.id;
}

/** Claims one request of a host. */
function* oneOf(store: Store, host: number, time = 0): CoroutineBody<Lease> {
  const [lease] = yield* store.claim(host, 1, time);
  if (lease === undefined) throw new Error('there is nothing to be claimed');
  return lease;
}

/** Expects an operation to be refused, and gives the error. */
function* refused(work: CoroutineBody<unknown>): CoroutineBody<Error> {
  try {
    yield* work;
  } catch (error) {
    if (error instanceof Error) return error;
  }
  throw new Error('it was not refused');
}

/** Ways to end a lease. */
const ENDINGS: [string, (store: Store, lease: Lease) => CoroutineBody<unknown>][] = [
  [
    'commit',
    (store, lease) => store.commit(lease, { ...NOTHING, items: [1], requests: at(A, 'by commit'), bytes: 9 }),
  ],
  ['fail', (store, lease) => store.fail(lease, { code: 'HTTP_500', message: 'no' })],
  ['putOff', (store, lease) => store.putOff(lease, 5)],
  ['giveBack', (store, lease) => store.giveBack(lease)],
];

/** Something that a coroutine has done. */
const entry = (place: string, more: Partial<Entry> = {}): Entry => ({
  place,
  effect: 'visit',
  at: 0.5,
  failed: false,
  text: '"ü"',
  bytes: null,
  ...more,
});

/** Adds entries, and waits until they are committed. */
function* written(journal: Journal, ...entries: Entry[]): CoroutineBody<void> {
  const landed = event<Error | undefined>();
  journal.append(entries, (error) => landed.set(error as Error | undefined));
  const error = yield* landed;
  if (error !== undefined) throw error;
}

/** Whatever can be asked of a store without changing it. */
function told(store: Store): { counts: StoreCounts; items: unknown[]; failures: unknown[] } {
  return { counts: store.counts(), items: lists(store.items()), failures: lists(store.failures()) };
}

/**
 * What every implementation of `Store` does.
 * @param newPlace gives a way to open a store that is empty at first
 * @param survives whether what was closed is there when it is opened again
 */
export function storeConformance(name: string, newPlace: () => OpenStore, survives: boolean): void {
  /** A guarantee, of a store that is new. */
  const holds = (
    title: string,
    body: (store: Store, reopen: OpenStore) => CoroutineBody<void>,
    order: Order = 'breadth',
  ): void => {
    test(title, async () => {
      await run(function* () {
        const open = newPlace();
        let store = yield* open(order);
        try {
          yield* body(store, function* () {
            yield* store.close();
            store = yield* open(order);
            return store;
          });
        } finally {
          yield* store.close();
        }
      });
    });
  };
  const holdsWhenReopened: typeof holds = (title, body, order) => {
    if (survives) holds(title, body, order);
  };

  describe(`${name}: push`, () => {
    holds('gives how many were new, and drops those whose key was seen before', function* (store) {
      expect(yield* store.push(at(A, 1, 2, 1))).toBe(2);
      expect(yield* store.push(at(A, 2, 3))).toBe(1);
      expect(yield* store.push([])).toBe(0);
      expect(store.counts()).toMatchObject({ pending: 3, leased: 0, done: 0, failed: 0 });
    });

    holds('drops them for good: when they are claimed, put off, done, failed', function* (store) {
      const every = at(A, 'claimed', 'put off', 'done', 'failed');
      yield* store.push(every);
      const [, putOff, done, failed] = yield* store.claim(yield* theHost(store), 4, 0);
      if (putOff === undefined || done === undefined || failed === undefined)
        throw new Error('too few were claimed');
      yield* store.putOff(putOff, 9);
      yield* store.commit(done, { ...NOTHING, requests: every });
      yield* store.fail(failed, { code: 'DNS', message: 'no' });
      expect(yield* store.push(every)).toBe(0);
      expect(store.counts()).toMatchObject({ pending: 1, leased: 1, done: 1, failed: 1 });
    });

    holds('goes by the key alone', function* (store) {
      expect(yield* store.push([request(`${A}/1`, { key: 'k' })])).toBe(1);
      expect(yield* store.push([request(`${A}/2`, { key: 'k' })])).toBe(0);
      expect(yield* store.push([request(`${A}/1`, { key: 'l' })])).toBe(1);
      expect(yield* store.push([request(`${A}/1`)])).toBe(1);
      expect(yield* store.push([request(`${B}/9`, { key: `${A}/1` })])).toBe(0);
    });

    const ODD = [
      '',
      '"',
      '""',
      '"k"',
      'K',
      'k',
      'k\0',
      'k\0\0',
      'é',
      'e\u0301',
      '\ud800',
      '\udc00',
      '\ufffd',
    ];
    const odd = ODD.flatMap((key) => [key, `${key.repeat(3)}x`]).map((key, n) =>
      request(`${A}/${n}`, { key }),
    );
    holds('tells any two keys apart, character by character', function* (store) {
      expect(yield* store.push(odd)).toBe(odd.length);
      expect(yield* store.push(odd)).toBe(0);
      const keys = (yield* store.claim(yield* theHost(store), 100, 0)).map((lease) => lease.request.key);
      expect(keys).toEqual(odd.map(({ key }) => key));
    });

    holdsWhenReopened('knows them when it is opened again', function* (store, reopen) {
      const many = Array.from({ length: 5_000 }, (_, n) => request(`${A}/page/${n}?q=${n * 7}`));
      expect(yield* store.push([...odd, ...many])).toBe(odd.length + many.length);
      const again = yield* reopen();
      expect(yield* again.push([...many, ...odd])).toBe(0);
      expect(yield* again.push([request(`${A}/page/5000`)])).toBe(1);
    });
  });

  describe(`${name}: hosts`, () => {
    holds('are adopted once each, those first that have waited longest', function* (store) {
      yield* store.push([...at(A, 1), ...at(B, 1), ...at('https://c.example', 1), ...at(A, 2)]);
      const [first] = yield* store.adopt(1);
      expect(first).toMatchObject({ origin: A, state: undefined });
      expect((yield* store.adopt(9)).map(({ origin }) => origin)).toEqual([B, 'https://c.example']);
      expect(yield* store.adopt(9)).toEqual([]);
      expect(yield* store.push(at(A, 3))).toBe(1);
      expect(yield* store.adopt(9)).toEqual([]);
    });

    holds('are told apart by scheme, host and port', function* (store) {
      const urls = [
        'http://a.example/',
        'https://a.example/',
        'https://a.example:8443/',
        'https://b.example/',
      ];
      yield* store.push(urls.map((url) => request(url)));
      expect((yield* store.adopt(9)).map(({ origin }) => `${origin}/`)).toEqual(urls);
    });

    holds('when let go, wait behind those that waited before; their state is kept', function* (store) {
      yield* store.push([...at(A, 1, 2), ...at(B, 1)]);
      const a = yield* theHost(store);
      const state: Json = { at: 1.5, robots: ['*', null, { deep: 'ü\0\ud800' }] };
      yield* store.release(a, state);
      const adopted = yield* store.adopt(9);
      expect(adopted.map(({ origin }) => origin)).toEqual([B, A]);
      expect(adopted[1]).toEqual({ id: a, origin: A, state });
      yield* store.release(a, undefined);
      expect(yield* store.adopt(9)).toEqual([{ id: a, origin: A, state: undefined }]);
    });

    holds('without pending requests are not adopted, until there are some', function* (store) {
      yield* store.push(at(A, 1));
      const a = yield* theHost(store);
      const lease = yield* oneOf(store, a);
      yield* store.release(a, 'rested');
      expect(yield* store.adopt(9)).toEqual([]);
      yield* store.commit(lease, NOTHING);
      expect(yield* store.adopt(9)).toEqual([]);
      yield* store.push([...at(B, 1), ...at(A, 2)]);
      expect((yield* store.adopt(9)).map(({ origin, state }) => [origin, state])).toEqual([
        [B, undefined],
        [A, 'rested'],
      ]);
    });

    holds('whose requests were put off or given back are adopted', function* (store) {
      yield* store.push([...at(A, 1), ...at(B, 1)]);
      const [a, b] = yield* store.adopt(2);
      if (a === undefined || b === undefined) throw new Error('too few were adopted');
      yield* store.putOff(yield* oneOf(store, a.id), 1000);
      yield* store.giveBack(yield* oneOf(store, b.id));
      yield* store.release(a.id, undefined);
      yield* store.release(b.id, undefined);
      expect((yield* store.adopt(9)).map(({ origin }) => origin)).toEqual([A, B]);
    });

    holdsWhenReopened(
      'keep their state, and are nobody’s, when it is opened again',
      function* (store, reopen) {
        yield* store.push([...at(A, 1), ...at(B, 1)]);
        const [a] = yield* store.adopt(2);
        yield* store.release(a?.id ?? 0, { paced: true });
        const again = yield* reopen();
        const adopted = yield* again.adopt(9);
        expect(new Map(adopted.map(({ origin, state }) => [origin, state]))).toEqual(
          new Map<string, Json | undefined>([
            [A, { paced: true }],
            [B, undefined],
          ]),
        );
      },
    );
  });

  describe(`${name}: claim`, () => {
    holds(
      'gives a host’s own requests as they were found, each once, so many as asked for',
      function* (store) {
        yield* store.push([...at(A, 1), ...at(B, 1), ...at(A, 2, 3)]);
        const a = yield* theHost(store);
        const first = yield* store.claim(a, 2, 0);
        expect(urlsOf(first)).toEqual([`${A}/1`, `${A}/2`]);
        for (const lease of first) expect(lease).toMatchObject({ host: a, attempts: 0 });
        const second = yield* store.claim(a, 2, 0);
        expect(urlsOf(second)).toEqual([`${A}/3`]);
        expect(yield* store.claim(a, 2, 0)).toEqual([]);
        const ids = [...first, ...second].map(({ id }) => id);
        expect(ids).toEqual([...new Set(ids)].toSorted((x, y) => x - y));
        expect(store.counts()).toMatchObject({ pending: 1, leased: 3 });
      },
    );

    const mixed = (): CrawlRequest[] => [
      request(`${A}/0`, { priority: 0, depth: 0 }),
      request(`${A}/1`, { priority: -1.5, depth: 3 }),
      request(`${A}/2`, { priority: 0, depth: 1 }),
      request(`${A}/3`, { priority: 2.25, depth: 0 }),
      request(`${A}/4`, { priority: 0, depth: 1 }),
      request(`${A}/5`, { priority: Infinity, depth: 0 }),
      request(`${A}/6`, { priority: 2.25, depth: 9 }),
    ];
    const orderOf = function* (store: Store): CoroutineBody<number[]> {
      yield* store.push(mixed());
      const host = yield* theHost(store);
      const leases: Lease[] = [];
      for (let n = 0; n < 7; n++) leases.push(yield* oneOf(store, host));
      return urlsOf(leases).map((url) => Number(url.at(-1)));
    };
    holds('by priority, and of the same priority as found', function* (store) {
      expect(yield* orderOf(store)).toEqual([5, 3, 6, 0, 2, 4, 1]);
    });
    holds(
      "in the order 'depth' by priority, and of the same priority the deepest and newest first",
      function* (store) {
        expect(yield* orderOf(store)).toEqual([5, 6, 3, 4, 2, 0, 1]);
      },
      'depth',
    );

    holds('gives the request as it was pushed', function* (store) {
      const pushed: CrawlRequest[] = [
        request(`${A}/plain`, { depth: 7, priority: 0.5 }),
        request(`${A}/post`, {
          key: 'POST 1',
          method: 'POST',
          headers: { 'content-type': 'text/plain', 'x-odd': '"\\\u2028' },
          body: 'a\0b\ud800 ü',
          label: '',
          data: null,
          session: 'a session',
        }),
        request(`${A}/bytes`, { body: Uint8Array.of(0, 255, 128, 10), data: { deep: [1, { x: '' }] } }),
        request(`${A}/empty`, { body: '', label: 'detail', data: false }),
      ];
      yield* store.push(pushed);
      const claimed = yield* store.claim(yield* theHost(store), 9, 0);
      expect(claimed.map((lease) => plain(lease.request))).toEqual(pushed.map(plain));
    });
  });

  describe(`${name}: a request that was put off`, () => {
    holds('is pending, and not claimed before its time; then with one attempt more', function* (store) {
      yield* store.push(at(A, 1, 2));
      const a = yield* theHost(store);
      expect(store.putOffUntil(a)).toBe(Infinity);
      yield* store.putOff(yield* oneOf(store, a), 1000.5);
      expect(store.putOffUntil(a)).toBe(1000.5);
      expect(store.counts()).toMatchObject({ pending: 2, leased: 0, retries: 1 });
      expect(urlsOf(yield* store.claim(a, 9, 1000.4))).toEqual([`${A}/2`]);
      const [lease] = yield* store.claim(a, 9, 1000.5);
      expect(lease).toMatchObject({ attempts: 1, request: { url: `${A}/1` } });
      expect(store.putOffUntil(a)).toBe(Infinity);
    });

    holds('comes in its old place once its time has come', function* (store) {
      yield* store.push(at(A, 1, 2, 3));
      const a = yield* theHost(store);
      yield* store.putOff(yield* oneOf(store, a), 100);
      yield* store.putOff(yield* oneOf(store, a), 50);
      expect(store.putOffUntil(a)).toBe(50);
      expect(urlsOf(yield* store.claim(a, 1, 60))).toEqual([`${A}/2`]);
      expect(store.putOffUntil(a)).toBe(100);
      expect(urlsOf(yield* store.claim(a, 9, 100))).toEqual([`${A}/1`, `${A}/3`]);
    });

    holdsWhenReopened('waits as long when it is opened again', function* (store, reopen) {
      yield* store.push(at(A, 1, 2));
      const a = yield* theHost(store);
      yield* store.putOff(yield* oneOf(store, a), 5_000);
      yield* store.putOff(yield* oneOf(store, a), 4_000);
      const again = yield* reopen();
      const host = yield* theHost(again);
      expect(again.putOffUntil(host)).toBe(4_000);
      expect(yield* again.claim(host, 9, 3_999)).toEqual([]);
      expect((yield* again.claim(host, 9, 5_000)).map(({ attempts }) => attempts)).toEqual([1, 1]);
    });

    holds('by the thousand: all come back, each once', function* (store) {
      yield* store.push(at(A, ...Array.from({ length: 1_500 }, (_, n) => n)));
      const a = yield* theHost(store);
      for (const lease of yield* store.claim(a, 2_000, 0)) yield* store.putOff(lease, 10);
      expect(yield* store.claim(a, 9, 9)).toEqual([]);
      const back = new Set<string>();
      for (let left = 0; left < 20; left++) {
        for (const url of urlsOf(yield* store.claim(a, 400, 10))) {
          expect(back).not.toContain(url);
          back.add(url);
        }
      }
      expect(back.size).toBe(1_500);
    });
  });

  describe(`${name}: a lease`, () => {
    holds('given back leaves the request as it was', function* (store) {
      yield* store.push(at(A, 1, 2));
      const a = yield* theHost(store);
      const before = yield* oneOf(store, a);
      yield* store.giveBack(before);
      expect(store.counts()).toMatchObject({ pending: 2, leased: 0, retries: 0 });
      const after = yield* oneOf(store, a);
      expect(after).toMatchObject({ id: before.id, attempts: 0, request: { url: `${A}/1` } });
      expect(after.epoch).toBeGreaterThan(before.epoch);
    });

    for (const [ending, end] of ENDINGS) {
      holds(`under an older epoch: ${ending} is refused and changes nothing`, function* (store) {
        yield* store.push(at(A, 1));
        const a = yield* theHost(store);
        const old = yield* oneOf(store, a);
        yield* store.giveBack(old);
        const latest = yield* oneOf(store, a);
        const before = told(store);
        const error = yield* refused(end(store, old));
        expect(error).toBeInstanceOf(StoreError);
        expect(error).toMatchObject({ code: 'STALE_LEASE' });
        expect(error.message).toContain(`${A}/1`);
        expect(told(store)).toEqual(before);
        expect(store.putOffUntil(a)).toBe(Infinity);
        // Nor has the refused commit's request been seen, nor is the latest lease any worse for it.
        expect(yield* store.push(at(A, 'by commit'))).toBe(1);
        expect(yield* store.commit(latest, { ...NOTHING, items: ['x'] })).toMatchObject({ added: 0 });
        expect(lists(store.items()).map(({ item }) => item)).toEqual(['x']);
      });

      for (const [again, endAgain] of ENDINGS) {
        holds(`is over: ${again} after ${ending} is refused and changes nothing`, function* (store) {
          yield* store.push(at(A, 1));
          const lease = yield* oneOf(store, yield* theHost(store));
          yield* end(store, lease);
          const before = told(store);
          expect(yield* refused(endAgain(store, lease))).toMatchObject({ code: 'STALE_LEASE' });
          expect(told(store)).toEqual(before);
        });
      }
    }

    holdsWhenReopened('of a store that was closed since is refused', function* (store, reopen) {
      yield* store.push(at(A, 1));
      const lease = yield* oneOf(store, yield* theHost(store));
      const again = yield* reopen();
      expect(yield* refused(again.commit(lease, NOTHING))).toMatchObject({ code: 'STALE_LEASE' });
      const latest = yield* oneOf(again, yield* theHost(again));
      expect(yield* refused(again.fail(lease, { code: 'X', message: '' }))).toMatchObject({
        code: 'STALE_LEASE',
      });
      yield* again.commit(latest, NOTHING);
      expect(again.counts()).toMatchObject({ done: 1, failed: 0 });
    });
  });

  describe(`${name}: commit`, () => {
    holds('adds the items and the requests, and tells how many were new', function* (store) {
      yield* store.push(at(A, 1));
      const a = yield* theHost(store);
      const items = [{ n: 1 }, null, 'ü\0\ud800', [], -0.5];
      const { added, keys } = yield* store.commit(yield* oneOf(store, a), {
        items,
        requests: at(A, 1, 2, 3, 2),
        status: 203,
        bytes: 77,
      });
      expect(added).toBe(2);
      expect(new Set(keys).size).toBe(items.length);
      expect(lists(store.items())).toEqual(
        items.map((item, n) => ({ number: n + 1, key: keys[n], url: `${A}/1`, item })),
      );
      expect(store.counts()).toEqual({
        pending: 2,
        leased: 0,
        done: 1,
        failed: 0,
        items: 5,
        bytes: 77,
        retries: 0,
        statuses: { 203: 1 },
        failures: {},
      });
      yield* store.commit(yield* oneOf(store, a), { ...NOTHING, bytes: 3 });
      expect(store.counts()).toMatchObject({ bytes: 80, statuses: { 200: 1, 203: 1 } });
    });

    holds('keeps items as they are by way of JSON', function* (store) {
      yield* store.push(at(A, 1));
      const date = new Date(0);
      yield* store.commit(yield* oneOf(store, yield* theHost(store)), {
        ...NOTHING,
        items: [{ date, gone: undefined }, Number.NaN],
      });
      expect(lists(store.items()).map(({ item }) => item)).toEqual([{ date: date.toJSON() }, null]);
    });

    test('gives the same keys for the same page’s items, and others for another’s', async () => {
      await run(function* () {
        const found: (readonly string[])[] = [];
        for (const requests of [at(A, 1), [...at(A, 0), ...at(A, 1)], at(A, 2)]) {
          const store = yield* newPlace()();
          yield* store.push(requests);
          const lease = (yield* store.claim(yield* theHost(store), 9, 0)).at(-1);
          if (lease === undefined) throw new Error('nothing was claimed');
          found.push((yield* store.commit(lease, { ...NOTHING, items: [1, 2] })).keys);
          yield* store.close();
        }
        const [once, again, other] = found;
        expect(again).toEqual(once);
        expect(new Set([...(once ?? []), ...(other ?? [])]).size).toBe(4);
      });
    });

    const cyclic: unknown[] = [];
    cyclic.push(cyclic);
    const hostile = {
      toJSON() {
        throw new RangeError('not me');
      },
    };
    const UNFIT: [string, Partial<Effects>][] = [
      ['an item that is undefined', { items: ['fine', undefined] }],
      ['an item that is a function', { items: [() => 1] }],
      ['an item with a bigint', { items: [{ n: 1n }] }],
      ['an item with a cycle', { items: [cyclic] }],
      ['an item whose toJSON throws', { items: [hostile] }],
      [
        'a request whose data has no JSON',
        { requests: [...at(A, 'x'), request(`${A}/y`, { data: 1n as unknown as Json })] },
      ],
      [
        'a request whose priority is no number',
        { requests: [...at(A, 'x'), request(`${A}/y`, { priority: NaN })] },
      ],
    ];
    for (const [what, effects] of UNFIT) {
      holds(`with ${what}: a TypeError, and nothing is changed`, function* (store) {
        yield* store.push(at(A, 1));
        const a = yield* theHost(store);
        const lease = yield* oneOf(store, a);
        const before = told(store);
        const error = yield* refused(store.commit(lease, { ...NOTHING, items: ['fine'], ...effects }));
        expect(error).toBeInstanceOf(TypeError);
        expect(told(store)).toEqual(before);
        expect(yield* store.push(at(A, 'x', 'y'))).toBe(2);
        yield* store.fail(lease, { code: 'SPIDER', message: error.message });
        expect(store.counts()).toMatchObject({ pending: 2, leased: 0, failed: 1, items: 0 });
      });
    }

    holds('of many pages at once: each is told of its own', function* (store) {
      yield* store.push(at(A, ...Array.from({ length: 1_200 }, (_, n) => n)));
      const leases = yield* store.claim(yield* theHost(store), 2_000, 0);
      const committed = yield* all(
        leases.map((lease, n) =>
          store.commit(lease, { ...NOTHING, items: [n], requests: at(A, `of ${n}`, `of ${n - 1}`) }),
        ),
      );
      expect(committed.map(({ added }) => added)).toEqual(leases.map((_, n) => (n === 0 ? 2 : 1)));
      expect(lists(store.items()).map(({ key }) => key)).toEqual(committed.flatMap(({ keys }) => keys));
      expect(store.counts()).toMatchObject({ done: 1_200, items: 1_200, pending: 1_201, leased: 0 });
    });
  });

  describe(`${name}: failures`, () => {
    holds('are kept with their reason, and counted by code with the first of each', function* (store) {
      yield* store.push([
        request(`${A}/1`, { depth: 3 }),
        request(`${A}/2`, { key: 'two' }),
        request(`${A}/3`),
      ]);
      const a = yield* theHost(store);
      yield* store.putOff(yield* oneOf(store, a), 0);
      yield* store.fail(yield* oneOf(store, a), { code: 'TIMEOUT', message: 'one took too long' });
      yield* store.fail(yield* oneOf(store, a), { code: 'HTTP_404', message: 'two is gone' });
      yield* store.fail(yield* oneOf(store, a), { code: 'TIMEOUT', message: 'three took too long' });
      expect(lists(store.failures())).toEqual([
        { url: `${A}/1`, code: 'TIMEOUT', message: 'one took too long', attempts: 2, depth: 3 },
        { url: `${A}/2`, code: 'HTTP_404', message: 'two is gone', attempts: 1, depth: 0 },
        { url: `${A}/3`, code: 'TIMEOUT', message: 'three took too long', attempts: 1, depth: 0 },
      ]);
      expect(store.counts()).toMatchObject({
        failed: 3,
        retries: 1,
        failures: {
          TIMEOUT: { count: 2, example: { url: `${A}/1`, message: 'one took too long' } },
          HTTP_404: { count: 1, example: { url: `${A}/2`, message: 'two is gone' } },
        },
      });
    });
  });

  describe(`${name}: what is read`, () => {
    holds('is read a few at a time, while it grows: in order, each once', function* (store) {
      yield* store.push(at(A, ...Array.from({ length: 400 }, (_, n) => n)));
      const a = yield* theHost(store);
      const commit = function* (n: number): CoroutineBody<void> {
        for (const [i, lease] of (yield* store.claim(a, n, 0)).entries()) {
          if (i % 2 === 1) yield* store.fail(lease, { code: 'X', message: '' });
          else yield* store.commit(lease, { ...NOTHING, items: [lease.request.url] });
        }
      };
      yield* commit(200);
      const items: unknown[] = [];
      const reading = store.items();
      const failed: unknown[] = [];
      const failures = store.failures()[Symbol.iterator]();
      for (const { item } of reading) {
        items.push(item);
        const next = failures.next();
        if (next.done !== true) failed.push(next.value.url);
        if (items.length % 10 === 0) yield* commit(10);
      }
      for (let next = failures.next(); next.done !== true; next = failures.next())
        failed.push(next.value.url);
      const numbers = (urls: unknown[]): number[] => urls.map((url) => Number(/\d+$/.exec(String(url))?.[0]));
      const counts = store.counts();
      expect(counts.done + counts.failed).toBeGreaterThan(200);
      expect(items).toHaveLength(counts.items);
      expect(numbers(items)).toEqual(numbers(items).toSorted((x, y) => x - y));
      expect(new Set(failed).size).toBe(counts.failed);
    });

    holds('may be left in the middle', function* (store) {
      yield* store.push(at(A, 1));
      yield* store.commit(yield* oneOf(store, yield* theHost(store)), { ...NOTHING, items: [1, 2, 3] });
      for (const { item } of store.items()) {
        expect(item).toBe(1);
        break;
      }
      expect(yield* store.push(at(A, 2))).toBe(1);
      expect(lists(store.items())).toHaveLength(3);
    });

    holds('has counts that stay as they were given', function* (store) {
      yield* store.push(at(A, 1, 2));
      const a = yield* theHost(store);
      yield* store.fail(yield* oneOf(store, a), { code: 'X', message: '' });
      const before = store.counts();
      const copy = structuredClone(before);
      yield* store.fail(yield* oneOf(store, a), { code: 'X', message: '' });
      expect(before).toEqual(copy);
    });
  });

  describe(`${name}: notes`, () => {
    const values: Json[] = [null, 0, -1.5, '', 'ü\0\ud800', [], { a: [{}] }, true];
    holds('are had back as they were set last', function* (store) {
      expect(store.note('n')).toBe(undefined);
      for (const value of values) {
        yield* store.setNote('n', value);
        expect(store.note('n')).toEqual(value);
      }
      expect(store.note('counts')).toBe(undefined);
      yield* store.setNote('counts', 'mine');
      yield* store.setNote('settings', 'mine');
      expect([store.note('counts'), store.counts().pending]).toEqual(['mine', 0]);
    });

    holdsWhenReopened('are there when it is opened again', function* (store, reopen) {
      for (const [n, value] of values.entries()) yield* store.setNote(`n${n}`, value);
      yield* store.setNote('settings', 'mine');
      const again = yield* reopen();
      expect(values.map((_, n) => again.note(`n${n}`))).toEqual(values);
      expect(again.note('settings')).toBe('mine');
    });
  });

  describe(`${name}: close`, () => {
    holds('may be called twice; then nothing more is done', function* (store) {
      yield* store.push(at(A, 1));
      const lease = yield* oneOf(store, yield* theHost(store));
      yield* store.close();
      yield* store.close();
      expect(store.counts()).toMatchObject({ pending: 1, leased: 0 });
      for (const work of [
        store.push(at(A, 2)),
        store.adopt(1),
        store.claim(1, 1, 0),
        store.setNote('n', 1),
      ]) {
        expect(yield* refused(work)).toMatchObject({ code: 'STORE_CLOSED' });
      }
      for (const [, end] of ENDINGS) {
        expect(yield* refused(end(store, lease))).toMatchObject({ code: 'STORE_CLOSED' });
      }
    });

    holdsWhenReopened('gives back every lease and every host', function* (store, reopen) {
      yield* store.push([...at(A, 1, 2), ...at(B, 1)]);
      const hosts = yield* store.adopt(9);
      for (const { id } of hosts) yield* store.claim(id, 9, 0);
      expect(store.counts()).toMatchObject({ pending: 0, leased: 3 });
      const again = yield* reopen();
      expect(again.counts()).toMatchObject({ pending: 3, leased: 0 });
      const urls: string[] = [];
      for (const { id } of yield* again.adopt(9)) {
        const leases = yield* again.claim(id, 9, 0);
        for (const { attempts } of leases) expect(attempts).toBe(0);
        urls.push(...urlsOf(leases));
      }
      expect(urls.toSorted()).toEqual([`${A}/1`, `${A}/2`, `${B}/1`]);
    });

    holdsWhenReopened('commits what is pending', function* (store, reopen) {
      yield* store.push(at(A, 1, 2, 3));
      const a = yield* theHost(store);
      yield* store.commit(yield* oneOf(store, a), { ...NOTHING, items: ['kept'], bytes: 5 });
      yield* store.fail(yield* oneOf(store, a), { code: 'X', message: 'why' });
      yield* store.setNote('n', 1);
      const before = told(store);
      const again = yield* reopen();
      expect(told(again)).toEqual(before);
      expect(again.note('n')).toBe(1);
    });

    holdsWhenReopened('lets go of commits that nobody waits for any more', function* (store, reopen) {
      yield* store.push(at(A, 1));
      const lease = yield* oneOf(store, yield* theHost(store));
      const task = run(() => store.commit(lease, { ...NOTHING, items: ['kept'] }));
      yield* sleep(0);
      void task.cancel();
      const again = yield* reopen();
      const { done, items, pending } = again.counts();
      expect([done, items, pending]).toEqual([1, 1, 0]);
    });
  });

  describe(`${name}: the journal of a page`, () => {
    const ENTRIES = [
      entry('1:1', { bytes: Uint8Array.of(0, 255) }),
      entry('1.1:2', { failed: true, text: '' }),
      entry('1:1'),
    ];
    const plainly = (entries: readonly Entry[]): object[] =>
      entries.map(({ bytes, ...rest }) => ({ ...rest, bytes: bytes && [...bytes] }));

    holdsWhenReopened('is kept as it was written, until the page is done', function* (store, reopen) {
      yield* store.push(at(A, 1, 2));
      const lease = yield* oneOf(store, yield* theHost(store));
      expect(store.journal(lease).entries()).toEqual([]);
      const [first, ...rest] = ENTRIES;
      if (first === undefined) throw new Error('there are entries');
      yield* written(store.journal(lease), first);
      yield* written(store.journal(lease), ...rest);
      const again = yield* reopen();
      const later = yield* oneOf(again, yield* theHost(again));
      expect(plainly(again.journal(later).entries())).toEqual(plainly(ENTRIES));
      yield* again.commit(later, { ...NOTHING, items: [1] });
      expect(again.journal(later).entries()).toEqual([]);
    });

    holds('goes when the page has failed, and stays when it is put off or given back', function* (store) {
      yield* store.push(at(A, 1));
      const a = yield* theHost(store);
      let lease = yield* oneOf(store, a);
      yield* written(store.journal(lease), ...ENTRIES);
      yield* store.putOff(lease, 5);
      lease = yield* oneOf(store, a, 5);
      yield* store.giveBack(lease);
      lease = yield* oneOf(store, a, 5);
      expect(store.journal(lease).entries()).toHaveLength(3);
      yield* store.fail(lease, { code: 'X', message: 'no' });
      expect(store.journal(lease).entries()).toEqual([]);
    });

    holds('takes nothing from a run whose lease is not the latest', function* (store) {
      yield* store.push(at(A, 1));
      const a = yield* theHost(store);
      const stale = yield* oneOf(store, a);
      yield* store.giveBack(stale);
      expect(yield* refused(written(store.journal(stale), entry('1:1')))).toMatchObject({
        code: 'STALE_LEASE',
      });
      const lease = yield* oneOf(store, a);
      expect(yield* refused(written(store.journal(stale), entry('1:1')))).toMatchObject({
        code: 'STALE_LEASE',
      });
      yield* written(store.journal(lease), entry('1:1'));
      yield* store.commit(lease, NOTHING);
      expect(yield* refused(written(store.journal(lease), entry('1:2')))).toMatchObject({
        code: 'STALE_LEASE',
      });
    });

    holds('can be forgotten, alone or with all others', function* (store) {
      yield* store.push(at(A, 1, 2, 3));
      const leases = yield* store.claim(yield* theHost(store), 3, 0);
      for (const lease of leases) yield* written(store.journal(lease), entry('1:1'));
      const [first, second] = leases.map((lease) => store.journal(lease));
      if (first !== undefined) yield* first.forget();
      expect([first?.entries(), second?.entries()]).toMatchObject([[], [{ place: '1:1' }]]);
      const named = store.beginRun('r', 0);
      yield* written(named.journal, entry('1:1'));
      expect(yield* store.forgetJournals()).toBe(2);
      expect(second?.entries()).toEqual([]);
      expect(named.journal.entries()).toHaveLength(1);
    });
  });

  describe(`${name}: runs`, () => {
    holdsWhenReopened(
      'keep their journal until they have ended, and then what they gave',
      function* (store, reopen) {
        const begun = store.beginRun('a', 7);
        expect([begun.journal.startedAt, begun.outcome, store.runs()]).toEqual([7, undefined, ['a']]);
        yield* written(begun.journal, entry('1:1'));
        let again = yield* reopen();
        const later = again.beginRun('a', 9);
        expect([later.journal.startedAt, later.outcome]).toEqual([7, undefined]);
        expect(later.journal.entries()).toHaveLength(1);
        yield* later.end({ text: '5', bytes: null });
        expect(again.runs()).toEqual([]);
        again = yield* reopen();
        const over = again.beginRun('a', 9);
        expect(over.outcome).toMatchObject({ text: '5' });
        expect(over.journal.entries()).toEqual([]);
      },
    );

    holds('are under way once', function* (store) {
      const first = store.beginRun('a', 0);
      expect(() => store.beginRun('a', 0)).toThrow(/'a' is under way/);
      store.beginRun('b', 0);
      first.leave();
      store.beginRun('a', 0);
      expect(store.runs()).toEqual(['a', 'b']);
    });

    holds('can be forgotten', function* (store) {
      const first = store.beginRun('a', 0);
      yield* written(first.journal, entry('1:1'));
      expect(yield* refused(store.forgetRun('a') as CoroutineBody<unknown>)).toMatchObject({
        code: 'STORE_LOCKED',
      });
      first.leave();
      expect([yield* store.forgetRun('a'), yield* store.forgetRun('a')]).toEqual([true, false]);
      expect(store.beginRun('a', 3).journal).toMatchObject({ startedAt: 3 });
    });
  });

  describe(`${name}: items`, () => {
    holds('are told of until they are acknowledged', function* (store) {
      yield* store.push(at(A, 1, 2));
      const a = yield* theHost(store);
      const one = yield* store.commit(yield* oneOf(store, a), { ...NOTHING, items: ['a', 'b'] });
      const two = yield* store.commit(yield* oneOf(store, a), { ...NOTHING, items: ['c'] });
      expect([one.first, two.first]).toEqual([1, 3]);
      const left = (from: Store): unknown[] => lists(from.unacknowledged()).map(({ item }) => item);
      expect(left(store)).toEqual(['a', 'b', 'c']);
      store.acknowledge(2);
      store.acknowledge(1);
      expect(left(store)).toEqual(['c']);
      store.acknowledge(3);
      expect(left(store)).toEqual([]);
    });

    holdsWhenReopened('that were acknowledged are not told of later', function* (store, reopen) {
      yield* store.push(at(A, 1));
      yield* store.commit(yield* oneOf(store, yield* theHost(store)), { ...NOTHING, items: ['a', 'b'] });
      store.acknowledge(1);
      const again = yield* reopen();
      expect(lists(again.unacknowledged()).map(({ item }) => item)).toEqual(['b']);
    });
  });

  test(`${name}: does what a simple store in memory does, whatever happens in whatever order`, async () => {
    await storeModel(newPlace, survives);
  }, 60_000);
}

/** Bytes compared as bytes, whatever class they are of. */
function plain({ body, ...rest }: CrawlRequest): object {
  return { ...rest, body: body instanceof Uint8Array ? [...body] : body };
}
