import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { PageError } from '../http/failure.ts';
import { SitemapError, sitemapParser, type NestedSitemap, type SitemapEntry } from './sitemap-parser.ts';

const URL_OF_SITEMAP = 'https://example.com/maps/sitemap.xml';

interface Found {
  entries: SitemapEntry[];
  sitemaps: NestedSitemap[];
  error: unknown;
}

function parse(text: string | Uint8Array, since?: Date, chunk = Infinity): Found {
  const entries: SitemapEntry[] = [];
  const sitemaps: NestedSitemap[] = [];
  const parser = sitemapParser(URL_OF_SITEMAP, {
    onEntry: (entry) => entries.push(entry),
    onSitemap: (sitemap) => sitemaps.push(sitemap),
    since,
  });
  const bytes = typeof text === 'string' ? Buffer.from(text) : text;
  try {
    for (let at = 0; at < bytes.length; at += chunk) parser.write(bytes.subarray(at, at + chunk));
    parser.end();
  } catch (error) {
    return { entries, sitemaps, error };
  }
  return { entries, sitemaps, error: undefined };
}

/** Its addresses, if there is nothing wrong with it. */
function urls(text: string | Uint8Array): string[] {
  const { entries, error } = parse(text);
  expect(error).toBeUndefined();
  return entries.map(({ url }) => url);
}

const urlset = (content: string): string =>
  `<?xml version="1.0" encoding="UTF-8"?>\n<urlset xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">${content}</urlset>\n`;

const page = (rest: string, loc = 'https://example.com/a'): string => `<url><loc>${loc}</loc>${rest}</url>`;

describe('a list of pages', () => {
  const EXAMPLE = urlset(`
    <url>
      <loc>http://www.example.com/</loc>
      <lastmod>2005-01-01</lastmod>
      <changefreq>monthly</changefreq>
      <priority>0.8</priority>
    </url>
    <url><loc>http://www.example.com/catalog?item=12&amp;desc=vacation_hawaii</loc><changefreq>Weekly</changefreq></url>`);
  const expected = {
    entries: [
      {
        url: 'http://www.example.com/',
        lastmod: new Date('2005-01-01'),
        changefreq: 'monthly',
        priority: 0.8,
      },
      {
        url: 'http://www.example.com/catalog?item=12&desc=vacation_hawaii',
        lastmod: undefined,
        changefreq: 'weekly',
        priority: undefined,
      },
    ],
    sitemaps: [],
    error: undefined,
  };

  test('gives each page with what is said of it', () => {
    expect(parse(EXAMPLE)).toEqual(expected);
  });

  test('is read the same in pieces of any size', () => {
    for (const size of [1, 2, 3, 7, 100]) expect(parse(EXAMPLE, undefined, size)).toEqual(expected);
  });

  test('whatever its namespaces are called, and with whatever other elements', () => {
    const text = `<s:urlset xmlns:s="http://www.sitemaps.org/schemas/sitemap/0.9" xmlns:image="http://www.google.com/schemas/sitemap-image/1.1"><s:url>
      <image:image><image:loc>https://example.com/i.png</image:loc></image:image>
      <s:loc>https://example.com/a</s:loc><xhtml:link rel="alternate" href="https://example.com/b"/>
      <video:video><video:loc>https://example.com/v</video:loc><lastmod>2020</lastmod></video:video></s:url></s:urlset>`;
    expect(parse(text)).toMatchObject({
      entries: [{ url: 'https://example.com/a', lastmod: undefined }],
      error: undefined,
    });
  });

  test('bare ampersands, CDATA, comments, entities, blanks and capitals lose nothing', () => {
    const text = `<!-- c --><URLSET><URL><LOC>
      https://example.com/?a=1&b=2&copy=3&amp;d=&#52;<![CDATA[&e=5]]> <!-- no -->
      </LOC></URL></URLSET>`;
    expect(urls(text)).toEqual(['https://example.com/?a=1&b=2&copy=3&d=4&e=5']);
  });

  test('addresses are serialised, relative ones by where the sitemap is, and those that are none left out', () => {
    const given = [
      'HTTPS://Example.com:443/ü x',
      'b',
      '/c',
      '//d.example/',
      '',
      'ftp://e/',
      'https://',
      `/${'f'.repeat(2048)}`,
    ];
    expect(urls(urlset(given.map((loc) => page('', loc)).join('') + '<url></url>'))).toEqual([
      'https://example.com/%C3%BC%20x',
      'https://example.com/maps/b',
      'https://example.com/c',
      'https://d.example/',
    ]);
  });

  test('an address of 2,048 characters is none too many, one more is', () => {
    const loc = `https://example.com/${'f'.repeat(2028)}`;
    expect(urls(urlset(page('', loc) + page('', `${loc}f`)))).toEqual([loc]);
  });

  test('ends that were forgotten cost no page', () => {
    expect(urls(urlset('<url><loc>/a</loc><url><loc>/b</url><url><loc>/c</loc></url>'))).toEqual([
      'https://example.com/a',
      'https://example.com/b',
      'https://example.com/c',
    ]);
  });

  test('more than 50,000 are read', () => {
    const text = urlset(Array.from({ length: 60_000 }, (_, n) => page('', `/${n}`)).join(''));
    expect(urls(text)).toHaveLength(60_000);
  });

  test('an empty one is one', () => {
    expect(urls('<urlset/>')).toEqual([]);
  });

  test('an element where text is expected, and values that are none, mean nothing', () => {
    expect(
      parse(
        urlset(
          '<url><loc><b>x</b>/a</loc><lastmod/><changefreq>often</changefreq><priority>2</priority></url>',
        ),
      ).entries,
    ).toEqual([
      { url: 'https://example.com/maps/x/a', lastmod: undefined, changefreq: undefined, priority: undefined },
    ]);
  });
});

test('an index gives sitemaps with their dates', () => {
  const text = `<sitemapindex xmlns="http://www.sitemaps.org/schemas/sitemap/0.9">
    <sitemap><loc>http://www.example.com/sitemap1.xml.gz</loc><lastmod>2004-10-01T18:23:17+00:00</lastmod></sitemap>
    <sitemap><loc>2.xml</loc></sitemap></sitemapindex>`;
  expect(parse(text)).toEqual({
    entries: [],
    sitemaps: [
      { url: 'http://www.example.com/sitemap1.xml.gz', lastmod: new Date('2004-10-01T18:23:17Z') },
      { url: 'https://example.com/maps/2.xml', lastmod: undefined },
    ],
    error: undefined,
  });
});

describe('feeds', () => {
  test('RSS 2.0', () => {
    const text = `<rss version="2.0"><channel><title>t</title><link>https://example.com/</link><atom:link href="x" rel="self"/>
      <image><url>https://example.com/i.png</url></image>
      <item><title>a</title><link>https://example.com/a</link><guid>1</guid><pubDate>Sun, 19 May 2002 15:21:36 GMT</pubDate></item>
      <item><atom:link href="no"/><link>/b</link><pubDate>Sat, 07 Sep 2002 00:00:01 -0500</pubDate></item></channel></rss>`;
    expect(parse(text)).toMatchObject({
      entries: [
        { url: 'https://example.com/a', lastmod: new Date('2002-05-19T15:21:36Z') },
        { url: 'https://example.com/b', lastmod: new Date('2002-09-07T05:00:01Z') },
      ],
      error: undefined,
    });
  });

  test('RSS 1.0', () => {
    const text = `<rdf:RDF><channel><link>/</link><items><rdf:Seq><rdf:li resource="/a"/></rdf:Seq></items></channel>
      <item rdf:about="/a"><link>/a</link><dc:date>2003-12-13T18:30:02Z</dc:date></item></rdf:RDF>`;
    expect(parse(text)).toMatchObject({
      entries: [{ url: 'https://example.com/a', lastmod: new Date('2003-12-13T18:30:02Z') }],
      error: undefined,
    });
  });

  test('Atom', () => {
    const text = `<feed xmlns="http://www.w3.org/2005/Atom"><link href="/"/><updated>2001-01-01T00:00:00Z</updated>
      <entry><link rel="edit" href="/no"/><link href="/a?b&amp;c"/><link rel="alternate" href="/second"/>
        <published>2003-12-13T08:29:29-04:00</published><updated>2005-07-31T12:29:29Z</updated></entry>
      <entry><updated>2005-07-31T12:29:29Z</updated><published>2003-12-13T08:29:29-04:00</published><link rel="alternate" href="/d"/></entry>
      </feed>`;
    const lastmod = new Date('2005-07-31T12:29:29Z');
    expect(parse(text)).toMatchObject({
      entries: [
        { url: 'https://example.com/a?b&c', lastmod },
        { url: 'https://example.com/d', lastmod },
      ],
      error: undefined,
    });
  });
});

describe('plain text', () => {
  test('has an address a line', () => {
    const text =
      '\ufeffhttps://example.com/a\r\n\r\n  https://example.com/ü\t\nnot an address\n/c\nHTTP://EXAMPLE.com/d';
    for (const size of [1, 5, 1000]) {
      const { entries, error } = parse(text, undefined, size);
      expect(error).toBeUndefined();
      expect(entries.map(({ url }) => url)).toEqual([
        'https://example.com/a',
        'https://example.com/%C3%BC',
        'http://example.com/d',
      ]);
    }
  });

  test('a line without end is passed over, and takes no memory', () => {
    const text = `https://example.com/a\nhttps://example.com/${'b'.repeat(5_000_000)}\nhttps://example.com/c`;
    const begun = performance.now();
    expect(parse(text, undefined, 1000).entries).toHaveLength(2);
    expect(performance.now() - begun).toBeLessThan(2000);
  });
});

describe('encodings', () => {
  const text = (encoding: string): string =>
    `<?xml version='1.0' encoding='${encoding}'?><urlset>${page('', '/ü')}</urlset>`;
  const be = (bytes: Buffer): Buffer => Buffer.from(bytes).swap16();
  test.each([
    ['UTF-8', Buffer.from(text('utf-8'))],
    ['UTF-8 with a byte-order mark', Buffer.from(`\ufeff${text('utf-8')}`)],
    ['UTF-16LE with a byte-order mark', Buffer.from(`\ufeff${text('utf-16')}`, 'utf16le')],
    ['UTF-16BE with a byte-order mark', be(Buffer.from(`\ufeff${text('utf-16')}`, 'utf16le'))],
    ['UTF-16LE', Buffer.from(text('utf-16'), 'utf16le')],
    ['UTF-16BE', be(Buffer.from(text('utf-16'), 'utf16le'))],
    ['Latin-1', Buffer.from(text('ISO-8859-1'), 'latin1')],
    ['Latin-1, after a blank', Buffer.from(`\n ${text('windows-1252')}`, 'latin1')],
    ['what says UTF-16 and is UTF-8', Buffer.from(text('UTF-16'))],
    ['nobody knows', Buffer.from(text('x-nonsense'))],
  ])('%s', (_, bytes) => {
    expect(urls(bytes)).toEqual(['https://example.com/%C3%BC']);
    expect(parse(bytes, undefined, 3).entries).toHaveLength(1);
  });
});

describe('dates', () => {
  test.each([
    ['2024', '2024-01-01T00:00:00Z'],
    ['2024-05', '2024-05-01T00:00:00Z'],
    ['2024-05-06', '2024-05-06T00:00:00Z'],
    ['2024-05-06T07:08Z', '2024-05-06T07:08:00Z'],
    ['2024-05-06T07:08:09+02:00', '2024-05-06T05:08:09Z'],
    ['2024-05-06T07:08:09.123456-0230', '2024-05-06T09:38:09.123Z'],
    ['2024-05-06T07:08:09', '2024-05-06T07:08:09Z'],
    ['2024-05-06 07:08:09 +00:00', '2024-05-06T07:08:09Z'],
    ['2024-05-06t07:08:09z', '2024-05-06T07:08:09Z'],
    ['Mon, 06 May 2024 07:08:09 +0200', '2024-05-06T05:08:09Z'],
    ['6 May 2024 07:08 GMT', '2024-05-06T07:08:00Z'],
    ['  2024-05-06\n', '2024-05-06T00:00:00Z'],
    ['2024-13-01', undefined],
    ['2024-02-31T25:00Z', undefined],
    ['Mon, 06 May 2024 07:08:09', undefined],
    ['yesterday', undefined],
    ['1715000000', undefined],
  ])('%s is %s', (text, expected) => {
    const { entries } = parse(urlset(page(`<lastmod>${text}</lastmod>`)));
    expect(entries[0]?.lastmod).toEqual(expected === undefined ? undefined : new Date(expected));
  });

  test('since leaves out what is known not to have changed since', () => {
    const since = new Date('2024-05-06T12:00:00Z');
    const dates = [
      '2024-05-06T11:59:59Z',
      '2024-05-06T12:00Z',
      '2024-05-05',
      '2024-05-06',
      '2024-04',
      '2024-05',
      '2023',
      '2024',
      '?',
    ];
    const text = urlset(
      dates.map((date) => page(`<lastmod>${date}</lastmod>`, `/${date}`)).join('') + page('', '/none'),
    );
    const { entries } = parse(text, since);
    expect(entries.map(({ url }) => url.slice('https://example.com/'.length))).toEqual([
      '2024-05-06T12:00Z',
      '2024-05-06',
      '2024-05',
      '2024',
      '?',
      'none',
    ]);
    const index = `<sitemapindex><sitemap><loc>/a</loc><lastmod>2024-05-05</lastmod></sitemap><sitemap><loc>/b</loc></sitemap></sitemapindex>`;
    expect(parse(index, since).sitemaps).toHaveLength(1);
  });
});

describe('what is wrong is said, and what was found before stays found', () => {
  test.each([
    ['a page', '<!doctype html><html><body><a href="/">x</a></body></html>', 0, 'not <html>'],
    ['another format', '<?xml version="1.0"?><svg/>', 0, 'not <svg>'],
    ['no format at all', '<constructor/>', 0, 'not <constructor>'],
    ['text without addresses', '{"error": "no"}', 0, 'text without addresses'],
    ['nothing', '', 0, 'text without addresses'],
    ['XML without an element', '<?xml version="1.0"?>', 0, 'cut off'],
    [
      'one that is cut off in an address',
      `<urlset>${page('')}<url><loc>https://example.com/ab`,
      1,
      'cut off',
    ],
    [
      'one that is cut off after an address',
      `<urlset>${page('')}<url><loc>https://example.com/ab</loc>`,
      1,
      'cut off',
    ],
    ['one that is cut off between pages', `<urlset>${page('')}${page('')}`, 2, 'cut off'],
    ['depth', `<urlset>${page('')}${'<a>'.repeat(1_000_000)}`, 1, 'nested deeper than 200'],
  ])('%s', (_, text, count, message) => {
    const { entries, error } = parse(text);
    expect(error).toBeInstanceOf(SitemapError);
    expect(error).toMatchObject({ code: 'NOT_A_SITEMAP', url: URL_OF_SITEMAP });
    expect((error as Error).message).toContain(message);
    expect(entries).toHaveLength(count);
  });

  test('more than 50 MiB', () => {
    const parser = sitemapParser(URL_OF_SITEMAP, { onEntry: () => {}, onSitemap: () => {} });
    const chunk = Buffer.alloc(1024 * 1024, ' ');
    for (let n = 0; n < 50; n++) parser.write(chunk);
    expect(() => parser.write(Buffer.alloc(1))).toThrow(PageError);
    expect(() => parser.write(Buffer.alloc(1))).toThrow('52428800 bytes');
  });

  test('text without end in an element takes neither time nor memory', () => {
    const parser = sitemapParser(URL_OF_SITEMAP, { onEntry: () => {}, onSitemap: () => {} });
    parser.write(Buffer.from(`<urlset><url><loc>${' '.repeat(2000)}`));
    const begun = performance.now();
    for (let n = 0; n < 20; n++) parser.write(Buffer.alloc(1024 * 1024, 'a&amp;'));
    expect(performance.now() - begun).toBeLessThan(5000);
    expect(() => parser.end()).toThrow('cut off');
  });

  test('any bytes give entries or one of these errors', () => {
    const part = fc.constantFrom(
      '<urlset>',
      '</urlset>',
      '<url>',
      '</url>',
      '<loc>',
      '</loc>',
      'https://x/',
      '&',
      '<!--',
      ']]>',
      '<',
      '"',
      '\n',
    );
    fc.assert(
      fc.property(fc.array(fc.oneof(part, fc.string()), { maxLength: 30 }), (parts) => {
        const { error } = parse(parts.join(''));
        expect(error === undefined || error instanceof SitemapError).toBe(true);
      }),
      { numRuns: 1000 },
    );
  });
});
