import dns from 'node:dns';
import type { LookupAddress, LookupAllOptions } from 'node:dns';
import { afterEach, describe, expect, test, vi } from 'vitest';
import { fetching, newClient } from '../../test/fetching.ts';
import { body, startServer } from '../../test/server.ts';
import { NamedHosts } from './named-hosts.ts';

afterEach(() => vi.restoreAllMocks());

/** From now on names lead where the test says. */
function namesLeadTo(found: LookupAddress[]): void {
  const lookup = (
    _: string,
    options: LookupAllOptions,
    callback: (error: null, answer: LookupAddress[] | string, family?: number) => void,
  ): void => {
    if (options.all) callback(null, found);
    else callback(null, found[0]?.address ?? '', found[0]?.family);
  };
  vi.spyOn(dns, 'lookup').mockImplementation(lookup as unknown as typeof dns.lookup);
}

const LOOPBACK: LookupAddress = { address: '127.0.0.1', family: 4 };
const LOOPBACK_6: LookupAddress = { address: '::1', family: 6 };
const MAPPED: LookupAddress = { address: '::ffff:127.0.0.1', family: 6 };

describe('a host that nobody has named', () => {
  test.each([
    'http://127.0.0.1',
    'http://127.1',
    'http://2130706433',
    'http://0x7f000001',
    'http://0177.0.0.1',
    'http://127.0.0.1.',
    'http://0',
    'http://[::1]',
    'http://[::ffff:127.0.0.1]',
    'http://[::ffff:7f00:1]',
    'http://[0:0:0:0:0:ffff:7f00:0001]',
    'http://\u2460\u2461\u2466.0.0.1',
    'http://localhost',
    'http://LOCALHOST',
    'http://169.254.169.254',
  ])('is not asked where it is %s', async (origin) => {
    await using server = await startServer({ '*': body('secret') });
    await using client = newClient({ named: new NamedHosts() });
    const url = new URL(`${origin}:${new URL(server.origin).port}/`).href;
    await expect(fetching(client, url)).rejects.toMatchObject({
      code: 'PRIVATE',
      message: expect.stringMatching(/is not on the public internet: only start pages lead there/) as string,
    });
    expect(server.openSockets).toBe(0);
    expect(server.paths).toEqual([]);
  });

  test.each([[[LOOPBACK]], [[LOOPBACK_6, LOOPBACK]], [[MAPPED]]])(
    'is not asked where its name leads inside: %j',
    async (found) => {
      await using server = await startServer({ '*': body('secret') });
      namesLeadTo(found);
      await using client = newClient({ named: new NamedHosts() });
      const { port } = new URL(server.origin);
      await expect(fetching(client, `http://innocent.example:${port}/`)).rejects.toMatchObject({
        code: 'PRIVATE',
      });
      expect(server.paths).toEqual([]);
    },
  );

  test('may be asked if private hosts are allowed', async () => {
    await using server = await startServer({ '*': body('fine') });
    await using client = newClient();
    expect((await fetching(client, `${server.origin}/`)).status).toBe(200);
  });
});

describe('a host that the user has named', () => {
  test('may be inside, by its name or its address', async () => {
    await using server = await startServer({ '*': body('fine') });
    namesLeadTo([LOOPBACK]);
    const named = new NamedHosts();
    await using client = newClient({ named });
    const { port } = new URL(server.origin);
    client.trust(`${server.origin}/`);
    client.trust('http://intranet.example/');
    expect((await fetching(client, `${server.origin}/`)).status).toBe(200);
    expect((await fetching(client, `http://intranet.example:${port}/`)).status).toBe(200);
    expect(named.mayBePrivate('intranet.example')).toBe(true);
  });

  test('may not lead inside once it was on the public internet (DNS rebinding)', async () => {
    await using server = await startServer({ '*': body('secret') });
    namesLeadTo([LOOPBACK]);
    const named = new NamedHosts();
    await using client = newClient({ named });
    const url = `http://shop.example:${new URL(server.origin).port}/`;
    client.trust(url);
    named.foundPublic('shop.example');
    await expect(fetching(client, url)).rejects.toMatchObject({ code: 'PRIVATE' });
    expect(server.paths).toEqual([]);
  });
});

test('a proxy is not asked for what is inside, and may itself be there', async () => {
  await using proxy = await startServer({ '*': body('by proxy') });
  await using client = newClient({ named: new NamedHosts(), proxies: [proxy.origin] });
  for (const url of ['http://127.0.0.2/', 'http://[::1]/', 'http://localhost/', 'http://a.localhost/'])
    await expect(fetching(client, url)).rejects.toMatchObject({ code: 'PRIVATE' });
  expect(proxy.paths).toEqual([]);
  expect((await fetching(client, 'http://shop.example/')).body.toString()).toBe('by proxy');
});
