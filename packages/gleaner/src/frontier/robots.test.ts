import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { crawlDelay, isAllowed, parseRobots, robotsFor, type Robots } from './robots.ts';

/** Which of the paths a crawler may fetch. */
function allowed(text: string | Uint8Array, product: string, ...paths: string[]): string[] {
  const robots = parseRobots(text);
  return paths.filter((path) => isAllowed(robots, product, `https://example.com${path}`));
}

/** Which of the paths the rules, one a line, allow. */
function allowedBy(rules: string, ...paths: string[]): string[] {
  return allowed(`User-agent: *\n${rules.replaceAll(' | ', '\n')}`, 'bot', ...paths);
}

describe('RFC 9309, 2.1 and 2.2.1: groups', () => {
  test('rules are for all crawlers that are named before them, and end with the next name', () => {
    const text = 'user-agent: a\nuser-agent: b\ndisallow: /1\nuser-agent: c\ndisallow: /2';
    for (const [product, path] of [
      ['a', '/2'],
      ['b', '/2'],
      ['c', '/1'],
    ] as const) {
      expect(allowed(text, product, '/1', '/2')).toEqual([path]);
    }
    expect(allowed(text, 'd', '/1', '/2')).toEqual(['/1', '/2']);
  });

  test('groups for the same crawler are one', () => {
    const text = 'User-agent: a\nDisallow: /1\n\nUser-agent: b\nDisallow: /\n\nUser-agent: A\nDisallow: /2';
    expect(allowed(text, 'a', '/1', '/2', '/3')).toEqual(['/3']);
  });

  test('names are compared without case, and so are the names of lines', () => {
    const text = 'USER-agent: ExampleBot\nDISALLOW: /1\naLLow: /11';
    for (const product of ['ExampleBot', 'examplebot', 'EXAMPLEBOT/1.0 (+https://example.com)']) {
      expect(allowed(text, product, '/1', '/11')).toEqual(['/11']);
    }
  });

  test('* is for whom no other group is for, wherever it stands', () => {
    for (const text of [
      'User-agent: *\nDisallow: /1\nUser-agent: a\nDisallow: /2',
      'User-agent: a\nDisallow: /2\nUser-agent: * and so on\nDisallow: /1',
    ]) {
      expect(allowed(text, 'a', '/1', '/2')).toEqual(['/1']);
      expect(allowed(text, 'b', '/1', '/2')).toEqual(['/2']);
    }
    expect(allowed('User-agent: *\nDisallow: /\nUser-agent: a\nDisallow:', 'a', '/1')).toEqual(['/1']);
    expect(allowed('User-agent: *\nDisallow: /\nUser-agent: a', 'a', '/1')).toEqual(['/1']);
  });

  test('a name is its product token: what follows does not count, and a part of a word is none', () => {
    expect(allowed('User-agent: Foo Bar\nDisallow: /', 'foo', '/')).toEqual([]);
    expect(allowed('User-agent: Foo/2.1\nDisallow: /', 'foo', '/')).toEqual([]);
    expect(allowed('User-agent: Foo*\nDisallow: /', 'foo', '/')).toEqual([]);
    expect(allowed('User-agent: 360Spider_2\nDisallow: /', '360spider_2', '/')).toEqual([]);
    expect(allowed('User-agent: Foo\nDisallow: /', 'foobar', '/')).toEqual(['/']);
    expect(allowed('User-agent: FooBar\nDisallow: /', 'foo', '/')).toEqual(['/']);
    expect(allowed('User-agent: ツ\nDisallow: /', 'foo', '/')).toEqual(['/']);
    expect(allowed('User-agent:\nDisallow: /', '', '/')).toEqual(['/']);
  });

  test('the most specific name counts: a family is better than none', () => {
    const text =
      'User-agent: *\nDisallow: /1\nUser-agent: foo\nDisallow: /2\nUser-agent: foo-news\nDisallow: /3';
    expect(allowed(text, 'foo', '/1', '/2', '/3')).toEqual(['/1', '/3']);
    expect(allowed(text, 'foo-news', '/1', '/2', '/3')).toEqual(['/1', '/2']);
    expect(allowed(text, 'foo-news-daily', '/1', '/2', '/3')).toEqual(['/1', '/2']);
    expect(allowed(text, 'foo-images', '/1', '/2', '/3')).toEqual(['/1', '/3']);
    expect(allowed(text, 'bar-foo', '/1', '/2', '/3')).toEqual(['/2', '/3']);
  });

  test('rules outside of groups are for nobody', () => {
    expect(allowed('Disallow: /1\nUser-agent: a\nDisallow: /2', 'a', '/1', '/2')).toEqual(['/1']);
  });

  test('5.1: the simple example', () => {
    const text = [
      'User-Agent: *',
      'Disallow: *.gif$',
      'Disallow: /example/',
      'Allow: /publications/',
      '',
      'User-Agent: foobot',
      'Disallow:/',
      'Allow:/example/page.html',
      'Allow:/example/allowed.gif',
      '',
      'User-Agent: barbot',
      'User-Agent: bazbot',
      'Disallow: /example/page.html',
      '',
      'User-Agent: quxbot',
      '',
      'EOF',
    ].join('\n');
    const paths = ['/', '/a.gif', '/example/page.html', '/example/allowed.gif', '/publications/'];
    expect(allowed(text, 'other', ...paths)).toEqual(['/', '/publications/']);
    expect(allowed(text, 'foobot', ...paths)).toEqual(['/example/page.html', '/example/allowed.gif']);
    for (const product of ['barbot', 'bazbot']) {
      expect(allowed(text, product, ...paths)).toEqual(paths.filter((path) => path !== '/example/page.html'));
    }
    expect(allowed(text, 'quxbot', ...paths)).toEqual(paths);
  });

  test('a group goes over empty lines and comments, and lasts until the next name', () => {
    const text =
      'user-agent: a\ndisallow: /\nallow: /1\n\n# comment\n\nallow: /2\nuser-agent: b\n\nuser-agent: c\nallow: /3\ndisallow: /';
    expect(allowed(text, 'a', '/1', '/2', '/3')).toEqual(['/1', '/2']);
    for (const product of ['b', 'c']) expect(allowed(text, product, '/1', '/2', '/3')).toEqual(['/3']);
  });
});

describe('RFC 9309, 2.2.2: rules', () => {
  test.each<[rules: string, allowed: string[], others: string[]]>([
    [
      'Disallow: / | Allow: /fish',
      ['/fish', '/fish.html', '/fish/salmon', '/fishheads', '/fish.html?id=x'],
      ['/Fish', '/catfish', '/?id=fish'],
    ],
    [
      'Disallow: / | Allow: /fish*',
      ['/fish', '/fish.html', '/fish/salmon', '/fish?x'],
      ['/Fish', '/catfish', '/?id=fish'],
    ],
    [
      'Disallow: / | Allow: /fish/',
      ['/fish/', '/fish/?id=x', '/fish/salmon.htm'],
      ['/fish', '/fish.html', '/Fish/x'],
    ],
    [
      'Disallow: / | Allow: /*.php',
      ['/x.php', '/a/x.php', '/x.php?y', '/a/any.php.html', '/x.php/', '/index?f=x.php/'],
      ['/', '/php/', '/x.PHP', '/index?php'],
    ],
    [
      'Disallow: / | Allow: /*.php$',
      ['/x.php', '/a/x.php'],
      ['/x.php?y', '/x.php/', '/x.php5', '/x.PHP', '/aaaphpaaa'],
    ],
    [
      'Disallow: / | Allow: /fish*.php',
      ['/fish.php', '/fishheads/catfish.php?x'],
      ['/Fish.php', '/fish/php'],
    ],
    ['Allow: /p | Disallow: /', ['/page'], ['/x']],
    ['Allow: /folder | Disallow: /folder', ['/folder/page'], []],
    ['Disallow: /folder | Allow: /folder', ['/folder/page'], []],
    ['Allow: /page | Disallow: /*.htm', ['/page'], ['/page.htm']],
    ['Allow: /page | Disallow: /*.ph', ['/page', '/page.php5'], ['/a.php5']],
    ['Allow: /x/page. | Disallow: /*.html', ['/x/page.html'], ['/x/y.html']],
    ['Allow: /$ | Disallow: /', ['/'], ['/page.html']],
    ['Disallow: /x | Allow: /x/', ['/x/', '/x/y'], ['/x', '/xy']],
    ['Disallow: /x/page.html | Allow: /x/', ['/x/'], ['/x/page.html']],
    [
      'Allow: /example/page/ | Disallow: /example/page/disallowed.gif',
      ['/example/page/a'],
      ['/example/page/disallowed.gif'],
    ],
    ['Disallow:', ['/', '/x'], []],
    ['Disallow: | Allow:', ['/'], []],
    ['Disallow: / | Disallow:', [], ['/x']],
    ['Disallow: x', ['/x', '/'], []],
    ['Disallow: *.gif', ['/gif'], ['/a.gif', '/.gif?x']],
    ['Disallow: /index.html', ['/'], ['/index.html']],
    ['Disallow: / | Allow: /a/index.html', ['/a/index.html'], ['/a/', '/a/index.htm']],
  ])('%s', (rules, yes, no) => {
    expect(allowedBy(rules, ...yes, ...no)).toEqual(yes);
  });

  test('robots.txt itself is always allowed', () => {
    expect(
      allowedBy('Disallow: / | Disallow: /robots.txt', '/robots.txt', '/robots.txt2', '/a/robots.txt'),
    ).toEqual(['/robots.txt']);
    expect(isAllowed(robotsFor(500, ''), 'bot', 'https://x/robots.txt')).toBe(true);
  });

  test('an address may be given whole or as its path and query, and its fragment does not count', () => {
    const robots = parseRobots('User-agent: *\nDisallow: /*x$');
    for (const address of ['https://a/x', 'https://user:pw@a:81/x', '/x', '/x#y', 'https://a/x#y', '//x']) {
      expect(isAllowed(robots, 'bot', address), address).toBe(false);
    }
    expect(isAllowed(robots, 'bot', 'https://x/y#x')).toBe(true);
  });
});

describe('RFC 9309, 2.2.2: what is percent-encoded', () => {
  test.each([
    ['/foo/bar?baz=quz', '/foo/bar?baz=quz'],
    ['/foo/bar?baz=https://foo.bar', '/foo/bar?baz=https%3A%2F%2Ffoo.bar'],
    ['/foo/bar?baz=https%3A%2F%2Ffoo.bar', '/foo/bar?baz=https://foo.bar'],
    ['/foo/bar?qux=taz&baz=http://foo.bar?tar&par', '/foo/bar?qux=taz&baz=http://foo.bar?tar&par'],
    ['/foo/bar/ツ', '/foo/bar/%E3%83%84'],
    ['/foo/bar/ツ', '/foo/bar/ツ'],
    ['/foo/bar/%E3%83%84', '/foo/bar/%E3%83%84'],
    ['/foo/bar/%e3%83%84', '/foo/bar/%E3%83%84'],
    ['/foo/bar/%62%61%7A', '/foo/bar/baz'],
    ['/~joe', '/%7Ejoe'],
    ['/%7ejoe', '/~joe'],
    ['/a{b}|"c"', '/a%7Bb%7D%7C%22c%22'],
    ["/a(b)!'c'", '/a%28b%29%21%27c%27'],
    ['/a b', '/a%20b'],
    ['/100%', '/100%'],
    ['/a%2Fb', '/a%2fb'],
    ['/à', '/%C3%A0'],
    ['/*/private', '/x?u=/private'],
    ['/*u=%2Fprivate', '/x?u=%2Fprivate'],
    ['/*?*/private', '/x?u=/private'],
  ])('%s is about %s', (rule, path) => {
    expect(allowedBy(`Disallow: ${rule}`, path)).toEqual([]);
  });

  test.each([
    ['/a%2Fb', '/a/b'],
    ['/a/b', '/a%2Fb'],
    ['/a?b%26c', '/a?b&c'],
    ['/a%3Fb', '/a?b'],
    ['/a%20b', '/a+b'],
  ])('%s is not about %s', (rule, path) => {
    expect(allowedBy(`Disallow: ${rule}`, path)).toEqual([path]);
  });

  test('octets that are not UTF-8 are compared as they are', () => {
    const text = Buffer.from('User-agent: *\nDisallow: /caf\xe9', 'latin1');
    expect(allowed(text, 'bot', '/caf%E9', '/caf%C3%A9')).toEqual(['/caf%C3%A9']);
  });

  test('the longest rule is that with the most octets, however they are written', () => {
    expect(allowedBy('Disallow: /%61%62%63 | Allow: /abcd', '/abcd')).toEqual(['/abcd']);
    expect(allowedBy('Disallow: /ツ | Allow: /???d', '/ツ')).toEqual([]);
  });
});

describe('RFC 9309, 2.2.3: special characters', () => {
  test.each<[rules: string, allowed: string[], others: string[]]>([
    [
      'Disallow: /foo/bar/quz | Allow: /foo/*/qux',
      ['/foo/quz', '/foo//quz', '/foo/bax/quz'],
      ['/foo/bar/quz'],
    ],
    [
      'Disallow: /foo/bar$ | Allow: /foo/bar/qux',
      ['/foo/bar/qux', '/foo/bar/', '/foo/bar/baz'],
      ['/foo/bar'],
    ],
    ['# Disallow: / | Disallow: /foo/quz#qux | Allow: /', ['/foo/bar'], ['/foo/quz', '/foo/quz2']],
    ['Disallow: /a*b*c', ['/acb', '/abxd'], ['/abc', '/aXbXcX', '/abbc']],
    ['Disallow: /a*b*c$', ['/abcd'], ['/abc', '/abcbc', '/a/b/c']],
    ['Disallow: /*a$', ['/ab'], ['/a', '/aa', '/ba']],
    ['Disallow: /a*$', ['/b'], ['/a', '/ab']],
    ['Disallow: /ab*b$', ['/ab'], ['/abb', '/ab/b']],
    ['Disallow: /***a', ['/b'], ['/a', '/ba']],
    ['Disallow: /a$b', ['/a'], ['/a$b', '/a%24bc']],
    [
      'Disallow: /file-with-a-%2A.html',
      ['/file-with-a-x.html'],
      ['/file-with-a-*.html', '/file-with-a-%2A.html'],
    ],
    ['Disallow: /file-with-a-%24', [], ['/file-with-a-$', '/file-with-a-$/x']],
  ])('%s', (rules, yes, no) => {
    expect(allowedBy(rules, ...yes, ...no)).toEqual(yes);
  });

  test('wildcards match what the regular expression would match that says the same', () => {
    const text = (characters: string, maxLength: number): fc.Arbitrary<string> =>
      fc.array(fc.constantFrom(...characters.split(/(?:)/)), { maxLength }).map((all) => `/${all.join('')}`);
    fc.assert(
      fc.property(
        text('ab/***', 8),
        fc.boolean(),
        fc.array(text('ab/', 8), { minLength: 5 }),
        (rule, isAnchored, paths) => {
          const source = `^${rule.replaceAll('*', '.*')}${isAnchored ? '$' : ''}`;
          const expected = paths.filter((path) => !new RegExp(source).test(path));
          expect(allowedBy(`Disallow: ${rule}${isAnchored ? '$' : ''}`, ...paths)).toEqual(expected);
        },
      ),
      { numRuns: 1000 },
    );
  });

  test('hostile rules take no more time than harmless ones', () => {
    const path = `/${'a'.repeat(8000)}`;
    const rules = [
      `Disallow: /${'*a'.repeat(1000)}b`,
      `Disallow: /${'*a*'.repeat(1000)}$b$`,
      `Disallow: /*${'a'.repeat(4000)}b`,
      `Disallow: /*b${'a'.repeat(4000)}`,
      `Disallow: /${'a*'.repeat(4000)}b$`,
    ];
    const robots = parseRobots(`User-agent: *\n${rules.join('\n')}\n${'Disallow: /*a*b\n'.repeat(20_000)}`);
    expect(isAllowed(robots, 'bot', path)).toBe(true);
    const begun = performance.now();
    for (let i = 0; i < 10; i++) expect(isAllowed(robots, 'bot', path)).toBe(true);
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});

describe('RFC 9309, 2.2.4: other lines', () => {
  test('end no group, wherever they stand', () => {
    const text =
      'User-agent: a\nCrawl-delay: 1\nSitemap: https://x/s\nWhat: ever\nUser-agent: b\nHost: x\nDisallow: /';
    for (const product of ['a', 'b']) expect(allowed(text, product, '/1')).toEqual([]);
  });

  test('sitemaps are had in their order, from anywhere', () => {
    const text =
      'Sitemap: https://x/1.xml # first\nUser-agent: a\nSITEMAP:https://x/2?a:b\nDisallow: /\nsite-map:  /ü.xml \nSitemap:';
    expect(parseRobots(text).sitemaps).toEqual(['https://x/1.xml', 'https://x/2?a:b', '/ü.xml']);
  });

  test('a crawl delay is for those who are named above it, in milliseconds', () => {
    const robots = parseRobots(
      [
        'Crawl-delay: 99',
        'User-agent: a',
        'User-agent: b',
        'Disallow: /x',
        'crawl-delay: 2.5',
        'User-agent: c',
        'Crawl-delay: 1',
        'User-agent: d',
        'Crawl-delay: 0',
        'Disallow: /',
        'User-agent: *',
        'Crawl-delay: 10s # ten',
        'User-agent: a',
        'Crawl-delay: 3',
        'User-agent: e',
        'Crawl-delay: soon',
        'Crawl-delay: -1',
        'Disallow:',
      ].join('\n'),
    );
    const delays = ['a', 'b', 'c', 'd', 'e', 'f'].map((product) => crawlDelay(robots, product));
    expect(delays).toEqual([3000, 2500, 1000, 0, undefined, 10_000]);
    expect(crawlDelay(parseRobots(''), 'a')).toBeUndefined();
  });
});

describe('lines', () => {
  test.each(['\n', '\r\n', '\r', '\n\n', '\r\r\n'])('end with %j', (end) => {
    const text = ['User-agent: a', 'Allow: /1', '', 'User-agent: b', '', 'Disallow: /'].join(end);
    expect(allowed(text, 'a', '/1', '/2')).toEqual(['/1', '/2']);
    expect(allowed(text, 'b', '/1', '/2')).toEqual([]);
  });

  test('a byte-order mark counts only at the beginning, and there for nothing', () => {
    expect(allowed('\ufeffUser-agent: a\nDisallow: /', 'a', '/')).toEqual([]);
    expect(allowed(Buffer.from('\ufeffUser-agent: a\nDisallow: /'), 'a', '/')).toEqual([]);
    expect(allowed('User-agent: a\n\ufeffDisallow: /', 'a', '/')).toEqual(['/']);
  });

  test('blanks around names and values do not count', () => {
    expect(allowed('  \tUser-agent \t: \t a \0\n\tDisallow\t:/1\t \n', 'a', '/1')).toEqual([]);
  });

  test('frequent mistakes are understood', () => {
    for (const text of [
      'user-agent a\ndisallow /',
      'useragent: a\ndissallow: /',
      'User Agent: a\nDisalow: /',
    ]) {
      expect(allowed(text, 'a', '/')).toEqual([]);
    }
    expect(allowed('user-agent: a\ndisallow / please', 'a', '/')).toEqual(['/']);
    expect(allowed('foo: a\nbar: /', 'a', '/')).toEqual(['/']);
    expect(allowed('user-agent: a\ndisallowed: /', 'a', '/')).toEqual(['/']);
  });

  test('anything is a robots.txt', () => {
    expect(allowed('<!doctype html><p>User-agent: * Disallow: /', 'a', '/')).toEqual(['/']);
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 300 }), fc.string(), (bytes, text) => {
        for (const body of [bytes, text]) {
          expect(isAllowed(parseRobots(body), text, `/${text}`)).toBe(true);
        }
      }),
    );
    const names = ['__proto__', 'constructor', 'toString'];
    for (const name of names) expect(allowed(`User-agent: ${name}\nDisallow: /`, name, '/')).toEqual([]);
    expect(allowed(names.join(': x\n'), 'constructor', '/')).toEqual(['/']);
  });
});

describe('RFC 9309, 2.5: limits', () => {
  const KIBIBYTES_500 = 500 * 1024;
  const start = 'User-agent: *\nDisallow: /a\n';

  test('500 KiB are read', () => {
    const last = '\nDisallow: /b';
    const whole = start + '#'.repeat(KIBIBYTES_500 - start.length - last.length) + last;
    expect(whole).toHaveLength(KIBIBYTES_500);
    for (const text of [whole, `${whole}\n`, `${whole}\rDisallow: /c`]) {
      for (const body of [text, Buffer.from(text)]) {
        expect(allowed(body, 'bot', '/a', '/b', '/c')).toEqual(['/c']);
      }
    }
  });

  test('a line that goes beyond them is not read in part', () => {
    const text = `${start}${'#'.repeat(KIBIBYTES_500 - start.length - 10)}\nDisallow: /b/c/d`;
    expect(allowed(text, 'bot', '/a', '/b/c/d', '/')).toEqual(['/b/c/d', '/']);
    expect(allowed('x'.repeat(KIBIBYTES_500 + 1), 'bot', '/')).toEqual(['/']);
  });

  test('500 KiB of blanks, of rules and of names take no time', () => {
    const begun = performance.now();
    for (const line of [
      ' ',
      'Disallow: /\n',
      'Disallow: /*\n',
      'User-agent: a\nCrawl-delay: 1\nDisallow: /\n',
      'User-agent: a\n',
    ]) {
      const robots = parseRobots(`${start}${line.repeat(KIBIBYTES_500 / line.length)}x`);
      isAllowed(robots, 'a', '/b');
      crawlDelay(robots, 'a');
    }
    expect(performance.now() - begun).toBeLessThan(2000);
  });

  test('a line longer than any address is passed over', () => {
    expect(
      allowedBy(`Disallow: /${'a'.repeat(20_000)} | Disallow: /b # ${'c'.repeat(20_000)}`, '/b', '/c'),
    ).toEqual(['/c']);
  });
});

describe('RFC 9309, 2.3.1: what an answer means', () => {
  const may = (robots: Robots): boolean => isAllowed(robots, 'a', 'https://x/y');
  test.each<[number | 'unreachable', boolean]>([
    [301, true],
    [400, true],
    [401, true],
    [403, true],
    [404, true],
    [410, true],
    [429, false],
    [500, false],
    [503, false],
    [599, false],
    ['unreachable', false],
  ])('%s: whatever the body, allowed is %s', (status, expected) => {
    expect(may(robotsFor(status, ''))).toBe(expected);
    expect(may(robotsFor(status, 'User-agent: *\nDisallow: /'))).toBe(expected);
  });

  test('2xx: the body counts', () => {
    expect(may(robotsFor(200, 'User-agent: *\nDisallow: /'))).toBe(false);
    expect(may(robotsFor(206, Buffer.from('User-agent: *\nDisallow: /z')))).toBe(true);
  });
});

test('what was read can be kept as JSON', () => {
  const text = 'User-agent: a\nCrawl-delay: 1\nDisallow: /ツ*$\nAllow: /b\nSitemap: https://x/s.xml';
  const robots = parseRobots(text);
  const revived = JSON.parse(JSON.stringify(robots)) as Robots;
  expect(revived).toEqual(robots);
  expect(isAllowed(revived, 'a', '/ツ')).toBe(false);
  expect(crawlDelay(revived, 'a')).toBe(1000);
});
