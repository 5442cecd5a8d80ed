import { run, spawn, VirtualClock } from '@gleaner/coroutine';
import { describe, expect, test } from 'vitest';
import { gate, turn } from '../../test/server.ts';
import { Batches } from './batches.ts';

const limits = { count: 3, weight: 100, wait: 1000 };

describe('batches', () => {
  test('are sent when they are full, by count or by weight, one after the other', async () => {
    const sent: number[][] = [];
    const batches = new Batches<number>(limits, (rows) => void sent.push([...rows]));
    await run(function* () {
      for (let i = 0; i < 7; i++) yield* batches.add(i, i === 6 ? 100 : 1);
      expect(sent).toEqual([[0, 1, 2], [3, 4, 5], [6]]);
      yield* batches.add(7, 1);
      yield* batches.close();
    });
    expect(sent.at(-1)).toEqual([7]);
  });

  test('hold back whoever writes while one is on its way and another is full', async () => {
    const { open, opened } = gate();
    const batches = new Batches<number>(limits, () => opened);
    let added = 0;
    const work = run(function* () {
      yield* spawn(function* () {
        for (let i = 0; i < 3; i++) yield* batches.add(i, 1);
      });
      for (; added < 10; added++) yield* batches.add(added, 1);
    });
    await turn(5);
    expect(added).toBe(2);
    open();
    await work;
    expect(added).toBe(10);
  });

  test('arrive although whoever wrote the last row is cancelled', async () => {
    const { open, opened } = gate();
    const sent: number[] = [];
    const batches = new Batches<number>(limits, async (rows) => {
      await opened;
      sent.push(...rows);
    });
    const writer = run(function* () {
      for (let i = 0; i < 3; i++) yield* batches.add(i, 1);
    });
    await turn();
    await writer.cancel();
    const closing = run(() => batches.close());
    open();
    await closing;
    expect(sent).toEqual([0, 1, 2]);
  });

  test('that do not fill are sent when the time has come', async () => {
    const clock = new VirtualClock();
    const sent: number[][] = [];
    const batches = new Batches<number>(limits, (rows) => void sent.push([...rows]));
    const ticking = run(() => batches.ticking(), { clock });
    await run(() => batches.add(1, 1));
    await clock.advance(999);
    expect(sent).toEqual([]);
    await clock.advance(1);
    expect(sent).toEqual([[1]]);
    await clock.advance(5000);
    expect(sent).toHaveLength(1);
    await ticking.cancel();
  });

  test('that fail are told of to who writes next, and at the end only if nobody knows', async () => {
    const broken = (): never => {
      throw new Error('full');
    };
    const batches = new Batches<number>({ ...limits, count: 1 }, broken);
    await expect(run(() => batches.add(1, 1))).rejects.toThrow('full');
    await expect(run(() => batches.add(2, 1))).rejects.toThrow('full');
    await run(() => batches.close());
    const unknown = new Batches<number>(limits, broken);
    await run(() => unknown.add(1, 1));
    await expect(run(() => unknown.close())).rejects.toThrow('full');
  });
});
