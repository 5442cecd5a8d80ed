import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { safeName } from './file-name.ts';

const HASH = /-[0-9a-f]{12}(?=\.|$)/;
const bare = (url: string, type?: string): string => safeName(url, type).replace(HASH, '');

describe('a safe name', () => {
  test('is the last segment of the path, its extension in small letters', () => {
    expect(safeName('https://shop.example/img/Blue%20hat.JPG?w=200')).toBe('Blue_hat-dc5847c958ad.jpg');
    expect(bare('https://a.example/x/r%C3%A9sum%C3%A9.tar.gz')).toBe('résumé.tar.gz');
    expect(bare('https://a.example/x/y/')).toBe('y');
    expect(bare('https://a.example/')).toBe('a.example');
    expect(bare('https://a.example/100%')).toBe('100%');
  });

  test('takes the extension from the content type where the URL has none', () => {
    expect(bare('https://a.example/page', 'text/html; charset=utf-8')).toBe('page.html');
    expect(bare('https://a.example/pic.png', 'image/jpeg')).toBe('pic.png');
    expect(bare('https://a.example/what', 'application/x-unheard-of')).toBe('what');
  });

  test('differs where URLs do, also in case or query alone, and never by fragment', () => {
    const urls = ['/a', '/A', '/a?x=1', '/a?x=2', '/b/a', '/a%2F'].map((path) => `https://a.example${path}`);
    expect(new Set(urls.map((url) => safeName(url).toLowerCase())).size).toBe(urls.length);
    expect(safeName('https://a.example/a#x')).toBe(safeName('https://a.example/a#y'));
    expect(safeName('HTTPS://A.example:443/a')).toBe(safeName('https://a.example/a'));
  });

  test('leads nowhere else, hides nothing and is no device', () => {
    expect(bare('https://a.example/..%2F..%2Fetc%2Fpasswd')).toBe('etc_passwd');
    expect(bare('https://a.example/%2e%2e%5C%2e%2e%5Cboot.ini')).toBe('boot.ini');
    expect(bare('https://a.example/.htaccess')).toBe('a.example.htaccess');
    expect(bare('https://a.example/-rf')).toBe('rf');
    expect(bare('https://a.example/con.foo.txt')).toBe('_con.foo.txt');
    expect(bare('https://a.example/LPT1.a.b')).toBe('_LPT1.a.b');
    expect(bare('https://a.example/evil%E2%80%AEgpj.exe')).toBe('evilgpj.exe');
    expect(bare('https://a.example/a%00b%0A.txt')).toBe('ab.txt');
    expect(bare('https://[::1]/')).toBe('1_');
  });

  test('is safe on every system, whatever the URL', () => {
    const odd = fc.constantFrom(
      '..',
      '/',
      '\\',
      '.',
      ' ',
      '\0',
      '\u202e',
      'con',
      'NUL',
      '%2e',
      '%00',
      'é',
      '😀',
      '~',
      ':',
      '?',
      '#',
      '-',
    );
    const text = fc
      .array(fc.oneof(odd, fc.string({ unit: 'binary' })), { maxLength: 80 })
      .map((parts) => parts.join(''));
    const url = fc.oneof(
      text,
      text.map((path) => `https://a.example/${path}`),
      fc.webUrl(),
    );
    fc.assert(
      fc.property(url, fc.option(text, { nil: undefined }), (url, type) => {
        const name = safeName(url, type);
        expect(name).toBe(safeName(url, type));
        expect(Buffer.byteLength(name)).toBeLessThanOrEqual(255);
        expect(name).toMatch(HASH);
        expect(name).not.toMatch(/[<>:"/\\|?*\s]|[\p{Cc}\p{Cf}\p{Cs}\p{Zl}\p{Zp}]/u);
        expect(name).not.toMatch(/^[.\-~ ]|[. ]$/);
        expect(name).not.toMatch(/^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i);
        expect(Buffer.from(name).toString()).toBe(name);
      }),
      { numRuns: 2000 },
    );
  });

  test('takes no longer for a hostile URL', () => {
    const begun = performance.now();
    for (const run of ['.', ' ', '_', '/', '%20', '%2e', '\u0301'])
      safeName(`https://a.example/${run.repeat(500_000)}x`);
    expect(performance.now() - begun).toBeLessThan(5000);
  });
});
