import type { HostileCase } from './hostile-case.ts';
import type { Wire } from './wire.ts';

/** Answers with a body that says that it is of some type. */
function typed(type: string, body: string | Uint8Array): (wire: Wire) => void {
  return (wire) => wire.answer(body, { 'Content-Type': type });
}

const HTML = '<!doctype html><title>caf\u00e9</title><a href="/next">next</a>';
const PNG = Buffer.from('89504e470d0a1a0a0000000d494844520000000100000001', 'hex');

/** Bodies that are not what they say they are. */
export const texts: readonly HostileCase[] = [
  {
    path: '/text/html-as-json',
    does: 'HTML that is said to be JSON',
    answer: typed('application/json', HTML),
  },
  { path: '/text/png-as-html', does: 'an image that is said to be HTML', answer: typed('text/html', PNG) },
  { path: '/text/html-as-png', does: 'HTML that is said to be an image', answer: typed('image/png', HTML) },
  {
    path: '/text/wrong-charset',
    does: 'UTF-8 that is said to be UTF-16',
    answer: typed('text/html; charset=utf-16le', HTML),
  },
  {
    path: '/text/unknown-charset',
    does: 'a charset that nobody knows',
    answer: typed('text/html; charset=x-klingon', HTML),
  },
  {
    path: '/text/utf-7',
    does: 'UTF-7, in which a script could hide',
    answer: typed('text/html; charset=utf-7', '+ADw-script+AD4-alert(1)+ADw-/script+AD4-'),
  },
  {
    path: '/text/invalid-utf-8',
    does: 'bytes that are not UTF-8: overlong forms, lone surrogates, ends that are missing',
    answer: typed('text/html; charset=utf-8', Buffer.from('3c703ec0afeda080f5f4f3e2823c2f703e', 'hex')),
  },
  {
    path: '/text/nulls',
    does: 'HTML with null bytes in names, values and text',
    answer: typed('text/html', '<!doctype html><ti\0tle>a\0b</title><a h\0ref="/a\0b" href="/c\0d">e\0f</a>'),
  },
  {
    path: '/text/only-nulls',
    does: 'a megabyte of null bytes',
    answer: typed('text/html', Buffer.alloc(1_000_000)),
  },
  {
    path: '/text/deep-json',
    does: 'JSON with 100,000 arrays in one another',
    answer: typed('application/json', '['.repeat(100_000) + ']'.repeat(100_000)),
  },
  {
    path: '/text/prototype-json',
    does: 'JSON with the keys __proto__ and constructor',
    answer: typed(
      'application/json',
      '{"__proto__":{"isAdmin":true},"constructor":{"prototype":{"isAdmin":true}}}',
    ),
  },
  {
    path: '/text/long-type',
    does: 'a Content-Type of 30,000 characters, of the kind that makes regular expressions slow',
    answer: typed(`text/html;${' '.repeat(30_000)}x`, HTML),
  },
];
