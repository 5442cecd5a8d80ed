import type { HostileCase } from './hostile-case.ts';
import type { Wire } from './wire.ts';

function sets(make: () => readonly string[]): (wire: Wire) => void {
  return (wire) => {
    const lines = make().map((cookie) => `Set-Cookie: ${cookie}\r\n`);
    wire.send(
      `HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n${lines.join('')}Content-Length: 12\r\n\r\n<p>hello</p>`,
    );
  };
}

/** Cookies that are too many, too large, or not theirs to set. */
export const cookies: readonly HostileCase[] = [
  {
    path: '/cookies/other-domains',
    does: 'cookies for other domains, for a public suffix, and for all of the web',
    answer: sets(() => [
      'a=1; Domain=example.com',
      'b=1; Domain=com',
      'c=1; Domain=.',
      'd=1; Domain=127.0.0.2',
    ]),
  },
  {
    path: '/cookies/thousands',
    does: 'two thousand cookies, and each page of it sets other ones',
    answer: sets(() => {
      const mark = Math.random().toString(36).slice(2, 8);
      return Array.from({ length: 2000 }, (_, n) => `${mark}${n}=x`);
    }),
  },
  {
    path: '/cookies/huge',
    does: 'a cookie of 50,000 bytes',
    answer: sets(() => [`huge=${'x'.repeat(50_000)}`]),
  },
];
