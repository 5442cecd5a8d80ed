import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { target } from './target.ts';

describe('target', () => {
  test('keeps the address as it was given, and serialises it as the URL standard does', () => {
    expect(target('HTTP://Example.COM:80/a/../b c?q#part')).toEqual({
      given: 'HTTP://Example.COM:80/a/../b c?q#part',
      url: 'http://example.com/b%20c?q#part',
      origin: 'http://example.com',
    });
    expect(target(new URL('https://example.com/x')).url).toBe('https://example.com/x');
  });

  test.each([
    ['http://user:secret@example.com:8080/x', 'http://example.com:8080'],
    ['http://[::1]:3000/', 'http://[::1]:3000'],
    ['http://127.1/', 'http://127.0.0.1'],
    ['http://example.com?q=/@', 'http://example.com'],
  ])('%s belongs to %s', (address, origin) => {
    expect(target(address).origin).toBe(origin);
  });

  // Pieces that addresses are made of, the awkward ones among them.
  const hosts = [
    'a',
    'x-y.example.com',
    '127.0.0.1',
    '127.1',
    '0x7f.1',
    '1.2.3.256',
    '01.2.3.4',
    'xn--a',
    'a.xn--',
    'a..b',
    'a.1',
    '-a',
    'a-',
    'EX',
    'a_b',
    'a.b.',
  ];
  const ports = ['', ':80', ':443', ':8080', ':65535', ':65536', ':080', ':', ':0', ':9'];
  const paths = [
    '',
    '/',
    '/a',
    '/./a',
    '/a/..',
    '/.a',
    '/%2e',
    '/%2E%2e/a',
    '/a b',
    '/ä',
    "/'",
    '/"',
    '/^',
    '/|',
    '/[x]',
    '/\\',
    '//',
    '/a//b',
    '/;=:@!$&()*+,~',
    '/{',
    '/a.b/c.d',
    '/..a',
  ];
  const queries = ['', '?', '?a=b&c', "?'", '?a b', '?/../x', '??', '?ä', '?<', '#x', '?q#y', '\n', ' '];

  test('the quick way gives what parsing gives', () => {
    const address = fc
      .tuple(
        fc.constantFrom('http://', 'https://', 'HTTP://', 'http:/'),
        fc.constantFrom(...hosts),
        fc.constantFrom(...ports),
        fc.array(fc.constantFrom(...paths), { maxLength: 3 }),
        fc.constantFrom(...queries),
      )
      .map(([scheme, host, port, path, query]) => scheme + host + port + path.join('') + query);
    const ascii = fc.string({
      unit: fc.constantFrom(...Array.from('ab.-/:?#%2eE@\\~_&=0178[]\'"xn ')),
      maxLength: 24,
    });
    fc.assert(
      fc.property(
        fc.oneof(
          address,
          ascii.map((text) => `http://a${text}`),
        ),
        (given) => {
          let parsed: URL | undefined;
          try {
            parsed = new URL(given);
          } catch {
            expect(() => target(given)).toThrow('not an absolute address');
            return;
          }
          const { url, origin } = target(given);
          expect({ url, origin }).toEqual({ url: parsed.href, origin: parsed.origin });
        },
      ),
      { numRuns: 5000 },
    );
  });
});
