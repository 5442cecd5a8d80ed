import { createServer } from 'node:http';
import type { AddressInfo, Socket } from 'node:net';
import { bookJsonPath } from './addresses.ts';
import { type Catalogue, generateCatalogue } from './catalogue/catalogue.ts';
import { chooseFaults, type Fault, type Slowness } from './faults.ts';
import { faultyPaths } from './faulty-paths.ts';
import { createHandler } from './serving/handler.ts';
import { Counters, type Stats } from './serving/stats.ts';
import { createSite } from './site.ts';

export interface BookshopOptions {
  /** 0, the default, takes any free port. */
  readonly port?: number;
  /** The address to listen at; `127.0.0.1` unless told otherwise. */
  readonly host?: string;
  /** A whole number from which everything grows: books, faults, delays. 1 unless told otherwise. */
  readonly seed?: number;
  /** Mean milliseconds before an ordinary page is sent, spread by half to both sides, the same for a path every time. 20; 0 is none. */
  readonly latency?: number;
  /** Whether some JSON pages of books behave as real ones do; see {@link Fault}. Off unless told otherwise. */
  readonly faults?: boolean;
  /** How long the slow pages take, in milliseconds: 300 to 1,500. */
  readonly slow?: Slowness;
  /** Milliseconds after which the page that never answers has its connection closed. Infinity: never. */
  readonly hang?: number;
}

/** A bookshop that is open. */
export interface Bookshop extends Catalogue, AsyncDisposable {
  /** The front door, with a slash at the end: `http://127.0.0.1:41233/`. */
  readonly url: string;
  /** The same without the slash, to put before a path. */
  readonly origin: string;
  /** Which books' JSON pages carry which fault, by id in ascending order. Empty when faults are off. */
  readonly faults: ReadonlyMap<number, Fault>;
  readonly stats: Stats;
  /** Ends all connections at once, answered or not, and resolves when nothing of the server is left. May be called again. */
  close(): Promise<void>;
}

/**
 * Opens the sample site: a real HTTP server on loopback with 1,000 books that are the same for the same seed.
 *
 * Throws a RangeError that names the option when one is out of range; rejects with Node's own error, such as `EADDRINUSE`,
 * when it cannot listen.
 *
 * ```ts
 * await using shop = await startBookshop({ latency: 0 });
 * const response = await fetch(`${shop.origin}/api/books/7.json`);
 * ```
 */
export async function startBookshop(options: BookshopOptions = {}): Promise<Bookshop> {
  const { port = 0, host = '127.0.0.1', seed = 1, latency = 20, hang = Infinity } = options;
  const slow = options.slow ?? { min: 300, max: 1500 };
  check('seed', seed, Number.isSafeInteger(seed), 'a whole number');
  check('latency', latency, latency >= 0 && latency <= LONGEST, `0 to ${LONGEST} milliseconds`);
  check('slow.min', slow.min, slow.min >= 0 && slow.min <= slow.max, '0 to slow.max milliseconds');
  check('slow.max', slow.max, slow.max <= LONGEST, `at most ${LONGEST} milliseconds`);
  check(
    'hang',
    hang,
    hang > 0 && (hang <= LONGEST || hang === Infinity),
    `more than 0 milliseconds, or Infinity`,
  );

  const catalogue = generateCatalogue(seed);
  const faults =
    options.faults === true ? chooseFaults(catalogue.books, seed, slow) : new Map<number, Fault>();
  const counters = new Counters();
  const sockets = new Set<Socket>();

  // Longer than clients keep an idle connection, so that it is they who close it and no request meets a closing socket.
  const server = createServer({ keepAliveTimeout: 65_000 });
  server.on('connection', (socket) => {
    sockets.add(socket);
    counters.connected();
    socket.once('close', () => {
      sockets.delete(socket);
      counters.disconnected();
    });
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen({ port, host, backlog: 1024 }, () => {
      server.off('error', reject);
      resolve();
    });
  });
  const origin = originOf(server.address());
  const site = createSite(catalogue, origin);
  const faulty = faultyPaths(faults, (id) => site(bookJsonPath(id), ''));
  server.on('request', createHandler({ site, faulty, latency, hang, seed, counters }));

  let closed: Promise<unknown> | undefined;
  const close = async (): Promise<void> => {
    // The server is done as soon as its sockets are destroyed, before they have told their listeners: wait for both.
    closed ??= Promise.all([
      new Promise((resolve) => server.close(resolve)),
      ...Array.from(sockets, (socket) => new Promise((resolve) => socket.once('close', resolve).destroy())),
    ]);
    await closed;
  };

  return {
    ...catalogue,
    url: `${origin}/`,
    origin,
    faults,
    stats: counters,
    close,
    [Symbol.asyncDispose]: close,
  };
}

/** The longest delay that a timer of Node takes: 2³¹ − 1 milliseconds. */
const LONGEST = 2 ** 31 - 1;

function check(option: string, value: number, good: boolean, expected: string): void {
  if (!good) throw new RangeError(`startBookshop: expected ${option} to be ${expected}, got ${value}`);
}

function originOf(address: AddressInfo | string | null): string {
  // A string is the path of a Unix socket, null a server that does not listen: neither is asked for here.
  if (address === null || typeof address === 'string')
    throw new Error('startBookshop: the server has no port');
  const host = address.family === 'IPv6' ? `[${address.address}]` : address.address;
  return `http://${host}:${address.port}`;
}
