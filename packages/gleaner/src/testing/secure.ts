import type { HostileCase } from './hostile-case.ts';
import type { Validity } from './certificate.ts';
import type { Wire } from './wire.ts';

const DAY = 86_400_000;

function validity(host: string, from: number, to: number): Validity {
  const time = Date.now();
  return { host, from: time + from * DAY, to: time + to * DAY };
}

const NOW: Validity = validity('127.0.0.1', -1, 2);

/** A frame of HTTP/2 (RFC 9113, 4.1). */
function frame(type: number, flags: number, stream: number, payload: Uint8Array = new Uint8Array()): Buffer {
  const head = Buffer.alloc(9);
  head.writeUIntBE(payload.length, 0, 3);
  head[3] = type;
  head[4] = flags;
  head.writeUInt32BE(stream, 5);
  return Buffer.concat([head, payload]);
}

const SETTINGS = frame(4, 0, 0);
const CANCEL = Buffer.from([0, 0, 0, 8]);
/** Headers as HPACK has them (RFC 7541): `:status: 200`, which is in its table, … */
const STATUS_200 = Buffer.from([0x88]);
/** `content-length: 1000`, its name by its number in that table. */
const LENGTH_1000 = Buffer.concat([Buffer.from([0x0f, 0x0d, 0x04]), Buffer.from('1000')]);
/** … and `x: y`, which is not. */
const X_HEADER = Buffer.from([0x00, 0x01, 0x78, 0x01, 0x79]);

/** A server of HTTP/2 that, as soon as there is a connection, sends what it likes. */
function http2(name: string, does: string, then: (wire: Wire) => void): HostileCase {
  return {
    path: `/http2/${name}`,
    does,
    answer() {},
    host: {
      certificate: NOW,
      isHttp2: true,
      connected(wire) {
        wire.send(SETTINGS);
        // The client's first request has been sent by then, on the first stream.
        wire.after(50, () => then(wire));
      },
    },
  };
}

/** Servers that speak TLS, badly. */
export const secure: readonly HostileCase[] = [
  {
    path: '/tls/self-signed',
    does: 'a certificate that nobody has signed',
    answer: (wire) => wire.answer('<p>secret</p>'),
    host: { certificate: NOW },
  },
  {
    path: '/tls/expired',
    does: 'a certificate that has expired',
    answer: (wire) => wire.answer('<p>secret</p>'),
    host: { certificate: validity('127.0.0.1', -30, -1) },
  },
  {
    path: '/tls/other-host',
    does: 'a certificate of another host',
    answer: (wire) => wire.answer('<p>secret</p>'),
    host: { certificate: validity('bank.example', -1, 2) },
  },
  http2('rapid-resets', 'HTTP/2 that resets every stream at once', (wire) => {
    let stream = 1;
    wire.flood(() => frame(3, 0, (stream += 2) - 2, CANCEL));
  }),
  http2('reset-after-headers', 'HTTP/2 that resets the stream after the headers', (wire) => {
    wire.send(frame(1, 4, 1, STATUS_200));
    wire.send(frame(3, 0, 1, CANCEL));
  }),
  http2(
    'reset-in-body',
    'HTTP/2 that resets the stream in the middle of a body whose length it has told',
    (wire) => {
      wire.send(frame(1, 4, 1, Buffer.concat([STATUS_200, LENGTH_1000])));
      wire.send(frame(0, 0, 1, Buffer.from('<!doctype html>')));
      wire.send(frame(3, 0, 1, CANCEL));
    },
  ),
  http2('continuations', 'HTTP/2 with headers that go on for ever (CONTINUATION)', (wire) => {
    wire.send(frame(1, 0, 1, STATUS_200));
    const more = frame(9, 0, 1, Buffer.concat(Array.from({ length: 3000 }, () => X_HEADER)));
    wire.flood(() => more);
  }),
  http2('pings', 'HTTP/2 with pings without end, and never an answer', (wire) => {
    const ping = frame(6, 0, 0, Buffer.alloc(8));
    wire.flood(() => Buffer.concat(Array.from({ length: 100 }, () => ping)));
  }),
  http2('settings', 'HTTP/2 with settings without end, and never an answer', (wire) => {
    wire.flood(() => Buffer.concat(Array.from({ length: 100 }, () => SETTINGS)));
  }),
  http2('goaway', 'HTTP/2 that asks to be left alone (GOAWAY) at each request', (wire) => {
    wire.send(frame(7, 0, 0, Buffer.alloc(8)));
    wire.close();
  }),
  http2('garbage', 'HTTP/2 that is none', (wire) => wire.send('x'.repeat(1000))),
  http2('endless-body', 'HTTP/2 with a body that never ends, whatever the window', (wire) => {
    wire.send(frame(1, 4, 1, STATUS_200));
    const data = frame(0, 0, 1, Buffer.alloc(16_384, 'x'));
    wire.flood(() => data);
  }),
];
