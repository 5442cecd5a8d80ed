import { brotliCompressSync, constants, gzipSync, deflateSync } from 'node:zlib';
import type { HostileCase } from './hostile-case.ts';
import type { Wire } from './wire.ts';

const MEBIBYTE = 2 ** 20;

/** Unpacks to a gibibyte of zeros: gzip's members may follow each other (RFC 1952, 2.2). */
function gzipBomb(): Buffer {
  const member = gzipSync(Buffer.alloc(16 * MEBIBYTE), { level: 9 });
  return Buffer.concat(Array.from({ length: 64 }, () => member));
}

/** Unpacks to a quarter of a gibibyte. */
function brotliBomb(): Buffer {
  return brotliCompressSync(Buffer.alloc(256 * MEBIBYTE), {
    params: { [constants.BROTLI_PARAM_QUALITY]: 2, [constants.BROTLI_PARAM_LGWIN]: 24 },
  });
}

/** Unpacks to a gibibyte: a frame of blocks that say how often to repeat a byte (RFC 8878, 3.1.1). */
function zstdBomb(): Buffer {
  const head = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38]);
  const blocks = Array.from({ length: 8192 }, (_, i) => {
    const block = Buffer.alloc(4);
    block.writeUIntLE(Number(i === 8191) + (1 << 1) + ((2 ** 17) << 3), 0, 3);
    return block;
  });
  return Buffer.concat([head, ...blocks]);
}

/** Answers with a body that is made with the first request for it, and kept. */
function packed(encoding: string, make: () => Buffer): (wire: Wire) => void {
  let body: Buffer | undefined;
  return (wire) => wire.answer((body ??= make()), { 'Content-Encoding': encoding });
}

const HTML = '<p>hello</p>'.repeat(100);

/** Bodies that unpack to far more than they are, or to nothing. */
export const packedBodies: readonly HostileCase[] = [
  {
    path: '/packed/gzip-bomb',
    does: 'a megabyte of gzip that unpacks to a gibibyte',
    answer: packed('gzip', gzipBomb),
  },
  {
    path: '/packed/deflate-bomb',
    does: 'deflate that unpacks to 64 mebibytes',
    answer: packed('deflate', () => deflateSync(Buffer.alloc(64 * MEBIBYTE), { level: 9 })),
  },
  {
    path: '/packed/brotli-bomb',
    does: 'a few hundred bytes of brotli that unpack to a quarter of a gibibyte',
    answer: packed('br', brotliBomb),
  },
  {
    path: '/packed/zstd-bomb',
    does: '32 kilobytes of zstd that unpack to a gibibyte',
    answer: packed('zstd', zstdBomb),
  },
  {
    path: '/packed/layered-bomb',
    does: 'gzip in gzip: a few kilobytes that unpack to a megabyte that unpacks to a gibibyte',
    answer: packed('gzip, gzip', () => gzipSync(gzipBomb(), { level: 9 })),
  },
  {
    path: '/packed/mixed-layers',
    does: 'a gzip bomb in brotli',
    answer: packed('gzip, br', () =>
      brotliCompressSync(gzipBomb(), { params: { [constants.BROTLI_PARAM_QUALITY]: 5 } }),
    ),
  },
  {
    path: '/packed/many-layers',
    does: 'packed a hundred times over',
    answer: packed(Array.from({ length: 100 }, () => 'gzip').join(', '), () => {
      let body = Buffer.from(HTML);
      for (let i = 0; i < 100; i++) body = gzipSync(body, { level: 0 });
      return body;
    }),
  },
  {
    path: '/packed/truncated',
    does: 'half of a gzip',
    answer: packed('gzip', () => gzipSync(HTML).subarray(0, 20)),
  },
  {
    path: '/packed/not-packed',
    does: 'says gzip, and is not',
    answer: packed('gzip', () => Buffer.from(HTML)),
  },
  {
    path: '/packed/damaged',
    does: 'gzip with a wrong checksum',
    answer: packed('gzip', () => {
      const body = gzipSync(HTML);
      body.writeUInt32LE(0, body.length - 8);
      return body;
    }),
  },
  {
    path: '/packed/unknown',
    does: 'an encoding that nobody knows',
    answer: packed('x-secret', () => Buffer.from(HTML)),
  },
  {
    path: '/packed/trailing',
    does: 'gzip with a megabyte of rubbish behind it',
    answer: packed('gzip', () => Buffer.concat([gzipSync(HTML), Buffer.alloc(MEBIBYTE, 'x')])),
  },
];
