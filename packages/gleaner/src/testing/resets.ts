import type { HostileCase } from './hostile-case.ts';
import type { Wire } from './wire.ts';

const HEAD = 'HTTP/1.1 200 OK\r\nContent-Type: text/html\r\n';

/** Up to where an answer comes before the connection is lost. */
const PLACES: Readonly<Record<string, string>> = {
  'before-the-answer': '',
  'in-the-status-line': 'HTTP/1.1 20',
  'in-the-headers': 'HTTP/1.1 200 OK\r\nContent-Ty',
  'after-the-headers': `${HEAD}Content-Length: 1000\r\n\r\n`,
  'in-the-body': `${HEAD}Content-Length: 1000\r\n\r\n<!doctype html>`,
  'in-a-chunk': `${HEAD}Transfer-Encoding: chunked\r\n\r\nff\r\n<!doctype html>`,
};

/** Connections that are lost, at every point. */
export const resets: readonly HostileCase[] = [
  {
    path: '/reset/at-once',
    does: 'resets each connection as soon as it is made',
    answer() {},
    host: { connected: (wire) => wire.reset() },
  },
  ...places('reset', 'resets the connection', (wire, text) => wire.reset(text)),
  {
    path: '/close/at-once',
    does: 'closes each connection as soon as it is made',
    answer() {},
    host: { connected: (wire) => wire.close() },
  },
  ...places('close', 'closes the connection', (wire, text) => {
    wire.send(text);
    wire.close();
  }),
];

function places(name: string, does: string, end: (wire: Wire, text: string) => void): HostileCase[] {
  return Object.entries(PLACES).map(([place, text]) => ({
    path: `/${name}/${place}`,
    does: `${does} ${place.replaceAll('-', ' ')}`,
    answer: (wire) => end(wire, text),
  }));
}
