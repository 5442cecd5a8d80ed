import { connect } from 'node:net';
import { describe, expect, test } from 'vitest';
import { until } from '../../test/server.ts';
import { hostileServer } from './hostile-server.ts';

/** All that comes for a request until the connection is closed, or the test says that it is enough. */
async function cameFor(url: string, isEnough?: (text: string) => boolean): Promise<string> {
  const { hostname, port, pathname, search } = new URL(url);
  const socket = connect(Number(port), hostname);
  let text = '';
  socket.on('error', () => {});
  socket.on('data', (chunk) => {
    text += chunk.toString('latin1');
    if (isEnough?.(text) === true) socket.destroy();
  });
  socket.write(`GET ${pathname}${search} HTTP/1.1\r\nHost: ${hostname}\r\n\r\n`);
  await new Promise((resolve) => socket.once('close', resolve));
  return text;
}

describe('a hostile server', () => {
  test('has many cases, each with a name of its own, an address, and one line that says what it does', async () => {
    await using server = await hostileServer();
    expect(server.pages.length).toBeGreaterThan(100);
    expect(new Set(server.pages.map(({ name }) => name)).size).toBe(server.pages.length);
    for (const { name, url, does } of server.pages) {
      expect(new URL(url).pathname).toBe(`/${name}`);
      expect(new URL(url).hostname).toBe('127.0.0.1');
      expect(does).toMatch(/^.{10,120}$/);
    }
    expect(() => server.url('no such case')).toThrow("there is no case 'no such case'");
  });

  test('links to all of them from its first page, and has pages that are as they should be', async () => {
    await using server = await hostileServer();
    const index = await (await fetch(`${server.origin}/`)).text();
    for (const { url } of server.pages) expect(index).toContain(`href="${url}"`);
    expect(await (await fetch(`${server.origin}/fine/1`)).text()).toContain('As it should be');
    expect((await fetch(`${server.origin}/none`)).status).toBe(404);
  });

  test('tells what it was asked for, with which headers', async () => {
    await using server = await hostileServer();
    await fetch(`${server.origin}/fine/1?a=b`, { method: 'POST', body: 'x'.repeat(100_000) });
    await fetch(`${server.origin}/fine/2`, { headers: { 'x-who': 'me' } });
    expect(server.visits).toMatchObject([
      { method: 'POST', target: '/fine/1?a=b', origin: server.origin },
      { method: 'GET', target: '/fine/2', headers: { 'x-who': 'me' } },
    ]);
  });

  test('drips and delays as fast as it is told', async () => {
    await using server = await hostileServer({ drip: 1, delay: 1 });
    expect(await cameFor(server.url('slow/body'), (text) => text.endsWith('xxx'))).toContain(
      '\r\n\r\n<!doctype html>',
    );
    expect(await cameFor(server.url('slow/late'), (text) => text.endsWith('at last'))).toContain('200 OK');
  });

  test('says what HTTP has no words for', async () => {
    await using server = await hostileServer();
    expect(await cameFor(server.url('status/not-http'))).toBe('SSH-2.0-OpenSSH_9.2\r\n');
    expect(await cameFor(server.url('reset/before-the-answer'))).toBe('');
    expect(await cameFor(server.url('close/in-the-headers'))).toBe('HTTP/1.1 200 OK\r\nContent-Ty');
    expect(await cameFor(server.url('1xx/flood'), (text) => text.length > 100_000)).toMatch(
      /^(HTTP\/1\.1 103 [^<]*<\/a\.css>\s*){100}/,
    );
  });

  test('is gone with all its connections and timers when it is disposed of', async () => {
    const timers = (): number => process.getActiveResourcesInfo().filter((name) => name === 'Timeout').length;
    const before = timers();
    const server = await hostileServer({ drip: 10 });
    const ends = ['body/endless', 'slow/body', 'slow/late', 'silence/before-headers', 'robots/silent'].map(
      async (name) => await cameFor(server.url(name)),
    );
    await until(() => server.visits.length === ends.length);
    expect(server.openSockets).toBe(ends.length);
    await server[Symbol.asyncDispose]();
    await Promise.all(ends);
    expect(server.openSockets).toBe(0);
    await until(() => timers() <= before);
    for (const { url } of server.pages) await expect(fetch(url)).rejects.toThrow('fetch failed');
  });
});
