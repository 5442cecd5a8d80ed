import { describe, expect, test } from 'vitest';
import {
  channel,
  ChannelClosedError,
  checkpoint,
  each,
  MisuseError,
  run,
  scope,
  sleep,
  spawn,
  timeout,
  VirtualClock,
} from './index.ts';

const autojump = (): { clock: VirtualClock } => ({ clock: new VirtualClock({ autojump: true }) });

describe('channel', () => {
  test('hands items over in order', async () => {
    const pipe = channel<number>(2);
    const received = await run(function* () {
      yield* spawn(function* () {
        for (let n = 0; n < 5; n++) yield* pipe.send(n);
      });
      const received: number[] = [];
      for (let n = 0; n < 5; n++) received.push(yield* pipe.receive());
      return received;
    });
    expect(received).toEqual([0, 1, 2, 3, 4]);
  });

  test('with no room, a sender waits until its item is received', async () => {
    const pipe = channel<number>();
    const log: string[] = [];
    await run(function* () {
      yield* spawn(function* () {
        yield* pipe.send(1);
        log.push('sent');
      });
      yield* sleep(10);
      log.push('receiving');
      yield* pipe.receive();
    }, autojump());
    expect(log).toEqual(['receiving', 'sent']);
  });

  test('with room for some, a sender waits only while it is full', async () => {
    const pipe = channel<number>(2);
    const sent: number[] = [];
    const task = run(function* () {
      for (let n = 0; ; n++) {
        yield* pipe.send(n);
        sent.push(n);
      }
    });
    expect(sent).toEqual([0, 1]);
    await run(() => pipe.receive());
    expect(sent).toEqual([0, 1, 2]);
    await task.cancel();
  });

  test('receivers and senders are served first come, first served', async () => {
    const pipe = channel<string>();
    const log: string[] = [];
    await run(function* () {
      for (const name of ['a', 'b', 'c']) {
        yield* spawn(function* () {
          log.push(`${name} got ${yield* pipe.receive()}`);
        });
      }
      for (const item of ['1', '2', '3']) yield* pipe.send(item);
    });
    await run(function* () {
      for (const name of ['d', 'e', 'f']) yield* spawn(pipe.send(name));
      for (let n = 0; n < 3; n++) log.push(yield* pipe.receive());
    });
    expect(log).toEqual(['a got 1', 'b got 2', 'c got 3', 'd', 'e', 'f']);
  });

  test('a receiver that is cancelled while it waits has taken nothing', async () => {
    const pipe = channel<string>();
    await run(function* () {
      const first = yield* spawn(pipe.receive());
      const second = yield* spawn(pipe.receive());
      yield* first.cancel();
      yield* pipe.send('item');
      expect(yield* second).toBe('item');
    });
  });

  test('a sender that is cancelled while it waits has sent nothing', async () => {
    const pipe = channel<string>();
    await run(function* () {
      const first = yield* spawn(pipe.send('first'));
      yield* spawn(pipe.send('second'));
      yield* first.cancel();
      expect(yield* pipe.receive()).toBe('second');
    });
  });

  test('a receiver that is cancelled after it was given the item still gets it', async () => {
    const pipe = channel<string>();
    const got: string[] = [];
    await run(function* () {
      const receiver = yield* spawn(function* () {
        got.push(yield* pipe.receive());
        yield* checkpoint();
        got.push('went on');
      });
      yield* pipe.send('item');
      yield* receiver.cancel();
    });
    expect(got).toEqual(['item']);
  });

  test('closed: what is in it can be received, then receiving throws; sending throws at once', async () => {
    const pipe = channel<number>(2);
    await run(function* () {
      yield* pipe.send(1);
      pipe.close();
      pipe.close();
      expect(pipe.isClosed).toBe(true);
      expect(yield* pipe.receive()).toBe(1);
    });
    await expect(run(() => pipe.receive())).rejects.toThrow(ChannelClosedError);
    await expect(run(() => pipe.send(2))).rejects.toMatchObject({ code: 'CHANNEL_CLOSED' });
  });

  test('closing wakes all who wait, with an error', async () => {
    const full = channel<number>();
    const empty = channel<number>();
    const sender = run(() => full.send(1));
    const receiver = run(() => empty.receive());
    full.close();
    empty.close();
    await expect(sender).rejects.toThrow('cannot send to a closed channel');
    await expect(receiver).rejects.toThrow('cannot receive from a closed channel');
  });

  test('undefined and null are items like any other', async () => {
    const pipe = channel<undefined | null>(2);
    await run(function* () {
      yield* pipe.send(undefined);
      yield* pipe.send(null);
      pipe.close();
      const items: unknown[] = [];
      const cursor = each(pipe);
      while (yield* cursor.next()) items.push(cursor.value);
      expect(items).toEqual([undefined, null]);
    });
  });

  test('its capacity must be a whole number', () => {
    expect(() => channel(-1)).toThrow(MisuseError);
    expect(() => channel(1.5)).toThrow("a channel's capacity must be a whole number of at least 0, not 1.5");
    expect(() => channel(Infinity)).toThrow(MisuseError);
  });
});

describe('a loop over a channel', () => {
  test('takes items until the channel is closed', async () => {
    const pipe = channel<number>(1);
    const items = run(() => pipe.toArray());
    await run(function* () {
      for (let n = 0; n < 4; n++) yield* pipe.send(n);
      pipe.close();
    });
    expect(await items).toEqual([0, 1, 2, 3]);
  });

  test('stands in line only while its consumer waits', async () => {
    const pipe = channel<number>();
    await run(function* () {
      const lazy = yield* spawn(function* () {
        const cursor = each(pipe);
        yield* cursor.next();
        const first = cursor.value;
        yield* sleep(1000);
        return first;
      });
      yield* pipe.send(1);
      yield* spawn(pipe.send(2));
      expect(yield* pipe.receive()).toBe(2);
      expect(yield* lazy).toBe(1);
    }, autojump());
  });

  test('through an operator, a busy consumer takes nothing and is woken again', async () => {
    const pipe = channel<number>();
    const log: string[] = [];
    await run(function* () {
      yield* spawn(function* () {
        const cursor = each(pipe.map((n) => n * 10).batch(1));
        while (yield* cursor.next()) {
          log.push(`got ${cursor.value.join()}`);
          yield* sleep(5);
        }
      });
      for (const [n, pause] of [
        [1, 1],
        [2, 20],
        [3, 20],
        [4, 20],
      ] as const) {
        yield* pipe.send(n);
        log.push(`sent ${n}`);
        yield* sleep(pause);
      }
      pipe.close();
    }, autojump());
    expect(log).toEqual(['sent 1', 'got 10', 'got 20', 'sent 2', 'sent 3', 'got 30', 'sent 4', 'got 40']);
  });

  test('that works ahead and is left takes no item any more', async () => {
    const pipe = channel<number>(10);
    await run(function* () {
      for (const left of [pipe.buffer(3), pipe.map((n) => n, { concurrency: 3 })]) {
        yield* scope(function* () {
          const cursor = each(left);
          yield* pipe.send(1);
          yield* cursor.next();
          expect(cursor.value).toBe(1);
          if (left instanceof Object) yield* pipe.send(2);
          yield* cursor.next();
        });
        yield* pipe.send(3);
        expect(yield* timeout(10, pipe.receive())).toBe(3);
        expect(pipe.receivers.first).toBe(null);
      }
    }, autojump());
  });

  test('two channels that feed each other lose nothing', async () => {
    const urls = channel<number>(1000);
    const seeds = [1, 2, 3];
    const seen: number[] = [];
    await run(function* () {
      for (const seed of seeds) yield* urls.send(seed);
      let open = seeds.length;
      const cursor = each(
        urls.merge([100]).map(
          function* (n) {
            if (n < 40) {
              yield* urls.send(n * 10);
              open++;
            }
            yield* sleep(1);
            return n;
          },
          { concurrency: 4 },
        ),
      );
      open++;
      while (open > 0 && (yield* cursor.next())) {
        seen.push(cursor.value);
        open--;
      }
    }, autojump());
    expect(seen.sort((a, b) => a - b)).toEqual([1, 2, 3, 10, 20, 30, 100, 100, 200, 300]);
  });
});
