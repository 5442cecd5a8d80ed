import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { OptionError } from './failure.ts';
import { matcher, type Pattern } from './patterns.ts';

const does = (pattern: Pattern, url: string): boolean => matcher(pattern)(url);

describe('a glob', () => {
  test.each<[string, string[], string[]]>([
    [
      'https://example.com/docs/**',
      [
        'https://example.com/docs',
        'https://example.com/docs/',
        'https://example.com/docs/a/b?c=/d',
        'https://example.com/docs?page=2',
      ],
      [
        'https://example.com/docs2',
        'https://example.com/',
        'http://example.com/docs/',
        'https://example.com.evil/docs/',
      ],
    ],
    [
      'https://example.com/docs/*',
      ['https://example.com/docs/', 'https://example.com/docs/a', 'https://example.com/docs/a?b=c'],
      ['https://example.com/docs', 'https://example.com/docs/a/', 'https://example.com/docs/a?b=/'],
    ],
    [
      '**/*.html',
      ['https://a/b.html', 'https://a/b/c.html', 'https://a/.html', 'https://a/?x=b.html'],
      ['https://a/b.html?c=d', 'https://a/b.htm', 'https://a/b.html/'],
    ],
    [
      '*://*.example.com/**',
      ['http://www.example.com/', 'https://a.b.example.com/c/d?e'],
      [
        'https://example.com/',
        'https://evil.example/x.example.com/',
        'https://evil.example/?.example.com/',
        'https://xexample.com/',
      ],
    ],
    [
      '/docs/**',
      ['https://a/docs', 'http://b:81/docs/x', 'http://user:pw@b/docs/x', 'http://b/docs?x'],
      ['https://a/x/docs/', 'https://a/docsx', 'https://docs/docs2'],
    ],
    ['/**', ['https://a/', 'https://a/b?c'], []],
    ['/', ['https://a/'], ['https://a/b', 'https://a/?b']],
    ['**', ['https://a/', 'https://a/b/c?d'], []],
    [
      '/a/**/b',
      ['https://x/a/b', 'https://x/a/c/b', 'https://x/a/c/d/b', 'https://x/a//b'],
      ['https://x/a/cb', 'https://x/ab', 'https://x/a/b/c'],
    ],
    ['/**/**/b', ['https://x/b', 'https://x/a/b', 'https://x/a/c/b'], ['https://x/ab', 'https://x/b/a']],
    ['/a**b', ['https://x/ab', 'https://x/a/c/b'], ['https://x/a/c']],
    ['/a***b', ['https://x/a/b'], ['https://x/a/c']],
    ['/*.{html,htm}', ['https://x/a.html', 'https://x/a.htm'], ['https://x/a.ht', 'https://x/a.htmlhtm']],
    [
      '{http,https}://x/{a,b/{c,d}}/**',
      ['http://x/a', 'https://x/b/c/e', 'https://x/b/d'],
      ['http://x/b', 'ftp://x/a'],
    ],
    ['{/a/**,/b}', ['http://x/a', 'http://x/a/c', 'http://x/b'], ['http://x/b/c']],
    ['/{,en/}docs', ['http://x/docs', 'http://x/en/docs'], ['http://x/de/docs']],
    ['/a?b=*', ['http://x/a?b=1', 'http://x/a?b='], ['http://x/ab=1', 'http://x/acb=1']],
    ['http://[::1]/*', ['http://[::1]/a'], ['http://:/a', 'http://1/a']],
    ['/a\\*b\\{c\\\\', ['http://x/a*b{c\\'], ['http://x/axb{c\\']],
    ['HTTPS://Example.COM/A', ['https://example.com/A'], ['https://example.com/a']],
    ['/größe 1/*', ['http://x/gr%C3%B6%C3%9Fe%201/a'], ['http://x/grosse/a']],
    ['/\u{1f600}\ud800', ['http://x/%F0%9F%98%80%EF%BF%BD'], []],
    ['/a.b+c(d)|e^$', ['http://x/a.b+c(d)|e^$'], ['http://x/aab', 'http://x/e']],
    ['*://x/a}', ['http://x/a}'], []],
  ])('%s', (pattern, matching, others) => {
    for (const url of matching) expect.soft(does(pattern, url), url).toBe(true);
    for (const url of others) expect.soft(does(pattern, url), url).toBe(false);
  });

  test('means what the URL standard makes of an address', () => {
    const url = new URL('HTTP://Example.com:80/größe/./x y?q=é').href;
    expect(does('http://example.com/größe/x y?q=é', url)).toBe(true);
  });

  test('matches what the regular expression would match that says the same', () => {
    const part = fc.constantFrom('a', 'b', '/', '*', '**', '/**', '**/', '/**/');
    const text = fc
      .array(fc.constantFrom('a', 'b', '/', '?'), { maxLength: 8 })
      .map((all) => `/${all.join('')}`);
    fc.assert(
      fc.property(
        fc.array(part, { maxLength: 6 }),
        fc.array(text, { minLength: 5, maxLength: 5 }),
        (parts, paths) => {
          const glob = `/a${parts.join('')}`;
          const source = glob.replace(/(?<=\/)\*\*+\/|\/\*\*+$|\*\*+|\*/g, (wild) =>
            wild === '*'
              ? '[^/]*'
              : wild.startsWith('/')
                ? '(?:[/?].*)?'
                : wild.endsWith('/')
                  ? '(?:.*/)?'
                  : '.*',
          );
          const isMeant = matcher(glob);
          const expected = new RegExp(`^${source}$`);
          for (const path of paths) {
            for (const one of [path, `/a${path}`]) {
              expect(isMeant(`http://x${one}`), `${glob} ${one}`).toBe(expected.test(one));
            }
          }
        },
      ),
      { numRuns: 2000 },
    );
  });

  test('takes time in proportion to the lengths, whatever it contains', () => {
    const url = `https://x/${'a/'.repeat(4000)}`;
    const globs = [
      '**/**/**/**/x',
      '**/a/**/a/**/a/**/a/**/x',
      `${'**/'.repeat(300)}x`,
      `**${'a**'.repeat(100)}x`,
      `**/${'*a'.repeat(100)}x`,
      `/**${'/*'.repeat(200)}x`,
    ];
    const begun = performance.now();
    for (const glob of globs) expect(does(glob, url)).toBe(false);
    // Backtracking would take years.
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});

describe('several patterns', () => {
  test('match what any of them matches, and none matches nothing', () => {
    const isMeant = matcher(['/a', 'https://x/b', /c$/]);
    expect(['https://x/a', 'https://x/b', 'https://x/c', 'https://x/d'].map((url) => isMeant(url))).toEqual([
      true,
      true,
      true,
      false,
    ]);
    expect(matcher([])('https://x/')).toBe(false);
  });
});

describe('a regular expression', () => {
  test('is looked for anywhere, each time from the start', () => {
    for (const flags of ['g', 'y', 'gi']) {
      const pattern = new RegExp('https://X/', `${flags.replace('i', '')}i`);
      const isMeant = matcher(pattern);
      pattern.lastIndex = 5;
      expect([1, 2, 3].map(() => isMeant('https://x/'))).toEqual([true, true, true]);
      expect(pattern.lastIndex).toBe(5);
    }
    expect(does(/b\/c/, 'https://a/b/c/d')).toBe(true);
  });
});

describe('what is no pattern is an OptionError that names it', () => {
  test.each<[unknown, RegExp]>([
    ['', /glob or a regular expression, not ''/],
    [5, /not 5/],
    [undefined, /not undefined/],
    ['example.com/**', /begins as an address does.*'example\.com\/\*\*'/],
    ['//example.com/**', /begins as an address does/],
    ['docs/**', /begins as an address does/],
    ['ftp://x/**', /begins as an address does/],
    ['{/a,b}', /begins as an address does.*'\{\/a,b\}'/],
    ['/{a,b', /braces are closed/],
    ['/{a}', /alternatives/],
    ['/a\\', /follows the last/],
    ['https://größe.example/', /ASCII/],
    [`/${'{a,b}'.repeat(12)}`, /at most 1000/],
    [`/${'a'.repeat(10_000)}`, /10000 characters/],
  ])('%s', (pattern, message) => {
    expect(() => matcher([pattern as Pattern])).toThrow(OptionError);
    expect(() => matcher([pattern as Pattern])).toThrow(message);
  });
});
