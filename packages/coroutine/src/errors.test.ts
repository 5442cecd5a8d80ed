import { describe, expect, test } from 'vitest';
import {
  CancelledError,
  ChannelClosedError,
  CoroutineError,
  describe as described,
  MisuseError,
  TimeoutError,
} from './errors.ts';

describe('errors', () => {
  test('each has its name, a stable code, and is a CoroutineError', () => {
    const errors = [
      new CancelledError('t'),
      new TimeoutError(5),
      new ChannelClosedError('send to'),
      new MisuseError('m'),
    ];
    expect(errors.map((error) => error.code)).toEqual(['CANCELLED', 'TIMEOUT', 'CHANNEL_CLOSED', 'MISUSE']);
    expect(errors.map((error) => error.name)).toEqual([
      'CancelledError',
      'TimeoutError',
      'ChannelClosedError',
      'MisuseError',
    ]);
    expect(errors.every((error) => error instanceof CoroutineError)).toBe(true);
  });

  test('what came is named as people would', () => {
    const values = [5, 'text', undefined, null, [], {}, new Map(), () => 1, Symbol('s'), Object.create(null)];
    expect(values.map(described)).toEqual([
      '5',
      "'text'",
      'undefined',
      'null',
      'a Array',
      'an object',
      'a Map',
      'a function',
      'Symbol(s)',
      'an object',
    ]);
    expect(described('x'.repeat(100))).toHaveLength(43);
  });
});
