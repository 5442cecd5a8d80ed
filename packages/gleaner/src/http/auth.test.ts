import { describe, expect, test } from 'vitest';
import { fetching, newClient, request } from '../../test/fetching.ts';
import { startServer } from '../../test/server.ts';
import { Credentials, withoutUserInfo } from './auth.ts';
import { OptionError } from './failure.ts';

/** A server that notes which credentials it is sent, and redirects `/to?ADDRESS`. */
async function recorder() {
  const seen: (string | undefined)[] = [];
  const server = await startServer({
    '*': ({ headers, url = '' }, response) => {
      seen.push(headers.authorization);
      const to = /^\/to\?(.*)$/.exec(url)?.[1];
      if (to === undefined) response.end('ok');
      else response.writeHead(302, { location: to }).end();
    },
  });
  return { seen, server };
}

const basic = (pair: string): string => `Basic ${Buffer.from(pair).toString('base64')}`;

describe('credentials', () => {
  test('go to their own origin, at each of its requests, and to no other', async () => {
    const mine = await recorder();
    await using _ = mine.server;
    const other = await recorder();
    await using __ = other.server;
    await using client = newClient({ auth: { [mine.server.origin]: { username: 'ü', password: 'p:w' } } });
    const back = `${other.server.origin}/to?${mine.server.origin}/end`;
    await fetching(client, request(`${mine.server.origin}/to?${back}`));
    await fetching(client, `${mine.server.origin}/`);
    await fetching(client, `${other.server.origin}/`);
    expect(mine.seen).toEqual([basic('ü:p:w'), basic('ü:p:w'), basic('ü:p:w')]);
    expect(other.seen).toEqual([undefined, undefined]);
  });

  test('may be a bearer token; a header that is given counts more', async () => {
    const { seen, server } = await recorder();
    await using _ = server;
    await using client = newClient({ auth: { [`${server.origin}/`]: { bearer: 'abc.DEF-1==' } } });
    await fetching(client, request(`${server.origin}/`));
    await fetching(client, request(`${server.origin}/`, { headers: { authorization: 'mine' } }));
    expect(seen).toEqual(['Bearer abc.DEF-1==', 'mine']);
  });

  test('in an address are sent to its origin, and not shown', async () => {
    const { seen, server } = await recorder();
    await using _ = server;
    const other = await recorder();
    await using __ = other.server;
    await using client = newClient();
    const host = server.origin.slice('http://'.length);
    const { url } = await fetching(client, `http://us%40er:p%3Aw@${host}/x?y=@z`);
    expect(url).toBe(`${server.origin}/x?y=@z`);
    await fetching(client, `http://u:p@${host}/to?${server.origin}/end`);
    await fetching(client, `http://u:p@${host}/to?${other.server.origin}/end`);
    await fetching(client, `http://u@${host}/`);
    await fetching(client, `${server.origin}/@`);
    expect(seen).toEqual([
      basic('us@er:p:w'),
      basic('u:p'),
      basic('u:p'),
      basic('u:p'),
      basic('u:'),
      undefined,
    ]);
    expect(other.seen).toEqual([undefined]);
  });

  test('in the address of a start page can be learned, for all of its origin', async () => {
    const { seen, server } = await recorder();
    await using _ = server;
    await using client = newClient();
    const host = server.origin.slice('http://'.length);
    expect(client.learn(`http://u:p@${host}/x`)).toBe(`${server.origin}/x`);
    expect(client.learn(`http://other:one@${host}/x`)).toBe(`${server.origin}/x`);
    expect(client.learn(`${server.origin}/plain`)).toBe(`${server.origin}/plain`);
    await fetching(client, `${server.origin}/y`);
    expect(seen).toEqual([basic('u:p')]);
  });

  test.each([
    ['no origin', { 'example.com': { bearer: 'x' } }],
    ['a path', { 'https://example.com/a': { bearer: 'x' } }],
    ['another scheme', { 'ftp://example.com': { bearer: 'x' } }],
    ['credentials in the name', { 'https://hush:hush@example.com': { bearer: 'x' } }],
    ['a line break in the token', { 'https://example.com': { bearer: 'hush\r\nX: y' } }],
    ['a colon in the name', { 'https://example.com': { username: 'hush:', password: 'hush' } }],
    ['neither', { 'https://example.com': { password: 'hush' } as never }],
    ['nothing', null as never],
  ])('that cannot be are refused, and not repeated: %s', (_, auth) => {
    const make = (): Credentials => new Credentials(auth);
    expect(make).toThrow(OptionError);
    expect(make).not.toThrow(/hush/);
  });

  test('an address that cannot be decoded is taken as it is', () => {
    expect(withoutUserInfo('http://a%ff:b@h/')).toEqual({ url: 'http://h/', authorization: basic('a%ff:b') });
  });
});
