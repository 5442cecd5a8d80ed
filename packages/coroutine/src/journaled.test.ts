import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { MemoryJournal } from '../test/memory-journal.ts';
import {
  all,
  channel,
  effect,
  EffectError,
  event,
  journaled,
  MisuseError,
  NonDeterminismError,
  now,
  race,
  random,
  run,
  scope,
  settled,
  sleep,
  spawn,
  stream,
  timeout,
  until,
  VirtualClock,
  type CoroutineBody,
  type Entry,
  type Operation,
} from './index.ts';

const clockAt = (start: number): VirtualClock => new VirtualClock({ start, autojump: true });

function live<T>(journal: MemoryJournal, work: () => Operation<T>, start = 0): Promise<T> {
  return Promise.resolve(run(() => journaled(journal, work), { clock: clockAt(start) }));
}

describe('a journaled coroutine', () => {
  test('does each effect once, and gets the same again', async () => {
    let done = 0;
    const work = function* () {
      const first = yield* effect('count', undefined, () => until(Promise.resolve(++done)));
      const second = yield* effect('count', { more: true }, () => until(Promise.resolve(++done)));
      return [first, second];
    };
    const journal = new MemoryJournal();
    expect(await live(journal, work)).toEqual([1, 2]);
    expect(await live(journal, work)).toEqual([1, 2]);
    expect(done).toBe(2);
    expect(journal.written.map(({ place, effect }) => [place, effect])).toEqual([
      ['1:1', 'count'],
      ['1:2', 'count {"more":true}'],
    ]);
  });

  test('goes on in the middle, with its variables', async () => {
    const journal = new MemoryJournal();
    const done: number[] = [];
    const work = function* (last: number) {
      let sum = 0;
      for (let n = 1; n <= last; n++) {
        sum += yield* effect('give', n, function* () {
          done.push(n);
          return n;
        });
      }
      return sum;
    };
    await live(journal, () => work(3));
    expect(await live(journal, () => work(5))).toBe(15);
    expect(done).toEqual([1, 2, 3, 4, 5]);
  });

  test('is given the time, and chance, as they were', async () => {
    const journal = new MemoryJournal();
    const work = function* () {
      const before = yield* now();
      const number = yield* random();
      yield* sleep(1000);
      return [before, number, yield* now()];
    };
    const first = await live(journal, work, 5000);
    // Nothing that is written depends on what came after the last effect: it is asked for anew.
    const again = await live(journal, work, 9_000_000);
    expect(again.slice(0, 2)).toEqual(first.slice(0, 2));
    expect(first[2]).toBe(6000);
  });

  test('that was asleep sleeps for the rest of its time', async () => {
    const journal = new MemoryJournal();
    const work = function* () {
      yield* effect('begin', undefined, function* () {});
      yield* sleep(10_000);
      return 'awake';
    };
    const clock = new VirtualClock({ start: 0 });
    const task = run(() => journaled(journal, work), { clock });
    await clock.advance(4000);
    await task.cancel();
    const later = new VirtualClock({ start: 7000 });
    const again = run(() => journaled(journal, work), { clock: later });
    await later.advance(2999);
    expect(again.status).toBe('running');
    await later.advance(1);
    expect(await again).toBe('awake');
  });

  test('throws the errors of its effects again, the same ones', async () => {
    const journal = new MemoryJournal();
    const work = function* () {
      try {
        yield* effect('fail', undefined, function* () {
          throw Object.assign(new RangeError('too far'), { code: 'FAR' });
        });
      } catch (error) {
        return error;
      }
      return undefined;
    };
    for (const error of [await live(journal, work), await live(journal, work)]) {
      expect(error).toBeInstanceOf(EffectError);
      expect(error).toMatchObject({ original: { name: 'RangeError', code: 'FAR', message: 'too far' } });
    }
  });

  test('keeps who won a race, although another would win now', async () => {
    const journal = new MemoryJournal();
    const work = (quick: number, slow: number) =>
      function* () {
        const winner = yield* race([
          effect('quick', undefined, () => after(quick, 'quick')),
          effect('slow', undefined, () => after(slow, 'slow')),
        ]);
        yield* effect('go on', undefined, function* () {});
        return winner;
      };
    expect(await live(journal, work(1, 2))).toBe('quick');
    expect(await live(journal, work(2, 1))).toBe('quick');
  });

  test('keeps that the time was up', async () => {
    const journal = new MemoryJournal();
    let asked = 0;
    const work = (takes: number) =>
      function* () {
        const [outcome] = yield* settled([
          timeout(
            10,
            effect('ask', undefined, () => ((asked += 1), after(takes, 'answer'))),
          ),
        ]);
        yield* effect('go on', undefined, function* () {});
        return outcome?.status;
      };
    expect(await live(journal, work(20))).toBe('rejected');
    expect(await live(journal, work(1))).toBe('rejected');
    expect(asked).toBe(1);
  });

  test('may do effects in tasks of its own, at the same time', async () => {
    const journal = new MemoryJournal();
    const done: string[] = [];
    const work = function* () {
      const names = ['a', 'b', 'c'];
      return yield* all(
        names.map((name, n) =>
          effect(name, n, function* () {
            yield* sleep(10 - n);
            done.push(name);
            return name;
          }),
        ),
      );
    };
    expect(await live(journal, work)).toEqual(['a', 'b', 'c']);
    expect(await live(new MemoryJournal(journal.written.slice(0, 2)), work)).toEqual(['a', 'b', 'c']);
    // The two that were first are not done again.
    expect(done).toEqual(['c', 'b', 'a', 'a']);
  });

  test('works through streams and scopes', async () => {
    const journal = new MemoryJournal();
    const numbers = stream(function* () {
      for (let n = 0; n < 3; n++) yield yield* effect('number', n, () => after(1, n));
    });
    const work = function* () {
      const found: number[] = [];
      yield* scope(function* () {
        yield* spawn(function* () {
          yield* sleep(2);
          found.push(-1);
        });
        yield* numbers().forEach((n) => void found.push(n));
      });
      return found;
    };
    const first = await live(journal, work);
    expect(first.toSorted()).toEqual([-1, 0, 1, 2]);
    expect(await live(new MemoryJournal(journal.written), work)).toEqual(first);
  });
});

test('what is cancelled from outside has come to nothing: it is done when the coroutine is run anew', async () => {
  const journal = new MemoryJournal();
  const done: string[] = [];
  const work = function* () {
    yield* effect('one', undefined, () => until(Promise.resolve(done.push('one'))));
    try {
      return yield* effect('two', undefined, function* () {
        yield* sleep(10);
        done.push('two');
        return 'two';
      });
    } finally {
      yield* sleep(1);
      yield* effect('clean up', undefined, () => until(Promise.resolve(done.push('clean up'))));
    }
  };
  const clock = new VirtualClock();
  const task = run(() => journaled(journal, work), { clock });
  await clock.advance(5);
  const cancelled = task.cancel();
  await clock.advance(5);
  await cancelled;
  expect(journal.written.map(({ effect }) => effect)).toEqual(['one']);
  expect(done).toEqual(['one', 'clean up']);
  expect(await live(journal, work)).toBe('two');
  expect(done).toEqual(['one', 'clean up', 'two', 'clean up']);
});

test('one inside another is refused, and welcome inside of an effect', async () => {
  const inner = () =>
    journaled(new MemoryJournal(), () => effect('inner', undefined, () => until(Promise.resolve(5))));
  await expect(live(new MemoryJournal(), inner)).rejects.toThrow('run it inside of an effect()');
  const journal = new MemoryJournal();
  expect(await live(journal, () => effect('outer', undefined, inner))).toBe(5);
  expect(journal.written.map(({ effect }) => effect)).toEqual(['outer']);
});

describe('what is not the same each time is an error', () => {
  const written = async (work: () => Operation<unknown>): Promise<Entry[]> => {
    const journal = new MemoryJournal();
    await live(journal, work);
    return journal.written;
  };
  const give = (name: string) => effect(name, undefined, function* () {});

  test('another effect in its place: both are named', async () => {
    const entries = await written(() => give('one'));
    const error = await live(new MemoryJournal(entries), () => give('other')).catch(
      (error: unknown) => error,
    );
    expect(error).toBeInstanceOf(NonDeterminismError);
    expect(error).toMatchObject({ code: 'NON_DETERMINISM', recorded: 'one', asked: 'other' });
    expect((error as Error).message).toContain('begin with a new journal');
  });

  test('it cannot be caught by the coroutine, and nothing is done any more', async () => {
    const entries = await written(() => give('one'));
    let went = false;
    const work = function* () {
      try {
        yield* give('other');
      } catch {
        yield* effect('more', undefined, function* () {
          went = true;
        });
      }
    };
    await expect(live(new MemoryJournal(entries), work)).rejects.toThrow(NonDeterminismError);
    expect(went).toBe(false);
  });

  test('an effect that is not asked for any more, at the end and before it', async () => {
    const entries = await written(function* () {
      yield* give('one');
      yield* give('two');
    });
    await expect(live(new MemoryJournal(entries), () => give('one'))).rejects.toThrow(
      'the code does not ask for it',
    );
    const stuck = function* () {
      yield* give('one');
      yield* event();
    };
    await expect(live(new MemoryJournal(entries), stuck)).rejects.toThrow(NonDeterminismError);
  });

  test('what waits for something outside that no journal knows of is waited for', async () => {
    const entries = await written(function* () {
      yield* give('one');
      yield* give('two');
    });
    const work = function* () {
      yield* give('one');
      yield* until(new Promise((resolve) => setTimeout(resolve, 5)));
      yield* give('two');
      return 'done';
    };
    expect(await live(new MemoryJournal(entries), work)).toBe('done');
  });

  test('a value that is no JSON', async () => {
    await expect(
      live(new MemoryJournal(), () => effect('map', undefined, () => until({ a: [new Map()] }))),
    ).rejects.toThrow(/its value\.a\.0 is a Map/);
  });

  test('a journal that cannot be written ends the coroutine with that', async () => {
    const journal = new MemoryJournal();
    journal.append = (_, done) => queueMicrotask(() => done(new Error('the disk is full')));
    let went = false;
    const work = function* () {
      try {
        yield* give('one');
        went = true;
      } finally {
        yield* sleep(1);
      }
    };
    await expect(live(journal, work)).rejects.toThrow('the disk is full');
    expect(went).toBe(false);
  });
});

test('effects outside of a journaled coroutine are just done', async () => {
  expect(await run(() => effect('one', undefined, () => until(new Date(5))))).toEqual(new Date(5));
  await expect(run(() => effect('two', undefined, function* () {}))).resolves.toBeUndefined();
  expect(() => effect('', undefined, random)).toThrow(MisuseError);
  expect(await run(random)).toBeLessThan(1);
});

test('what was answered at once is written before what may depend on it is done', async () => {
  const journal = new MemoryJournal();
  let seen: string[] = [];
  await live(journal, function* () {
    const number = yield* random();
    yield* effect('use', number, function* () {
      seen = journal.written.map(({ effect }) => effect);
    });
  });
  expect(seen).toEqual(['random']);
});

// ── Any program, cut off anywhere ─────────────────────────────────────────────────────────────────

type Program =
  | { do: 'effect'; id: number; takes: number; fails: boolean }
  | { do: 'sleep'; ms: number }
  | { do: 'now' }
  | { do: 'random' }
  | { do: 'put' | 'get' }
  | { do: 'timeout'; ms: number; of: Program }
  | { do: 'all' | 'race' | 'settled' | 'sequence' | 'spawn'; of: Program[] };

const programs = fc.letrec<{ program: Program }>((tie) => ({
  program: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    fc.record({
      do: fc.constant('effect' as const),
      id: fc.nat(5),
      takes: fc.nat(4),
      fails: fc.integer({ min: 0, max: 9 }).map((n) => n === 0),
    }),
    fc.record({ do: fc.constant('sleep' as const), ms: fc.nat(4) }),
    fc.record({ do: fc.constantFrom('now' as const, 'random' as const, 'put' as const, 'get' as const) }),
    fc.record({ do: fc.constant('timeout' as const), ms: fc.nat(4), of: tie('program') }),
    fc.record({
      do: fc.constantFrom(
        'all' as const,
        'race' as const,
        'settled' as const,
        'sequence' as const,
        'sequence' as const,
        'spawn' as const,
      ),
      of: fc.array(tie('program'), { minLength: 1, maxLength: 4 }),
    }),
  ),
})).program;

/** One run of a program: what its tasks did, in order, and what was done outside. */
class Run {
  readonly log: string[] = [];
  /** How long the log was when each entry of the journal was written. */
  readonly logged: number[] = [];
  readonly performed: string[] = [];
  private readonly box = channel<number>(2);
  private readonly journal: MemoryJournal;
  private readonly chance: () => number;

  constructor(journal: MemoryJournal, seed: number) {
    this.journal = journal;
    let state = seed;
    this.chance = () => (state = (Math.imul(state, 1_103_515_245) + 12_345) & 0x7fffffff) / 0x7fffffff;
    const append = journal.append.bind(journal);
    journal.append = (entries, written) => {
      for (let n = 0; n < entries.length; n++) this.logged.push(this.log.length);
      append(entries, written);
    };
  }

  async go(program: Program): Promise<void> {
    const body = (): Operation<unknown> => this.part(program, '');
    await run(() => journaled(this.journal, () => timeout(50, body())), {
      clock: clockAt(Math.floor(1e6 * this.chance())),
    }).then(
      (value) => this.log.push(`ended ${JSON.stringify(value)}`),
      (error: unknown) => {
        if (error instanceof NonDeterminismError || error instanceof MisuseError) throw error;
        this.log.push(`failed ${String(error)}`);
      },
    );
  }

  /** One part, and what becomes of it, in the log. */
  private *part(program: Program, path: string): CoroutineBody<unknown> {
    this.log.push(`${path} ${program.do}`);
    try {
      const value = yield* this.step(program, path);
      this.log.push(`${path} = ${JSON.stringify(value)}`);
      return value;
    } catch (error) {
      this.log.push(`${path} ! ${String(error)}`);
      throw error;
    } finally {
      this.log.push(`${path} .`);
    }
  }

  private step(program: Program, path: string): Operation<unknown> {
    const inner = (of: Program[]): Operation<unknown>[] => of.map((one, n) => this.part(one, `${path}${n}`));
    switch (program.do) {
      case 'effect':
        return effect('effect', program.id, () => this.perform(program, path));
      case 'sleep':
        return sleep(program.ms);
      case 'now':
        return now();
      case 'random':
        return random();
      case 'put':
        return this.box.send(1);
      case 'get':
        return this.box.receive();
      case 'timeout':
        return timeout(program.ms, this.part(program.of, `${path}t`));
      case 'all':
        return all(inner(program.of));
      case 'race':
        return race(inner(program.of));
      case 'settled':
        return (function* () {
          return (yield* settled(inner(program.of))).map(({ status }) => status);
        })();
      case 'sequence':
        return (function* () {
          const values: unknown[] = [];
          for (const one of inner(program.of)) values.push(yield* one);
          return values;
        })();
      case 'spawn':
        return scope(function* () {
          for (const one of inner(program.of)) yield* spawn(one);
          return 'spawned';
        });
    }
  }

  /** The world: how long it takes, and what it gives, is different each time. */
  private *perform({ takes, fails }: Program & { do: 'effect' }, path: string) {
    this.performed.push(path);
    if (takes > 0) yield* sleep(Math.floor(takes * 2 * this.chance()));
    if (fails) throw new Error(`failed at ${this.chance()}`);
    return this.chance();
  }
}

test('cut off anywhere and run anew, any program does the same up to there, and goes on', async () => {
  let entries = 0;
  await fc.assert(
    fc.asyncProperty(
      programs,
      fc.nat(1e6),
      fc.nat(1e6),
      fc.double({ min: 0, max: 1, noNaN: true }),
      async (program, seed, other, at) => {
        const first = new Run(new MemoryJournal(), seed);
        const journal = new MemoryJournal();
        const whole = new Run(journal, seed);
        await first.go(program);
        await whole.go(program);
        entries += journal.written.length;

        // From the whole journal: every step again, and nothing is done.
        const again = new Run(new MemoryJournal(journal.written), other);
        await again.go(program);
        expect(again.log.filter(isTimeless)).toEqual(whole.log.filter(isTimeless));
        expect(again.performed.filter((path) => isOver(path, whole))).toEqual([]);

        // From a part of it: the same steps up to there.
        const cut = Math.floor(at * journal.written.length);
        const kept = journal.written.slice(0, cut);
        const resumedJournal = new MemoryJournal(kept);
        const resumed = new Run(resumedJournal, other);
        await resumed.go(program);
        expect(resumedJournal.written.slice(0, cut)).toEqual(kept);
        const same = whole.log.slice(0, cut === 0 ? 0 : whole.logged[cut - 1]);
        expect(resumed.log.slice(0, same.length)).toEqual(same);

        // What came of that is a journal like any other.
        const last = new Run(new MemoryJournal(resumedJournal.written), seed);
        await last.go(program);
        expect(last.log.filter(isTimeless)).toEqual(resumed.log.filter(isTimeless));
        expect(last.performed.filter((path) => isOver(path, resumed))).toEqual([]);
      },
    ),
    { numRuns: 500 },
  );
  expect(entries).toBeGreaterThan(300);
});

/** Whether something came of an effect; one that was cancelled may be begun again. */
function isOver(path: string, { log }: Run): boolean {
  return log.some((line) => line.startsWith(`${path} =`) || line.startsWith(`${path} !`));
}

/** What is asked for after the last effect is not written. */
function isTimeless(line: string): boolean {
  return !/= \d|= \[.*\d|ended/.test(line);
}

function* after<T>(ms: number, value: T) {
  yield* sleep(ms);
  return value;
}
