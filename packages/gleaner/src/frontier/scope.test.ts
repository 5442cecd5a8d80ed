import { describe, expect, test } from 'vitest';
import { OptionError } from '../http/failure.ts';
import { scopeOf, type ScopeOptions } from './scope.ts';

function within(within: ScopeOptions['within'], start: string[], ...urls: string[]): string[] {
  const scope = scopeOf({ within });
  for (const url of start) scope.include(url);
  return urls.filter((url) => scope.verdict(url, 1) === true);
}

const START = ['https://www.example.com/start?x'];

describe('within', () => {
  test('origin: scheme, host and port are those of a start page', () => {
    const same = [
      'https://www.example.com/',
      'https://www.example.com/a?b',
      'https://user:pw@www.example.com/',
    ];
    const others = [
      'http://www.example.com/',
      'https://www.example.com:8443/',
      'https://example.com/',
      'https://www.example.com.evil/',
    ];
    expect(within('origin', START, ...same, ...others)).toEqual(same);
  });

  test('host, the default: scheme and port do not count, www. does', () => {
    const same = [
      'https://www.example.com/',
      'http://www.example.com/',
      'https://www.example.com:8443/a',
      'https://www.example.com./',
    ];
    const others = [
      'https://example.com/',
      'https://a.www.example.com/',
      'https://evil/?www.example.com',
      'https://www.example.com@evil/',
    ];
    for (const choice of ['host', undefined] as const) {
      expect(within(choice, START, ...same, ...others)).toEqual(same);
    }
  });

  test('domain: the registrable domain counts', () => {
    const same = ['https://example.com/', 'http://a.b.example.com:81/', 'https://example.com./'];
    const others = [
      'https://example.org/',
      'https://example.com.evil/',
      'https://notexample.com/',
      'https://com/',
      'https://x.com/',
    ];
    expect(within('domain', START, ...same, ...others)).toEqual(same);
  });

  test.each([
    ['https://a.co.uk/', ['https://b.a.co.uk/'], ['https://b.co.uk/', 'https://co.uk/']],
    ['https://a.github.io/', ['https://x.a.github.io/'], ['https://b.github.io/', 'https://github.io/']],
    ['https://xn--bcher-kva.example/', ['https://a.xn--bcher-kva.example/'], ['https://example/']],
    ['http://localhost:81/', ['https://localhost/'], ['http://a.localhost/', 'http://host/']],
    ['http://10.0.0.1/', ['http://10.0.0.1:81/'], ['http://11.0.0.1/', 'http://0.0.1/']],
    ['http://[::1]/', ['https://[::1]:81/'], ['http://[::2]/', 'http://[1::1]/']],
    ['http://intranet/', ['http://intranet:8080/'], ['http://other/']],
  ])('domain of %s', (start, same, others) => {
    expect(within('domain', [start], ...same, ...others)).toEqual(same);
  });

  test('host of IPv6 addresses', () => {
    expect(
      within('host', ['http://[::1]/'], 'http://[::1]:81/', 'https://[::1]/', 'http://[::]/'),
    ).toHaveLength(2);
  });

  test('any: nothing counts, and no start page is needed', () => {
    expect(within('any', [], 'https://a/', 'http://b/')).toHaveLength(2);
    expect(within('domain', [], 'https://a/')).toEqual([]);
  });

  test('a start page that is added later counts from then on', () => {
    const scope = scopeOf({ within: 'domain' });
    scope.include('https://a.example/');
    expect(scope.verdict('https://x.b.example/', 1)).toBe('outside');
    scope.include('https://b.example/');
    expect(scope.verdict('https://x.b.example/', 1)).toBe(true);
    expect(scope.verdict('https://x.a.example/', 1)).toBe(true);
  });

  test('many hosts, more than are remembered', () => {
    const scope = scopeOf({ within: 'host' });
    scope.include('https://h7/');
    const inside = Array.from({ length: 5000 }, (_, n) => `https://h${n % 2500}/`).filter(
      (url) => scope.verdict(url, 0) === true,
    );
    expect(inside).toEqual(['https://h7/', 'https://h7/']);
  });
});

describe('a verdict gives the first reason', () => {
  const scope = scopeOf({
    allow: ['/docs/**', /\.html$/],
    deny: ['**/private/**'],
    maxDepth: 2,
    maxUrlLength: 50,
  });
  scope.include('https://example.com/');

  test.each([
    ['https://example.com/docs/a', 2, true],
    ['https://example.com/x.html', 0, true],
    ['https://example.com/docs/a', 3, 'too deep'],
    [`https://example.com/docs/${'a'.repeat(30)}`, 1, 'too long'],
    ['https://example.org/docs/', 1, 'outside'],
    ['https://example.com/docs/private/x', 1, 'denied'],
    ['https://example.com/private/x.html', 1, 'denied'],
    ['https://example.com/x', 1, 'not allowed'],
  ])('%s at depth %d: %s', (url, depth, expected) => {
    expect(scope.verdict(url, depth)).toBe(expected);
  });

  test('without limits but that of 4,096 characters', () => {
    const open = scopeOf({ within: 'any' });
    expect(open.verdict(`https://a/${'x'.repeat(4086)}`, 1e9)).toBe(true);
    expect(open.verdict(`https://a/${'x'.repeat(4087)}`, 0)).toBe('too long');
  });
});

test('wrong options are OptionErrors', () => {
  expect(() => scopeOf({ within: 'site' as never })).toThrow(OptionError);
  expect(() => scopeOf({ allow: 'docs/**' })).toThrow("not 'docs/**'");
  expect(() => scopeOf({ deny: [''] })).toThrow(OptionError);
});

test('a million verdicts take seconds at most', () => {
  const scope = scopeOf({ within: 'domain', deny: ['/private/**', '**/*.pdf'] });
  scope.include('https://example.com/');
  const begun = performance.now();
  let inside = 0;
  for (let n = 0; n < 200_000; n++)
    inside += Number(scope.verdict(`https://h${n % 100}.example.com/page/${n}`, 1) === true);
  expect(inside).toBe(200_000);
  expect(performance.now() - begun).toBeLessThan(1000);
});
