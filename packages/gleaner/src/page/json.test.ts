import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { parsedJson } from './json.ts';

const nested = (depth: number, inside = ''): string => '['.repeat(depth) + inside + ']'.repeat(depth);

test('JSON is read as JSON.parse reads it', () => {
  const padding = ' '.repeat(2000);
  fc.assert(
    fc.property(fc.json(), (text) => {
      expect(parsedJson(padding + text)).toEqual(JSON.parse(text));
    }),
  );
});

test('JSON may be nested 1,000 deep, and no deeper', () => {
  expect(JSON.stringify(parsedJson(nested(1000)))).toBe(nested(1000));
  expect(() => parsedJson(nested(1001))).toThrow('it is nested deeper than the limit of 1000 levels');
  expect(() => parsedJson(nested(1_000_000))).toThrow(SyntaxError);
  const objects = '{"a":'.repeat(1001) + '1' + '}'.repeat(1001);
  expect(() => parsedJson(objects)).toThrow('nested deeper');
});

test('brackets in strings are text, quotation marks in them included', () => {
  const text = JSON.stringify([`"${'['.repeat(3000)}\\`, '\\\\"{'.repeat(2000)]);
  expect(parsedJson(text)).toEqual(JSON.parse(text));
});

test('many beside each other are not deep', () => {
  const list = `[${'[],{},'.repeat(10_000)}[]]`;
  expect(parsedJson(list)).toHaveLength(20_001);
});

test('what is no JSON is refused in a time that grows with its length', () => {
  for (const text of ['"'.repeat(1_000_001), `"${'\\'.repeat(1_000_000)}`, `[${'"\\"'.repeat(300_000)}`])
    expect(() => parsedJson(text)).toThrow(SyntaxError);
});
