import fc from 'fast-check';
import { expect, test } from 'vitest';
import { CALLED_OFF, Timers, type Timer } from './timers.ts';

const timer = (): Timer => ({ due: 0, order: -1, fire: () => {} });

test('timers come in the order of their time, those due together first come, first served', () => {
  const steps = fc.array(
    fc.oneof(
      fc.record({ do: fc.constant('add' as const), ms: fc.nat(50) }),
      fc.record({ do: fc.constant('call off' as const), which: fc.nat() }),
      fc.record({ do: fc.constant('take' as const), ms: fc.nat(20) }),
    ),
    { maxLength: 400 },
  );
  fc.assert(
    fc.property(steps, (steps) => {
      const timers = new Timers();
      let expected: Timer[] = [];
      let time = 0;
      for (const step of steps) {
        if (step.do === 'add') {
          const added = timer();
          timers.add(added, time + step.ms);
          expected.push(added);
          // Stable: those due together stay in the order in which they came.
          expected.sort((a, b) => a.due - b.due);
        } else if (step.do === 'call off') {
          const victim = expected[step.which % (expected.length || 1)];
          if (victim === undefined) continue;
          timers.callOff(victim);
          timers.callOff(victim);
          expect(victim.order).toBe(CALLED_OFF);
          expected = expected.filter((other) => other !== victim);
        } else {
          time += step.ms;
          for (let taken = timers.take(time); taken !== undefined; taken = timers.take(time)) {
            expect(taken).toBe(expected.shift());
          }
          expect(expected.every((left) => left.due > time)).toBe(true);
        }
        expect(timers.live).toBe(expected.length);
        expect(timers.next()).toBe(expected[0]?.due);
      }
    }),
    { numRuns: 200 },
  );
});
