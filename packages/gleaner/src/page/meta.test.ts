import { describe, expect, test } from 'vitest';
import { readMeta, type PageMeta } from './meta.ts';
import { parseHtml, parseXml } from './tree.ts';

const BASE = 'https://news.example/2024/story.html';

function read(html: string): PageMeta {
  return readMeta(parseHtml(html), BASE);
}

describe('readMeta', () => {
  test('reads all that a page says of itself', () => {
    const meta = read(`<!doctype html>
<html lang="en-GB">
<head>
  <meta charset="utf-8">
  <title>
    Storm hits   the coast | News
  </title>
  <meta name="Description" content=" A storm &amp; its &quot;eye&quot; ">
  <meta name="author" content="Ada Example">
  <meta name="robots" content="NOINDEX, max-snippet:-1">
  <meta property="article:published_time" content="2024-05-17T10:00:00+02:00">
  <meta property="article:modified_time" content="2024-05-18">
  <meta property="og:title" content="Storm">
  <meta property="og:image" content="/a.jpg">
  <meta property="og:image:width" content="1200">
  <meta property="og:image" content="https://cdn.example/b.jpg">
  <meta name="twitter:card" content="summary">
  <meta name="twitter:image" content="a.jpg">
  <link rel="canonical" href="/2024/storm">
  <link rel="alternate" hreflang="de" href="/de/sturm">
  <link rel="alternate" type="application/rss+xml" title="All  news" href="../feed.xml">
  <link rel="alternate stylesheet" href="dark.css">
  <link rel="alternate" type="application/json" href="/wp-json/1">
  <link rel="shortcut icon" href="/favicon.ico">
  <link rel="apple-touch-icon" sizes="180x180" type="image/png" href="/touch.png">
  <script type="application/ld+json">{"@type":"NewsArticle","headline":"Storm",}</script>
  <script type="application/ld+json">broken</script>
</head>
<body><svg><title>A shape</title></svg><div itemscope><p itemprop=name>Ada</p></div></body></html>`);
    expect(meta).toStrictEqual({
      title: 'Storm hits the coast | News',
      description: 'A storm & its "eye"',
      canonical: 'https://news.example/2024/storm',
      language: 'en-GB',
      author: 'Ada Example',
      published: new Date('2024-05-17T08:00:00Z'),
      modified: new Date('2024-05-18T00:00:00Z'),
      robots: { noindex: true, nofollow: false },
      openGraph: {
        title: 'Storm',
        image: ['https://news.example/a.jpg', 'https://cdn.example/b.jpg'],
        'image:width': '1200',
      },
      twitter: { card: 'summary', image: 'https://news.example/2024/a.jpg' },
      jsonLd: [{ '@type': 'NewsArticle', headline: 'Storm' }],
      microdata: [{ type: [], id: null, properties: { name: ['Ada'] } }],
      alternates: [
        { url: 'https://news.example/de/sturm', type: null, language: 'de', title: null, media: null },
        {
          url: 'https://news.example/feed.xml',
          type: 'application/rss+xml',
          language: null,
          title: 'All news',
          media: null,
        },
        {
          url: 'https://news.example/wp-json/1',
          type: 'application/json',
          language: null,
          title: null,
          media: null,
        },
      ],
      feeds: [{ url: 'https://news.example/feed.xml', type: 'application/rss+xml', title: 'All news' }],
      icons: [
        { url: 'https://news.example/favicon.ico', rel: 'shortcut icon', type: null, sizes: null },
        {
          url: 'https://news.example/touch.png',
          rel: 'apple-touch-icon',
          type: 'image/png',
          sizes: '180x180',
        },
      ],
    });
  });

  test.each([
    '',
    '<p>text',
    '<meta><meta name><meta content><link><link rel=icon><script type="application/ld+json">',
  ])('gives null and nothing for a page that says nothing: %j', (html) => {
    expect(read(html)).toStrictEqual({
      title: null,
      description: null,
      canonical: null,
      language: null,
      author: null,
      published: null,
      modified: null,
      robots: { noindex: false, nofollow: false },
      openGraph: {},
      twitter: {},
      jsonLd: [],
      microdata: [],
      alternates: [],
      feeds: [],
      icons: [],
    });
  });

  test('takes author and dates from JSON-LD, also from its graphs, where no <meta> states them', () => {
    const meta = read(`<meta property="article:author" content="https://social.example/ada">
      <script type="application/ld+json">{"@graph": [{"@type": "WebSite"}, {"author": [{"name": "Ada"}, "Ben", {"url": "x"}],
        "datePublished": "2024-01-02T03:04:05Z", "dateModified": 5}]}</script>
      <div itemscope><time itemprop="dateModified" datetime="2024-02-03">yesterday</time></div>`);
    expect(meta.author).toBe('Ada, Ben');
    expect(meta.published).toEqual(new Date('2024-01-02T03:04:05Z'));
    expect(meta.modified).toEqual(new Date('2024-02-03T00:00:00Z'));
  });

  test('passes over a date that is none for one that is', () => {
    const meta = read(
      `<meta name="date" content="2024-03-04"><meta property="article:published_time" content="today">`,
    );
    expect(meta.published).toEqual(new Date('2024-03-04T00:00:00Z'));
  });

  test('falls back to Open Graph for title and description, and joins several authors', () => {
    const meta = read(`<meta property="og:title" content="T"><meta property="og:description" content="D">
      <meta name="author" content="Ada"><meta name="author" content="Ben"><meta name="author" content="Ada">`);
    expect([meta.title, meta.description, meta.author]).toEqual(['T', 'D', 'Ada, Ben']);
  });

  test('knows that robots none is noindex and nofollow', () => {
    expect(read('<meta name=robots content="none">').robots).toEqual({ noindex: true, nofollow: true });
    expect(read('<meta name=robots content="index,nofollow">').robots).toEqual({
      noindex: false,
      nofollow: true,
    });
  });

  test('does not take a script for an address', () => {
    const meta = read(
      '<link rel=canonical href="javascript:alert(1)"><link rel=icon href="http://["><link rel=alternate href="">',
    );
    expect([meta.canonical, meta.icons, meta.alternates]).toEqual([null, [], []]);
  });

  test('keeps a property named __proto__ to itself', () => {
    const meta = read(
      '<meta property="og:__proto__" content="x"><meta property="og:constructor" content="y">',
    );
    expect(Object.keys(meta.openGraph)).toEqual(['__proto__', 'constructor']);
    expect(Object.getPrototypeOf(meta.openGraph)).toBe(Object.prototype);
  });

  test('reads an XML document without complaint', () => {
    expect(readMeta(parseXml('<rss><channel><title>News</title></channel></rss>'), BASE).title).toBe('News');
  });

  test.each([
    ['nested elements', '<div>'.repeat(100_000)],
    ['metas', '<meta property="og:image" content="/a.png">'.repeat(100_000)],
    [
      'broken links',
      '<link rel="alternate icon" type="application/rss+xml" href="http://[/a.png">'.repeat(20_000),
    ],
    ['scripts', '<script type="application/ld+json">{"a":1,}</script>'.repeat(100_000)],
    ['titles of shapes', '<svg><title>x</title></svg>'.repeat(100_000)],
    ['nested arrays in JSON-LD', `<script type="application/ld+json">${'['.repeat(100_000)}</script>`],
  ])(
    'reads a page of %s by the ten thousand within seconds',
    (_, html) => {
      const document = parseHtml(html);
      const started = performance.now();
      expect(readMeta(document, BASE).author).toBeNull();
      expect(performance.now() - started).toBeLessThan(10_000);
    },
    20_000,
  );
});
