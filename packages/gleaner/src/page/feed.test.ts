import { describe, expect, test } from 'vitest';
import { PageError } from '../http/failure.ts';
import { parseFeed, readFeed, type Feed } from './feed.ts';
import { parseXml } from './tree.ts';

const URL = 'https://news.example/feeds/all.xml';

function read(xml: string): Feed {
  return readFeed(parseXml(xml), URL);
}

describe('readFeed', () => {
  test('reads RSS 2.0 with the usual extensions', () => {
    const feed = read(`<?xml version="1.0" encoding="UTF-8"?>
<!-- made by hand -->
<rss version="2.0" xmlns:content="http://purl.org/rss/1.0/modules/content/" xmlns:dc="http://purl.org/dc/elements/1.1/"
  xmlns:atom="http://www.w3.org/2005/Atom" xmlns:media="http://search.yahoo.com/mrss/">
<channel>
  <atom:link href="https://news.example/feeds/all.xml" rel="self" type="application/rss+xml"/>
  <title>News &amp; views</title>
  <link>/</link>
  <description>What &lt;b&gt;happens&lt;/b&gt;</description>
  <language>en-gb</language>
  <lastBuildDate>Fri, 17 May 2024 10:00:00 +0200</lastBuildDate>
  <image><title>Not the title</title><link>https://logo.example/</link></image>
  <item>
    <title><![CDATA[Tom & Jerry's &#8220;chase&#8221;]]></title>
    <link>https://news.example/1?a=1&amp;b=2</link>
    <guid isPermaLink="false">tag:1</guid>
    <description><![CDATA[<p>Short</p>]]></description>
    <content:encoded><![CDATA[<p>Long &nbsp; text</p>]]></content:encoded>
    <dc:creator>Ada</dc:creator><dc:creator>Ben</dc:creator>
    <pubDate>Thu, 16 May 2024 08:30:00 GMT</pubDate>
    <atom:updated>2024-05-17T00:00:00Z</atom:updated>
    <category>Mice</category><category domain="x">Cats</category><category>Mice</category>
    <enclosure url="/a.mp3" length="12345" type="audio/mpeg"/>
    <media:group><media:content url="https://news.example/a.mp3" fileSize="1"/><media:content url="v.mp4" type="video/mp4" fileSize="many"/></media:group>
  </item>
  <item><guid>https://news.example/2</guid><author>cat@news.example (Tom Cat)</author><title>Use of &lt;div&gt;</title></item>
  <item/>
</channel></rss>`);
    expect(feed).toStrictEqual({
      kind: 'rss',
      title: 'News & views',
      link: 'https://news.example/',
      description: 'What <b>happens</b>',
      language: 'en-gb',
      updated: new Date('2024-05-17T08:00:00Z'),
      items: [
        {
          id: 'tag:1',
          url: 'https://news.example/1?a=1&b=2',
          title: "Tom & Jerry's “chase”",
          summary: '<p>Short</p>',
          content: '<p>Long &nbsp; text</p>',
          author: 'Ada, Ben',
          published: new Date('2024-05-16T08:30:00Z'),
          updated: new Date('2024-05-17T00:00:00Z'),
          categories: ['Mice', 'Cats'],
          enclosures: [
            { url: 'https://news.example/a.mp3', type: 'audio/mpeg', length: 12345 },
            { url: 'https://news.example/feeds/v.mp4', type: 'video/mp4', length: null },
          ],
        },
        {
          id: 'https://news.example/2',
          url: 'https://news.example/2',
          title: 'Use of <div>',
          summary: null,
          content: null,
          author: 'Tom Cat',
          published: null,
          updated: null,
          categories: [],
          enclosures: [],
        },
        {
          id: null,
          url: null,
          title: null,
          summary: null,
          content: null,
          author: null,
          published: null,
          updated: null,
          categories: [],
          enclosures: [],
        },
      ],
    });
  });

  test('reads RSS 1.0, whose items stand beside the channel', () => {
    const feed =
      read(`<rdf:RDF xmlns:rdf="http://www.w3.org/1999/02/22-rdf-syntax-ns#" xmlns="http://purl.org/rss/1.0/" xmlns:d="http://purl.org/dc/elements/1.1/">
      <channel rdf:about="https://news.example/"><title>Meerkat</title><link>https://news.example/</link><d:date>2024-05-17T10:00Z</d:date>
        <items><rdf:Seq><rdf:li resource="https://news.example/1"/></rdf:Seq></items></channel>
      <item rdf:about="https://news.example/1"><title>One</title><link>https://news.example/1</link><d:creator>Ada</d:creator><d:date>2024-05-16</d:date><d:subject>XML</d:subject></item>
      <textinput><title>Search</title></textinput></rdf:RDF>`);
    expect(feed).toMatchObject({ kind: 'rdf', title: 'Meerkat', updated: new Date('2024-05-17T10:00:00Z') });
    expect(feed.items).toMatchObject([
      {
        id: 'https://news.example/1',
        title: 'One',
        author: 'Ada',
        published: new Date('2024-05-16T00:00:00Z'),
        categories: ['XML'],
      },
    ]);
  });

  test('reads RSS 0.91, with years of two digits', () => {
    const feed =
      read(`<!DOCTYPE rss PUBLIC "-//Netscape Communications//DTD RSS 0.91//EN" "http://my.netscape.com/publish/formats/rss-0.91.dtd">
      <rss version="0.91"><channel><title>Old</title><link>http://old.example</link><pubDate>Sat, 07 Sep 02 00:00:01 GMT</pubDate>
      <item><title>A &eacute;t&eacute;</title><link>http://old.example/a</link></item></channel>
      <item><title>Outside</title></item></rss>`);
    expect(feed.updated).toEqual(new Date('2002-09-07T00:00:01Z'));
    expect(feed.items.map(({ title }) => title)).toEqual(['A été', 'Outside']);
    expect(feed.items[0]?.id).toBe('http://old.example/a');
  });

  test('reads Atom 1.0: the kinds of text, links, people and bases of RFC 4287', () => {
    const feed =
      read(`<feed xmlns="http://www.w3.org/2005/Atom" xml:lang="en" xml:base="https://blog.example/2024/">
      <title type="html">dive &lt;em&gt;into&lt;/em&gt; mark</title>
      <subtitle type="text">a &lt;b&gt; is text</subtitle>
      <updated>2024-05-17T12:29:29.5+02:00</updated>
      <author><name>Mark</name><uri>https://mark.example/</uri></author>
      <link rel="self" href="feed.atom"/>
      <link rel="alternate" type="application/json" href="index.json"/>
      <link type="text/html" href="."/>
      <id>tag:blog.example,2003:3</id>
      <entry xml:base="may/">
        <title type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml">Less: <em>&lt;</em></div></title>
        <link href="one.html"/>
        <link rel="enclosure" type="audio/mpeg" length="1337" href="/one.mp3"/>
        <id>tag:blog.example,2003:3.2397</id>
        <published>2024-05-13T08:29:29-04:00</published><updated>2024-05-14T00:00:00Z</updated>
        <author><name>Ada</name></author><author><email>ben@blog.example</email></author>
        <category term="xml" label="XML"/><category label="Syntax"/>
        <summary>5 &lt; 6</summary>
        <content type="xhtml"><div xmlns="http://www.w3.org/1999/xhtml"><p>A &amp; <i>B</i><br/></p></div></content>
      </entry>
      <entry>
        <id>https://blog.example/two</id><title>Two
          lines</title><updated>2024-05-12T00:00:00Z</updated>
        <source><title>Other</title><author><name>Eve</name></author></source>
        <content type="html">&lt;p>x&lt;/p></content>
      </entry>
      <entry><content type="image/png">aGVsbG8=</content></entry>
      <entry><content src="https://blog.example/elsewhere"/></entry>
    </feed>`);
    expect(feed).toMatchObject({
      kind: 'atom',
      title: 'dive into mark',
      link: 'https://blog.example/2024/',
      description: 'a <b> is text',
      language: 'en',
      updated: new Date('2024-05-17T10:29:29.500Z'),
    });
    expect(feed.items[0]).toStrictEqual({
      id: 'tag:blog.example,2003:3.2397',
      url: 'https://blog.example/2024/may/one.html',
      title: 'Less: <',
      summary: '5 < 6',
      content: '<p>A &amp; <i>B</i><br/></p>',
      author: 'Ada, ben@blog.example',
      published: new Date('2024-05-13T12:29:29Z'),
      updated: new Date('2024-05-14T00:00:00Z'),
      categories: ['xml', 'Syntax'],
      enclosures: [{ url: 'https://blog.example/one.mp3', type: 'audio/mpeg', length: 1337 }],
    });
    expect(feed.items[1]).toMatchObject({
      url: 'https://blog.example/two',
      title: 'Two lines',
      author: 'Eve',
      content: '<p>x</p>',
    });
    expect(feed.items.slice(2).map(({ author, content }) => [author, content])).toEqual([
      ['Mark', null],
      ['Mark', null],
    ]);
  });

  test('goes by namespaces and not by prefixes, and by prefixes where no namespace is declared', () => {
    const feed = read(
      `<a:feed xmlns:a="http://www.w3.org/2005/Atom" xmlns:x="https://other.example/"><x:title>no</x:title><a:title>yes</a:title></a:feed>`,
    );
    expect(feed).toMatchObject({ kind: 'atom', title: 'yes' });
    const bare = read(
      '<rss><channel><item><media:title>no</media:title><dc:creator>Ada</dc:creator><title>yes</title></item></channel></rss>',
    );
    expect(bare.items[0]).toMatchObject({ title: 'yes', author: 'Ada' });
    expect(read('<feed><title>bare</title><entry><title>e</title></entry></feed>').items[0]?.title).toBe('e');
  });

  test('reads what is not well-formed as well as it can be', () => {
    const feed = read(
      '<rss><channel><title>A & B<title></channel><item><link>javascript:alert(1)</link><title>x',
    );
    expect(feed.kind).toBe('rss');
    expect(
      read('<rss><channel><item><link>http://[</link><title>x & y</title></item>').items[0],
    ).toMatchObject({ url: null, title: 'x & y' });
  });

  test('does not expand entities that the document declares', () => {
    const feed = read(
      '<!DOCTYPE rss [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;">]><rss><channel><title>&b;</title></channel></rss>',
    );
    expect(feed.title?.length).toBeLessThan(20);
  });

  test.each([
    ['', 'no XML'],
    ['just text', 'no XML'],
    ['<!doctype html><html><body><p>404</p></body></html>', 'the root is <html>'],
    ['<rss version="2.0"></rss>', 'the <rss> has no <channel>'],
    ['<urlset><url/></urlset>', 'the root is <urlset>'],
  ])('says of %j why it is not a feed', (xml, message) => {
    const failure = failureOf(() => read(xml));
    expect(failure).toMatchObject({ code: 'NOT_A_FEED', url: URL });
    expect(failure.message).toContain(message);
  });

  test.each([
    ['items', `<rss><channel>${'<item><title>a &amp;amp; b</title><link>/x</link></item>'.repeat(20_000)}`],
    ['categories', `<rss><channel><item>${'<category>x</category>'.repeat(100_000)}`],
    ['nested elements', `<rss><channel><item><title>${'<b>'.repeat(100_000)}x`],
    ['nested items', `<rss><channel>${'<item>'.repeat(100_000)}`],
    ['nested divs in content', `<feed><entry><content type="xhtml">${'<div>'.repeat(100_000)}x`],
  ])(
    'reads a feed of %s by the ten thousand within seconds',
    (_, xml) => {
      const document = parseXml(xml);
      const started = performance.now();
      expect(readFeed(document, URL).items.length).toBeGreaterThan(0);
      expect(performance.now() - started).toBeLessThan(10_000);
    },
    20_000,
  );
});

describe('parseFeed', () => {
  test('tells XML and JSON apart, whatever stands before them', () => {
    expect(parseFeed('\ufeff  <?xml version="1.0"?><rss><channel/></rss>', URL).kind).toBe('rss');
    expect(parseFeed('\ufeff\n{"version": "https://jsonfeed.org/version/1"}', URL).kind).toBe('json');
  });

  test('says where JSON is broken', () => {
    expect(failureOf(() => parseFeed('{"version": ', URL))).toMatchObject({
      code: 'NOT_A_FEED',
      message: expect.stringMatching(/not even JSON/) as string,
    });
  });

  test('reads a JSON Feed 1.1', () => {
    const json = {
      version: 'https://jsonfeed.org/version/1.1',
      title: 'My feed',
      home_page_url: '/',
      description: 'D',
      language: 'en',
      authors: [{ name: 'Ada' }, { name: 'Ben' }],
      items: [
        {
          id: 7,
          url: 'a.html',
          title: ' A  title ',
          summary: 'S',
          content_html: '<p>H</p>',
          content_text: 'T',
          date_published: '2024-05-17T10:00:00+02:00',
          date_modified: '2024-05-18',
          author: { name: 'Eve' },
          tags: ['x', 'y', 'x', 5],
          attachments: [{ url: '/a.mp3', mime_type: 'audio/mpeg', size_in_bytes: 9 }, { url: 5 }, null],
        },
        { id: 'b', external_url: 'https://else.example/b', content_text: 'T' },
        null,
      ],
    };
    const feed = parseFeed(JSON.stringify(json), URL);
    expect(feed).toMatchObject({
      kind: 'json',
      title: 'My feed',
      link: 'https://news.example/',
      description: 'D',
      language: 'en',
      updated: null,
    });
    expect(feed.items[0]).toStrictEqual({
      id: '7',
      url: 'https://news.example/feeds/a.html',
      title: 'A title',
      summary: 'S',
      content: '<p>H</p>',
      author: 'Eve',
      published: new Date('2024-05-17T08:00:00Z'),
      updated: new Date('2024-05-18T00:00:00Z'),
      categories: ['x', 'y'],
      enclosures: [{ url: 'https://news.example/a.mp3', type: 'audio/mpeg', length: 9 }],
    });
    expect(feed.items[1]).toMatchObject({
      id: 'b',
      url: 'https://else.example/b',
      content: 'T',
      author: 'Ada, Ben',
    });
    expect(feed.items[2]).toMatchObject({ id: null, title: null });
  });

  test.each([
    '{}',
    '{"version": 1}',
    '{"version": "https://evil.example/jsonfeed.org/version/1"}',
    '{"items": []}',
  ])('refuses %s, which does not say that it is a feed', (json) => {
    expect(failureOf(() => parseFeed(json, URL))).toMatchObject({ code: 'NOT_A_FEED' });
  });
});

function failureOf(read: () => unknown): PageError {
  try {
    read();
  } catch (error) {
    if (error instanceof PageError) return error;
    throw error;
  }
  throw new Error('it was read');
}
