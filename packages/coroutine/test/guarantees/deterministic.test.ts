import { describe, expect, test } from 'vitest';
import {
  all,
  channel,
  checkpoint,
  each,
  run,
  semaphore,
  sleep,
  spawn,
  streamOf,
  until,
  VirtualClock,
} from '@gleaner/coroutine';

/** A program in which much goes on at once; `burn` makes some of its steps take real time. */
async function trace(burn: () => void): Promise<string[]> {
  const log: string[] = [];
  const clock = new VirtualClock({ autojump: true });
  await run(
    function* () {
      const pipe = channel<number>(2);
      const door = semaphore(2);
      yield* spawn(function* () {
        for (let n = 0; n < 300; n++) yield* pipe.send(n);
        pipe.close();
      });
      yield* spawn(function* () {
        const cursor = each(pipe.map((n) => checkpointed(n), { concurrency: 3, ordered: false }));
        while (yield* cursor.next()) log.push(`item ${cursor.value}`);
      });
      for (const name of ['a', 'b', 'c']) {
        yield* spawn(function* () {
          for (let n = 0; n < 700; n++) {
            yield* until(n);
            if (n % 50 === 0) burn();
            if (n % 10 === 0) log.push(name + String(n));
          }
          yield* door.hold(sleep(5));
          log.push(`${name} slept`);
        });
      }
      yield* all([sleep(3), sleep(3), sleep(1)]);
      log.push(`all at ${clock.now()}`);
      log.push(String(yield* streamOf([1, 2, 3]).merge([4, 5]).toArray()));
    },
    { clock },
  );
  return log;

  function* checkpointed(n: number) {
    yield* checkpoint();
    if (n % 3 === 0) yield* sleep(n % 7);
    return n;
  }
}

describe('deterministic', () => {
  test('with a virtual clock the order of steps is the same every time', async () => {
    const first = await trace(() => {});
    for (let n = 0; n < 3; n++) expect(await trace(() => {})).toEqual(first);
  });

  test('even if steps take longer, so that the runtime gives way to the event loop in other places', async () => {
    const quick = await trace(() => {});
    const slow = await trace(() => {
      const end = performance.now() + 1;
      while (performance.now() < end);
    });
    expect(slow).toEqual(quick);
  });
});
