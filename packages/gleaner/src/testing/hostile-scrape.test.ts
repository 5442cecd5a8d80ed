import { VirtualClock } from '@gleaner/coroutine';
import { afterEach, beforeEach, describe, expect, test, vi } from 'vitest';
import { advanceUntil, json, startServer, until, type TestServer } from '../../test/server.ts';
import { scrape, type Page } from '../index.ts';
import { hostileServer, type HostileServer } from './hostile-server.ts';

/** What must become of each case within half a second's time limit: a failure of this code, or what the page says. */
const OUTCOMES: Readonly<Record<string, string | RegExp>> = {
  'redirects/loop': 'REDIRECT',
  'redirects/pair': 'REDIRECT',
  'redirects/chain': 'REDIRECT',
  'redirects/growing': 'REDIRECT',
  'redirects/away': /hostile|loop/,
  'redirects/to-file': 'REDIRECT',
  'redirects/to-ftp': 'REDIRECT',
  'redirects/to-data': 'REDIRECT',
  'redirects/to-javascript': 'REDIRECT',
  'redirects/to-nowhere': 'REDIRECT',
  'redirects/to-metadata': 'PRIVATE',
  'redirects/to-neighbour': 'PRIVATE',
  'redirects/to-mapped': 'PRIVATE',
  'silence/before-headers': 'TIMEOUT',
  'silence/in-headers': 'TIMEOUT',
  'silence/after-headers': 'TIMEOUT',
  'silence/in-body': 'TIMEOUT',
  'slow/headers': 'TIMEOUT',
  'slow/body': 'TIMEOUT',
  'slow/late': 'TIMEOUT',
  'body/endless': 'TOO_LARGE',
  'body/endless-chunks': 'TOO_LARGE',
  'body/huge-length': 'TOO_LARGE',
  'body/too-short': 'RESET',
  'body/too-long': /^hello$/,
  'body/negative-length': 'PROTOCOL',
  'body/two-lengths': 'RESET',
  'body/length-and-chunks': 'PROTOCOL',
  'body/truncated': 'RESET',
  'chunks/no-size': 'PROTOCOL',
  'chunks/wrong-size': 'PROTOCOL',
  'chunks/huge-size': 'RESET',
  'chunks/endless-extension': 'TIMEOUT',
  'chunks/endless-trailers': 'PROTOCOL',
  'chunks/tiny': /^x{1000000}$/,
  'headers/megabytes': 'PROTOCOL',
  'headers/thousands': 'PROTOCOL',
  'headers/short-thousands': 'PROTOCOL',
  'headers/endless': 'PROTOCOL',
  'headers/nameless': 'PROTOCOL',
  'headers/null': 'PROTOCOL',
  'headers/prototype': /hello/,
  'headers/duplicates': /hello/,
  'headers/splitting': /^<p>the first<\/p>$/,
  'headers/bare-cr': 'PROTOCOL',
  'headers/folded': 'PROTOCOL',
  'status/not-http': 'PROTOCOL',
  'status/none': 'PROTOCOL',
  'status/unknown': 'HTTP_999',
  'status/four-digits': 'PROTOCOL',
  'status/endless-reason': 'TIMEOUT',
  'status/no-content': 'RESET',
  '1xx/flood': 'PROTOCOL',
  '1xx/few': /hello/,
  '1xx/continue': 'RESET',
  '1xx/switching': 'RESET',
  'early/answer': /too early/,
  'early/to-upload': 'HTTP_413',
  'reset/at-once': 'RESET',
  'reset/before-the-answer': 'RESET',
  'reset/in-the-status-line': 'RESET',
  'reset/in-the-headers': 'RESET',
  'reset/after-the-headers': 'RESET',
  'reset/in-the-body': 'RESET',
  'reset/in-a-chunk': 'RESET',
  'close/at-once': 'RESET',
  'close/before-the-answer': 'RESET',
  'close/in-the-status-line': 'RESET',
  'close/in-the-headers': 'RESET',
  'close/after-the-headers': 'RESET',
  'close/in-the-body': 'RESET',
  'close/in-a-chunk': 'RESET',
  'packed/gzip-bomb': 'TOO_LARGE',
  'packed/deflate-bomb': 'TOO_LARGE',
  'packed/brotli-bomb': 'TOO_LARGE',
  'packed/zstd-bomb': 'ENCODING',
  'packed/layered-bomb': 'TOO_LARGE',
  'packed/mixed-layers': 'TOO_LARGE',
  'packed/many-layers': 'ENCODING',
  'packed/truncated': 'ENCODING',
  'packed/not-packed': 'ENCODING',
  'packed/damaged': 'ENCODING',
  'packed/unknown': 'ENCODING',
  'packed/trailing': 'ENCODING',
  'text/html-as-json': 'NOT_JSON',
  'text/png-as-html': /PNG/,
  'text/html-as-png': /caf\u00e9/,
  'text/wrong-charset': /./,
  'text/unknown-charset': /caf\u00e9/,
  'text/utf-7': /^\+ADw-script/,
  'text/invalid-utf-8': /^<p>\ufffd+<\/p>$/,
  'text/nulls': /a\0b/,
  'text/only-nulls': /^\0+$/,
  'text/deep-json': 'NOT_JSON',
  'text/prototype-json': /isAdmin/,
  'text/long-type': /caf\u00e9/,
  'markup/deep': /hostile/,
  'markup/deep-closed': /hostile/,
  'markup/deep-formatting': /hostile/,
  'markup/misnested': /hostile/,
  'markup/unclosed': /hostile/,
  'markup/tables': /hostile/,
  'markup/svg': /hostile/,
  'markup/links': 'TOO_LARGE',
  'markup/links-to-hosts': /hostile/,
  'markup/attributes': /hostile/,
  'markup/long-link': /hostile/,
  'markup/long-tag': /hostile/,
  'markup/open-comment': /hostile/,
  'markup/entities': /hostile/,
  'markup/base': /hostile/,
  'markup/schemes': /hostile/,
  'markup/xml-bomb': /&l10;/,
  'markup/xml-deep': /<a>/,
  'traps/calendar': /Month 0/,
  'traps/sessions': /Welcome/,
  'traps/deeper': /deeper/,
  'traps/soft-404': /Not here/,
  'cookies/other-domains': /hello/,
  'cookies/thousands': 'PROTOCOL',
  'cookies/huge': /hello/,
  // A list of addresses is no crawl: nobody asks for a robots.txt or a sitemap.
  'robots/huge': /hello/,
  'robots/rules': /hello/,
  'robots/endless': /hello/,
  'robots/line': /hello/,
  'robots/error': /hello/,
  'robots/unavailable': /hello/,
  'robots/silent': /hello/,
  'robots/loop': /hello/,
  'robots/delay': /hello/,
  'sitemap/itself': /hello/,
  'sitemap/endless': /hello/,
  'sitemap/bomb': /hello/,
  'sitemap/private': /hello/,
  'tls/self-signed': 'TLS',
  'tls/expired': 'TLS',
  'tls/other-host': 'TLS',
  'http2/rapid-resets': 'RESET',
  // undici takes a stream that is cancelled (RST_STREAM) for one that has ended, where no length was told.
  'http2/reset-after-headers': /^$/,
  'http2/reset-in-body': 'RESET',
  'http2/continuations': 'RESET',
  'http2/pings': 'RESET',
  'http2/settings': 'RESET',
  'http2/goaway': 'RESET',
  'http2/garbage': 'TIMEOUT',
  'http2/endless-body': 'TOO_LARGE',
};

const LIMITS = { retries: 0, onFailure: 'yield' } as const;

let hostile: HostileServer;
let honest: TestServer;

beforeEach(async () => {
  hostile = await hostileServer({ drip: 20 });
  honest = await startServer({ '*': json({ isFine: true }) });
});

afterEach(async () => {
  await hostile[Symbol.asyncDispose]();
  await honest[Symbol.asyncDispose]();
  vi.unstubAllEnvs();
});

/** Certificates that nobody has signed are taken for good, as of a site that has a good one and is hostile all the same. */
function trustAnyCertificate(): void {
  vi.stubEnv('NODE_TLS_REJECT_UNAUTHORIZED', '0');
}

describe('whatever a server does', () => {
  test('there is a case in this table', () => {
    const names = hostile.pages.map(({ name }) => name);
    expect(names.sort()).toEqual(Object.keys(OUTCOMES).sort());
  });

  test.each(Object.entries(OUTCOMES))('%s: %s, in time, with nothing left open', async (name, outcome) => {
    if (name.startsWith('http2/')) trustAnyCertificate();
    const begun = performance.now();
    const timeout = outcome === 'TIMEOUT' ? 500 : 15_000;
    const [result] = await scrape([hostile.url(name)], { ...LIMITS, timeout }).toArray();
    // Far more than it takes: the machine may be busy with other tests.
    expect(performance.now() - begun).toBeLessThan(10_000);
    if (typeof outcome === 'string') {
      if (result?.ok !== false) throw new Error(`${name} did not fail`);
      expect(result.code).toBe(outcome);
      expect(result.error.message).toMatch(/^https?:\/\/[^/]+\/.{10,300}$/);
    } else {
      if (result?.ok !== true) throw new Error(`${name} failed: ${result?.error.message}`);
      expect(result.page.text()).toMatch(outcome);
    }
    await until(() => hostile.openSockets === 0);
  });

  test('the pages of other hosts come, all of them, and what fails is counted by its reason', async () => {
    trustAnyCertificate();
    const bad = hostile.pages.map(({ url }) => url);
    const good = Array.from({ length: 200 }, (_, n) => `${honest.origin}/${n}`);
    const mixed = good.flatMap((url, n) => (bad[n] === undefined ? [url] : [bad[n], url]));
    const neverEnding = Object.values(OUTCOMES).filter((outcome) => outcome === 'TIMEOUT').length;
    const clock = new VirtualClock();
    const job = scrape(mixed, { retries: 0, perHost: 32, clock });
    const came: unknown[] = [];
    let isOver = false;
    const ended = (async () => {
      for await (const { url } of job) if (url.startsWith(honest.origin)) came.push(url);
      isOver = true;
    })();
    // No time passes until there is nothing left but what never ends.
    const isLeft = (): boolean => job.summary.done + job.summary.failed === mixed.length - neverEnding;
    await vi.waitUntil(isLeft, { timeout: 30_000 });
    expect(came).toHaveLength(200);
    await advanceUntil(clock, 30_000, () => isOver);
    await ended;
    const { started, done, failed, failures } = job.summary;
    expect(started).toBe(mixed.length);
    expect(done + failed).toBe(started);
    expect(Object.keys(failures).sort()).toEqual(
      [
        'ENCODING',
        'HTTP_413',
        'HTTP_999',
        'NOT_JSON',
        'PRIVATE',
        'PROTOCOL',
        'REDIRECT',
        'RESET',
        'TIMEOUT',
        'TOO_LARGE',
      ].sort(),
    );
    await until(() => hostile.openSockets === 0 && honest.openSockets === 0);
  }, 60_000);

  test('leaving the loop in the middle of it all leaves no connection and no timer', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const slow = hostile.pages.filter(({ name }) => /^(silence|slow|body\/endless|1xx\/flood)/.test(name));
    const urls = [...slow.map(({ url }) => url), `${honest.origin}/1`];
    for await (const { ok } of scrape(urls, { perHost: 32, maxBytes: 1e12, onFailure: 'yield' }))
      if (ok) break;
    await until(() => hostile.openSockets === 0 && honest.openSockets === 0);
    await hostile[Symbol.asyncDispose]();
    await until(() => timers() <= before);
  });
});

describe('a hostile page is read', () => {
  /** All that can be asked of a page, which must not take long, nor overflow the stack. */
  function readAll(page: Page): unknown {
    return [
      page.links().length,
      page.text('title'),
      page.html().length,
      page.text('body')?.length,
      page.selectAll('div div, [id], a:last-child').length,
      page.markdown().length,
      page.meta().title,
      page.forms().length,
    ];
  }

  const names = Object.keys(OUTCOMES).filter(
    (name) => /^(markup|text|traps)\//.test(name) && !/-json$|as-json|markup\/links$/.test(name),
  );

  // However long it takes on a machine that is busy, it is not for ever.
  test.each(names)('%s', { timeout: 60_000 }, async (name) => {
    const pages = scrape(
      [hostile.url(name)],
      function* read(page) {
        yield readAll(page);
      },
      { ...LIMITS, maxBytes: 20_000_000 },
    );
    const [read] = await pages.toArray();
    expect(read).toHaveLength(8);
  });

  test('links lead to http: and https: only, however they are spelled', async () => {
    const [links] = await scrape([hostile.url('markup/schemes')], function* read(page) {
      yield page.links();
    }).toArray();
    expect(links).toEqual([]);
  });

  test('entities of XML do not grow', async () => {
    const [title] = await scrape([hostile.url('markup/xml-bomb')], function* read(page) {
      yield page.text('title');
    }).toArray();
    expect(title).toBe('&l10;');
  });
});
