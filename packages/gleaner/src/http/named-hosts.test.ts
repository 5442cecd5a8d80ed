import { expect, test } from 'vitest';
import { hostnameOf, NamedHosts } from './named-hosts.ts';

test('the host of an origin is what a connection is made to', () => {
  expect(hostnameOf('http://example.com')).toBe('example.com');
  expect(hostnameOf('https://127.0.0.1:8080')).toBe('127.0.0.1');
  expect(hostnameOf('http://[::1]:8080')).toBe('::1');
});

test('only hosts that were named may be private, whatever their port and scheme', () => {
  const named = new NamedHosts();
  named.add('http://intranet:8080');
  expect(named.mayBePrivate('intranet')).toBe(true);
  expect(named.mayBePrivate('intranet.example')).toBe(false);
});

test('a host that was public once stays public, also when it is named again', () => {
  const named = new NamedHosts();
  named.add('http://example.com');
  named.foundPublic('example.com');
  expect(named.mayBePrivate('example.com')).toBe(false);
  named.add('https://example.com');
  expect(named.mayBePrivate('example.com')).toBe(false);
});

test('of more than 10,000 hosts those are kept that were named last', () => {
  const named = new NamedHosts();
  for (let n = 0; n < 10_000; n++) named.add(`http://h${n}`);
  named.add('http://h0');
  named.add('http://one-more');
  expect(named.mayBePrivate('h0')).toBe(true);
  expect(named.mayBePrivate('h1')).toBe(false);
  expect(named.mayBePrivate('one-more')).toBe(true);
  expect(named.toJson()).toHaveLength(10_000);
});

test('they come back from JSON, besides those that are there', () => {
  const before = new NamedHosts();
  before.add('http://intranet');
  const named = new NamedHosts();
  named.add('http://other');
  named.fromJson(before.toJson());
  expect(named.mayBePrivate('intranet') && named.mayBePrivate('other')).toBe(true);
  named.fromJson({ no: 'list' });
  expect(named.toJson()).toEqual(['other', 'intranet']);
});
