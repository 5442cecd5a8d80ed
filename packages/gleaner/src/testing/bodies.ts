import type { HostileCase } from './hostile-case.ts';
import type { Wire } from './wire.ts';

const FILL = Buffer.alloc(65_536, 'x');
const CHUNKED = { 'Content-Type': 'text/html', 'Transfer-Encoding': 'chunked' };

/** Answers with a body that is not what its headers say. */
function answersWith(headers: Record<string, string>, body: string): (wire: Wire) => void {
  return (wire) => {
    wire.head('200 OK', { 'Content-Type': 'text/html', ...headers });
    wire.send(body);
    wire.close();
  };
}

/** Bodies that do not end, or not where they should. */
export const bodies: readonly HostileCase[] = [
  {
    path: '/body/endless',
    does: 'a body without a length that never ends',
    answer(wire) {
      wire.head('200 OK', { 'Content-Type': 'text/html' });
      wire.flood(() => FILL);
    },
  },
  {
    path: '/body/endless-chunks',
    does: 'a chunked body that never ends',
    answer(wire) {
      wire.head('200 OK', CHUNKED);
      const chunk = Buffer.concat([
        Buffer.from(`${FILL.length.toString(16)}\r\n`),
        FILL,
        Buffer.from('\r\n'),
      ]);
      wire.flood(() => chunk);
    },
  },
  {
    path: '/body/huge-length',
    does: 'a Content-Length of a petabyte',
    answer(wire) {
      wire.head('200 OK', { 'Content-Length': '1000000000000000' });
      wire.flood(() => FILL);
    },
  },
  {
    path: '/body/too-short',
    does: 'fewer bytes than its Content-Length says, and the connection is closed',
    answer: answersWith({ 'Content-Length': '1000' }, 'not a thousand'),
  },
  {
    path: '/body/too-long',
    does: 'more bytes than its Content-Length says',
    answer: answersWith({ 'Content-Length': '5' }, 'hello, and then some more'),
  },
  {
    path: '/body/negative-length',
    does: 'a Content-Length of -1',
    answer: answersWith({ 'Content-Length': '-1' }, 'hello'),
  },
  {
    path: '/body/two-lengths',
    does: 'two headers Content-Length that do not agree',
    answer: answersWith({ 'Content-Length': '5', 'content-length': '6' }, 'hello!'),
  },
  {
    path: '/body/length-and-chunks',
    does: 'a Content-Length and chunks, as for request smuggling',
    answer: answersWith({ ...CHUNKED, 'Content-Length': '3' }, '5\r\nhello\r\n0\r\n\r\n'),
  },
  {
    path: '/body/truncated',
    does: 'a chunked body without an end, and the connection is closed',
    answer: answersWith(CHUNKED, '5\r\nhello\r\n'),
  },
  {
    path: '/chunks/no-size',
    does: 'a chunk whose size is no number',
    answer: answersWith(CHUNKED, 'five\r\nhello\r\n0\r\n\r\n'),
  },
  {
    path: '/chunks/wrong-size',
    does: 'a chunk that is longer than its size',
    answer: answersWith(CHUNKED, '2\r\nhello\r\n0\r\n\r\n'),
  },
  {
    path: '/chunks/huge-size',
    does: 'a chunk of 2^64 - 1 bytes',
    answer: answersWith(CHUNKED, 'ffffffffffffffff\r\nhello\r\n0\r\n\r\n'),
  },
  {
    path: '/chunks/endless-extension',
    does: 'a chunk with an extension that never ends',
    answer(wire) {
      wire.head('200 OK', CHUNKED);
      wire.send('5;');
      wire.flood(() => FILL);
    },
  },
  {
    path: '/chunks/endless-trailers',
    does: 'trailers that never end, behind a body that did',
    answer(wire) {
      wire.head('200 OK', CHUNKED);
      wire.send('5\r\nhello\r\n0\r\n');
      wire.flood(() => 'X-Trailer: and one more\r\n'.repeat(1000));
    },
  },
  {
    path: '/chunks/tiny',
    does: 'a million chunks of one byte each',
    answer(wire) {
      wire.head('200 OK', CHUNKED);
      for (let i = 0; i < 100; i++) wire.send('1\r\nx\r\n'.repeat(10_000));
      wire.send('0\r\n\r\n');
    },
  },
];
