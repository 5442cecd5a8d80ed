import { gzipSync } from 'node:zlib';
import type { Answer, HostileCase } from './hostile-case.ts';

const PLAIN = { 'Content-Type': 'text/plain' };
const XML = { 'Content-Type': 'application/xml' };

const page: Answer = (wire) => wire.answer('<h1>hello</h1>');

/** A site, to be met at its own port, whose robots.txt is what is hostile about it. */
function robots(name: string, does: string, answer: Answer): HostileCase {
  return { path: `/robots/${name}`, does, answer: page, host: { paths: { '/robots.txt': answer } } };
}

/** A site, to be met at its own port, whose sitemap is what is hostile about it; its robots.txt names it. */
function sitemap(name: string, does: string, paths: Readonly<Record<string, Answer>>): HostileCase {
  const named: Answer = (wire, { origin }) => wire.answer(`Sitemap: ${origin}/sitemap.xml\n`, PLAIN);
  return {
    path: `/sitemap/${name}`,
    does,
    answer: page,
    host: { paths: { '/robots.txt': named, ...paths } },
  };
}

function index(...addresses: string[]): string {
  const entries = addresses.map((address) => `<sitemap><loc>${address}</loc></sitemap>`);
  return `<?xml version="1.0"?><sitemapindex>${entries.join('')}</sitemapindex>`;
}

/** What sites say to crawlers, and should not. */
export const rules: readonly HostileCase[] = [
  robots('huge', 'a robots.txt of 10 megabytes', (wire) =>
    wire.answer(`User-agent: *\nDisallow: /private\n${'# and so on\n'.repeat(870_000)}`, PLAIN),
  ),
  robots('rules', 'a robots.txt of 500 kilobytes of rules with wildcards', (wire) =>
    wire.answer(`User-agent: *\n${'Disallow: /*a*a*a*a*a*b$\n'.repeat(20_000)}`, PLAIN),
  ),
  robots('endless', 'a robots.txt that never ends', (wire) => {
    wire.head('200 OK', PLAIN);
    wire.flood(() => 'Disallow: /private\n'.repeat(3000));
  }),
  robots('line', 'a robots.txt of one line of a megabyte', (wire) =>
    wire.answer(`User-agent: *\nDisallow: /${'*'.repeat(1_000_000)}`, PLAIN),
  ),
  robots('error', 'a robots.txt that cannot be had: 500', (wire) =>
    wire.answer('', PLAIN, '500 Internal Server Error'),
  ),
  robots('unavailable', 'a robots.txt that cannot be had now: 503, to be asked for in a year', (wire) =>
    wire.answer('', { ...PLAIN, 'Retry-After': '31536000' }, '503 Service Unavailable'),
  ),
  robots('silent', 'a robots.txt that never comes', () => {}),
  robots('loop', 'a robots.txt that redirects to itself', (wire, { target }) => wire.redirect(target)),
  robots('delay', 'a robots.txt that asks for a rest of eleven days between two pages', (wire) =>
    wire.answer('User-agent: *\nCrawl-delay: 999999\n', PLAIN),
  ),
  sitemap('itself', 'a sitemap index that names itself', {
    '/sitemap.xml': (wire, { origin }) => wire.answer(index(`${origin}/sitemap.xml`), XML),
  }),
  sitemap('endless', 'a sitemap index that names two others, and so does each of these', {
    '/sitemap.xml': (wire, { origin, query }) => {
      const at = query.get('at') ?? '';
      wire.answer(index(`${origin}/sitemap.xml?at=${at}0`, `${origin}/sitemap.xml?at=${at}1`), XML);
    },
  }),
  sitemap('bomb', 'a sitemap of gzip that unpacks to a gibibyte', {
    '/sitemap.xml': (wire) => {
      const member = gzipSync(Buffer.alloc(2 ** 24, ' '), { level: 9 });
      const start = gzipSync('<urlset>');
      wire.answer(Buffer.concat([start, ...Array.from({ length: 64 }, () => member)]), XML);
    },
  }),
  sitemap('private', 'a sitemap of pages inside: files, loopback, the metadata of a cloud', {
    '/sitemap.xml': (wire) => {
      const inside = ['file:///etc/passwd', 'http://127.0.0.2/', 'http://[::1]/', 'http://169.254.169.254/'];
      wire.answer(`<urlset>${inside.map((url) => `<url><loc>${url}</loc></url>`).join('')}</urlset>`, XML);
    },
  }),
];
