import { expect, test } from 'vitest';
import { LiveArea } from './live-area.ts';

/** What a terminal was told. */
function terminal(columns: number, rows: number): { told: string[]; area: LiveArea } {
  const told: string[] = [];
  const write = (text: string): boolean => told.push(text) > 0;
  return { told, area: new LiveArea({ columns, rows, write } as unknown as NodeJS.WriteStream) };
}

test('rows are drawn over themselves, also when they become fewer', () => {
  const { told, area } = terminal(80, 24);
  area.draw(['one', 'two', 'three'], [undefined, (text) => `<${text}>`]);
  area.draw(['four'], []);
  area.draw(['five'], []);
  area.clear();
  expect(told).toEqual([
    '\r\u001b[Kone\n<two>\nthree',
    '\r\u001b[2A\u001b[Jfour',
    '\r\u001b[Kfive',
    '\r\u001b[K',
  ]);
});

test('what does not fit is cut to the width, and left out below', () => {
  const { told, area } = terminal(25, 3);
  area.draw(['x'.repeat(100), 'b', 'c', 'd'], []);
  expect(told[0]).toBe(`\r\u001b[K${'x'.repeat(23)}…\nb`);
});
