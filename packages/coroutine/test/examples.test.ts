import { readdirSync, readFileSync } from 'node:fs';
import { transform } from 'esbuild';
import { expect, test } from 'vitest';
import * as runtime from '@gleaner/coroutine';

/* The example of every public doc comment runs, and what its line comments say of values is so. */

interface Example {
  name: string;
  code: string;
}

const folder = new URL('../src/', import.meta.url);

const examples: Example[] = readdirSync(folder)
  .filter((file) => file.endsWith('.ts') && !file.endsWith('.test.ts'))
  .flatMap((file) => examplesIn(file, readFileSync(new URL(file, folder), 'utf8')));

function examplesIn(file: string, source: string): Example[] {
  return [...source.matchAll(/\/\*\*((?:(?!\*\/)[^])*?@example(?:(?!\*\/)[^])*)\*\/\s*([^\n]*)/g)].map(
    (match) => {
      const [, comment = '', declaration = ''] = match;
      const code = comment
        .slice(comment.indexOf('@example') + '@example'.length)
        .replace(/^[ \t]*\* ?/gm, '')
        .trim();
      const line = source.slice(0, match.index).split('\n').length;
      const name =
        /(?:function\*?|class|const)\s+(\w+)/.exec(declaration)?.[1] ?? /^\w+/.exec(declaration)?.[0] ?? '';
      return { name: `${name} (${file}:${line})`, code };
    },
  );
}

/**
 * What follows `//` at the end of a line is checked where it can be: the values that a `const` declares, the value of
 * an expression, or of a `return`, if the comment begins with a value, or with several (for a pattern or the items of
 * a loop). Prose behind a colon is left out.
 */
function instrumented(code: string): { code: string; checks: number } {
  let checks = 0;
  const lines = code.split('\n').map((line) => {
    const match = /^(\s*)(.*?;|.*?,|.*\}\)?\);) \/\/ (.+)$/.exec(line);
    if (match === null) return line;
    const [, indent = '', statement = '', comment = ''] = match;
    const expected = expectation(comment);
    if (expected === undefined) return line;
    const declared = /^const (\[[^\]]*\]|\{[^}]*\}|\w+) = /.exec(statement)?.[1];
    const returned = /^return (.*);$/.exec(statement)?.[1];
    const logged = /^(for await .*)console\.log\((.*)\);$/.exec(statement);
    const value = /^(?!const |let |return |for |yield|\})(.*);$/.exec(statement)?.[1];
    checks++;
    if (declared !== undefined) {
      const names = declared.replace(/^\{(.*)\}$/, '[$1]');
      const many = declared.startsWith('[') || declared.startsWith('{');
      return `${indent}${statement} check(${many ? names : `[${names}]`}, [${expected}]);`;
    }
    if (returned !== undefined) return `${indent}return checked(${returned}, [${expected}]);`;
    if (logged !== null)
      return `${indent}${logged[1] ?? ''}seen.push(${logged[2] ?? ''}); check(seen, [${expected}]);`;
    if (value !== undefined) return `${indent}check([${value}], [${expected}]);`;
    checks--;
    return line;
  });
  // The last line of a statement over several lines: its value is that of what it declares.
  return { code: lines.join('\n'), checks };
}

/** The values that a comment states, as code; undefined for prose. */
function expectation(comment: string): string | undefined {
  const stated = comment.replace(/:.*$/, '').trim();
  return /^(?:\[|'|"|-?\d|true\b|false\b|undefined\b|null\b)/.test(stated) ? stated : undefined;
}

const names = Object.keys(runtime);

const AsyncFunction = async function () {}.constructor as new (
  ...code: string[]
) => (...values: unknown[]) => Promise<void>;

test.each(examples)('$name', async ({ code }) => {
  const { code: js } = await transform(instrumented(code).code, { loader: 'ts', target: 'es2022' });
  const check = (actual: unknown, expected: unknown): void => expect(actual).toEqual(expected);
  const checked = (actual: unknown, [expected]: unknown[]): unknown => {
    expect(actual).toEqual(expected);
    return actual;
  };
  const seen: unknown[] = [];
  const checkLater: (() => void)[] = [];
  const lazily = (actual: unknown, expected: unknown): void => {
    // Of a loop, all items are compared when it has ended.
    if (actual === seen) checkLater.splice(0, 1, () => check(seen, expected));
    else check(actual, expected);
  };
  const call = new AsyncFunction('check', 'checked', 'seen', 'console', ...names, js);
  const values = names.map((name) => runtime[name as keyof typeof runtime]);
  await call(lazily, checked, seen, { log: () => {} }, ...values);
  for (const later of checkLater) later();
});

test('there is an example of everything that is public and is done with', () => {
  const shown = examples.map(({ name }) => name.split(' ')[0]);
  const functions = names.filter((name) => /^[a-z]/.test(name) && name !== 'systemClock');
  expect(functions.filter((name) => !shown.includes(name))).toEqual([]);
  expect(examples.map(({ code }) => instrumented(code).checks).reduce((a, b) => a + b)).toBeGreaterThan(20);
});
