import { expect, test } from 'vitest';
import { crawlSettings } from '../crawl/crawl-options.ts';
import { Credentials } from '../http/auth.ts';
import { parsed } from './arguments.ts';
import { ASKING, CRAWLING, crawlOptions, merged } from './crawl-options.ts';

const read = (line: string) =>
  crawlOptions(parsed(line === '' ? [] : line.split(' '), { ...ASKING, ...CRAWLING }).values);

test('what is not said leaves everything as it is by default', () => {
  expect(crawlSettings(read(''))).toEqual(crawlSettings({}));
});

test('each option of the command line is one of the crawl', () => {
  const line =
    '--store s.glean --fresh --within domain --allow a* --allow b* --deny c* --max-depth 0 --max-pages 5 --max-items 6 ' +
    '--order depth --sort-query --drop-param utm_* --sitemaps --since 2026-05-31 -c 7 --per-host 2 --delay 1.5s ' +
    '--no-robots --timeout 2s --max-bytes 2MB --max-redirects 0 --max-time 1m --retries 0 -H A:b --no-cookies --proxy http://p:1 --cache c.sqlite --accept 404 ' +
    '--accept 410 --auth https://x.example=me:se:cret --auth http://y.example:8080/=bearer:abc';
  const options = read(line);
  expect(options).toEqual({
    store: 's.glean',
    fresh: true,
    within: 'domain',
    allow: ['a*', 'b*'],
    deny: ['c*'],
    maxDepth: 0,
    maxPages: 5,
    maxItems: 6,
    order: 'depth',
    sortQuery: true,
    dropParams: ['utm_*'],
    sitemaps: true,
    since: new Date('2026-05-31'),
    concurrency: 7,
    perHost: 2,
    delay: 1500,
    robots: false,
    timeout: 2000,
    maxBytes: 2_000_000,
    maxRedirects: 0,
    jobTimeout: 60_000,
    retries: 0,
    headers: { A: 'b' },
    cookies: false,
    proxies: ['http://p:1'],
    cache: 'c.sqlite',
    accept: [404, 410],
    auth: {
      'https://x.example': { username: 'me', password: 'se:cret' },
      'http://y.example:8080': { bearer: 'abc' },
    },
  });
  // What the command line makes is what the crawl and its client take.
  expect(() => crawlSettings(options)).not.toThrow();
  expect(new Credentials(options.auth).of('http://y.example:8080')).toBe('Bearer abc');
  expect(read('--delay auto --sitemap https://x/a --sitemap https://x/b')).toMatchObject({
    delay: 'auto',
    sitemaps: ['https://x/a', 'https://x/b'],
  });
});

test('the command line wins over the file, headers one by one', () => {
  const file = { headers: { 'User-Agent': 'file', 'x-a': 'file' }, perHost: 3, delay: 0 };
  expect(merged(file, read('-H user-agent:line --per-host 4'))).toEqual({
    headers: { 'user-agent': 'line', 'x-a': 'file' },
    perHost: 4,
    delay: 0,
  });
  expect(merged(file, read(''))).toEqual(file);
});

test.each([
  ['--within world', "--within expects one of host, origin, domain, any, not 'world'"],
  ['--order best', "--order expects one of breadth, depth, not 'best'"],
  ['--accept 4xx', "--accept expects a status such as 404, not '4xx'"],
  ['--since yesterday', "--since expects a date such as 2026-05-31 or 2026-05-31T12:00Z, not 'yesterday'"],
  ['--since 2026-13-41', '--since expects a date'],
  ['--max-pages 0', "--max-pages expects a whole number of at least 1, not '0'"],
  ['--delay often', "--delay expects a time such as 500ms, 10s or 2m, not 'often'"],
  ['--sitemaps --sitemap https://x/', '--sitemap names sitemaps, --sitemaps takes those of robots.txt'],
])('%s is told what it should be', (line, message) => {
  expect(() => read(line)).toThrow(message);
});

test('a credential that is none is not repeated', () => {
  for (const text of [
    'https://x.example=secret',
    'x.example=me:secret',
    'https://x.example/path=me:secret',
    'secret',
  ]) {
    expect(() => read(`--auth ${text}`)).toThrow(/^--auth expects ORIGIN=NAME:PASSWORD(?!.*x\.example)/);
  }
});
