import { run, type CoroutineBody } from '@gleaner/coroutine';
import type { StandardSchemaV1 } from '@standard-schema/spec';
import { type } from 'arktype';
import * as v from 'valibot';
import { describe, expect, test } from 'vitest';
import { z } from 'zod';
import { several } from './several.ts';
import type { Sink } from './sink.ts';
import { validated, type Rejection, type ValidatedSink } from './validated.ts';

/** Keeps what it is given. */
function list<T>(): {
  items: [T, string | undefined][];
  flushed: number;
  sink: () => CoroutineBody<Sink<T>>;
} {
  const kept = {
    items: [] as [T, string | undefined][],
    flushed: 0,
    *sink(): CoroutineBody<Sink<T>> {
      return {
        *write(item: T, key?: string) {
          kept.items.push([item, key]);
        },
        *flush() {
          kept.flushed++;
        },
      };
    },
  };
  return kept;
}

describe('a sink that checks its items', () => {
  test('passes on what the schema makes of them, and the others with the reason, under their keys', async () => {
    for (const schema of [
      z.object({ title: z.string(), price: z.number() }),
      v.object({ title: v.string(), price: v.number() }),
      type({ title: 'string', price: 'number', '+': 'delete' }),
    ]) {
      const good = list<unknown>();
      const bad = list<Rejection>();
      const counted = await run(function* () {
        const sink: ValidatedSink = yield* validated(schema, good.sink(), { rejected: bad.sink() });
        yield* sink.write({ title: 'a', price: 1, more: 2 }, 'k1');
        yield* sink.write({ title: 'b', price: 'x' }, 'k2');
        yield* sink.write('c', 'k3');
        if (sink.flush !== undefined) yield* sink.flush();
        return [sink.accepted, sink.rejected];
      });
      expect(counted).toEqual([1, 2]);
      expect(good.items).toEqual([[{ title: 'a', price: 1 }, 'k1']]);
      expect(bad.items).toMatchObject([
        [{ item: { title: 'b', price: 'x' }, issues: [{ path: ['price'] }] }, 'k2'],
        [{ item: 'c' }, 'k3'],
      ]);
      expect(bad.items[0]?.[0].reason).toMatch(/^price: .*number/);
      expect([good.flushed, bad.flushed]).toEqual([1, 1]);
    }
  });

  test('waits for schemas that wait, takes their own errors for rejections, and bounds what it tells', async () => {
    const good = list<unknown>();
    const bad = list<Rejection>();
    const schema: StandardSchemaV1<number[]> = {
      '~standard': {
        version: 1,
        vendor: 'test',
        async validate(numbers) {
          await Promise.resolve();
          const { length } = numbers as number[];
          if (length === 0) return { value: [] };
          if (length === 2) throw new Error('mine');
          return { issues: Array.from({ length }, (_, i) => ({ message: 'no', path: [{ key: i }] })) };
        },
      },
    };
    await run(function* () {
      const sink = yield* validated(schema, good.sink(), { rejected: bad.sink() });
      yield* sink.write([]);
      yield* sink.write([1, 2]);
      yield* sink.write(Array.from({ length: 1000 }, () => 'x'));
    });
    expect(good.items).toEqual([[[], undefined]]);
    expect(bad.items[0]?.[0]).toEqual({ item: [1, 2], issues: [], reason: 'the schema threw: mine' });
    expect(bad.items[1]?.[0].issues).toHaveLength(20);
    expect(bad.items[1]?.[0].reason).toBe('0: no; 1: no; 2: no; and 997 more');
  });
});

describe('several sinks', () => {
  test('get each item with its key, in their order', async () => {
    const one = list<number>();
    const two = list<number>();
    await run(function* () {
      const both = yield* several(one.sink(), two.sink());
      for (const n of [1, 2]) yield* both.write(n, `k${n}`);
      if (both.flush !== undefined) yield* both.flush();
    });
    expect(one).toMatchObject({
      items: [
        [1, 'k1'],
        [2, 'k2'],
      ],
      flushed: 1,
    });
    expect(two).toMatchObject({
      items: [
        [1, 'k1'],
        [2, 'k2'],
      ],
      flushed: 1,
    });
  });

  test('are all released, and what one throws is thrown', async () => {
    const one = list<number>();
    function* broken(): CoroutineBody<Sink<number>> {
      return {
        *write() {
          throw new Error('full');
        },
      };
    }
    const work = run(function* () {
      const both = yield* several(one.sink(), broken());
      yield* both.write(1);
    });
    await expect(work).rejects.toThrow('full');
    expect(one.items).toHaveLength(1);
  });
});
