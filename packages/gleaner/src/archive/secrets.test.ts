import fc from 'fast-check';
import { expect, test } from 'vitest';
import { maskedBody, maskedCookie, maskedFields } from './secrets.ts';

test.each([
  ['sid=secret', 'sid=***'],
  [
    'sid=secret; Path=/; Expires=Wed, 01 Jan 2031 00:00:00 GMT',
    'sid=***; Path=/; Expires=Wed, 01 Jan 2031 00:00:00 GMT',
  ],
  ['sid="a=b"; Secure', 'sid=***; Secure'],
  ['secret', '***'],
  ['=secret; Path=/', '=***; Path=/'],
  ['', '***'],
])('of the cookie %j there is kept %j', (line, kept) => {
  expect(maskedCookie(line)).toBe(kept);
});

test('of header fields those by which somebody passes for somebody are masked, whatever their case', () => {
  const fields = ['Authorization', 'Basic x', 'COOKIE', 'a=b', 'accept', 'text/html', 'x-csrf-token', 'y'];
  expect(maskedFields(fields)).toEqual([
    'Authorization',
    '***',
    'COOKIE',
    '***',
    'accept',
    'text/html',
    'x-csrf-token',
    '***',
  ]);
});

const FORM = ['content-type', 'application/x-www-form-urlencoded;charset=UTF-8'];
const JSON_ = ['Content-Type', 'application/vnd.api+json'];

test('a body of any other type, and a form without secrets, are kept byte for byte', () => {
  fc.assert(
    fc.property(fc.uint8Array(), (bytes) => {
      expect(maskedBody(bytes, ['content-type', 'application/octet-stream'])).toEqual(Buffer.from(bytes));
      expect(maskedBody(bytes, [])).toEqual(Buffer.from(bytes));
    }),
  );
  expect(maskedBody('a=1&b=%C3%A4&c', FORM).toString()).toBe('a=1&b=%C3%A4&c');
});

test('masking what is masked changes nothing', () => {
  const text = fc
    .array(fc.constantFrom('password', '=', '&', '"', ':', '\\', 'x', '***', '{', '}', ' ', 'ä'))
    .map((all) => all.join(''));
  fc.assert(
    fc.property(text, fc.constantFrom(FORM, JSON_), (body, headers) => {
      const once = maskedBody(body, headers);
      expect(maskedBody(once, headers)).toEqual(once);
    }),
  );
});

test.each([
  ['{"password":"x"}', '{"password":"***"}'],
  ['{"password" : "x\\"y", "a":"b"}', '{"password" : "***", "a":"b"}'],
  ['{"a":"password","b":"c"}', '{"a":"password","b":"c"}'],
  ['{"token":{"token":["x"],"y":"z"}}', '{"token":{"token":["x"],"y":"z"}}'],
  ['{"token":1,"secret":"x"', '{"token":1,"secret":"***"'],
  ['{"secret":"x', '{"secret":"***"'],
])('of the JSON %s there is kept %s', (json, kept) => {
  expect(maskedBody(json, JSON_).toString()).toBe(kept);
});

test('a long body is masked in a time that grows with its length alone', { timeout: 5000 }, () => {
  for (const unit of ['"', '"a"', '"\\', '"password" ', '"p":', ' ']) {
    const body = unit.repeat(200_000);
    expect(maskedBody(body, JSON_).length).toBeGreaterThan(0);
  }
});
