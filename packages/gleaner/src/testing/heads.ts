import type { HostileCase } from './hostile-case.ts';
import type { Wire } from './wire.ts';

const HEADER = 'X-Header: and one more\r\n';

/** Answers with characters as they are, and closes the connection. */
function says(text: string): (wire: Wire) => void {
  return (wire) => {
    wire.send(text);
    wire.close();
  };
}

/** Status lines and headers that are too many, too long, or none. */
export const heads: readonly HostileCase[] = [
  {
    path: '/headers/megabytes',
    does: 'one header of four megabytes',
    answer: (wire) =>
      says(`HTTP/1.1 200 OK\r\nX-Long: ${'x'.repeat(4_000_000)}\r\nContent-Length: 0\r\n\r\n`)(wire),
  },
  {
    path: '/headers/thousands',
    does: 'ten thousand headers',
    answer: (wire) => says(`HTTP/1.1 200 OK\r\n${HEADER.repeat(10_000)}Content-Length: 0\r\n\r\n`)(wire),
  },
  {
    path: '/headers/short-thousands',
    does: 'ten thousand headers of six bytes each, all different',
    answer(wire) {
      const lines = Array.from({ length: 10_000 }, (_, i) => `${i.toString(36).padStart(3, 'x')}:\r\n`);
      says(`HTTP/1.1 200 OK\r\n${lines.join('')}Content-Length: 0\r\n\r\n`)(wire);
    },
  },
  {
    path: '/headers/endless',
    does: 'headers that never end',
    answer(wire) {
      wire.send('HTTP/1.1 200 OK\r\n');
      wire.flood(() => HEADER.repeat(1000));
    },
  },
  {
    path: '/headers/nameless',
    does: 'headers without a name, and without a colon',
    answer: says('HTTP/1.1 200 OK\r\n: nameless\r\nno colon\r\nContent-Length: 5\r\n\r\nhello'),
  },
  {
    path: '/headers/null',
    does: 'a null byte in a header',
    answer: says('HTTP/1.1 200 OK\r\nX-Null: a\0b\r\nContent-Length: 5\r\n\r\nhello'),
  },
  {
    path: '/headers/prototype',
    does: 'headers named __proto__ and constructor',
    answer: (wire) => wire.answer('<p>hello</p>', { __proto__x: 'x', ['__proto__']: 'y', constructor: 'z' }),
  },
  {
    path: '/headers/duplicates',
    does: 'every header twice, with other values',
    answer: says(
      'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\nContent-Type: application/json\r\nLocation: /a\r\n' +
        'Location: /b\r\nRetry-After: 1\r\nRetry-After: x\r\nContent-Length: 12\r\n\r\n<p>hello</p>',
    ),
  },
  {
    path: '/headers/splitting',
    does: 'a second answer behind the first, for a request that was never made (response splitting)',
    answer(wire) {
      wire.answer('<p>the first</p>');
      wire.answer('<p>smuggled in</p>');
    },
  },
  {
    path: '/headers/bare-cr',
    does: 'a bare carriage return in a header, behind which another would begin',
    answer: says('HTTP/1.1 200 OK\r\nX-A: a\rSet-Cookie: b=c\r\nContent-Length: 5\r\n\r\nhello'),
  },
  {
    path: '/headers/folded',
    does: 'a header folded over a thousand lines (RFC 9112, 5.2)',
    answer: says(`HTTP/1.1 200 OK\r\nX-Folded: a\r\n${' b\r\n'.repeat(1000)}Content-Length: 5\r\n\r\nhello`),
  },
  {
    path: '/status/not-http',
    does: 'speaks another protocol',
    answer: says('SSH-2.0-OpenSSH_9.2\r\n'),
  },
  {
    path: '/status/none',
    does: 'a body and no head (HTTP/0.9)',
    answer: says('<!doctype html><title>hello</title>'),
  },
  {
    path: '/status/unknown',
    does: 'a status that does not exist: 999',
    answer: (wire) => wire.answer('hello', {}, '999 Go Away'),
  },
  {
    path: '/status/four-digits',
    does: 'a status of four digits',
    answer: (wire) => wire.answer('hello', {}, '2000 OK'),
  },
  {
    path: '/status/endless-reason',
    does: 'a reason phrase that never ends',
    answer(wire) {
      wire.send('HTTP/1.1 200 ');
      wire.flood(() => 'OK '.repeat(10_000));
    },
  },
  {
    path: '/status/no-content',
    does: 'a 204 with a body, which it may not have',
    answer: (wire) => wire.answer('<p>hello</p>', {}, '204 No Content'),
  },
  {
    path: '/1xx/flood',
    does: 'early hints (103) without end, and never an answer',
    answer: (wire) => wire.flood(() => 'HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n'.repeat(100)),
  },
  {
    path: '/1xx/few',
    does: 'three early hints (103), and then the answer, as is right',
    answer(wire) {
      wire.send('HTTP/1.1 103 Early Hints\r\nLink: </a.css>\r\n\r\n'.repeat(3));
      wire.answer('<p>hello</p>');
    },
  },
  {
    path: '/1xx/continue',
    does: '100 Continue without end, which nobody asked for',
    answer: (wire) => wire.flood(() => 'HTTP/1.1 100 Continue\r\n\r\n'.repeat(100)),
  },
  {
    path: '/1xx/switching',
    does: '101 Switching Protocols, which nobody asked for',
    answer: (wire) => wire.head('101 Switching Protocols', { Upgrade: 'websocket', Connection: 'Upgrade' }),
  },
  {
    path: '/early/answer',
    does: 'answers as soon as there is a connection, before any request',
    answer() {},
    host: { connected: (wire) => wire.answer('<p>too early</p>') },
  },
  {
    path: '/early/to-upload',
    does: 'answers 413 to the head of a request, reads none of its body, and closes the connection',
    answer(wire) {
      wire.answer('too much', { Connection: 'close' }, '413 Content Too Large');
      wire.close();
    },
  },
];
