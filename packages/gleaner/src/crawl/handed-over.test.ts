import { expect, test } from 'vitest';
import { HandedOver } from './handed-over.ts';

/** What a store would be told. */
function told(): { handedOver: HandedOver; numbers: number[] } {
  const numbers: number[] = [];
  return { handedOver: new HandedOver({ acknowledge: (number) => void numbers.push(number) }), numbers };
}

test('the store is told up to where nothing is missing', () => {
  const { handedOver, numbers } = told();
  handedOver.committed(1, 3);
  handedOver.committed(4, 1);
  handedOver.acknowledge(2);
  handedOver.acknowledge(1);
  handedOver.acknowledge(4);
  handedOver.acknowledge(3);
  expect(numbers).toEqual([0, 2, 2, 4]);
});

test('what was dealt with twice, or never committed, counts for nothing', () => {
  const { handedOver, numbers } = told();
  handedOver.committed(5, 1);
  handedOver.acknowledge(9);
  handedOver.acknowledge(5);
  handedOver.acknowledge(5);
  expect(numbers).toEqual([5]);
});

test('pages without items hold nothing up', () => {
  const { handedOver, numbers } = told();
  handedOver.committed(1, 1);
  handedOver.committed(0, 0);
  handedOver.acknowledge(1);
  handedOver.committed(2, 2);
  handedOver.acknowledge(2);
  handedOver.committed(0, 0);
  handedOver.acknowledge(3);
  expect(numbers).toEqual([1, 2, 3]);
});
