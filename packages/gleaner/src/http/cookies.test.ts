import { describe, expect, test } from 'vitest';
import { fetching, newClient, request } from '../../test/fetching.ts';
import { startServer } from '../../test/server.ts';
import { Cookies } from './cookies.ts';
import { OptionError } from './failure.ts';

/** A server that notes the Cookie header of each request, sets what `?set=` says, and redirects to what `to=` says. */
async function baker(host?: string) {
  const seen: (string | undefined)[] = [];
  const server = await startServer(
    {
      '*': ({ headers, url = '' }, response) => {
        seen.push(headers.cookie);
        const { searchParams } = new URL(url, 'http://x');
        const set = searchParams.getAll('set');
        const to = searchParams.get('to');
        response.writeHead(to === null ? 200 : 302, {
          ...(set.length > 0 && { 'set-cookie': set }),
          ...(to !== null && { location: to }),
        });
        response.end('ok');
      },
    },
    host,
  );
  const asking = (path: string, set: string[], to?: string): string => {
    const query = new URLSearchParams(set.map((cookie): [string, string] => ['set', cookie]));
    if (to !== undefined) query.append('to', to);
    return `${server.origin}${path}?${query.toString()}`;
  };
  return { seen, server, asking };
}

const URL_A = 'https://www.example.com/a/b';

/** The jar's Cookie header after these have been set. */
function after(lines: string[], url = URL_A, explicit?: string): string | undefined {
  const cookies = new Cookies();
  cookies.keep(URL_A, undefined, lines.join('\n'));
  return cookies.header(url, undefined, explicit);
}

describe('a client with cookies', () => {
  test('keeps what each hop of a redirect sets, and sends it on', async () => {
    const { seen, server, asking } = await baker();
    await using _ = server;
    await using client = newClient({ cookies: true });
    const second = asking('/2', ['b=2', 'c=3; Path=/other']);
    const { headers } = await fetching(client, request(asking('/1', ['a=1'], `${second}&to=/end`)));
    await fetching(client, request(`${server.origin}/other/x`));
    expect(seen).toEqual([undefined, 'a=1', 'a=1; b=2', 'c=3; a=1; b=2']);
    expect(headers).not.toHaveProperty('set-cookie');
  });

  test('has a jar for each session', async () => {
    const { seen, server, asking } = await baker();
    await using _ = server;
    await using client = newClient({ cookies: true });
    await fetching(client, request(asking('/', ['who=ann'])));
    await fetching(client, request(asking('/', ['who=bob']), { session: 'bob' }));
    await fetching(client, request(server.origin + '/'));
    await fetching(client, request(server.origin + '/', { session: 'bob' }));
    await fetching(client, request(server.origin + '/', { session: 'eve' }));
    expect(seen).toEqual([undefined, undefined, 'who=ann', 'who=bob', undefined]);
  });

  test('takes none across hosts, neither the jar nor what was given; what was given stays with its own', async () => {
    const other = await baker('127.0.0.2');
    await using __ = other.server;
    const { seen, server, asking } = await baker();
    await using _ = server;
    await using client = newClient({ cookies: true });
    const back = other.asking('/', ['theirs=1'], `${server.origin}/end`);
    const given = { headers: { cookie: 'given=1; x=mine' } };
    await fetching(client, request(asking('/1', ['ours=1', 'x=2'], '/2'), given));
    await fetching(client, request(asking('/1', [], back), given));
    await fetching(client, request(other.server.origin + '/'));
    expect(seen).toEqual([
      'given=1; x=mine',
      'given=1; x=mine; ours=1',
      'given=1; x=mine; ours=1',
      'ours=1; x=2',
    ]);
    expect(other.seen).toEqual([undefined, 'theirs=1']);
  });

  test('without the option neither keeps nor sends any', async () => {
    const { seen, server, asking } = await baker();
    await using _ = server;
    await using client = newClient();
    await fetching(client, request(asking('/', ['a=1'], '/')));
    expect(seen).toEqual([undefined, undefined]);
    expect(client.cookies).toBeUndefined();
  });
});

describe('a cookie', () => {
  test.each([
    ['for the whole domain', 'a=1; Domain=example.com; Path=/', 'https://example.com/', 'a=1'],
    [
      'for the whole domain, elsewhere in it',
      'a=1; Domain=example.com; Path=/',
      'https://x.example.com/',
      'a=1',
    ],
    ['for its host only', 'a=1', 'https://x.www.example.com/a/', undefined],
    ['for a public suffix', 'a=1; Domain=com', 'https://other.com/a/', undefined],
    ['for a public suffix, at its own host', 'a=1; Domain=com', URL_A, undefined],
    ['for another domain', 'a=1; Domain=example.org', 'https://example.org/', undefined],
    ['for its folder', 'a=1', 'https://www.example.com/', undefined],
    ['that is secure', 'a=1; Secure', 'http://www.example.com/a/', undefined],
    ['that has expired', 'a=1; Max-Age=0', URL_A, undefined],
    ['with a prefix that it does not live up to', '__Host-a=1; Secure', URL_A, undefined],
    ['with a control character', 'a=1\x01', URL_A, undefined],
    ['without a name', 'flag', URL_A, 'flag'],
    [
      'named as every object is',
      '__proto__=1; Path=/__proto__',
      'https://www.example.com/__proto__',
      '__proto__=1',
    ],
  ])('%s', (_, line, url, header) => {
    expect(after([line], url)).toBe(header);
  });

  test('may be 4,096 bytes long, and no longer', () => {
    const longest = `a=${'x'.repeat(4094)}`;
    expect(after([longest])).toBe(longest);
    expect(after([`${longest}x`])).toBeUndefined();
    expect(after([`a=1; ${'x'.repeat(4096)}`])).toBeUndefined();
  });

  test('of 51 of a domain, the one that was not used for longest is forgotten', () => {
    const cookies = new Cookies();
    for (let i = 0; i < 60; i++) cookies.keep(`https://example.com/${i}/`, undefined, `c${i}=1; Path=/${i}`);
    const left = Array.from({ length: 60 }, (_, i) =>
      cookies.header(`https://example.com/${i}`, undefined, undefined),
    );
    expect(left.slice(10)).toEqual(Array.from({ length: 50 }, (_, i) => `c${i + 10}=1`));
    expect(left.filter((header) => header === undefined)).toHaveLength(10);
  });

  test('of more than 3,000 in all, those that were not used for longest are forgotten, and nothing else is kept of them', () => {
    const cookies = new Cookies();
    const held = (): number => JSON.stringify(cookies.toJson()).split('"key"').length - 1;
    for (let i = 0; i < 3000; i++) cookies.keep(`https://host-${i}.test/`, undefined, 'a=1');
    for (let i = 0; i < 100; i++) cookies.keep(`https://host-0.test/`, undefined, `a=${i}`);
    expect(held()).toBe(3000);
    cookies.keep('https://host-3000.test/', undefined, 'a=1');
    expect(held()).toBe(2700);
    expect(cookies.header('https://host-3000.test/', undefined, undefined)).toBe('a=1');
    expect(cookies.header('https://host-1.test/', undefined, undefined)).toBeUndefined();
  });

  test('of the 1,001st session costs the jar of the one that was not used for longest', () => {
    const cookies = new Cookies();
    for (let i = 0; i < 1000; i++) cookies.keep(URL_A, `s${i}`, 'a=1');
    cookies.header(URL_A, 's0', undefined);
    cookies.keep(URL_A, 's1000', 'a=1');
    const has = (session: string): boolean => cookies.header(URL_A, session, undefined) !== undefined;
    expect(['s0', 's1', 's2', 's1000'].map(has)).toEqual([true, false, true, true]);
  });
});

test('jars come back from JSON as they were, and say when there is something to save', () => {
  const cookies = new Cookies();
  expect(cookies.revision).toBe(0);
  cookies.keep(
    URL_A,
    undefined,
    'a=1; Max-Age=100000\nb=2; Domain=example.com; Path=/\nrefused=1; Domain=com',
  );
  cookies.keep(URL_A, 'bob', 'c=3');
  expect(cookies.revision).toBe(3);
  const revived = new Cookies();
  revived.keep(URL_A, 'old', 'x=1');
  revived.fromJson(JSON.parse(JSON.stringify(cookies.toJson())) as never);
  expect(revived.header(URL_A, undefined, undefined)).toBe('a=1; b=2');
  expect(revived.header(URL_A, 'bob', undefined)).toBe('c=3');
  expect(revived.header(URL_A, 'old', undefined)).toBeUndefined();
  expect(revived.header('https://example.com/', undefined, undefined)).toBe('b=2');
});

test.each([['text'], [null], [[]], [{ '': 1 }], [{ '': { cookies: 'none' } }]])(
  'what no jar has given is refused: %j',
  (saved) => {
    expect(() => new Cookies().fromJson(saved as never)).toThrow(OptionError);
  },
);
