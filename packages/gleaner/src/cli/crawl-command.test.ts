import { startBookshop } from '@gleaner/bookshop';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import os from 'node:os';
import path from 'node:path';
import { afterAll, describe, expect, test, vi } from 'vitest';
import { begin, glean, linesOfJson } from '../../test/command.ts';
import { body, gate, startServer, until, type TestServer } from '../../test/server.ts';

const folder = mkdtempSync(path.join(os.tmpdir(), 'glean-crawl-'));
afterAll(() => rmSync(folder, { recursive: true }));

vi.setConfig({ testTimeout: 30_000 });

let files = 0;
const newFile = (extension: string): string => path.join(folder, `${++files}.${extension}`);

function spiderFile(text: string): string {
  const file = newFile('ts');
  writeFileSync(file, text);
  return file;
}

const linesOf = (file: string): unknown[] => linesOfJson(readFileSync(file, 'utf8'));

/** As fast as can be: what a test of something else wants. */
const QUICK = ['--delay', '0', '--no-robots'];

const html = (text: string) => body(text, { 'content-type': 'text/html' });
const anchors = (...hrefs: string[]): string =>
  hrefs.map((href) => `<a href="${href}">${href}</a>`).join(' ');

/** Pages /0 … /(count − 1), each with a link to the next, and an item each for whoever takes headings. */
function chain(count: number): Promise<TestServer> {
  return startServer(
    Object.fromEntries(
      Array.from({ length: count }, (_, n) => [
        `/${n}`,
        html(`<h1>${n}</h1>${n + 1 < count ? anchors(`/${n + 1}`) : ''}`),
      ]),
    ),
  );
}

const HEADINGS = `
  import { follow, spider } from 'gleaner';
  export default spider(function* (page) {
    yield follow(page.links());
    yield { n: page.number('h1') };
  });`;

describe("with a spider's file", () => {
  test('its items are printed as lines of JSON; exit status 0', async () => {
    await using shop = await startBookshop({ latency: 0 });
    const spider = spiderFile(`
      import { follow, spider, visit } from 'gleaner';
      const wrong: number = 'types are not checked';
      export default spider(function* (page) {
        yield follow(page.links('li.next a'));
        for (const card of page.selectAll('article.product_pod')) {
          yield { title: card.attr('title', 'h3 a'), price: card.number('.price_color') };
        }
      });`);
    const { code, stdout, stderr } = await glean('crawl', spider, shop.url, ...QUICK);
    const bySort = (a: { title: string }, b: { title: string }): number => (a.title < b.title ? -1 : 1);
    expect((linesOfJson(stdout) as { title: string }[]).sort(bySort)).toEqual(
      shop.books.map(({ title, price }) => ({ title, price })).sort(bySort),
    );
    expect(stderr).toMatch(
      /^1,000 items · \d+ pages done · 0 failed · [\d.]+ [kM]?B in [\d.]+ m?s · [\d,]+ pages\/s\n$/,
    );
    expect(code).toBe(0);
  });

  test('what it says of its start and its options holds where the command line is silent', async () => {
    await using server = await chain(5);
    const text = `${HEADINGS}
      export const start = '${server.origin}/0';
      export const options = { delay: 0, robots: false, maxDepth: 1 };`;
    const [own, said] = [
      await glean('crawl', spiderFile(text), '-q'),
      await glean('crawl', spiderFile(text), `${server.origin}/1`, '--max-depth', '2', '-q'),
    ];
    expect(linesOfJson(own.stdout)).toEqual([{ n: 0 }, { n: 1 }]);
    expect(linesOfJson(said.stdout)).toEqual([{ n: 1 }, { n: 2 }, { n: 3 }]);
    expect([own.stderr, said.stderr]).toEqual(['', '']);
  });

  test('what it throws on a page is told with its place; exit status 1', async () => {
    await using server = await chain(2);
    const spider = spiderFile(`export default function* (page: { url: string }) {
  yield 1;
  throw new Error('no \\u001b[2J way');
}`);
    const { code, stdout, stderr } = await glean('crawl', spider, `${server.origin}/0`, ...QUICK);
    expect([code, stdout]).toEqual([1, '']);
    expect(stderr).toMatch(/1 × SPIDER +http\S+\/0: the spider threw: no �\[2J way \(.*\.ts:3:9\)\n$/);
  });

  test('whose options have a failure end the crawl; exit status 1', async () => {
    await using server = await startServer({});
    const text = `export const options = { onFailure: 'throw', delay: 0, robots: false }; ${HEADINGS}`;
    const { code, stderr } = await glean('crawl', spiderFile(text), `${server.origin}/`);
    expect([code, stderr]).toEqual([
      1,
      `glean crawl: ${server.origin}/: the server answered 404 Not Found\n`,
    ]);
  });

  test('what it begins with and is no address ends the crawl; exit status 2', async () => {
    const bad = await glean('crawl', spiderFile(`export const start = ['nonsense']; ${HEADINGS}`));
    expect(bad.code).toBe(2);
    expect(bad.stderr).toContain('glean crawl: nonsense: not an absolute address\n');
  });
});

describe('pages that are not had', () => {
  test('are told by reason; those that robots.txt forbids are no failures', async () => {
    await using server = await startServer({
      '/robots.txt': body('User-agent: *\nDisallow: /private\n'),
      '/': html(anchors('/private', '/missing', '/a')),
      '/a': html(''),
      '/b': html(anchors('/private')),
    });
    const some = await glean('crawl', `${server.origin}/`, '--follow', '*', '--delay', '0');
    expect(some.code).toBe(1);
    expect(some.stderr).toMatch(/^2 items · 2 pages done · 1 failed · 1 forbidden by robots\.txt · /);
    expect(some.stderr).toContain('     1 × HTTP_404  ');
    expect(some.stderr).toContain('     1 × ROBOTS    ');
    const none = await glean('crawl', `${server.origin}/b`, '--follow', 'a', '--delay', '0');
    expect(none.code).toBe(0);
  });

  test('those that are too large, or redirected too often, are told with the limit', async () => {
    await using server = await startServer({
      '/': html(anchors('/large', '/1')),
      '/large': html('x'.repeat(3001)),
      '/1': (_, response) => response.writeHead(302, { location: '/2' }).end(),
      '/2': (_, response) => response.writeHead(302, { location: '/' }).end(),
    });
    const limits = ['--max-bytes', '3kB', '--max-redirects', '1'];
    const { code, stderr } = await glean('crawl', `${server.origin}/`, '--follow', '*', ...QUICK, ...limits);
    expect(code).toBe(1);
    expect(stderr).toMatch(/ 1 × TOO_LARGE [^\n]+ the limit maxBytes is 3000\n/);
    expect(stderr).toMatch(/ 1 × REDIRECT [^\n]+ more than 1 times \(the limit maxRedirects\)\n/);
  });

  test('with a status that is accepted are pages; statuses are told', async () => {
    await using server = await startServer({ '/': html(anchors('/missing')) });
    const { code, stderr } = await glean(
      'crawl',
      `${server.origin}/`,
      '--follow',
      '*',
      '--accept',
      '404',
      ...QUICK,
    );
    expect(code).toBe(0);
    expect(stderr).toContain('  by status: 200 × 1, 404 × 1\n');
  });

  test('links that are not followed are told by reason', async () => {
    await using server = await startServer({ '/': html(anchors('http://localhost:1/', '//[bad')) });
    const { stderr } = await glean('crawl', `${server.origin}/`, '--follow', '*', ...QUICK);
    expect(stderr).toMatch(/\n {2}links not followed: 1 [^,\n]+(, 1 [^,\n]+)?\n$/);
  });
});

describe('without code', () => {
  test('items and their fields are selected', async () => {
    await using shop = await startBookshop({ latency: 0 });
    const fields = [
      'title=h3 a@title',
      'price=.price_color|number',
      'url=h3 a|link',
      'stars=p.star-rating@class',
      'page=|url',
    ];
    const { code, stdout } = await glean(
      'crawl',
      shop.url,
      ...QUICK,
      '--max-pages',
      '5',
      '--follow',
      'li.next a',
      '--item',
      'article.product_pod',
      ...fields.flatMap((field) => ['--field', field]),
      '-q',
    );
    expect(code).toBe(0);
    const books = linesOfJson(stdout) as { title: string; price: number; url: string; page: string }[];
    expect(books).toHaveLength(100);
    const [first] = shop.books;
    expect(books.find(({ title }) => title === first?.title)).toMatchObject({
      price: first?.price,
      url: `${shop.origin}${first?.path ?? ''}`,
      stars: expect.stringMatching(/^star-rating \w+$/) as string,
      page: expect.stringContaining(shop.origin) as string,
    });
  });

  test('fields are text, numbers, links, dates, HTML, attributes, and lists of them', async () => {
    const text = `<title>T</title><article id="x7"><h2>Tea  <b>pot</b></h2><i class="t">a</i><i class="t">b</i>
      <p data-n="1,234.5">£ 12.50</p><a href="/one">1</a><a href="/two">2</a><time datetime="2026-05-31">May</time></article>`;
    await using server = await startServer({ '/': html(text) });
    const fields = [
      'name=h2',
      'html=h2 b|html',
      'tags=.t|list',
      'price=p|number',
      'n=p@data-n|number',
      'link=a|link',
      'links=a|link|list',
      'hrefs=a@href|list',
      'at=time|date',
      'id=@id',
      'none=h5',
      'nobody=h5|list',
    ];
    const { stdout } = await glean(
      'crawl',
      `${server.origin}/`,
      ...QUICK,
      '--item',
      'article',
      ...fields.flatMap((field) => ['--field', field]),
    );
    expect(linesOfJson(stdout)).toEqual([
      {
        name: 'Tea pot',
        html: expect.stringContaining('pot') as string,
        tags: ['a', 'b'],
        price: 12.5,
        n: 1234.5,
        link: `${server.origin}/one`,
        links: [`${server.origin}/one`, `${server.origin}/two`],
        hrefs: ['/one', '/two'],
        at: expect.stringContaining('2026-05-31') as string,
        id: 'x7',
        none: null,
        nobody: [],
      },
    ]);
  });

  test('fields are Markdown and JSON too; what a link field gives is an address on the web', async () => {
    const text = `<article><h2>Tea</h2><p>hot <b>pot</b>, <a href="/one">1</a></p></article>
      <p data-n='{"a":[1]}' data-js="javascript:x()"></p><script type="application/ld+json">{"b":2}</script>`;
    await using server = await startServer({ '/': html(text), '/bad': html('<script>{"b"</script>') });
    const fields = [
      'body=article|markdown',
      'parts=article > *|markdown|list',
      'ld=script|json',
      'n=[data-n]@data-n|json',
      'js=[data-js]@data-js|link',
      'none=h5|markdown',
      'nothing=h5|json',
    ].flatMap((field) => ['--field', field]);
    const { stdout } = await glean('crawl', `${server.origin}/`, ...QUICK, ...fields);
    const paragraph = `hot **pot**, [1](${server.origin}/one)`;
    expect(linesOfJson(stdout)).toEqual([
      {
        body: `## Tea\n\n${paragraph}`,
        parts: [expect.stringContaining('Tea') as string, expect.stringContaining('hot **pot**') as string],
        ld: { b: 2 },
        n: { a: [1] },
        js: null,
        none: null,
        nothing: null,
      },
    ]);
    const bad = await glean('crawl', `${server.origin}/bad`, ...QUICK, '--field', 'ld=script|json');
    expect([bad.code, bad.stdout]).toEqual([1, '']);
    expect(bad.stderr).toMatch(/ 1 × NOT_JSON +/);
  });

  test('a selector of items that nothing fits is told of', async () => {
    await using server = await startServer({ '/': html('<p>x</p>') });
    const none = await glean('crawl', `${server.origin}/`, ...QUICK, '--item', 'li.book');
    expect(none.code).toBe(0);
    expect(none.stderr).toMatch(/^0 items [^\n]+\nNo page has an element that fits --item 'li\.book'\.\n$/);
    const some = await glean('crawl', `${server.origin}/`, ...QUICK, '--item', 'p');
    expect(some.stderr).not.toContain('--item');
  });

  test('a page is an item, with what is commonly wanted of one', async () => {
    const head = '<title>Tea</title><meta name="description" content="Of leaves">';
    await using server = await startServer({
      '/': html(`${head}<h1>On tea</h1>${anchors('/b')}<p>x</p>`),
      '/b': html(''),
    });
    const [whole, items] = [
      await glean('crawl', `${server.origin}/`, ...QUICK, '--follow', '*'),
      await glean('crawl', `${server.origin}/`, ...QUICK, '--item', 'a'),
    ];
    expect(linesOfJson(whole.stdout)).toEqual([
      { url: `${server.origin}/`, title: 'Tea', description: 'Of leaves', h1: 'On tea' },
      { url: `${server.origin}/b`, title: null, description: null, h1: null },
    ]);
    expect(linesOfJson(items.stdout)).toEqual([
      { url: `${server.origin}/`, text: '/b', link: `${server.origin}/b` },
    ]);
  });
});

describe('with a store', () => {
  test('a crawl that was interrupted goes on where it stopped; files have every item, each once', async () => {
    const held = gate();
    const pages = 12;
    const answered: string[] = [];
    await using server = await startServer({
      '*': ({ url = '' }, response) => {
        const n = Number(url.slice(1));
        const answer = (): void => {
          answered.push(url);
          html(`<h1>${n}</h1>${n + 1 < pages ? anchors(`/${n + 1}`) : ''}`)({} as never, response);
        };
        if (n === 6) void held.opened.then(answer);
        else answer();
      },
    });
    const [store, spider, jsonl, csv] = [
      newFile('glean'),
      spiderFile(HEADINGS),
      newFile('jsonl'),
      newFile('csv'),
    ];
    const args = ['crawl', spider, `${server.origin}/0`, ...QUICK, '--store', store, '-o', jsonl, '-o', csv];
    const first = begin(...args);
    await until(() => server.paths.length === 7);
    process.emit('SIGINT');
    expect(first.said()).toBe('Finishing what is in flight; Ctrl-C again stops now.\n');
    held.open();
    const stopped = await first.ended;
    expect(stopped.code).toBe(130);
    expect(stopped.stderr).toContain('7 items · 7 pages done · 0 failed · 1 left · ');
    expect(stopped.stderr).toContain(`What is left is in ${store}: the same command goes on with it.\n`);
    expect(linesOf(jsonl)).toHaveLength(7);
    // As if it had been killed while it wrote.
    writeFileSync(jsonl, '{"n":0}\n{"n":1}\n{"n"');

    const second = await glean(...args);
    expect(second.code).toBe(0);
    expect(second.stdout).toBe('');
    expect(second.stderr).toContain(
      `Going on with ${store}: 7 done, 1 left, 7 items so far.\n12 items · 12 pages done`,
    );
    const all = Array.from({ length: pages }, (_, n) => ({ n }));
    expect(linesOf(jsonl)).toEqual(all);
    expect(readFileSync(csv, 'utf8').trim().split(/\r?\n/)).toEqual(['n', ...all.map(({ n }) => String(n))]);
    expect(answered).toEqual(all.map(({ n }) => `/${n}`));

    const third = await glean(...args);
    expect(third).toMatchObject({ code: 0, stdout: '' });
    expect(third.stderr).toBe(
      `${store}: already finished, with 12 items. --fresh begins anew; glean export ${store} writes the items again.\n`,
    );
    expect(linesOf(jsonl)).toEqual(all);
    expect(answered).toHaveLength(pages);

    const fresh = await glean(...args, '--fresh', '--max-pages', '2');
    expect(fresh.stderr).toMatch(/^2 items · 2 pages done · 0 failed · 1 left · /);
    expect(linesOf(jsonl)).toEqual(all.slice(0, 2));
    const limited = await glean(...args, '--max-pages', '2');
    expect(limited.stderr).toContain('A limit of pages or items is reached: raise it to go on.\n');
  });

  test('Ctrl-C twice stops it now, and nothing that was had is lost', async () => {
    await using server = await startServer({ '/0': html(anchors('/never')), '/never': () => {} });
    const [store, jsonl] = [newFile('glean'), newFile('jsonl')];
    const job = begin(
      'crawl',
      `${server.origin}/0`,
      '--follow',
      '*',
      ...QUICK,
      '--store',
      store,
      '-o',
      jsonl,
    );
    await until(() => server.count('/never') === 1);
    // What was handed over is in the file before anybody stops it: the file is a stream of its own.
    await until(() => linesOf(jsonl).length === 1);
    process.emit('SIGINT');
    process.emit('SIGINT');
    const { code, stderr } = await job.ended;
    expect(code).toBe(130);
    expect(stderr).toContain('1 item · 1 page done · 0 failed · 1 left · ');
    expect(linesOf(jsonl)).toMatchObject([{ url: `${server.origin}/0` }]);
    await until(() => server.openSockets === 0);
  });

  test('standard output gets what is new', async () => {
    await using server = await chain(4);
    const args = ['crawl', spiderFile(HEADINGS), `${server.origin}/0`, ...QUICK, '--store', newFile('glean')];
    const [first, second] = [await glean(...args, '--max-pages', '2'), await glean(...args)];
    expect(linesOfJson(first.stdout)).toEqual([{ n: 0 }, { n: 1 }]);
    expect(linesOfJson(second.stdout)).toEqual([{ n: 2 }, { n: 3 }]);
  });

  test('that another crawl is at work on, nothing is written over; it can be told of; exit status 3', async () => {
    const held = gate();
    await using server = await startServer({
      '/0': html(anchors('/1')),
      '/1': (_, response) => void held.opened.then(() => response.end()),
    });
    const [store, jsonl] = [newFile('glean'), newFile('jsonl')];
    const args = [`${server.origin}/0`, '--follow', '*', ...QUICK, '--store', store];
    const first = begin('crawl', ...args, '-q', '-o', newFile('jsonl'));
    await until(() => server.count('/1') === 1);
    writeFileSync(jsonl, 'precious');
    for (const more of [[], ['--fresh']]) {
      const second = await glean('crawl', ...args, '-o', jsonl, ...more);
      expect(second.code).toBe(3);
      expect(second.stderr).toMatch(/^glean crawl: the store [^\n]+ is at work on it\n$/);
    }
    expect(readFileSync(jsonl, 'utf8')).toBe('precious');
    expect((await glean('status', store)).stdout).toMatch(
      /: 1 in flight, or were when it was killed; 0 pending\n1 item · /,
    );
    held.open();
    expect((await first.ended).code).toBe(0);
  });

  test('a crawl that is finished says what failed, too', async () => {
    await using server = await startServer({ '/': html(anchors('/missing')) });
    const store = newFile('glean');
    const args = ['crawl', `${server.origin}/`, '--follow', '*', '--store', store, ...QUICK];
    expect((await glean(...args)).code).toBe(1);
    const { code, stderr } = await glean(...args);
    expect(code).toBe(1);
    expect(stderr).toContain(
      `${store}: already finished, with 1 item and 1 failed page (glean status ${store}). --fresh `,
    );
  });

  test('a file that is no store is left as it is, and so are the outputs; exit status 3', async () => {
    const [store, jsonl] = [newFile('glean'), newFile('jsonl')];
    writeFileSync(store, 'precious\n'.repeat(100));
    writeFileSync(jsonl, 'precious');
    const { code, stderr } = await glean('crawl', 'http://127.0.0.1:1/', '--store', store, '-o', jsonl);
    expect(code).toBe(3);
    expect(stderr).toMatch(/^glean crawl: [^\n]+\n$/);
    expect(stderr).toContain(store);
    expect([readFileSync(store, 'utf8'), readFileSync(jsonl, 'utf8')]).toEqual([
      'precious\n'.repeat(100),
      'precious',
    ]);
  });
});

describe('a store', () => {
  test('is told of, and its items are written to other files', async () => {
    await using server = await startServer({
      '/': html(`<h1>1</h1>${anchors('/2', '/missing', '/gone\u202e')}`),
      '/2': html('<h1>2</h1>'),
    });
    const store = newFile('glean');
    await glean('crawl', spiderFile(HEADINGS), `${server.origin}/`, ...QUICK, '--store', store);
    const [status, machine, failures] = [
      await glean('status', store),
      await glean('status', store, '--json'),
      await glean('status', store, '--failures'),
    ];
    expect(status.code).toBe(0);
    expect(status.stdout).toMatch(
      /^\S+\.glean: finished\n2 items · 2 pages done · 2 failed · \d+ B\n {7}2 × HTTP_404 .*\n$/,
    );
    expect(linesOfJson(machine.stdout)).toMatchObject([
      { store, done: 2, failed: 2, pending: 0, items: 2, statuses: { 200: 2 } },
    ]);
    expect(linesOfJson(failures.stdout)).toMatchObject([
      { url: `${server.origin}/missing`, code: 'HTTP_404', attempts: 1, depth: 1 },
      { code: 'HTTP_404' },
    ]);

    const [json, keyed] = [newFile('json'), newFile('jsonl')];
    expect(linesOfJson((await glean('export', store)).stdout)).toEqual([{ n: 1 }, { n: 2 }]);
    const written = await glean('export', store, '-o', json, '-o', newFile('csv'));
    expect(written).toEqual({ code: 0, stdout: '', stderr: '2 items written\n' });
    expect(JSON.parse(readFileSync(json, 'utf8'))).toEqual([{ n: 1 }, { n: 2 }]);
    expect((await glean('export', store, '--keys', '-o', keyed, '-q')).stderr).toBe('');
    const [one, two] = linesOf(keyed) as { _key: string }[];
    expect([one, two]).toMatchObject([
      { _url: `${server.origin}/`, n: 1 },
      { _url: `${server.origin}/2`, n: 2 },
    ]);
    expect(one?._key).not.toBe(two?._key);
  });

  test('that is none: exit status 3', async () => {
    const text = newFile('glean');
    writeFileSync(text, 'x'.repeat(5000));
    for (const command of ['status', 'export']) {
      for (const file of [text, newFile('glean'), folder]) {
        const { code, stdout, stderr } = await glean(command, file);
        expect([code, stdout]).toEqual([3, '']);
        expect(stderr).toMatch(new RegExp(`^glean ${command}: [^\n]+\n$`));
        expect(stderr).toContain(file);
      }
    }
  });
});

test('--json reports for machines', async () => {
  await using server = await chain(2);
  const args = [
    'crawl',
    spiderFile(HEADINGS),
    `${server.origin}/0`,
    ...QUICK,
    '--store',
    newFile('glean'),
    '--json',
  ];
  const [first, second] = [await glean(...args), await glean(...args)];
  expect(linesOfJson(first.stderr)).toMatchObject([
    { type: 'summary', finishedBefore: false, done: 2, failed: 0, items: 2 },
  ]);
  expect(linesOfJson(second.stderr)).toMatchObject([
    { type: 'resumed', done: 2, left: 0, items: 2 },
    { type: 'summary', finishedBefore: true, done: 2, items: 2 },
  ]);
});

test('--max-time ends it: exit status 4', async () => {
  await using server = await startServer({ '/': () => {} });
  const { code, stderr } = await glean('crawl', `${server.origin}/`, '--max-time', '50ms', ...QUICK);
  expect(code).toBe(4);
  expect(stderr).toContain('glean crawl: the whole job took longer than its limit of 50 ms\n');
});

describe('a command that is wrong', () => {
  const spider = spiderFile('export default function* () {}');
  test.each<[string[], string]>([
    [['crawl'], 'no addresses: give some, or a spider’s file'],
    [['crawl', spider], `no addresses: give some after ${spider}, or have it say where it starts`],
    [['crawl', spider, spider], 'one spider at a time'],
    [
      ['crawl', spider, 'http://x/', '--item', 'a'],
      '--follow, --item and --field are for crawls without a spider',
    ],
    [
      ['crawl', 'x.example'],
      "'x.example' is neither an address (https://…) nor a spider's file (.ts, .mts, .js, .mjs …); is it https://x.example?",
    ],
    [['crawl', 'a b'], "'a b' is neither an address"],
    [['crawl', 'http://x/', '--follow', 'a['], '--follow must be a CSS selector ('],
    [['crawl', 'http://x/', '--item', '>>>'], '--item must be a CSS selector ('],
    [['crawl', 'http://x/', '--field', 'x=a['], '--field x must be a CSS selector ('],
    [['crawl', 'http://x/', '--field', 'x'], '--field expects NAME=CSS'],
    [['crawl', 'http://x/', '--fresh'], '--fresh begins anew what --store FILE holds: there is none'],
    [['crawl', 'http://x/', '-o', 'a.doc'], 'the output must be a file that ends in .jsonl'],
    [
      ['crawl', 'http://x/', '-o', 'a.csv', '-o', './a.csv'],
      '--output ./a.csv would overwrite another output',
    ],
    [
      ['crawl', 'http://x/', '--store', 'a.db', '-o', 'a.db'],
      '--output a.db would overwrite what the crawl keeps in its store',
    ],
    [['crawl', 'http://x/', '--allow', ''], 'a pattern must be'],
    [['crawl', 'http://x/', '-H', 'A: \u001b'], "the header 'A' must be one line of text"],
    [['crawl', 'http://x/', '--nonsense'], 'there is no option --nonsense'],
    [['status'], 'name one store: glean status FILE'],
    [['status', 'a', '--json', '--failures'], '--failures are lines of JSON as it is'],
    [['export', 'a', 'b'], 'name one store: glean export FILE'],
    [['export', 'a.db', '-o', 'a.db'], '--output a.db would overwrite the store itself'],
    [['shell', 'http://x/', 'http://y/'], 'one address to begin with'],
  ])('%j; exit status 2', async (args, message) => {
    const { code, stdout, stderr } = await glean(...args);
    expect([code, stdout]).toEqual([2, '']);
    expect(stderr).toContain(`glean ${args[0] ?? ''}: ${message}`);
    expect(stderr).toContain(`\nAll about it: glean help ${args[0] ?? ''}\n`);
    expect(stderr).not.toContain('\u001b');
  });

  test("a spider's file that is not there: exit status 3", async () => {
    const { code, stderr } = await glean('crawl', 'none.ts', 'http://x/');
    expect(code).toBe(3);
    expect(stderr).toMatch(/^glean crawl: \/[^\n]*none\.ts: there is no such file\n$/);
  });
});

test.each(['crawl', 'scrape', 'status', 'export', 'init', 'shell'])(
  'glean help %s fits a terminal',
  async (command) => {
    const [help, h] = [await glean('help', command), await glean(command, '-h')];
    expect(help).toMatchObject({ code: 0, stderr: '' });
    expect(h.stdout).toBe(help.stdout);
    expect(help.stdout).toContain(`glean ${command}`);
    for (const line of help.stdout.split('\n')) expect(line.length).toBeLessThanOrEqual(110);
  },
);
