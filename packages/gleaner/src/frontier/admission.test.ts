import { event, stream, VirtualClock } from '@gleaner/coroutine';
import { describe, expect, test } from 'vitest';
import { turn } from '../../test/server.ts';
import { admission } from './admission.ts';
import { Hosts, type Admitted } from './hosts.ts';

const given = (result: IteratorResult<Admitted | { given?: string }, undefined>): string | undefined =>
  result.done === true
    ? undefined
    : 'target' in result.value
      ? result.value.target.given
      : result.value.given;

describe('targets are admitted', () => {
  test('in their order as far as hosts permit: none holds up another', async () => {
    const urls = ['http://a/1', 'http://a/2', 'http://a/3', 'nonsense', 'http://b/1', 'http://a:81/1'];
    const items = admission(urls, new Hosts({ perHost: 1, delay: 0 }), 100, event()).iterate();
    const first = await items.next();
    const got = [given(first)];
    for (let i = 0; i < 3; i++) got.push(given(await items.next()));
    expect(got).toEqual(['http://a/1', 'nonsense', 'http://b/1', 'http://a:81/1']);
    const next = items.next();
    (first.value as Admitted).permit.release();
    expect(given(await next)).toBe('http://a/2');
    await items.return?.();
  });

  test('hosts that wait take turns', async () => {
    const urls = ['http://a/1', 'http://a/2', 'http://a/3', 'http://b/1', 'http://b/2', 'http://b/3'];
    const clock = new VirtualClock({ autojump: true });
    const items = admission(urls, new Hosts({ perHost: 9, delay: 10 }), 100, event()).iterate({ clock });
    const got: (string | undefined)[] = [];
    for (let i = 0; i < 6; i++) got.push(given(await items.next()));
    expect(got.map((url) => url?.slice(7))).toEqual(['a/1', 'b/1', 'a/2', 'b/2', 'a/3', 'b/3']);
    expect(clock.now()).toBe(20);
    expect((await items.next()).done).toBe(true);
  });

  test('none is lost when the next address comes at the moment at which a host becomes free', async () => {
    const more = event();
    const addresses = stream(function* () {
      yield 'http://a/1';
      yield 'http://a/2';
      yield* more;
      yield 'http://b/1';
    });
    const items = admission(addresses(), new Hosts({ perHost: 1, delay: 0 }), 100, event()).iterate();
    const first = await items.next();
    const second = items.next();
    await turn();
    (first.value as Admitted).permit.release();
    more.set();
    expect(given(await second)).toBe('http://a/2');
    expect(given(await items.next())).toBe('http://b/1');
    expect((await items.next()).done).toBe(true);
  });

  test('no more than `lookahead` wait before no more are read', async () => {
    let read = 0;
    function* endless() {
      for (;;) yield `http://a/${++read}`;
    }
    const items = admission(endless(), new Hosts({ perHost: 1, delay: 0 }), 5, event()).iterate();
    await items.next();
    expect(read).toBe(1);
    void items.next();
    await turn(5);
    expect(read).toBe(6);
    await items.return?.();
  });
});

test('hosts that are idle are forgotten', async () => {
  const hosts = new Hosts({ perHost: 1, delay: 1000 });
  const urls = Array.from({ length: 5000 }, (_, i) => `http://host-${i}/`);
  const clock = new VirtualClock();
  const items = admission(urls, hosts, 10, event()).iterate({ clock });
  for (let result = await items.next(); result.done !== true; result = await items.next()) {
    result.value.permit?.release();
    await clock.advance(1);
  }
  expect((hosts as unknown as { hosts: Map<string, unknown> }).hosts.size).toBeLessThan(2100);
});
