import { X509Certificate } from 'node:crypto';
import { expect, test } from 'vitest';
import { certificate } from './certificate.ts';

const DAY = 86_400_000;
const from = Date.UTC(2024, 0, 31);

test('a certificate is for its host, for as long as it says, and signed by itself', () => {
  const made = new X509Certificate(certificate({ host: 'shop.example', from, to: from + DAY }).cert);
  expect(made.checkHost('shop.example')).toBe('shop.example');
  expect(made.checkHost('bank.example')).toBeUndefined();
  expect(Date.parse(made.validFrom)).toBe(from);
  expect(Date.parse(made.validTo)).toBe(from + DAY);
  expect(made.verify(made.publicKey)).toBe(true);
  expect(made.checkIssued(made)).toBe(true);
});

test('a certificate may be for an IP address', () => {
  const made = new X509Certificate(certificate({ host: '127.0.0.1', from, to: from + DAY }).cert);
  expect(made.checkIP('127.0.0.1')).toBe('127.0.0.1');
  expect(made.checkIP('127.0.0.2')).toBeUndefined();
});
