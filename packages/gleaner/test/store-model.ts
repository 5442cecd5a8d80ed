import { run, type CoroutineBody } from '@gleaner/coroutine';
import fc from 'fast-check';
import { expect } from 'vitest';
import type { CrawlRequest, Json } from '../src/http/request.ts';
import { StoreError } from '../src/store/store-error.ts';
import type { Lease, Order, Store, StoreCounts } from '../src/store/store.ts';

/** A request as most are: a GET whose key is its URL. */
export function request(url: string, more: Partial<CrawlRequest> = {}): CrawlRequest {
  return {
    url,
    key: url,
    method: 'GET',
    headers: {},
    body: undefined,
    priority: 0,
    depth: 0,
    label: undefined,
    data: undefined,
    session: undefined,
    ...more,
  };
}

/** A store in memory, written to be seen through and not to be fast: by it the others are measured. */
class Model {
  readonly requests: ModelRequest[] = [];
  readonly hosts: ModelHost[] = [];
  readonly items: { url: string; item: unknown }[] = [];
  readonly failures: { url: string; code: string; message: string; attempts: number; depth: number }[] = [];
  readonly notes = new Map<string, Json>();
  bytes = 0;
  retries = 0;
  readonly statuses: Record<string, number> = {};
  readonly byCode: StoreCounts['failures'] = {};
  private turn = 0;
  private readonly order: Order;

  constructor(order: Order) {
    this.order = order;
  }

  push(requests: readonly CrawlRequest[]): number {
    const before = this.requests.length;
    for (const request of requests) {
      if (this.requests.some((other) => other.request.key === request.key)) continue;
      const { origin } = new URL(request.url);
      let host = this.hosts.find((other) => other.origin === origin);
      if (host === undefined)
        this.hosts.push((host = { origin, id: undefined, isAdopted: false, since: 0, state: undefined }));
      this.waits(host);
      this.requests.push({ request, host, state: 'pending', attempts: 0, notBefore: 0, lease: undefined });
    }
    return this.requests.length - before;
  }

  /** Whether these hosts are the right ones to be adopted, and in the right order, as far as it is known. */
  adopt(limit: number, adopted: readonly { id: number; origin: string; state: Json | undefined }[]): void {
    const eligible = this.hosts.filter((host) => !host.isAdopted && this.waiting(host) > 0);
    expect(adopted).toHaveLength(Math.min(limit, eligible.length));
    const taken = adopted.map(({ id, origin, state }) => {
      const host = eligible.find((other) => other.origin === origin);
      if (host === undefined) throw new Error(`${origin} was not to be adopted`);
      expect(host.id ?? id).toBe(id);
      expect(state).toEqual(host.state);
      host.id = id;
      host.isAdopted = true;
      return host;
    });
    const turns = taken.map(({ since }) => since).filter((since) => since !== undefined);
    expect(turns).toEqual(turns.toSorted((a, b) => a - b));
    for (const { since, isAdopted } of eligible) {
      if (!isAdopted && since !== undefined) for (const earlier of turns) expect(earlier).toBeLessThan(since);
    }
  }

  release(host: ModelHost, state: Json | undefined): void {
    host.isAdopted = false;
    host.state = state;
    host.since = this.turn++;
  }

  claim(host: ModelHost, limit: number, now: number): ModelRequest[] {
    const own = this.requests.filter((request) => request.host === host);
    for (const request of own) {
      if (request.state === 'put off' && request.notBefore <= now) request.state = 'pending';
    }
    const depthFirst = this.order === 'depth';
    const claimed = own
      .filter(({ state }) => state === 'pending')
      .toSorted(
        (a, b) =>
          b.request.priority - a.request.priority ||
          (depthFirst ? b.request.depth - a.request.depth : 0) ||
          (this.requests.indexOf(a) - this.requests.indexOf(b)) * (depthFirst ? -1 : 1),
      )
      .slice(0, limit);
    for (const request of claimed) request.state = 'leased';
    return claimed;
  }

  putOffUntil(host: ModelHost): number {
    return Math.min(
      ...this.requests
        .filter((request) => request.host === host && request.state === 'put off')
        .map(({ notBefore }) => notBefore),
    );
  }

  /** A request may go back to those that wait; if its host had none, it waits anew. */
  waitsAgain(request: ModelRequest, state: 'pending' | 'put off'): void {
    this.waits(request.host);
    request.state = state;
    request.lease = undefined;
  }

  /** As after closing and opening. */
  reopen(): void {
    for (const request of this.requests) if (request.state === 'leased') this.waitsAgain(request, 'pending');
    for (const host of this.hosts) {
      // Whose turn comes when all are nobody's at the same time, no one has promised.
      if (host.isAdopted || this.requests.some((request) => request.host === host)) host.since = undefined;
      host.isAdopted = false;
    }
  }

  counts(): StoreCounts {
    const of = (...states: ModelRequest['state'][]): number =>
      this.requests.filter(({ state }) => states.includes(state)).length;
    return {
      pending: of('pending', 'put off'),
      leased: of('leased'),
      done: of('done'),
      failed: of('failed'),
      items: this.items.length,
      bytes: this.bytes,
      retries: this.retries,
      statuses: this.statuses,
      failures: this.byCode,
    };
  }

  private waiting(host: ModelHost): number {
    return this.requests.filter(
      ({ host: own, state }) => own === host && (state === 'pending' || state === 'put off'),
    ).length;
  }

  private waits(host: ModelHost): void {
    if (this.waiting(host) === 0) host.since = this.turn++;
  }
}

interface ModelHost {
  origin: string;
  /** As the store calls it, once it is known. */
  id: number | undefined;
  isAdopted: boolean;
  /** Since when it has waited; undefined if that is not known. */
  since: number | undefined;
  state: Json | undefined;
}

interface ModelRequest {
  request: CrawlRequest;
  host: ModelHost;
  state: 'pending' | 'put off' | 'leased' | 'done' | 'failed';
  attempts: number;
  notBefore: number;
  /** The latest. */
  lease: Lease | undefined;
}

/** One thing that is done to both. Numbers choose among what there is. */
type Step =
  | { do: 'push'; requests: CrawlRequest[] }
  | { do: 'adopt'; limit: number }
  | { do: 'release'; which: number; state: Json | undefined }
  | { do: 'claim'; which: number; limit: number }
  | { do: 'commit'; which: number; items: Json[]; requests: CrawlRequest[]; status: number }
  | { do: 'fail'; which: number; code: string }
  | { do: 'put off'; which: number; wait: number }
  | { do: 'give back'; which: number }
  | { do: 'note'; name: string; value: Json }
  | { do: 'read' }
  | { do: 'later'; time: number }
  | { do: 'open again' };

/** As it is after having been written: JSON has no -0. */
const json: fc.Arbitrary<Json> = fc.jsonValue().map((value) => JSON.parse(JSON.stringify(value)) as Json);

const requests: fc.Arbitrary<CrawlRequest> = fc
  .record({
    host: fc.nat(2),
    page: fc.nat(30),
    ownKey: fc.option(fc.constantFrom('k', '"', '\0', '\ud800', 'https://h0.example/1'), { freq: 6 }),
    priority: fc.constantFrom(0, 0, 0, 1, -0.5),
    depth: fc.nat(2),
    data: fc.option(json, { freq: 3 }),
  })
  .map(({ host, page, ownKey, priority, depth, data }) => {
    const url = `https://h${host}.example/${page}`;
    return request(url, {
      key: ownKey ?? url,
      priority,
      depth,
      data: data ?? undefined,
    });
  });
const which = fc.nat(1_000);
const step = (survives: boolean): fc.Arbitrary<Step> =>
  fc.oneof(
    { weight: 3, arbitrary: fc.record({ do: fc.constant('push' as const), requests: fc.array(requests) }) },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('adopt' as const), limit: fc.integer({ min: 1, max: 3 }) }),
    },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('release' as const),
        which,
        state: fc.option(json, { nil: undefined }),
      }),
    },
    {
      weight: 6,
      arbitrary: fc.record({
        do: fc.constant('claim' as const),
        which,
        limit: fc.integer({ min: 1, max: 4 }),
      }),
    },
    {
      weight: 4,
      arbitrary: fc.record({
        do: fc.constant('commit' as const),
        which,
        items: fc.array(json, { maxLength: 4 }),
        requests: fc.array(requests),
        status: fc.constantFrom(200, 404),
      }),
    },
    {
      weight: 2,
      arbitrary: fc.record({ do: fc.constant('fail' as const), which, code: fc.constantFrom('X', 'Y') }),
    },
    { weight: 3, arbitrary: fc.record({ do: fc.constant('put off' as const), which, wait: fc.nat(50) }) },
    { weight: 1, arbitrary: fc.record({ do: fc.constant('give back' as const), which }) },
    {
      weight: 1,
      arbitrary: fc.record({
        do: fc.constant('note' as const),
        name: fc.constantFrom('a', 'counts', '__proto__'),
        value: json,
      }),
    },
    { weight: 1, arbitrary: fc.constant<Step>({ do: 'read' }) },
    { weight: 2, arbitrary: fc.record({ do: fc.constant('later' as const), time: fc.nat(40) }) },
    ...(survives ? [{ weight: 1, arbitrary: fc.constant<Step>({ do: 'open again' }) }] : []),
  );

/** Does the same to a store and to the model, and compares what can be seen of them. */
class Comparison {
  private store: Store;
  private readonly open: () => CoroutineBody<Store>;
  private readonly model: Model;
  private time = 1_000;
  /** All that there ever were. */
  private readonly leases: { lease: Lease; request: ModelRequest }[] = [];

  constructor(store: Store, open: () => CoroutineBody<Store>, order: Order) {
    this.store = store;
    this.open = open;
    this.model = new Model(order);
  }

  *run(steps: readonly Step[]): CoroutineBody<void> {
    try {
      for (const step of steps) {
        yield* this.perform(step);
        this.compare();
      }
      this.compareAll();
    } finally {
      yield* this.store.close();
    }
  }

  private *perform(step: Step): CoroutineBody<void> {
    const { model, store } = this;
    switch (step.do) {
      case 'push':
        expect(yield* store.push(step.requests)).toBe(model.push(step.requests));
        break;
      case 'adopt':
        model.adopt(step.limit, yield* store.adopt(step.limit));
        break;
      case 'release': {
        const host = chosen(this.adopted(), step.which);
        if (host === undefined) break;
        yield* store.release(idOf(host), step.state);
        model.release(host, step.state);
        break;
      }
      case 'claim': {
        const host = chosen(this.adopted(), step.which);
        if (host === undefined) break;
        const leases = yield* store.claim(idOf(host), step.limit, this.time);
        const expected = model.claim(host, step.limit, this.time);
        expect(leases.map(({ request, attempts }) => ({ request, attempts }))).toEqual(
          expected.map(({ request, attempts }) => ({ request, attempts })),
        );
        for (const [n, request] of expected.entries()) {
          const lease = leases[n];
          if (lease === undefined) break;
          request.lease = lease;
          this.leases.push({ lease, request });
        }
        break;
      }
      case 'commit':
        yield* this.end(
          step.which,
          function* commit(lease) {
            const { items, requests, status } = step;
            const { added, keys } = yield* store.commit(lease, { items, requests, status, bytes: 7 });
            expect(new Set(keys).size).toBe(items.length);
            return added;
          },
          (request) => {
            request.state = 'done';
            model.bytes += 7;
            model.statuses[step.status] = (model.statuses[step.status] ?? 0) + 1;
            for (const item of step.items) {
              model.items.push({
                url: request.request.url,
                item: JSON.parse(JSON.stringify(item)) as unknown,
              });
            }
            return model.push(step.requests);
          },
        );
        break;
      case 'fail': {
        const { code } = step;
        yield* this.end(
          step.which,
          (lease) => store.fail(lease, { code, message: `because ${code}` }),
          (request) => {
            request.state = 'failed';
            const { url, depth } = request.request;
            const message = `because ${code}`;
            model.failures.push({ url, code, message, attempts: ++request.attempts, depth });
            const known = model.byCode[code];
            model.byCode[code] = {
              count: (known?.count ?? 0) + 1,
              example: known?.example ?? { url, message },
            };
          },
        );
        break;
      }
      case 'put off': {
        const until = this.time + step.wait;
        yield* this.end(
          step.which,
          (lease) => store.putOff(lease, until),
          (request) => {
            model.waitsAgain(request, 'put off');
            request.attempts++;
            request.notBefore = until;
            model.retries++;
          },
        );
        break;
      }
      case 'give back':
        yield* this.end(
          step.which,
          (lease) => store.giveBack(lease),
          (request) => model.waitsAgain(request, 'pending'),
        );
        break;
      case 'note':
        yield* store.setNote(step.name, step.value);
        model.notes.set(step.name, JSON.parse(JSON.stringify(step.value)) as Json);
        break;
      case 'read':
        this.compareAll();
        break;
      case 'later':
        this.time += step.time;
        break;
      case 'open again':
        yield* store.close();
        this.store = yield* this.open();
        model.reopen();
        break;
    }
  }

  /** Ends any lease that there ever was: one that is over is refused, by both. */
  private *end<T>(
    which: number,
    inStore: (lease: Lease) => CoroutineBody<T>,
    inModel: (request: ModelRequest) => T,
  ): CoroutineBody<void> {
    const found = chosen(this.leases, which);
    if (found === undefined) return;
    const { lease, request } = found;
    const isValid = request.state === 'leased' && request.lease === lease;
    try {
      const outcome = yield* inStore(lease);
      expect(isValid).toBe(true);
      expect(outcome).toEqual(inModel(request));
    } catch (error) {
      if (!(error instanceof StoreError)) throw error;
      expect([error.code, isValid]).toEqual(['STALE_LEASE', false]);
    }
  }

  private adopted(): ModelHost[] {
    return this.model.hosts.filter(({ isAdopted }) => isAdopted);
  }

  private compare(): void {
    const { store, model } = this;
    expect(store.counts()).toEqual(model.counts());
    for (const host of model.hosts)
      if (host.id !== undefined) expect(store.putOffUntil(host.id)).toBe(model.putOffUntil(host));
  }

  private compareAll(): void {
    const { store, model } = this;
    expect([...store.items()].map(({ url, item }) => ({ url, item }))).toEqual(model.items);
    expect(sorted([...store.failures()])).toEqual(sorted(model.failures));
    for (const [name, value] of model.notes) expect(store.note(name)).toEqual(value);
  }
}

/** @param newPlace gives a way to open a store that is empty at first */
export async function storeModel(
  newPlace: () => (order?: Order) => CoroutineBody<Store>,
  survives: boolean,
): Promise<void> {
  await fc.assert(
    fc.asyncProperty(
      fc.constantFrom<Order>('breadth', 'depth'),
      fc.array(step(survives), { minLength: 10, maxLength: 120, size: 'max' }),
      async (order, steps) => {
        const open = newPlace();
        await run(function* () {
          const store = yield* open(order);
          yield* new Comparison(store, () => open(order), order).run(steps);
        });
      },
    ),
    { numRuns: 40 },
  );
}

function chosen<T>(from: readonly T[], which: number): T | undefined {
  return from.length === 0 ? undefined : from[which % from.length];
}

function idOf({ id, origin }: ModelHost): number {
  if (id === undefined) throw new Error(`${origin} was never adopted`);
  return id;
}

/** In an order of their own, whatever they say: several may have the same URL. */
function sorted(all: readonly unknown[]): string[] {
  return all.map((one) => JSON.stringify(one)).toSorted();
}
