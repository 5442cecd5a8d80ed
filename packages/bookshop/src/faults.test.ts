import { once } from 'node:events';
import { connect } from 'node:net';
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { type Bookshop, startBookshop } from './bookshop.ts';
import { generateBooks } from './catalogue/books.ts';
import { chooseFaults, type Fault, FAULT_COUNTS } from './faults.ts';

const kinds = Object.keys(FAULT_COUNTS) as Fault['kind'][];

test('each fault is had by exactly as many books as it says, whatever the seed, and never two by one', () => {
  for (const seed of [1, 2, 3]) {
    const faults = chooseFaults(generateBooks(seed), seed, { min: 300, max: 1500 });
    expect(faults.size).toBe(55);
    for (const kind of kinds) {
      expect([...faults.values()].filter((fault) => fault.kind === kind)).toHaveLength(FAULT_COUNTS[kind]);
    }
  }
});

test('the same seed chooses the same books, another seed others', () => {
  const books = generateBooks(1);
  const slow = { min: 300, max: 1500 };
  expect(chooseFaults(books, 1, slow)).toEqual(chooseFaults(books, 1, slow));
  expect(chooseFaults(books, 2, slow)).not.toEqual(chooseFaults(books, 1, slow));
});

test('slow pages take from min to max, and how slow is part of the seed', () => {
  const books = generateBooks(1);
  const delays = [...chooseFaults(books, 1, { min: 300, max: 1500 }).values()].flatMap((fault) =>
    fault.kind === 'slow' ? [fault.delay] : [],
  );
  for (const delay of delays) {
    expect(delay).toBeGreaterThanOrEqual(300);
    expect(delay).toBeLessThanOrEqual(1500);
  }
  expect(Math.max(...delays) - Math.min(...delays)).toBeGreaterThan(500);
});

test('without `faults` there are none', async () => {
  const sound = await startBookshop({ latency: 0 });
  expect(sound.faults.size).toBe(0);
  for (const id of chooseFaults(sound.books, 1, { min: 0, max: 0 }).keys()) {
    expect((await fetch(`${sound.origin}/api/books/${id}.json`)).status).toBe(200);
  }
  await sound.close();
});

describe('each fault', () => {
  let shop: Bookshop;
  beforeEach(async () => {
    shop = await startBookshop({ latency: 0, faults: true, slow: { min: 20, max: 25 } });
  });
  afterEach(async () => {
    await shop.close();
  });

  const idsWith = (kind: Fault['kind']): number[] =>
    [...shop.faults].flatMap(([id, fault]) => (fault.kind === kind ? [id] : []));
  const ask = (id: number): Promise<Response> =>
    fetch(`${shop.origin}/api/books/${id}.json`, { redirect: 'manual' });
  const statuses = async (id: number, times: number): Promise<number[]> => {
    const seen: number[] = [];
    for (let i = 0; i < times; i++) seen.push((await ask(id)).status);
    return seen;
  };

  test('slow: the right answer, late', async () => {
    for (const id of idsWith('slow').slice(0, 5)) {
      const start = performance.now();
      const response = await ask(id);
      expect(performance.now() - start).toBeGreaterThan(18);
      expect(await response.json()).toMatchObject({ id });
    }
  });

  test('unavailable: 503 once, with Retry-After, then well', async () => {
    for (const id of idsWith('unavailable')) {
      const first = await ask(id);
      expect([first.status, first.headers.get('retry-after')]).toEqual([503, '1']);
      expect(await (await ask(id)).json()).toMatchObject({ id });
    }
  });

  test('error: 500 twice, then well', async () => {
    for (const id of idsWith('error')) expect(await statuses(id, 4)).toEqual([500, 500, 200, 200]);
  });

  test('what recovers is ill again after a new start', async () => {
    const [id = 0] = idsWith('error');
    expect(await statuses(id, 3)).toEqual([500, 500, 200]);
    const again = await startBookshop({ latency: 0, faults: true });
    expect((await fetch(`${again.origin}/api/books/${id}.json`)).status).toBe(500);
    await again.close();
  });

  test('missing and gone: 404 and 410, every time', async () => {
    for (const id of idsWith('missing')) expect(await statuses(id, 2)).toEqual([404, 404]);
    for (const id of idsWith('gone')) expect(await statuses(id, 2)).toEqual([410, 410]);
  });

  test('html: 200, but a page for people', async () => {
    for (const id of idsWith('html')) {
      const response = await ask(id);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        'text/html; charset=utf-8',
      ]);
      expect(await response.text()).toContain('Something went wrong');
    }
  });

  test('truncated: 200 and called JSON, but not all of it', async () => {
    for (const id of idsWith('truncated')) {
      const response = await ask(id);
      expect([response.status, response.headers.get('content-type')]).toEqual([
        200,
        'application/json; charset=utf-8',
      ]);
      const text = await response.text();
      expect(text).toContain(`{"id":${id},`);
      expect(() => JSON.parse(text) as unknown).toThrow(SyntaxError);
    }
  });

  test('moved: 301 to an address where the book is', async () => {
    for (const id of idsWith('moved')) {
      const fault = shop.faults.get(id);
      const response = await ask(id);
      expect(response.status).toBe(301);
      const location = response.headers.get('location') ?? '';
      expect(fault).toEqual({ kind: 'moved', location });
      expect(await (await fetch(shop.origin + location)).json()).toMatchObject({ id });
    }
  });

  test('loop: 302 there and 302 back', async () => {
    for (const id of idsWith('loop')) {
      const response = await ask(id);
      expect(response.status).toBe(302);
      const there = await fetch(shop.origin + (response.headers.get('location') ?? ''), {
        redirect: 'manual',
      });
      expect([there.status, there.headers.get('location')]).toEqual([302, `/api/books/${id}.json`]);
      await expect(fetch(`${shop.origin}/api/books/${id}.json`)).rejects.toThrow();
    }
  });

  test('reset: the connection is reset, every time', async () => {
    for (const id of idsWith('reset')) {
      for (let i = 0; i < 2; i++) {
        const socket = connect(Number(new URL(shop.url).port), '127.0.0.1');
        socket.write(`GET /api/books/${id}.json HTTP/1.1\r\nHost: x\r\n\r\n`);
        const [error] = (await once(socket, 'error')) as [NodeJS.ErrnoException];
        expect(error.code).toBe('ECONNRESET');
      }
      await expect(ask(id)).rejects.toThrow();
    }
  });

  test('hang: not a byte, until the shop closes', async () => {
    const [id = 0] = idsWith('hang');
    const socket = connect(Number(new URL(shop.url).port), '127.0.0.1');
    let bytes = 0;
    socket.on('data', (chunk) => (bytes += chunk.length));
    socket.write(`GET /api/books/${id}.json HTTP/1.1\r\nHost: x\r\n\r\n`);
    const ended = once(socket, 'close');
    await Promise.all([1, 2, 3].map((page) => fetch(`${shop.origin}/catalogue/page-${page}.html`)));
    await shop.close();
    await ended;
    expect(bytes).toBe(0);
    expect(shop.stats).toMatchObject({ unanswered: 1, inFlight: 0 });
  });

  test('hang: with a limit, the connection is closed after it', async () => {
    const limited = await startBookshop({ latency: 0, faults: true, hang: 5 });
    const [id = 0] = idsWith('hang');
    await expect(fetch(`${limited.origin}/api/books/${id}.json`)).rejects.toThrow();
    await limited.close();
  });

  test('the HTML page of a faulty book is sound', async () => {
    for (const id of shop.faults.keys()) {
      expect((await fetch(shop.origin + (shop.books[id - 1]?.path ?? ''))).status).toBe(200);
    }
  });
});

describe('a patient crawl of all JSON pages', () => {
  let shop: Bookshop;
  beforeAll(async () => {
    shop = await startBookshop({ latency: 0, faults: true, slow: { min: 1, max: 2 }, hang: 1 });
  });
  afterAll(async () => {
    await shop.close();
  });

  test('gets 985 books, and 15 never', async () => {
    const found = new Set<number>();
    const lost = new Set<Fault['kind'] | undefined>();
    for (const { id } of shop.books) {
      for (let tries = 0; tries < 3; tries++) {
        const data: unknown = await fetch(`${shop.origin}/api/books/${id}.json`)
          .then((response) => (response.ok ? response.json() : undefined))
          .catch(() => undefined);
        if (data !== undefined) found.add(id);
        if (data !== undefined || tries === 2) break;
      }
      if (!found.has(id)) lost.add(shop.faults.get(id)?.kind);
    }
    expect(found.size).toBe(985);
    expect(lost).toEqual(new Set(['missing', 'gone', 'html', 'truncated', 'hang', 'loop', 'reset']));
    expect(shop.stats.byStatus).toMatchObject({ 301: 1, 500: 8, 503: 5 });
  });
});
