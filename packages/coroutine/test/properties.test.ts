import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import {
  action,
  all,
  CancelledError,
  channel,
  checkpoint,
  coroutine,
  defer,
  each,
  race,
  resource,
  run,
  scope,
  semaphore,
  settled,
  sleep,
  spawn,
  stream,
  systemClock,
  timeout,
  TimeoutError,
  until,
  VirtualClock,
  type Channel,
  type Coroutine,
  type Semaphore,
  type Stream,
  type Wait,
} from '@gleaner/coroutine';
import { isIdle } from '../src/run-queue.ts';
import { running } from '../src/trampoline.ts';

/* Programs are drawn at random, run on a virtual clock, cancelled at random times, and watched at every step. */

/** A program as data, so that fast-check can make it smaller when it has found a fault. */
type Program =
  | { do: 'sleep'; ms: number }
  | { do: 'ready' | 'promise' | 'rejection' | 'checkpoint' | 'callback' | 'fail' | 'receive' | 'send' }
  | { do: 'cancel'; up: number }
  | { do: 'cancel children' }
  | { do: 'sequence' | 'all' | 'race' | 'settled'; of: Program[] }
  | { do: 'spawn'; body: Program; join: boolean; later: boolean }
  | { do: 'scope' | 'call' | 'catch' | 'defer' | 'hold'; body: Program }
  | { do: 'timeout'; ms: number; body: Program }
  | { do: 'finally' | 'resource'; body: Program; cleanUp: Program }
  | { do: 'stream'; items: Program[]; concurrency: number; ordered: boolean; operator: string; take: number };

const ms = fc.nat(20);

const { program: part } = fc.letrec<{ program: Program; programs: Program[] }>((tie) => ({
  programs: fc.array(tie('program'), { minLength: 1, maxLength: 4, size: 'max' }),
  program: fc.oneof(
    { maxDepth: 4, depthSize: 'max', withCrossShrink: true },
    fc.record({ do: fc.constant('sleep' as const), ms }),
    fc.record({
      do: fc.constantFrom(
        'ready',
        'promise',
        'rejection',
        'checkpoint',
        'callback',
        'fail',
        'receive',
        'send',
      ),
    }),
    fc.record({ do: fc.constantFrom('sequence', 'sequence', 'all', 'race', 'settled'), of: tie('programs') }),
    fc.record({
      do: fc.constant('spawn' as const),
      body: tie('program'),
      join: fc.boolean(),
      later: fc.boolean(),
    }),
    fc.record({ do: fc.constantFrom('scope', 'call', 'catch', 'defer', 'hold'), body: tie('program') }),
    fc.record({ do: fc.constant('timeout' as const), ms, body: tie('program') }),
    fc.record({ do: fc.constantFrom('finally', 'resource'), body: tie('program'), cleanUp: tie('program') }),
    fc.record({
      do: fc.constant('stream' as const),
      items: tie('programs'),
      concurrency: fc.integer({ min: 1, max: 3 }),
      ordered: fc.boolean(),
      operator: fc.constantFrom('none', 'map', 'flatMap', 'buffer', 'batch', 'merge'),
      take: fc.nat(5),
    }),
    fc.record({ do: fc.constant('cancel' as const), up: fc.nat(3) }),
    fc.record({ do: fc.constant('cancel children' as const) }),
  ),
}));

const program: fc.Arbitrary<Program> = fc.record({
  do: fc.constantFrom('sequence', 'sequence', 'all', 'settled'),
  of: fc.array(part, { minLength: 1, maxLength: 6, size: 'max' }),
});

class Failure extends Error {}

/** One run of a program, and what is watched in it. */
class World {
  readonly clock = new VirtualClock();
  readonly trace: string[] = [];
  readonly faults: string[] = [];
  readonly door: Semaphore = semaphore(2);
  readonly pipe: Channel<number> = channel<number>(1);
  finallyEntered = 0;
  finallyRan = 0;
  acquired = 0;
  released = 0;
  callbacks = 0;
  streamsOpened = 0;
  streamsClosed = 0;

  /** Each step comes by here. */
  step(what: string): void {
    const { task } = running;
    this.trace.push(`${this.clock.now()} ${task?.name ?? ''} ${what}`);
    for (let up = task; up !== null; up = up.parent) {
      if (up.hasEnded) this.faults.push(`${task?.name ?? ''} outlives ${up.name} at ${what}`);
    }
  }

  call: (program: Program) => Coroutine<void> = coroutine((program: Program) => this.perform(program));

  *perform(program: Program): Generator<Wait, void, unknown> {
    this.step(`begin ${program.do}`);
    yield* this.act(program);
    this.step(`end ${program.do}`);
  }

  *act(program: Program): Generator<Wait, void, unknown> {
    switch (program.do) {
      case 'sleep':
        return yield* sleep(program.ms);
      case 'ready':
        return yield* until(undefined);
      case 'promise':
        return yield* until(Promise.resolve());
      case 'rejection':
        return yield* until(Promise.reject(new Failure('rejection')));
      case 'checkpoint':
        return yield* checkpoint();
      case 'callback':
        return yield* action<void>((resolve) => {
          this.callbacks++;
          void Promise.resolve().then(() => resolve());
          return () => this.callbacks--;
        });
      case 'fail':
        throw new Failure('fail');
      case 'receive':
        yield* timeout(5, this.pipe.receive());
        return;
      case 'send':
        return yield* timeout(5, this.pipe.send(1));
      case 'cancel': {
        let task = running.task ?? fail();
        for (let up = program.up; up > 0 && task.parent !== null; up--) task = task.parent;
        // What all, race, streams and so on are made of, nobody has in hand.
        while (task.parent !== null && !isInHand(task)) task = task.parent;
        void task.cancel();
        return;
      }
      case 'cancel children':
        for (let child = running.task?.children?.first ?? null; child !== null; child = child.after) {
          if (isInHand(child)) void child.cancel();
        }
        return;
      case 'sequence':
        for (const step of program.of) yield* this.perform(step);
        return;
      case 'all':
        yield* all(program.of.map((step) => this.perform(step)));
        return;
      case 'race':
        if (program.of.length > 0) yield* race(program.of.map((step) => this.perform(step)));
        return;
      case 'settled':
        yield* settled(program.of.map((step) => this.perform(step)));
        return;
      case 'spawn': {
        const child = yield* spawn(this.perform(program.body), {
          start: program.later ? 'later' : 'now',
          name: `child-${this.trace.length}`,
        });
        if (program.join) yield* child;
        return;
      }
      case 'scope':
        return yield* scope(
          Object.defineProperty(() => this.perform(program.body), 'name', { value: 'scoped' }),
        );
      case 'call':
        return yield* this.call(program.body);
      case 'catch':
        try {
          yield* this.call(program.body);
        } catch (error) {
          this.step(`caught ${String(error)}`);
        }
        return;
      case 'defer':
        return yield* defer(() => this.perform(program.body));
      case 'hold':
        // Within a limit of time, or else programs that hold all permits could wait for one another.
        return yield* timeout(30, this.door.hold(this.perform(program.body)));
      case 'timeout':
        return yield* timeout(program.ms, this.perform(program.body));
      case 'finally':
        this.finallyEntered++;
        try {
          yield* this.call(program.body);
        } finally {
          this.finallyRan++;
          this.step('finally');
          yield* this.perform(program.cleanUp);
        }
        return;
      case 'resource':
        yield* this.held(program.body, program.cleanUp);
        return;
      case 'stream':
        return yield* this.loop(program);
    }
  }

  held(acquire: Program, release: Program) {
    return resource<number>(
      function* (
        this: World,
        provide: (it: number) => Generator<Wait, void, unknown>,
      ): Generator<Wait, void, unknown> {
        yield* this.perform(acquire);
        this.acquired++;
        try {
          yield* provide(1);
        } finally {
          this.released++;
          this.step('release');
          yield* this.perform(release);
        }
      }.bind(this) as unknown as Parameters<typeof resource<number>>[0],
    );
  }

  items: (programs: Program[]) => Stream<number> = stream(
    Object.defineProperty((programs: Program[]) => this.produce(programs), 'name', { value: 'items' }),
  );

  *produce(programs: Program[]): Generator<Wait | number, void, unknown> {
    this.streamsOpened++;
    try {
      for (const [n, program] of programs.entries()) {
        yield* this.perform(program);
        yield n;
      }
    } finally {
      this.streamsClosed++;
      this.step('close');
      yield* sleep(1);
    }
  }

  *loop(program: Program & { do: 'stream' }): Generator<Wait, void, unknown> {
    const { items, concurrency, ordered, operator } = program;
    const source = this.items(items);
    const options = { concurrency, ordered };
    const steps: Program[] = items.length > 0 ? items : [{ do: 'ready' }];
    const streams = {
      none: source,
      map: source.map((n) => this.perform(steps[n % steps.length] ?? fail()), options),
      flatMap: source.flatMap((n) => this.items(items.slice(0, n)), options),
      buffer: source.buffer(concurrency),
      batch: source.batch(concurrency, { within: 3 }),
      merge: source.merge(this.items(items)),
    };
    const cursor = each<AsyncIterable<unknown>>(streams[operator as keyof typeof streams].take(program.take));
    while (yield* cursor.next()) this.step(`item ${String(cursor.value)}`);
  }
}

/** Whether a program can have come by a task, to cancel it. */
function isInHand({ name }: { name: string }): boolean {
  return name === 'scoped' || name.startsWith('child-');
}

function fail(): never {
  throw new Error('this cannot be');
}

/** The errors that a program may end with. */
function isExpected(error: unknown): boolean {
  if (error instanceof AggregateError) return error.errors.length > 1 && error.errors.every(isExpected);
  return error instanceof Failure || error instanceof TimeoutError || error instanceof CancelledError;
}

async function perform(program: Program, cancelAt: number | null): Promise<World> {
  const world = new World();
  const task = run(() => world.perform(program), { clock: world.clock, name: 'root' });
  const outcome = task.then(
    () => 'value',
    (error: unknown) => error,
  );
  if (cancelAt !== null) {
    await world.clock.advance(cancelAt);
    const cancelled = task.cancel();
    cancelled.then(undefined, () => {});
  }
  await world.clock.advance(1e6);
  expect(task.status).not.toBe('running');
  const ended = await outcome;
  if (ended !== 'value' && !isExpected(ended)) throw ended;
  world.trace.push(task.status, String(ended));

  expect(world.faults).toEqual([]);
  expect(world.finallyRan).toBe(world.finallyEntered);
  expect(world.released).toBe(world.acquired);
  expect(world.streamsClosed).toBe(world.streamsOpened);
  expect(world.callbacks).toBe(0);
  expect(world.door.available).toBe(2);
  expect(world.door.waiters.first).toBe(null);
  expect(world.pipe.receivers.first).toBe(null);
  expect(world.pipe.senders.first).toBe(null);
  expect(world.clock.timers.live).toBe(0);
  expect(world.clock.outside).toBe(0);
  expect(systemClock.timers.live).toBe(0);
  expect(isIdle()).toBe(true);
  return world;
}

/** How many programs are drawn; more by `COROUTINE_RUNS=20000 npx vitest run properties`. */
const RUNS = Number(process.env.COROUTINE_RUNS ?? 1000);

/** In milliseconds: on a slow machine fewer are drawn. */
const TIME = RUNS > 1000 ? 60_000 : 6000;

const cancelAt = fc.option(fc.nat(30), { nil: null });

describe('of any program, cancelled at any time', () => {
  test('no task outlives its parent, each finally runs once, nothing is left, and the same happens twice', async () => {
    await fc.assert(
      fc.asyncProperty(program, cancelAt, async (program, cancelAt) => {
        const first = await perform(program, cancelAt);
        const second = await perform(program, cancelAt);
        expect(second.trace).toEqual(first.trace);
      }),
      { numRuns: RUNS, interruptAfterTimeLimit: TIME },
    );
  }, 300_000);

  test('a program in a clean-up that is under way is not disturbed by cancelling again', async () => {
    const quiet = program.filter((program) => !JSON.stringify(program).includes('"cancel'));
    await fc.assert(
      fc.asyncProperty(quiet, fc.nat(30), async (program, cancelAt) => {
        const traces: string[][] = [];
        for (const again of [false, true]) {
          const world = new World();
          const task = run(
            function* () {
              try {
                yield* sleep(1e5);
              } finally {
                yield* scope(() => world.perform(program));
              }
            },
            { clock: world.clock },
          );
          task.cancel().then(undefined, () => {});
          await world.clock.advance(cancelAt);
          if (again) task.cancel().then(undefined, () => {});
          await world.clock.advance(1e6);
          expect(task.status).not.toBe('running');
          traces.push(world.trace);
        }
        expect(traces[1]).toEqual(traces[0]);
      }),
      { numRuns: RUNS / 4, interruptAfterTimeLimit: TIME },
    );
  }, 300_000);
});
